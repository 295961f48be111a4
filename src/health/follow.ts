// Follows a set of objects by watches: one for each kind and namespace, narrowed to the object where there is only one.
import type { Clock } from '../model/clock.ts';
import type { JsonObject } from '../model/json.ts';
import { apiVersionOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { reasonOf } from '../model/reason.ts';
import type { ResourceType } from '../model/resourceType.ts';
import type { KubeClient, WatchCache } from '../kube/client.ts';

export interface Follower {
  /** The live object; null where it does not exist, undefined while nobody knows. */
  get(ref: ObjectRef): JsonObject | null | undefined;
  /** Why nobody knows. */
  problem(ref: ObjectRef): string | undefined;
  dispose(): void;
}

/** A kind that the cluster does not serve yet is looked for again. */
const TYPE_INTERVAL = 2_000;

interface Group {
  readonly refs: ObjectRef[];
  cache?: WatchCache;
  synced: boolean;
  problem?: string;
}

const groupKey = (ref: ObjectRef): string => `${apiVersionOf(ref)}/${ref.kind}/${ref.namespace}`;

export function followObjects(
  refs: readonly ObjectRef[],
  client: Pick<KubeClient, 'resourceType' | 'resourceTypes' | 'watch'>,
  clock: Clock,
  changed: () => void,
  signal: AbortSignal,
): Follower {
  const groups = new Map<string, Group>();
  for (const ref of refs) {
    const group = groups.get(groupKey(ref)) ?? { refs: [], synced: false };
    group.refs.push(ref);
    groups.set(groupKey(ref), group);
  }
  const timers = new Set<() => void>();

  const open = async (group: Group): Promise<void> => {
    const [first] = group.refs;
    if (!first || signal.aborted) return;
    try {
      const type = (await client.resourceType(first, signal)) ?? (await anyVersion(client, first, signal));
      if (signal.aborted) return;
      if (type) return start(group, client.watch(type, { namespace: first.namespace, ...only(group) }));
      group.problem = `no matches for kind "${first.kind}" in group "${first.group}"`;
    } catch (error) {
      if (signal.aborted) return;
      group.problem = reasonOf(error);
    }
    changed();
    timers.add(clock.after(TYPE_INTERVAL, () => void open(group)));
  };

  const start = (group: Group, cache: WatchCache): void => {
    group.cache = cache;
    delete group.problem;
    cache.onChange(() => {
      if (group.synced) changed();
    });
    cache.synced().then(
      () => {
        group.synced = true;
        changed();
      },
      () => undefined,
    );
  };

  for (const group of groups.values()) void open(group);
  return {
    get: (ref) => {
      const group = groups.get(groupKey(ref));
      return group?.synced ? (group.cache?.get(ref.namespace, ref.name) ?? null) : undefined;
    },
    problem: (ref) => {
      const group = groups.get(groupKey(ref));
      return group?.problem ?? group?.cache?.failure?.message;
    },
    dispose: () => {
      for (const stop of timers) stop();
      for (const group of groups.values()) group.cache?.dispose();
    },
  };
}

/** What is waited for is named by group and kind alone (kstatus, ObjMetadata): a version that is not served is no obstacle. */
async function anyVersion(
  client: Pick<KubeClient, 'resourceTypes'>,
  { group, kind }: ObjectRef,
  signal: AbortSignal,
): Promise<ResourceType | undefined> {
  const types = await client.resourceTypes(signal);
  return types.find((one) => one.group === group && one.kind === kind);
}

function only(group: Group): { fieldSelector?: string } {
  const [first] = group.refs;
  return group.refs.length === 1 && first ? { fieldSelector: `metadata.name=${first.name}` } : {};
}
