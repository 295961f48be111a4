// From process start to a ready embedded cluster, and its memory with 1,000 objects; the peer is kube-apiserver with etcd.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { connect } from '../../src/kube/connect.ts';
import { openClusters } from '../../src/clusters/clusters.ts';
import { embeddedProvider, readServing } from '../../src/clusters/embedded.ts';
import { startControlPlane } from '../../test/real/controlPlane.ts';
import { median, mebibytes, ms, residentBytes } from './measure.ts';

const cli = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'cli.cjs');
const RUNS = 5;
const OBJECTS = 1_000;

export async function benchCluster(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const signal = AbortSignal.timeout(120_000);
  const clusters = openClusters(home, [embeddedProvider({ node: process.execPath, args: [cli] })]);
  try {
    const times: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const start = systemClock.now();
      await clusters.create(`bench-${i}`, 'embedded', () => undefined, signal);
      times.push(systemClock.now() - start);
    }
    const peer = await peerTime(signal);
    const ratio =
      peer === undefined
        ? 'skipped: kube-apiserver or etcd not found'
        : `kube-apiserver with etcd ${ms(peer)}, ${(peer / median(times)).toFixed(1)} times as long`;
    console.log(`process start to /readyz: ${ms(median(times))}; ${ratio}`);
    await memory(clusters.get('bench-0')?.kubeconfig ?? '', join(home, 'clusters', 'bench-0'), signal);
  } finally {
    for (const { name } of clusters.list()) await clusters.delete(name, () => undefined, signal);
    rmSync(home, { recursive: true, force: true });
  }
}

async function peerTime(signal: AbortSignal): Promise<number | undefined> {
  const start = systemClock.now();
  const plane = await startControlPlane(signal);
  if (!plane) return undefined;
  const time = systemClock.now() - start;
  await plane.dispose();
  return time;
}

async function memory(kubeconfig: string, folder: string, signal: AbortSignal): Promise<void> {
  const client = await connect({ kubeconfig, log: silentLog });
  for (let i = 0; i < OBJECTS; i++) {
    await client.create(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c-${i}`, namespace: 'default' },
        data: { key: 'x'.repeat(500) },
      },
      { fieldManager: 'bench' },
      signal,
    );
  }
  client.dispose();
  const pid = readServing(folder)?.pid;
  const bytes = pid === undefined ? undefined : residentBytes(pid);
  console.log(
    `resident memory with ${OBJECTS} objects: ${bytes === undefined ? 'not known on this platform' : mebibytes(bytes)}`,
  );
}
