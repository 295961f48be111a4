// The engine's memory and its effects, put together: files, renderings, clusters, plans. Words nothing; serves nothing.
import type { Clock } from '../model/clock.ts';
import { DisposableStore } from '../model/disposable.ts';
import type { Disposable } from '../model/disposable.ts';
import { Emitter } from '../model/event.ts';
import { getPath, getString } from '../model/json.ts';
import { detectsOnly } from '../model/driftMode.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import type { Log } from '../model/log.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { nodeOfJson } from '../yaml/nodeOfJson.ts';
import type { DiskSnapshot } from '../source/disk.ts';
import { createApplying } from './plan/applying.ts';
import type { Applier, Applying, MakeAllPlans } from './plan/applying.ts';
import type { ControllerChoice } from './controllerChoice.ts';
import type { WorkspaceEvent } from './event.ts';
import type { Fetching, Permission } from './files/fetching.ts';
import { createFiles } from './files/files.ts';
import type { Files } from './files/files.ts';
import { leftDrift } from './plan/leftDrift.ts';
import type { Memory } from './files/memory.ts';
import { createPlanner } from './plan/planner.ts';
import type { MakePlan } from './plan/planner.ts';
import { reduce } from './reduce.ts';
import type { RenderStages } from './files/renderer.ts';
import { requestDriftMode, requestReconcile, requestSuspend } from './cluster/request.ts';
import { createSessions } from './cluster/sessions.ts';
import type { Session, SessionsDeps } from './cluster/clusterSession.ts';
import type { Sessions } from './cluster/sessions.ts';
import { simulateDrift } from './cluster/simulateDrift.ts';
import { initialState, ownerKey } from './state.ts';
import type { WorkspaceState } from './state.ts';
import { createVariablesOf, dataOf } from './files/variableLookup.ts';
import type { VariableLookup } from './files/variableLookup.ts';

export interface WorkspaceDeps extends Pick<SessionsDeps, 'clusters' | 'connect' | 'startLoop'> {
  readonly folder: string;
  readonly trusted: boolean;
  readonly open: (overlay: ReadonlyMap<string, string>) => DiskSnapshot;
  readonly stages: RenderStages;
  readonly fetching: Fetching;
  readonly memory: Memory;
  readonly controller: ControllerChoice;
  readonly plan: MakePlan;
  readonly makePlans: MakeAllPlans;
  readonly applier: Applier;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Workspace extends Disposable {
  readonly state: WorkspaceState;
  /** Told after every event, with the state that it made. */
  readonly changes: Emitter<WorkspaceEvent>;
  readonly files: Files;
  readonly clusters: Sessions;
  readonly applying: Applying;
  /** The folder is trusted from now on: clusters may be reached, and what the settings allow may be fetched. */
  trust(): void;
  /** What builds may fetch and run, once the folder is trusted. */
  permit(permission: Permission): void;
  /** What the controller is told from now on: all is rendered and planned anew, and loops that run begin anew with it. */
  tellController(settings: ControllerSettings): void;
  reconcile(
    cluster: string,
    ref: ObjectRef,
    options: { readonly withSource?: boolean },
    signal: AbortSignal,
  ): Promise<void>;
  /** Puts one object back as its Kustomization has applied it. Needs the loop of this process. */
  heal(cluster: string, owner: ObjectRef, ref: ObjectRef, signal: AbortSignal): Promise<void>;
  /** Whether a Kustomization heals drift, at once and from now on, or only says it. */
  setDriftMode(cluster: string, ref: ObjectRef, mode: 'heal' | 'detect', signal: AbortSignal): Promise<void>;
  suspend(cluster: string, ref: ObjectRef, to: 'suspend' | 'resume', signal: AbortSignal): Promise<void>;
  simulateDrift(cluster: string, ref: ObjectRef, signal: AbortSignal): Promise<string>;
}

/** Opens a folder: indexes and renders it. Clusters are reached only once it is trusted (`clusters.refresh`). */
export function openWorkspace(deps: WorkspaceDeps): Workspace {
  const store = new DisposableStore();
  const changes = new Emitter<WorkspaceEvent>();
  const written = writtenWatch();
  let state = initialState(deps.folder, deps.trusted);
  const emit = (event: WorkspaceEvent): void => {
    // What is applied and taken back again, as a cancelled apply is, leaves no trace in the state.
    const owner = written(event);
    for (const id of owner === undefined ? [] : rootsOf(state, owner)) planner.stale(id);
    const next = reduce(state, event);
    if (next === state) return;
    state = next;
    changes.emit(event);
  };
  const read = (): WorkspaceState => state;
  const clusters = store.add(createSessions({ ...deps, emit }));
  const files = store.add(
    createFiles({
      state: read,
      emit,
      open: deps.open,
      stages: deps.stages,
      fetching: store.add(deps.fetching),
      memory: deps.memory,
      log: deps.log,
      clock: deps.clock,
      variables: variablesOf(read),
      onRendered: (id) => planner.stale(id),
    }),
  );
  const planner = store.add(
    createPlanner({
      state: read,
      emit,
      plan: deps.plan,
      clock: deps.clock,
      revision: () => files.snapshot.revision,
      session: (name) => clusters.get(name),
    }),
  );
  store.add(changes.on((event) => (event.type === 'liveObjects' ? files.checkVariables() : undefined)));
  const applied = appliedWatch();
  store.add(changes.on((event) => (applied(event) ? planner.stale() : undefined)));

  const applying = createApplying({
    ...deps,
    copy: () => files.copy(),
    unsaved: () => state.unsaved.size,
    session: (name) => clusters.get(name),
    restartLoop: clusters.restartLoop,
    leaves: (name) => leftDrift(state.clusters.find((cluster) => cluster.name === name)),
  });

  const sessionOf = (name: string): Session => {
    const session = clusters.get(name);
    if (!session) throw new Error(`The cluster "${name}" is not connected`);
    return session;
  };
  return {
    get state() {
      return state;
    },
    changes,
    files,
    clusters,
    applying,
    trust: () => {
      emit({ type: 'trusted' });
      deps.fetching.trust();
    },
    permit: deps.fetching.permit,
    tellController: (settings) => {
      if (!deps.controller.choose(settings)) return;
      files.renderAll();
      planner.stale();
      clusters.renewLoops();
    },
    reconcile: async (cluster, ref, options, signal) => {
      const { client, loop, sources } = sessionOf(cluster);
      // What Git has is asked for: the loop leaves a tree that was applied from a plan.
      if (options.withSource === true || ref.kind === 'GitRepository') sources?.release();
      if (loop) await loop.reconcile(ref, options, signal);
      else await requestReconcile(client, deps.clock, ref, signal);
    },
    heal: async (cluster, owner, ref, signal) => {
      const { loop } = sessionOf(cluster);
      if (!loop) throw new Error(`no loop of this window runs on ${cluster}: reconcile ${owner.name} instead`);
      await loop.heal(owner, ref, signal);
    },
    setDriftMode: async (cluster, ref, mode, signal) => {
      const { client, loop } = sessionOf(cluster);
      await requestDriftMode(client, ref, mode, signal);
      if (mode === 'detect') return;
      // Healed now, not when the interval ends.
      if (loop) await loop.reconcile(ref, {}, signal);
      else await requestReconcile(client, deps.clock, ref, signal);
    },
    suspend: async (cluster, ref, to, signal) => {
      const { client, loop } = sessionOf(cluster);
      if (loop) await (to === 'suspend' ? loop.suspend(ref, signal) : loop.resume(ref, signal));
      else await requestSuspend(client, ref, to, signal);
    },
    simulateDrift: async (cluster, ref, signal) => simulateDrift(sessionOf(cluster).client, ref, signal),
    dispose: () => {
      store.dispose();
      changes.dispose();
    },
  };
}

/**
 * Says which Kustomization the loop has written objects of, once it is done with it: a plan that is made on the way would be
 * made again at the end.
 */
function writtenWatch(): (event: WorkspaceEvent) => string | undefined {
  const written = new Set<string>();
  return (event) => {
    if (event.type !== 'loop' || event.event.owner.kind !== 'Kustomization') return undefined;
    const owner = ownerKey(event.event.owner);
    const key = `${event.cluster} ${owner}`;
    if (event.event.type === 'applied' && event.event.changes.some(({ action }) => action !== 'unchanged'))
      written.add(key);
    return event.event.type === 'phase' && event.event.phase === 'idle' && written.delete(key) ? owner : undefined;
  };
}

/** The roots that write a Kustomization, by `namespace/name`. */
function rootsOf(state: WorkspaceState, owner: string): string[] {
  return [...state.renderings.values()]
    .filter(({ root }) => root.kind === 'flux' && ownerKey(refOf(root.object)) === owner)
    .map(({ root }) => root.id);
}

/** Says which events make plans of unchanged text stale: a new spec or drift mode, a new applied revision, a change out of band. */
function appliedWatch(): (event: WorkspaceEvent) => boolean {
  const seen = new Map<string, string>();
  return (event) => {
    if (event.type === 'loop') return event.event.type === 'drift';
    if (event.type !== 'fluxObjects') return false;
    const now = event.kustomizations
      .map(
        (one) =>
          `${keyOf(refOf(one))} ${String(getPath(one, 'metadata', 'generation'))} ${getString(one, 'status', 'lastAppliedRevision') ?? ''} ${String(detectsOnly(one))}`,
      )
      .join('\n');
    const before = seen.get(event.cluster);
    seen.set(event.cluster, now);
    return now !== before;
  };
}

/** ConfigMaps and Secrets for substitution: those that the folder writes (edits count at once), else the cluster's. */
function variablesOf(read: () => WorkspaceState): VariableLookup {
  const written = createVariablesOf();
  return (name) => {
    const found = written(read())(name);
    if (found) return found;
    for (const cluster of read().clusters) {
      const live = cluster.objects.get(`/${name.kind}/${name.namespace}/${name.name}`)?.object;
      if (live) return { data: dataOf(nodeOfJson(live))?.data, holder: `the cluster ${cluster.name}` };
    }
    return undefined;
  };
}
