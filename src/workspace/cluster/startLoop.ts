// Makes the local loop on a cluster: Flux's definitions and the folder's Flux objects, sources, stages. The editor's engine and
// the command line both start it from here.
import type { Clock } from '../../model/clock.ts';
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { gateFault } from '../../model/featureGates.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import { toJson } from '../../model/node.ts';
import type { ServingMode } from '../../model/servingMode.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { KubeClient } from '../../kube/client.ts';
import { connectUntrusted } from '../../kube/connect.ts';
import { bootstrap } from '../../reconcile/entry/bootstrap.ts';
import type { Sources, Stages } from '../../reconcile/deps.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { createLoop } from '../../reconcile/loop.ts';
import type { FluxLoop } from '../../reconcile/loop.ts';
import { createSources } from '../../reconcile/gitRepository/sources.ts';
import { fluxStages } from '../../reconcile/stages.ts';
import { StepFailure } from '../../reconcile/kustomization/run.ts';
import { openEntry } from '../../reconcile/entry/workspaceEntry.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { fluxCrds } from '../../schema/data/flux-crds.ts';
import type { Fetch } from '../../source/wanted.ts';
import { readYaml } from '../../yaml/read.ts';
import type { Memory } from '../files/memory.ts';
import { pinnedSources } from '../plan/pinnedSources.ts';
import type { PinnedSources } from '../plan/pinnedSources.ts';
import type { PlannedTree } from '../plan/plannedTree.ts';

export interface LocalLoop {
  /** The repository that is served locally; without it the loop reconciles what the cluster's Flux objects say. */
  readonly folder: string | undefined;
  readonly mode: ServingMode;
  /** Where fetched repositories are kept. */
  readonly cacheDir: string;
  readonly schemas: SchemaSet;
  /** Brings what builds want from outside of their sources; without it that is refused. */
  readonly fetch?: Fetch | undefined;
  /** Where sources are read from, where that is not the folder as it is now. The loop disposes it. */
  readonly sources?: Sources | undefined;
  /** Asked before each build. */
  readonly memory?: Memory | undefined;
  readonly settings?: ControllerSettings | undefined;
  /** See LoopOptions. */
  readonly prunesAll?: (revision: string) => boolean;
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

/**
 * Puts Flux's definitions and the entry's objects into the cluster (nothing without `first`) and makes the loop, which is not started yet and takes its sources with
 * it when it ends. Throws for a gate that is none, and where Flux's own controller is installed: two reconcilers would fight over each object.
 */
export async function makeLocalLoop(
  local: LocalLoop,
  client: KubeClient,
  first: { readonly entry: FluxEntry | undefined } | undefined,
  signal: AbortSignal,
): Promise<FluxLoop> {
  const { folder, mode, cacheDir, schemas, fetch, log, clock, identity } = local;
  const fault = gateFault(local.settings ?? {});
  if (fault !== undefined) throw new Error(fault);
  if (await client.get(FLUX_CONTROLLER, signal))
    throw new Error(
      `Flux's own kustomize-controller is installed in the cluster at ${client.server}: Plumbline does not reconcile beside it`,
    );
  if (first) await bootstrap(client, fluxCrds(), first.entry, signal);
  const workspace = folder === undefined ? {} : { workspace: { root: folder, mode } };
  const sources = local.sources ?? createSources({ ...workspace, cacheDir, log, clock });
  const loop = createLoop({
    client,
    sources,
    stages: withinMemory(fluxStages(schemas, fetch, local.settings), local.memory),
    openKubeconfig: (text) => connectUntrusted(text, { log, clock }),
    log,
    clock,
    options: { identity, ...local.settings, ...(local.prunesAll ? { prunesAll: local.prunesAll } : {}) },
  });
  return disposingToo(loop, sources);
}

/** Where there is no room to build, the Kustomization says so and is tried again: nothing is applied and nothing pruned. */
function withinMemory(stages: Stages, memory: Memory | undefined): Stages {
  if (!memory) return stages;
  return {
    ...stages,
    render: async (...build) => {
      const refused = memory.refusal();
      if (refused !== undefined) throw new StepFailure('BuildFailed', refused);
      return stages.render(...build);
    },
  };
}

/** The loop of an open folder, and what holds it at a planned tree. */
export interface StartedLoop {
  readonly loop: FluxLoop;
  readonly sources: PinnedSources;
}

/** A planned tree, and the Flux objects that it begins with. */
export interface Held {
  readonly tree: PlannedTree;
  readonly entry: FluxEntry;
}

/** Makes the loop of an open folder and starts it; at a planned tree, which it leaves when what is served moves on, where one is given. */
export async function startLocalLoop(
  local: LocalLoop & { readonly folder: string },
  client: KubeClient,
  progress: (message: string) => void,
  signal: AbortSignal,
  held?: Held,
): Promise<StartedLoop> {
  const { folder, mode, cacheDir, log, clock } = local;
  const entry = held ? held.entry : await openEntry(folder, {}, readObjects, local.schemas);
  progress(
    entry
      ? `applying the Flux objects of ${entry.folder === '' ? 'the folder' : entry.folder}`
      : 'installing Flux’s definitions',
  );
  const workspace = { root: folder, mode };
  const sources = pinnedSources(createSources({ workspace, cacheDir, log, clock }), workspace);
  let loop: FluxLoop | undefined;
  try {
    if (held) await sources.pin(held.tree, 'moved', held.entry);
    loop = await makeLocalLoop({ ...local, sources, prunesAll: sources.isPinned }, client, { entry }, signal);
    progress('starting the loop');
    await loop.start(signal);
    // Cancelled while the caches came in: whoever has asked wants no such loop any more.
    signal.throwIfAborted();
    return { loop, sources };
  } catch (error) {
    (loop ?? sources).dispose();
    throw error;
  }
}

/** Every object in a file's text; files that cannot be read hold none (their errors are reported where they are built). */
export function readObjects(path: string, text: string): JsonObject[] {
  return readYaml(new SourceText(path, text), 'resource').documents.map(toJson).filter(isJsonObject);
}

/** The loop, which takes its sources with it when it ends. */
function disposingToo(loop: FluxLoop, sources: { dispose(): void }): FluxLoop {
  return {
    start: (signal) => loop.start(signal),
    get state() {
      return loop.state;
    },
    reconcile: (ref, options, signal) => loop.reconcile(ref, options, signal),
    heal: (owner, ref, signal) => loop.heal(owner, ref, signal),
    abandon: (revision) => loop.abandon(revision),
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
