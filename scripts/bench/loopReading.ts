// What a step has cost: requests that the API server answered, and processor time of processes.
import { readFileSync } from 'node:fs';
import type { KubeClient } from '../../src/kube/client.ts';

const readings = new WeakMap<KubeClient, number>();

/** Requests that the API server has answered, without watches, its own Leases and these readings. */
export async function requestsSoFar(client: KubeClient): Promise<number> {
  const own = readings.get(client) ?? 0;
  readings.set(client, own + 1);
  const { text } = await client.raw('GET', '/metrics');
  let requests = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    if (/verb="(WATCH|CONNECT)"|[{,]resource="(leases)?"/.test(line)) continue;
    requests += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return requests - own;
}

const TICK_MS = 10;

/** User and system time of processes in milliseconds, on Linux; 0 elsewhere. */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
}

function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
