// Makes the local loop of a folder on a cluster: Flux's definitions and the folder's Flux objects, sources, stages, start.
import type { Clock } from '../model/clock.ts';
import { getObject, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { toJson } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import type { KubeClient } from '../kube/client.ts';
import { bootstrap } from '../reconcile/bootstrap.ts';
import { createLoop } from '../reconcile/loop.ts';
import type { FluxLoop } from '../reconcile/loop.ts';
import { createSources } from '../reconcile/sources.ts';
import { fluxStages } from '../reconcile/stages.ts';
import { openEntry } from '../reconcile/workspaceEntry.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import { fluxCrds } from '../schema/data/flux-crds.ts';
import { readYaml } from '../yaml/read.ts';

export interface LocalLoop {
  readonly folder: string;
  /** Where fetched repositories are kept. */
  readonly cacheDir: string;
  readonly schemas: SchemaSet;
  readonly log: Log;
  readonly clock: Clock;
  /** Who holds the Lease: unique for each process. */
  readonly identity: string;
}

const FLUX_CONTROLLER = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'flux-system',
  name: 'kustomize-controller',
};

/** Starts the loop; its commits come from the folder. Throws where Flux's own controllers run: two loops would fight. */
export async function startLocalLoop(
  local: LocalLoop,
  client: KubeClient,
  progress: (message: string) => void,
  signal: AbortSignal,
): Promise<FluxLoop> {
  const { folder, log, clock } = local;
  if (isRealController(await client.get(FLUX_CONTROLLER, signal)))
    throw new Error("Flux's own kustomize-controller runs in this cluster: Plumbline does not reconcile beside it");
  const read = (path: string, text: string): JsonObject[] =>
    readYaml(new SourceText(path, text), 'resource').documents.map(toJson).filter(isJsonObject);
  const entry = await openEntry(folder, {}, read, local.schemas);
  progress(
    entry
      ? `applying the Flux objects of ${entry.folder === '' ? 'the folder' : entry.folder}`
      : 'installing Flux’s definitions',
  );
  await bootstrap(client, fluxCrds(), entry, signal);
  const sources = createSources({ workspace: { root: folder, mode: 'head' }, cacheDir: local.cacheDir, log, clock });
  const loop = createLoop({
    client,
    sources,
    stages: fluxStages(local.schemas),
    log,
    clock,
    options: { identity: local.identity },
  });
  progress('starting the loop');
  try {
    await loop.start(signal);
  } catch (error) {
    loop.dispose();
    sources.dispose();
    throw error;
  }
  return disposingToo(loop, sources);
}

function isRealController(object: Awaited<ReturnType<KubeClient['get']>>): boolean {
  return getObject(object, 'spec') !== undefined;
}

/** The loop, which takes its sources with it when it ends. */
function disposingToo(loop: FluxLoop, sources: { dispose(): void }): FluxLoop {
  return {
    start: (signal) => loop.start(signal),
    get state() {
      return loop.state;
    },
    reconcile: (ref, options, signal) => loop.reconcile(ref, options, signal),
    suspend: (ref, signal) => loop.suspend(ref, signal),
    resume: (ref, signal) => loop.resume(ref, signal),
    events: loop.events,
    ended: loop.ended,
    onState: (listener) => loop.onState(listener),
    idle: () => loop.idle(),
    dispose: () => {
      loop.dispose();
      sources.dispose();
    },
  };
}
