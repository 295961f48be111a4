// The plan at its two speeds, of 400 objects of which 100 have changed: predicted from live objects in memory, as a watch has
// them, and confirmed by the server as the command line does it; the peer is `flux diff kustomization` on the same cluster.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planObjects } from '../../src/diff/plan/planObjects.ts';
import type { KubeClient, KubeReader } from '../../src/kube/client.ts';
import { getList } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { manifestRef } from '../../src/model/manifest.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { keyOf, refOf } from '../../src/model/objectRef.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { findOracle } from '../../test/real/oracle.ts';
import { cli, startOurs } from './loopEngines.ts';
import { createFlux, fluxObjects, settled } from './loopObjects.ts';
import { makeRepository } from './loopRepository.ts';
import { openWorld } from './loopWorld.ts';
import type { World } from './loopWorld.ts';
import { median, ms, quantile } from './measure.ts';

const OBJECTS = 400;
const CHANGED = 100;
const NAME = 'planned';
const WARM_UP = 3;
const PREDICTIONS = 20;
const RUNS = 3;

export async function benchPlan(): Promise<void> {
  const flux = findOracle('flux');
  const world = flux === undefined ? undefined : await openWorld(startOurs);
  if (flux === undefined || !world) {
    console.log('skipped: kube-apiserver, etcd, kubectl, git, flux or the Flux controllers not found');
    return;
  }
  try {
    const work = await makeReady(world);
    const times = await predictions(world.client, work);
    console.log(
      `predicted: ${ms(median(times))}, 95th percentile ${ms(quantile(times, 0.95))} (${OBJECTS} objects, ${CHANGED} changed, in a warm process)`,
    );
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { kubeconfig } = world.plane;
      ours.push(timed(process.execPath, [cli, 'plan', NAME, '--kubeconfig', kubeconfig, '--workspace', work]));
      theirs.push(
        timed(flux, [
          'diff',
          'kustomization',
          NAME,
          '--path',
          join(work, 'app'),
          '--progress-bar=false',
          '--kubeconfig',
          kubeconfig,
        ]),
      );
    }
    const ratio = (median(theirs) / median(ours)).toFixed(1);
    console.log(`confirmed: ${ms(median(ours))}; flux diff ${ms(median(theirs))}, ${ratio} times as long`);
  } finally {
    await world.dispose();
  }
}

/** Applies the objects and changes some of them on disk; gives the folder. */
async function makeReady({ root, git, client }: World): Promise<string> {
  const repository = makeRepository(root, NAME);
  const { work } = repository;
  const url = `${git.url}/${NAME}.git`;
  mkdirSync(join(work, 'clusters', 'dev'), { recursive: true });
  const written = fluxObjects(NAME, url).map((object) => JSON.stringify(object));
  writeFileSync(join(work, 'clusters', 'dev', 'flux.yaml'), written.join('\n---\n'));
  spawnSync('git', ['-C', work, 'remote', 'add', 'origin', url]);
  const revision = repository.commit(OBJECTS, 0, 0);
  await createFlux(client, NAME, url);
  await settled(client, NAME, revision, undefined);
  repository.write(OBJECTS, CHANGED, 1);
  return work;
}

/** Milliseconds of each prediction. */
async function predictions(client: KubeClient, work: string): Promise<number[]> {
  const [, kustomization] = fluxObjects(NAME, '') as [JsonObject, JsonObject];
  const schemas = builtinSchemas();
  const snapshot = diskSnapshot(work);
  const { manifests } = renderFlux(snapshot, kustomization, [], {
    schemas,
    loadRestrictor: 'none',
    order: 'none',
  });
  const reader = await liveReader(client, manifests);
  const live = await client.get(refOf(kustomization));
  const inventory = (getList(live, 'status', 'inventory', 'entries') ?? []) as { id: string; v: string }[];
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + PREDICTIONS; run++) {
    const begin = performance.now();
    const request = { kustomization, revision: 'bench', manifests, reader, server: client.server, inventory, schemas };
    const plan = await planObjects(request);
    times.push(performance.now() - begin);
    const configured = plan.entries.filter(({ action }) => action === 'configure').length;
    const unchanged = plan.entries.filter(({ action }) => action === 'unchanged').length;
    if (configured !== CHANGED || unchanged !== OBJECTS - CHANGED)
      throw new Error(`the plan has ${configured} changes and ${unchanged} objects as they are`);
  }
  return times.slice(WARM_UP);
}

/** The cluster as watches have it. */
async function liveReader(client: KubeClient, manifests: readonly Manifest[]): Promise<KubeReader> {
  const objects = new Map<string, JsonObject>();
  const kinds = new Map(manifests.map((manifest) => [manifestRef(manifest).kind, manifestRef(manifest)]));
  for (const kind of kinds.values()) {
    const type = await client.resourceType(kind);
    const { items } = type ? await client.list(type, { namespace: 'default' }) : { items: [] };
    for (const item of items) objects.set(keyOf(refOf(item)), item);
  }
  return {
    resourceType: (gvk, signal) => client.resourceType(gvk, signal),
    resourceTypes: (signal) => client.resourceTypes(signal),
    get: async (ref) => objects.get(keyOf(ref)),
    list: (type, options, signal) => client.list(type, options, signal),
  };
}

/** Milliseconds of a command that finds changes: it ends with the exit code 1. */
function timed(program: string, args: readonly string[]): number {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 1 || !`${stdout}${stderr}`.includes(`${NAME}-0`))
    throw new Error(`${program} ${args[0] ?? ''} ended with ${status}: ${stderr.slice(0, 1000)}`);
  return performance.now() - begin;
}
