// Follows the loop's Flux objects in the cluster and calls back with the rows of the table after each change.
import type { KubeClient, WatchCache } from '../kube/client.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { keyOf } from '../model/objectRef.ts';
import { ARTIFACT_GENERATOR, EXTERNAL_ARTIFACT, GIT_REPOSITORY, KUSTOMIZATION } from '../reconcile/fluxKinds.ts';
import type { Loop } from '../reconcile/loop.ts';
import { loopRows } from '../present/loopTable.ts';
import type { LoopRow } from '../present/loopTable.ts';
import { explainRows } from './explainRows.ts';

/** In the order in which things flow. Kinds that the cluster does not serve are left out, but for the first and Kustomization. */
const SOURCES = [
  GIT_REPOSITORY,
  { ...GIT_REPOSITORY, kind: 'OCIRepository' },
  { ...GIT_REPOSITORY, kind: 'HelmRepository' },
  ARTIFACT_GENERATOR,
  EXTERNAL_ARTIFACT,
];
const RELEASES = [{ group: 'helm.toolkit.fluxcd.io', version: 'v2', kind: 'HelmRelease' }];
/** Changes come in bursts: the table is made once for each. */
const SETTLE_MS = 50;

export interface Following {
  rows(): LoopRow[];
  /** Reads why what is not ready is not, also what is on its way: {@link rows} say it from then on. Never rejects. */
  explain(): Promise<void>;
  /** The rows as the server has them now: the watches may be a moment behind. */
  live(signal: AbortSignal): Promise<LoopRow[]>;
  dispose(): void;
}

export async function follow(
  client: KubeClient,
  loop: Loop,
  onChange: (rows: LoopRow[]) => void,
  root: string | undefined,
  signal: AbortSignal,
): Promise<Following> {
  const served: ResourceType[][] = [];
  const watch = async (kinds: readonly GroupVersionKind[]): Promise<WatchCache[]> => {
    const types = await Promise.all(kinds.map((gvk) => client.resourceType(gvk, signal)));
    served.push(types.filter((type) => type !== undefined));
    const [first] = kinds;
    if (!types[0] && first)
      throw new Error(
        `the cluster does not serve ${first.kind}.${first.group}: install Flux's definitions, or name a repository with --workspace`,
      );
    return types.filter((type) => type !== undefined).map((type) => client.watch(type, {}));
  };
  const sources = await watch(SOURCES);
  const kustomizations = await watch([KUSTOMIZATION]);
  const releases = await watch(RELEASES).catch(() => []);
  const caches = [...sources, ...kustomizations, ...releases];
  await Promise.all(caches.map((cache) => cache.synced()));
  const itemsOf = (some: readonly WatchCache[]): JsonObject[] => some.flatMap((cache) => cache.items());
  const drifts = new Map<string, { owner: ObjectRef; ref: ObjectRef }>();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const reasons = explainRows(client, root, signal);
  const bare = (): LoopRow[] =>
    loopRows({
      sources: itemsOf(sources),
      kustomizations: itemsOf(kustomizations),
      releases: itemsOf(releases),
      drifts: [...drifts.values()],
    });
  const rows = (): LoopRow[] => reasons.of(bare());
  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      // What has failed is shown with its reason, not twice.
      void reasons.read(bare()).then(() => (ended ? undefined : onChange(rows())));
    }, SETTLE_MS);
  };
  const subscriptions = [
    ...caches.map((cache) => cache.onChange(changed)),
    loop.events.on((event) => {
      if (event.type !== 'drift') return;
      if (event.changes.length > 0) drifts.set(keyOf(event.ref), { owner: event.owner, ref: event.ref });
      else drifts.delete(keyOf(event.ref));
      changed();
    }),
  ];
  changed();
  return {
    rows,
    explain: () => reasons.readAll(bare()),
    live: async (until) => {
      const [liveSources = [], liveKustomizations = [], liveReleases = []] = await Promise.all(
        served.map(async (types) =>
          (await Promise.all(types.map((type) => client.list(type, {}, until)))).flatMap(({ items }) => items),
        ),
      );
      return loopRows({ sources: liveSources, kustomizations: liveKustomizations, releases: liveReleases });
    },
    dispose: () => {
      ended = true;
      clearTimeout(timer);
      for (const one of [...subscriptions, ...caches]) one.dispose();
    },
  };
}
