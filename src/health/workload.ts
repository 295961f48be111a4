// The pods behind a workload that is not ready: followed by a watch of their own, opened when it is needed.
import { getObject, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { KubeClient, WatchCache } from '../kube/client.ts';
import { podFailure } from './podFailure.ts';
import { computeStatus } from './status.ts';

export interface PodWatch {
  /** One sentence of the first pod that says why; undefined where none does. */
  why(): string | undefined;
  /** How many pods have failed for good, in the sense of kstatus; pods that are going or not yet scheduled do not count. */
  failed(): number;
  dispose(): void;
}

/** Follows the pods that a workload selects; undefined where it selects none by labels. `changed` is called after each change. */
export async function watchPods(
  workload: JsonObject,
  client: Pick<KubeClient, 'resourceType' | 'watch'>,
  changed: () => void,
  signal?: AbortSignal,
): Promise<PodWatch | undefined> {
  const labels = getObject(workload, 'spec', 'selector', 'matchLabels');
  const namespace = getString(workload, 'metadata', 'namespace');
  if (!labels || Object.keys(labels).length === 0 || namespace === undefined) return undefined;
  const type = await client.resourceType({ group: '', version: 'v1', kind: 'Pod' }, signal);
  if (!type || signal?.aborted) return undefined;
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
  const cache = client.watch(type, { namespace, labelSelector });
  cache.onChange(changed);
  return { why: () => firstReason(cache), failed: () => countFailed(cache), dispose: () => cache.dispose() };
}

function firstReason(cache: WatchCache): string | undefined {
  for (const pod of cache.items()) {
    const reason = podFailure(pod);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function countFailed(cache: WatchCache): number {
  return cache.items().filter((pod) => {
    const health = computeStatus(pod);
    const unscheduled = health.conditions.some((condition) => condition.reason === 'PodUnschedulable');
    return health.status === 'Failed' && !unscheduled && getString(pod, 'metadata', 'deletionTimestamp') === undefined;
  }).length;
}
