// Follows the objects of the inventories: one watch for each kind, health for each object. Asks nothing twice.
import type { Clock } from '../../model/clock.ts';
import { DisposableStore } from '../../model/disposable.ts';
import type { Disposable } from '../../model/disposable.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { notRenderedHealth } from '../../health/notRendered.ts';
import { computeStatus } from '../../health/status.ts';
import type { KubeClient, WatchCache } from '../../kube/client.ts';
import type { LiveObject } from '../state.ts';

/** Changes within this time are told together: a rollout writes many. */
const GATHER_MS = 30;

export interface InventoryWatch extends Disposable {
  /** The objects that inventories name now. Kinds that are new get a watch, kinds that are gone lose it. */
  follow(refs: readonly ObjectRef[]): void;
  /** What a watch that is in sync has of an object; undefined where the kind is not followed. */
  get(ref: ObjectRef): Promise<JsonObject | undefined> | undefined;
}

export function watchInventory(
  client: KubeClient,
  clock: Clock,
  tell: (objects: ReadonlyMap<string, LiveObject>) => void,
): InventoryWatch {
  const watches = new Map<string, { cache?: WatchCache; store: DisposableStore; gone: boolean }>();
  // What has not changed keeps its health and stays the same value: trees of thousands of rows are made of them.
  const known = new WeakMap<JsonObject, LiveObject>();
  let refs: readonly ObjectRef[] = [];
  let followed: ReadonlySet<string> = new Set();
  let cancel: (() => void) | undefined;
  let disposed = false;

  const gather = (): void => {
    cancel = undefined;
    tell(new Map(refs.map((ref) => [keyOf(ref), knownOf(ref)])));
  };
  const knownOf = (ref: ObjectRef): LiveObject => {
    const cache = watches.get(kindKey(ref))?.cache;
    const object = cache?.get(ref.namespace, ref.name);
    const live = (object && known.get(object)) ?? liveOf(ref, cache);
    if (object) known.set(object, live);
    return live;
  };
  const changed = (): void => {
    if (!disposed) cancel ??= clock.after(GATHER_MS, gather);
  };
  const open = async (ref: ObjectRef): Promise<void> => {
    const watch: { cache?: WatchCache; store: DisposableStore; gone: boolean } = {
      store: new DisposableStore(),
      gone: false,
    };
    watches.set(kindKey(ref), watch);
    const type = await client.resourceType(ref).catch(() => undefined);
    if (watch.gone || disposed) return;
    if (!type) {
      watches.delete(kindKey(ref));
      return;
    }
    const cache = watch.store.add(client.watch(type, {}));
    watch.store.add(cache.onChange(({ object }) => (followed.has(followedKey(object, ref)) ? changed() : undefined)));
    await cache.synced().catch(() => undefined);
    watch.cache = cache;
    changed();
  };

  return {
    follow: (next) => {
      refs = next;
      followed = new Set(refs.map((ref) => `${kindKey(ref)} ${ref.namespace}/${ref.name}`));
      const kinds = new Map(refs.map((ref) => [kindKey(ref), ref]));
      for (const [key, watch] of watches) {
        if (kinds.has(key)) continue;
        watch.gone = true;
        watch.store.dispose();
        watches.delete(key);
      }
      for (const [key, ref] of kinds) if (!watches.has(key)) void open(ref);
      changed();
    },
    get: (ref) => {
      const cache = watches.get(kindKey(ref))?.cache;
      return cache && !cache.failure ? Promise.resolve(cache.get(ref.namespace, ref.name)) : undefined;
    },
    dispose: () => {
      disposed = true;
      cancel?.();
      for (const watch of watches.values()) watch.store.dispose();
    },
  };
}

/** The objects that the Kustomizations' inventories name, each once. */
export function inventoryRefs(kustomizations: readonly JsonObject[]): ObjectRef[] {
  const refs = kustomizations.flatMap(inventoryOfKustomization);
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}

function liveOf(ref: ObjectRef, cache: WatchCache | undefined): LiveObject {
  if (!cache) return { ref, status: 'Unknown', message: 'not read yet', object: undefined };
  return healthOf(ref, cache.get(ref.namespace, ref.name));
}

/** An object as the cluster has it, or has it not, with its health. */
export function healthOf(ref: ObjectRef, object: JsonObject | undefined): LiveObject {
  if (!object) return { ref, status: 'NotFound', message: 'the cluster has no such object', object: undefined };
  const { status, message } = notRenderedHealth(object) ?? computeStatus(object);
  return { ref, status, message, object };
}

function followedKey(object: JsonObject, kind: ObjectRef): string {
  const name = getString(object, 'metadata', 'name') ?? '';
  return `${kindKey(kind)} ${getString(object, 'metadata', 'namespace') ?? ''}/${name}`;
}

function kindKey(ref: ObjectRef): string {
  return `${ref.group}/${ref.version}/${ref.kind}`;
}
