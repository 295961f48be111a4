// Keeps a plan for each Kustomization that a cluster has and the folder can render: newest text wins, older runs end.
import { hasErrors } from '../../model/finding.ts';
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { refOf } from '../../model/objectRef.ts';
import { reasonOf } from '../../model/reason.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import type { KubeClient, KubeReader } from '../../kube/client.ts';
import type { WorkspaceEvent } from '../event.ts';
import { leftDrift } from './leftDrift.ts';
import { othersOf, renderingOf, writtenOf } from '../cluster/others.ts';
import type { Beside } from './planBeside.ts';
import { ownerKey } from '../state.ts';
import type { ClusterState, RootRendering, WorkspaceState } from '../state.ts';

/** Keystrokes within this time make one plan. */
const SETTLE_MS = 40;
/** A prediction that stands for this long is confirmed by the server. */
const CONFIRM_MS = 300;

export interface PlanInput {
  readonly client: KubeClient;
  /** Reads live objects from the watches where they are followed. */
  readonly reader: KubeReader;
  readonly manifests: readonly Manifest[];
  readonly kustomization: JsonObject;
  /** The same as the files write it now, where they do. */
  readonly written: JsonObject;
  readonly revision: string;
  /** The other Kustomizations of the cluster, as the files are now. */
  readonly others: readonly Beside[];
  /** Whether the loop would leave an object of it as it is. */
  readonly leaves: (desired: JsonObject) => boolean;
  /** False: a prediction, at once. True: each object is confirmed by a dry-run of the server. */
  readonly confirm: boolean;
}

/** Compares a rendering with a cluster. */
export type MakePlan = (input: PlanInput, signal: AbortSignal) => Promise<Plan>;

export interface Planner extends Disposable {
  /** Something that the plans of a root depend on has changed; every root where none is named. */
  stale(rootId?: string): void;
}

export interface PlannerDeps {
  readonly state: () => WorkspaceState;
  readonly emit: (event: WorkspaceEvent) => void;
  readonly session: (cluster: string) => { readonly client: KubeClient; readonly reader: KubeReader } | undefined;
  readonly revision: () => string;
  readonly plan: MakePlan;
  readonly clock: Clock;
}

export function createPlanner(deps: PlannerDeps): Planner {
  const running = new Map<string, AbortController>();
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;

  const planOne = async (cluster: ClusterState, kustomization: JsonObject, rendering: RootRendering): Promise<void> => {
    const owner = ownerKey(refOf(kustomization));
    const key = `${cluster.name} ${owner}`;
    const session = deps.session(cluster.name);
    running.get(key)?.abort();
    if (!session) return;
    const tell = (plan: Extract<WorkspaceEvent, { type: 'planned' }>['plan']): void =>
      deps.emit({ type: 'planned', cluster: cluster.name, owner, plan });
    if (hasErrors(rendering.findings)) {
      tell({ kind: 'blocked', findings: rendering.findings, version: rendering.version });
      return;
    }
    // Of a part of the objects the rest would be planned to be deleted: the plan before stands until the whole is there.
    if (rendering.pending) return;
    const controller = new AbortController();
    running.set(key, controller);
    try {
      const others = othersOf(deps.state(), cluster, kustomization);
      const written = writtenOf(deps.state(), cluster, kustomization);
      const { manifests } = rendering;
      const leaves = (desired: JsonObject): boolean => leftDrift(cluster)(refOf(kustomization), desired);
      const input = { ...session, manifests, kustomization, written, others, leaves, revision: deps.revision() };
      // A prediction answers a keystroke. Where only the cluster has changed, what it said last stands until it says more.
      const known = cluster.plans.get(owner);
      const steps = known?.kind === 'made' && known.version === rendering.version ? [true] : [false, true];
      for (const confirm of steps) {
        const plan = await deps.plan({ ...input, confirm }, controller.signal);
        if (controller.signal.aborted) return;
        tell({ kind: 'made', plan, version: rendering.version });
        if (!confirm) await pause(deps.clock, CONFIRM_MS, controller.signal);
        if (controller.signal.aborted) return;
      }
    } catch (error) {
      if (!controller.signal.aborted)
        tell({
          kind: 'failed',
          message: reasonOf(error),
          version: rendering.version,
        });
    } finally {
      if (running.get(key) === controller) running.delete(key);
    }
  };
  const run = (): void => {
    cancel = undefined;
    const ids = new Set(waiting);
    waiting.clear();
    const state = deps.state();
    for (const cluster of state.clusters.filter((one) => one.phase === 'connected')) {
      for (const kustomization of cluster.kustomizations) {
        const rendering = renderingOf(state, kustomization);
        if (rendering && (ids.has('') || ids.has(rendering.root.id))) void planOne(cluster, kustomization, rendering);
      }
    }
  };

  return {
    stale: (rootId = '') => {
      waiting.add(rootId);
      cancel?.();
      cancel = deps.clock.after(SETTLE_MS, run);
    },
    dispose: () => {
      cancel?.();
      for (const controller of running.values()) controller.abort();
    },
  };
}

/** Resolves after the time, or at once when the signal aborts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
  });
}
