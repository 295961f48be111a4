// Follows what a connected cluster has: its Flux objects, their inventories, and the pods behind them. Runs no loop.
import type { Clock } from '../../model/clock.ts';
import { DisposableStore } from '../../model/disposable.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeClient, KubeReader, WatchCache } from '../../kube/client.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, GIT_REPOSITORY, KUSTOMIZATION } from '../../reconcile/fluxKinds.ts';
import type { WorkspaceEvent } from '../event.ts';
import { followFluxController } from './fluxController.ts';
import { inventoryRefs, watchInventory } from './inventory.ts';
import { watchPodsBehind } from './podsBehind.ts';

const RETRY_MS = 1_000;

/** The kinds that are shown as sources, in the order of the tree. Kinds that the cluster does not serve are left out. */
export const SOURCE_KINDS: readonly GroupVersionKind[] = [
  GIT_REPOSITORY,
  { ...GIT_REPOSITORY, kind: 'OCIRepository' },
  { ...GIT_REPOSITORY, kind: 'Bucket' },
  ARTIFACT_GENERATOR,
  EXTERNAL_ARTIFACT,
];

/** What is known of a cluster while it is followed. */
export interface FollowedCluster extends Disposable {
  /** Reads from the watches what they follow, and from the server what they do not. */
  readonly reader: KubeReader;
}

/** Follows a cluster until disposed. Where Flux is not installed yet, it looks again until it is. */
export function followCluster(
  name: string,
  client: KubeClient,
  clock: Clock,
  emit: (event: WorkspaceEvent) => void,
): FollowedCluster {
  const store = new DisposableStore();
  let disposed = false;
  const caches: { kind: string; cache: WatchCache }[] = [];
  const pods = store.add(watchPodsBehind(client, clock, (seen) => emit({ type: 'pods', cluster: name, ...seen })));
  const inventory = store.add(
    watchInventory(client, clock, (objects) => {
      emit({ type: 'liveObjects', cluster: name, objects });
      pods.follow(objects);
    }),
  );

  store.add(followFluxController(client, (flux) => emit({ type: 'fluxController', cluster: name, flux })));

  const of = (isKustomization: boolean): JsonObject[] =>
    caches.filter((one) => (one.kind === 'Kustomization') === isKustomization).flatMap((one) => one.cache.items());
  const changed = (): void => {
    const kustomizations = of(true);
    emit({ type: 'fluxObjects', cluster: name, sources: of(false), kustomizations });
    inventory.follow(inventoryRefs(kustomizations));
  };
  const open = async (): Promise<void> => {
    const types = await Promise.all(
      [...SOURCE_KINDS, KUSTOMIZATION].map((kind) => client.resourceType(kind).catch(() => undefined)),
    );
    if (disposed) return;
    if (!types.at(-1)) {
      client.forgetTypes();
      const cancel = clock.after(RETRY_MS, () => void open());
      store.add({ dispose: cancel });
      return;
    }
    for (const type of types) {
      if (!type) continue;
      const cache = store.add(client.watch(type, {}));
      caches.push({ kind: type.kind, cache });
      store.add(cache.onChange(changed));
    }
    await Promise.all(caches.map(({ cache }) => cache.synced().catch(() => undefined)));
    if (!disposed) changed();
  };
  void open();

  return {
    reader: {
      resourceType: (gvk, signal) => client.resourceType(gvk, signal),
      resourceTypes: (signal) => client.resourceTypes(signal),
      list: (type, options, signal) => client.list(type, options, signal),
      get: (ref, signal) => inventory.get(ref) ?? client.get(ref, signal),
    },
    dispose: () => {
      disposed = true;
      store.dispose();
    },
  };
}
