// The watches of a loop: its Flux objects, and the kinds that wake them. Opens and finds; decides nothing.
import type { DisposableStore } from '../model/disposable.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { KubeClient, WatchCache } from '../kube/client.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, GIT_REPOSITORY, KUSTOMIZATION } from './fluxKinds.ts';

type WatchOptions = Parameters<KubeClient['watch']>[1];

/** Watches that end with the loop. */
export interface Watches {
  /** Undefined where the cluster does not serve the kind. */
  find(gvk: GroupVersionKind, options?: WatchOptions): Promise<WatchCache | undefined>;
  /** Rejects with one sentence where the cluster does not serve the kind. */
  open(gvk: GroupVersionKind, options?: WatchOptions): Promise<WatchCache>;
}

/** The Flux objects as the watches have them. */
export interface FluxCaches {
  readonly sources: WatchCache;
  readonly kustomizations: WatchCache;
  /** These two where the cluster serves them: source-watcher is no part of every Flux. */
  readonly generators: WatchCache | undefined;
  readonly made: WatchCache | undefined;
}

export function createWatches(client: KubeClient, store: DisposableStore, signal: AbortSignal): Watches {
  const find: Watches['find'] = async (gvk, options = {}) => {
    const type = await client.resourceType(gvk, signal);
    return type && store.add(client.watch(type, options));
  };
  return {
    find,
    async open(gvk, options) {
      const cache = await find(gvk, options);
      if (cache) return cache;
      throw new Error(
        `the cluster at ${client.server} does not serve ${gvk.kind}.${gvk.group}: Flux's definitions are missing`,
      );
    },
  };
}

/** Resolves when the first lists are in. Rejects where Flux's kinds are not served, or may not be listed. */
export async function openFluxCaches(watches: Watches): Promise<FluxCaches> {
  const [sources, kustomizations] = [await watches.open(GIT_REPOSITORY), await watches.open(KUSTOMIZATION)];
  await Promise.all([allowed(sources), allowed(kustomizations)]);
  const [made, generators] = await Promise.all([watches.find(EXTERNAL_ARTIFACT), watches.find(ARTIFACT_GENERATOR)]);
  await Promise.all([made?.synced(), generators?.synced()]);
  return { sources, kustomizations, generators, made };
}

/** The cache that follows a Flux object of this kind. */
export function cacheOf(caches: FluxCaches, ref: ObjectRef): WatchCache | undefined {
  if (ref.kind === GIT_REPOSITORY.kind) return caches.sources;
  if (ref.kind === EXTERNAL_ARTIFACT.kind) return caches.made;
  return ref.kind === ARTIFACT_GENERATOR.kind ? caches.generators : caches.kustomizations;
}

/** Waits for a first list without which there is no loop. Rejects with the server's words where it may not be had. */
async function allowed(cache: WatchCache): Promise<void> {
  await cache.answered();
  if (cache.failure?.code === 403) throw cache.failure;
  await cache.synced();
}

/** Tells what changes after the first list. One that the account may not see keeps nothing from beginning. */
export async function afterFirst(cache: WatchCache, listener: Parameters<WatchCache['onChange']>[0]): Promise<void> {
  const follow = cache.synced().then(
    () => void cache.onChange(listener),
    () => undefined,
  );
  await cache.answered();
  if (!cache.failure) await follow;
}
