// The loop against the real source- and kustomize-controller on the same kube-apiserver: first apply, nothing changed, some
// objects changed. Time from the request to ready, requests that the API server answered, processor time and memory.
import { startOurs, startTheirs } from './loopEngines.ts';
import type { StartEngine } from './loopEngines.ts';
import { createFlux, request, settled } from './loopObjects.ts';
import { cpuMs, requestsSoFar } from './loopReading.ts';
import { makeRepository } from './loopRepository.ts';
import { openWorld } from './loopWorld.ts';
import type { World } from './loopWorld.ts';
import { mebibytes, ms, residentBytes } from './measure.ts';

const SIZES = [100, 400, 1000];

interface Cost {
  readonly time: number;
  readonly requests: number;
  readonly cpu: number;
  /** Processor time of the API server and its store. */
  readonly server: number;
}

type Step = 'first apply' | 'nothing changed' | 'one changed' | '100 changed';
const STEPS: readonly Step[] = ['first apply', 'nothing changed', 'one changed', '100 changed'];

export async function benchReconcile(): Promise<void> {
  const theirs = await measureEngine(startTheirs);
  const ours = theirs && (await measureEngine(startOurs));
  if (!theirs || !ours) {
    console.log('skipped: kube-apiserver, etcd, kubectl, git or the Flux controllers not found');
    return;
  }
  for (const [what, their] of theirs.costs) {
    const own = ours.costs.get(what);
    if (!own) continue;
    const ratio = (their.time / own.time).toFixed(1);
    console.log(`${what}: ${costText(own)}; Flux's controllers ${ratio} times as long: ${costText(their)}`);
  }
  console.log(
    `resident memory: ${mebibytes(ours.memory)}; Flux's controllers together ${mebibytes(theirs.memory)} (${(ours.memory / theirs.memory).toFixed(2)} of it)`,
  );
}

function costText({ time, requests, cpu, server }: Cost): string {
  return `${ms(time)}, ${requests} requests, ${ms(cpu)} of processor time and ${ms(server)} of the server's`;
}

export interface Measured {
  readonly costs: Map<string, Cost>;
  readonly memory: number;
}

/** A control plane of its own for each, so that neither meets what the other has left. */
export async function measureEngine(start: StartEngine, sizes = SIZES): Promise<Measured | undefined> {
  const world = await openWorld(start);
  if (!world) return undefined;
  try {
    const costs = new Map<string, Cost>();
    for (const size of sizes) await measureSize(world, size, costs);
    const memory = world.engine.pids.reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0);
    return { costs, memory };
  } finally {
    await world.dispose();
  }
}

async function measureSize(world: World, size: number, costs: Map<string, Cost>): Promise<void> {
  const { client, engine, plane, git } = world;
  const name = `app-${size}`;
  const repository = makeRepository(world.root, name);
  let revision = repository.commit(size, 0, 0);
  const read = async (): Promise<Cost> => ({
    time: performance.now(),
    requests: await requestsSoFar(client),
    cpu: cpuMs(engine.pids),
    server: cpuMs(plane.pids),
  });
  for (const step of STEPS) {
    if (step === 'one changed') revision = repository.commit(size, 1, 1);
    if (step === '100 changed') revision = repository.commit(size, 100, 2);
    const before = await read();
    const begin = performance.now();
    if (step === 'first apply') await createFlux(client, name, `${git.url}/${name}.git`);
    else await request(client, step === 'nothing changed' ? 'Kustomization' : 'GitRepository', name, `${step} ${size}`);
    await settled(client, name, revision, step === 'nothing changed' ? `${step} ${size}` : undefined);
    const time = performance.now() - begin;
    const after = await read();
    costs.set(`${size} objects, ${step}`, {
      time,
      requests: after.requests - before.requests,
      cpu: after.cpu - before.cpu,
      server: after.server - before.server,
    });
  }
}
