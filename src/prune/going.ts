// What a deletion would take: of the objects that left an inventory those that are there, are the owner's and are not opted
// out. Reads only.
import type { ObjectRef } from '../model/objectRef.ts';
import { concurrently } from '../diff/concurrently.ts';
import type { Owner } from '../diff/desired/desired.ts';
import { keepReason } from '../diff/desired/prunable.ts';
import { asStatusError } from '../diff/plan/refusal.ts';
import type { KubeReader } from '../kube/client.ts';

const CONCURRENCY = 8;

/** The objects that {@link prune} would delete. One that may not be read counts: it may be deleted all the same. */
export async function going(
  stale: readonly ObjectRef[],
  client: KubeReader,
  owner: Owner,
  signal: AbortSignal,
): Promise<ObjectRef[]> {
  const there = await concurrently(
    stale,
    CONCURRENCY,
    async (ref) => {
      try {
        const live = await client.get(ref, signal);
        return live !== undefined && keepReason(live, owner) === undefined;
      } catch (error) {
        const status = asStatusError(error);
        if (!status) throw error;
        return status.code !== 404;
      }
    },
    signal,
  );
  return stale.filter((_, at) => there[at]);
}
