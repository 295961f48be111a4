// How soon drift is seen, from the moment in which somebody sends the change, and how soon another engine takes over after the one
// that holds the Lease was killed. Flux's controllers see drift at their interval only: there is no peer in the first.
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JsonObject } from '../../src/model/json.ts';
import { getString } from '../../src/model/json.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { ended } from '../../test/real/ended.ts';
import { spawnLoop } from '../../test/real/loopProcess.ts';
import type { StartEngine } from './loopEngines.ts';
import { createFlux, settled } from './loopObjects.ts';
import { makeRepository } from './loopRepository.ts';
import { openWorld } from './loopWorld.ts';
import type { World } from './loopWorld.ts';
import { median, ms, quantile } from './measure.ts';

const OBJECTS = 400;
const SAMPLES = 60;
const NAME = 'drifting';
const KILLS = 3;
const LIMIT_MS = 60_000;
/** Longer than the Lease is looked at: whoever waits has seen who holds it. */
const LOOKED_MS = 5_000;

export async function benchDrift(): Promise<void> {
  const listeners = new Set<(event: JsonObject) => void>();
  const world = await openWorld(watched(listeners));
  if (!world) {
    console.log('skipped: kube-apiserver, etcd, kubectl, git or the Flux controllers not found');
    return;
  }
  try {
    const times = await driftTimes(world, listeners);
    console.log(
      `drift seen after ${ms(median(times))}, 95th percentile ${ms(quantile(times, 0.95))} (${SAMPLES} changes among ${OBJECTS} objects)`,
    );
    const kills = await takeOvers(world);
    console.log(`taken over ${ms(median(kills))} after a kill, ${ms(Math.max(...kills))} at most (${KILLS} kills)`);
  } finally {
    await world.dispose();
  }
}

/** `plumbline run` whose events are told. */
function watched(listeners: ReadonlySet<(event: JsonObject) => void>): StartEngine {
  return async (kubeconfig, home) => {
    const child = spawnLoop({
      program: 'bundle',
      kubeconfig,
      home,
      output: 'json',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        for (const listener of listeners) listener(JSON.parse(line) as JsonObject);
      });
    return { name: 'ours', pids: child.pid === undefined ? [] : [child.pid], dispose: () => ended(child) };
  };
}

async function driftTimes(world: World, listeners: Set<(event: JsonObject) => void>): Promise<number[]> {
  const { client, git, root } = world;
  const revision = makeRepository(root, NAME).commit(OBJECTS, 0, 0);
  await createFlux(client, NAME, `${git.url}/${NAME}.git`);
  await settled(client, NAME, revision, undefined);
  const times: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const ref: ObjectRef = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: configMap(i) };
    const seen = new Promise<number>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the drift of ${ref.name} was not seen`)), LIMIT_MS);
      const listener = (event: JsonObject): void => {
        if (event['type'] !== 'drift' || !String(event['object']).endsWith(`/${ref.name}`)) return;
        clearTimeout(limit);
        listeners.delete(listener);
        resolve(performance.now());
      };
      listeners.add(listener);
    });
    const begin = performance.now();
    await client.patch(ref, 'application/merge-patch+json', { data: { key: 'drifted' } }, { fieldManager: 'somebody' });
    times.push((await seen) - begin);
  }
  return times;
}

/** Every fourth object is a ConfigMap, from the third. */
const configMap = (i: number): string => `${NAME}-${4 * i + 2}`;

/** Kills the holder of the Lease while another one waits, again and again; the milliseconds until the other holds it. */
async function takeOvers({ client, engine, plane, root }: World): Promise<number[]> {
  await engine.dispose();
  const { kubeconfig } = plane;
  const start = (): ChildProcess =>
    spawnLoop({ program: 'bundle', kubeconfig, home: join(root, 'home'), output: 'json' });
  const holder = async (): Promise<string | undefined> =>
    getString(
      await client.get({
        group: 'coordination.k8s.io',
        version: 'v1',
        kind: 'Lease',
        namespace: 'kube-system',
        name: 'plumbline-loop',
      }),
      'spec',
      'holderIdentity',
    );
  const until = async (child: ChildProcess): Promise<void> => {
    const limit = AbortSignal.timeout(LIMIT_MS);
    while ((await holder()) !== `plumbline-${child.pid ?? 0}`) {
      limit.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const times: number[] = [];
  let held = start();
  try {
    await until(held);
    for (let kill = 0; kill < KILLS; kill++) {
      const waiting = start();
      await new Promise((resolve) => setTimeout(resolve, LOOKED_MS));
      const killed = ended(held, 'SIGKILL');
      const begin = performance.now();
      held = waiting;
      await killed;
      await until(waiting);
      times.push(performance.now() - begin);
    }
  } finally {
    await ended(held, 'SIGKILL');
  }
  return times;
}
