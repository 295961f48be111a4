// The pods behind workloads that are not ready, and whether there are any behind Services that no known workload has pods
// for: one watch for each namespace that has such a one, for as long as it has one. Nothing but watches is ever asked for.
import type { Clock } from '../../model/clock.ts';
import { DisposableStore } from '../../model/disposable.ts';
import type { Disposable } from '../../model/disposable.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf } from '../../model/objectRef.ts';
import { faultyPods, selectsPod } from '../../health/podFault.ts';
import type { FaultyPod } from '../../health/podFault.ts';
import type { KubeClient, WatchCache } from '../../kube/client.ts';
import { withoutManagedFields } from '../../kube/watch/objectStore.ts';
import { lonelyServices, withoutPods } from './servicePods.ts';
import type { LonelyService } from './servicePods.ts';
import type { ClusterState, LiveObject } from '../state.ts';

/** What passes within this time is a rollout, and nobody asks why. */
const SETTLES_MS = 1_000;
const GATHER_MS = 100;
/** In a cluster where everything is down, these many namespaces say enough. */
const MOST_NAMESPACES = 10;

const NOTHING = '[[],[]]';
export const POD = { group: '', version: 'v1', kind: 'Pod' };

export interface PodWatches extends Disposable {
  /** The objects that are followed now, with their health. */
  follow(objects: ReadonlyMap<string, LiveObject>): void;
}

/** What is seen of the pods of a cluster. */
export type SeenPods = Pick<ClusterState, 'pods' | 'withoutPods'>;

interface NamespaceWatch {
  readonly store: DisposableStore;
  cache?: WatchCache;
  /** The first list is in: what is not in it is not there. */
  isSynced?: true;
}

export function watchPodsBehind(
  client: Pick<KubeClient, 'resourceType' | 'watch'>,
  clock: Clock,
  tell: (seen: SeenPods) => void,
): PodWatches {
  const watches = new Map<string, NamespaceWatch>();
  let unready: readonly LiveObject[] = [];
  let lonely: readonly LonelyService[] = [];
  let told = NOTHING;
  let cancel: (() => void) | undefined;

  const gather = (): void => {
    cancel = undefined;
    const pods = [...watches.values()].flatMap(({ cache }) => cache?.items() ?? []);
    const seen = { pods: podsBehind(unready, pods), withoutPods: withoutPods(lonely, podsOf) };
    const text = JSON.stringify([[...seen.pods], [...seen.withoutPods]]);
    if (text === told) return;
    told = text;
    tell(seen);
  };
  const podsOf = (namespace: string): readonly JsonObject[] | undefined => {
    const { cache, isSynced } = watches.get(namespace) ?? {};
    return cache && isSynced && !cache.failure ? cache.items() : undefined;
  };
  const changed = (): void => void (cancel ??= clock.after(GATHER_MS, gather));
  const open = async (namespace: string, watch: NamespaceWatch): Promise<void> => {
    const type = await client.resourceType(POD).catch(() => undefined);
    if (!type || watches.get(namespace) !== watch) return;
    watch.cache = watch.store.add(client.watch(type, { namespace, project: withoutManagedFields }));
    watch.store.add(watch.cache.onChange(changed));
    await watch.cache.synced().catch(() => undefined);
    if (watches.get(namespace) !== watch) return;
    watch.isSynced = true;
    changed();
  };

  return {
    follow: (objects) => {
      unready = [...objects.values()].filter(isUnreadyWorkload);
      lonely = lonelyServices(objects.values());
      const wanted = new Set([...namespacesOf(unready), ...lonelyNamespaces(lonely)].slice(0, MOST_NAMESPACES));
      for (const [namespace, watch] of watches) {
        if (wanted.has(namespace)) continue;
        watches.delete(namespace);
        watch.store.dispose();
      }
      for (const namespace of wanted) {
        if (watches.has(namespace)) continue;
        const watch: NamespaceWatch = { store: new DisposableStore() };
        watches.set(namespace, watch);
        watch.store.add({ dispose: clock.after(SETTLES_MS, () => void open(namespace, watch)) });
      }
      if (told !== NOTHING || unready.length + lonely.length > 0) changed();
    },
    dispose: () => {
      cancel?.();
      for (const watch of watches.values()) watch.store.dispose();
      watches.clear();
    },
  };
}

/** The faulty pods of each workload, of those that are not ready. */
export function podsBehind(unready: readonly LiveObject[], pods: readonly JsonObject[]): ClusterState['pods'] {
  const behind = new Map<string, readonly FaultyPod[]>();
  for (const { ref, object } of unready) {
    if (!object) continue;
    const own = isPod(ref)
      ? [object]
      : pods.filter((pod) => getString(pod, 'metadata', 'namespace') === ref.namespace && isBehind(object, pod));
    const faulty = faultyPods(own);
    if (faulty.length > 0) behind.set(keyOf(ref), faulty);
  }
  return behind;
}

function lonelyNamespaces(lonely: readonly LonelyService[]): string[] {
  return [...new Set(lonely.map(({ namespace }) => namespace))].sort();
}

/** The namespaces whose pods are to be looked at. */
export function namespacesOf(unready: readonly LiveObject[]): string[] {
  return [...new Set(unready.filter(({ ref }) => !isPod(ref)).map(({ ref }) => ref.namespace))].sort();
}

function isPod({ group, kind }: LiveObject['ref']): boolean {
  return group === '' && kind === 'Pod';
}

/** A workload that may have pods to blame, or a pod that nothing owns. */
export function isUnreadyWorkload({ ref, status, object }: LiveObject): boolean {
  if (ref.group !== 'apps' && ref.group !== 'batch' && !isPod(ref)) return false;
  return status === 'InProgress' || status === 'Failed' || (ref.kind === 'Job' && runsInVain(object));
}

/** A Job that runs counts as current, whatever its pods do. */
function runsInVain(job: JsonObject | undefined): boolean {
  const count = (field: string): number => Number(getPath(job, 'status', field) ?? 0);
  return (
    getPath(job, 'status', 'completionTime') === undefined && (count('failed') > 0 || count('ready') < count('active'))
  );
}

/** Two Deployments of one selector share no ReplicaSet, and all other workloads own their pods themselves. */
function isBehind(workload: JsonObject, pod: JsonObject): boolean {
  const owners = getList(pod, 'metadata', 'ownerReferences') ?? [];
  const uid = getString(workload, 'metadata', 'uid');
  if (owners.some((owner) => getString(owner, 'uid') === uid)) return true;
  const name = getString(workload, 'metadata', 'name') ?? '';
  const ofSet = owners.some(
    (owner) => getString(owner, 'kind') === 'ReplicaSet' && (getString(owner, 'name') ?? '').startsWith(`${name}-`),
  );
  return getString(workload, 'kind') === 'Deployment' && ofSet && selectsPod(workload, pod);
}
