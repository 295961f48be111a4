// The one function that changes the workspace's state. Pure: effects are in workspace.ts and session.ts.
import { hasErrors } from '../model/finding.ts';
import { keyOf } from '../model/objectRef.ts';
import type { LoopEvent } from '../reconcile/loopEvent.ts';
import type { WorkspaceEvent } from './event.ts';
import { goneFrom } from './plan/gone.ts';
import { newCluster, ownerKey } from './state.ts';
import type { ClusterState, PlanState, WorkspaceState } from './state.ts';

/** The state after an event. The same object where the event changes nothing. */
export function reduce(state: WorkspaceState, event: WorkspaceEvent): WorkspaceState {
  switch (event.type) {
    case 'trusted':
      return { ...state, trusted: true };
    case 'indexed':
      return {
        ...state,
        indexed: true,
        index: event.index,
        renderings: keepKnown(
          state,
          event.index.roots.map((root) => root.id),
        ),
      };
    case 'rendered': {
      const known = state.renderings.get(event.rendering.root.id);
      if (known && known.version > event.rendering.version) return state;
      const { rendering } = event;
      const whole = rendering.pending !== true && !hasErrors(rendering.findings);
      const lastGood = whole ? rendering.manifests : (known?.lastGood ?? []);
      // While something is fetched, what was whole before stays in sight.
      const manifests = rendering.pending && lastGood.length > 0 ? lastGood : rendering.manifests;
      const isThere = (key: string): boolean => state.clusters.some(({ objects }) => objects.has(key));
      const gone = known ? goneFrom(known, lastGood, isThere) : [];
      const next = { ...rendering, manifests, lastGood, ...(gone.length > 0 ? { gone } : {}) };
      return { ...state, renderings: withEntry(state.renderings, rendering.root.id, next) };
    }
    case 'looseFindings':
      return {
        ...state,
        looseFindings: withEntry(
          state.looseFindings,
          event.path,
          event.findings.length > 0 ? event.findings : undefined,
        ),
      };
    case 'unsaved':
      return { ...state, unsaved: event.paths };
    case 'clusters':
      return {
        ...state,
        clusters: event.clusters.map(
          ({ name, provider }) => state.clusters.find((one) => one.name === name) ?? newCluster(name, provider),
        ),
      };
    case 'clusterPhase':
      return withCluster(state, event.cluster, (cluster) => {
        // Of what has stopped nothing is left but what is served to it: no loop runs there.
        const now = event.phase === 'stopped' ? newCluster(cluster.name, cluster.provider) : cluster;
        return {
          ...now,
          phase: event.phase,
          message: event.message,
          server: event.server ?? now.server,
          loop: event.loop ?? now.loop,
          serving: event.serving ?? cluster.serving,
        };
      });
    case 'fluxObjects':
      return withCluster(state, event.cluster, (cluster) => ({
        ...cluster,
        sources: event.sources,
        kustomizations: event.kustomizations,
      }));
    case 'served':
      return withCluster(state, event.cluster, (cluster) => ({ ...cluster, served: event.sources }));
    case 'fluxController':
      return withCluster(state, event.cluster, (cluster) => ({ ...cluster, flux: event.flux }));
    case 'liveObjects':
      return withCluster(state, event.cluster, (cluster) => ({ ...cluster, objects: event.objects }));
    case 'pods':
      return withCluster(state, event.cluster, (cluster) => ({
        ...cluster,
        pods: event.pods,
        withoutPods: event.withoutPods,
      }));
    case 'loop':
      return withCluster(state, event.cluster, (cluster) => afterLoopEvent(cluster, event.event));
    case 'planned':
      return withCluster(state, event.cluster, (cluster) => afterPlan(cluster, event.owner, event.plan));
    default:
      return impossible(event);
  }
}

/** The compiler knows that the union has no other member. */
function impossible(event: never): never {
  throw new Error(`unknown event ${JSON.stringify(event)}`);
}

/** A plan of an older rendering never replaces a newer one. */
function afterPlan(cluster: ClusterState, owner: string, plan: PlanState): ClusterState {
  const known = cluster.plans.get(owner);
  return known && known.version > plan.version ? cluster : { ...cluster, plans: withEntry(cluster.plans, owner, plan) };
}

function afterLoopEvent(cluster: ClusterState, event: LoopEvent): ClusterState {
  if (event.type === 'phase') {
    const value = event.phase === 'idle' ? undefined : { phase: event.phase, detail: event.detail };
    return { ...cluster, phases: withEntry(cluster.phases, `${event.owner.kind}/${ownerKey(event.owner)}`, value) };
  }
  if (event.type === 'drift') {
    const { type: _, ...drift } = event;
    const now = event.changes.length === 0 ? undefined : drift;
    return { ...cluster, drifts: withEntry(cluster.drifts, keyOf(event.ref), now) };
  }
  return cluster;
}

function withCluster(
  state: WorkspaceState,
  name: string,
  change: (cluster: ClusterState) => ClusterState,
): WorkspaceState {
  const clusters = state.clusters.map((cluster) => (cluster.name === name ? change(cluster) : cluster));
  return clusters.every((cluster, at) => cluster === state.clusters[at]) ? state : { ...state, clusters };
}

/** A copy of the map with the entry set, or removed where the value is undefined. */
function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V | undefined): ReadonlyMap<string, V> {
  if (value === undefined && !map.has(key)) return map;
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

function keepKnown(state: WorkspaceState, ids: readonly string[]): WorkspaceState['renderings'] {
  const known = new Set(ids);
  return new Map([...state.renderings].filter(([id]) => known.has(id)));
}
