// Follows the loop's Flux objects in the cluster and calls back with the rows of the table after each change.
import type { KubeClient, WatchCache } from '../kube/client.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { keyOf } from '../model/objectRef.ts';
import type { Loop } from '../reconcile/loop.ts';
import { loopRows } from '../present/loopTable.ts';
import type { LoopRow } from '../present/loopTable.ts';

const SOURCE = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' };
const KUSTOMIZATION = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' };
/** Changes come in bursts: the table is made once for each. */
const SETTLE_MS = 50;

export interface Following {
  rows(): LoopRow[];
  dispose(): void;
}

export async function follow(client: KubeClient, loop: Loop, onChange: (rows: LoopRow[]) => void, signal: AbortSignal): Promise<Following> {
  const caches: WatchCache[] = [];
  for (const gvk of [SOURCE, KUSTOMIZATION]) {
    const type = await client.resourceType(gvk, signal);
    if (!type) throw new Error(`the cluster does not serve ${gvk.kind}.${gvk.group}: install Flux's definitions, or name a repository with --workspace`);
    caches.push(client.watch(type, {}));
  }
  await Promise.all(caches.map((cache) => cache.synced()));
  const drifts = new Map<string, { owner: ObjectRef; ref: ObjectRef }>();
  let timer: NodeJS.Timeout | undefined;
  const rows = (): LoopRow[] => loopRows({ sources: caches[0]?.items() ?? [], kustomizations: caches[1]?.items() ?? [], drifts: [...drifts.values()] });
  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange(rows());
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
    dispose: () => {
      clearTimeout(timer);
      for (const one of [...subscriptions, ...caches]) one.dispose();
    },
  };
}
