// Deletes what left an inventory, as kustomize-controller's garbage collection does. Decides nothing about when: never call
// it after a failed build or apply.
import type { ChangeSetEntry } from '../model/changeSet.ts';
import { compareApplyOrder } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import { getList, getString } from '../model/json.ts';
import { printRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { reasonOf } from '../model/reason.ts';
import type { Owner } from '../diff/desired/desired.ts';
import { keepReason } from '../diff/desired/prunable.ts';
import { asStatusError } from '../diff/plan/refusal.ts';
import { withoutSecretValues } from '../diff/fields/secrets.ts';
import type { KubeClient } from '../kube/client.ts';

export interface PruneResult {
  /** In the order of deletion, which is the reverse of the order of apply. */
  readonly changes: readonly ChangeSetEntry[];
  /** Objects that may still be there: merge them back into the inventory (mergeInventory), or they leak. */
  readonly survivors: readonly ObjectRef[];
  /** One sentence for each object that is being deleted and waits for its finalizers. */
  readonly held: readonly string[];
  /** One sentence for each object that could not be deleted, in the words of Flux. */
  readonly failures: readonly string[];
}

/**
 * Deletes objects (inventoryDiff gives them) that still carry the owner's labels and are not opted out; what is already
 * gone counts as deleted. Cancellation leaves the rest among the survivors.
 */
export async function prune(
  stale: readonly ObjectRef[],
  client: KubeClient,
  owner: Owner,
  signal?: AbortSignal,
): Promise<PruneResult> {
  const changes: ChangeSetEntry[] = [];
  const survivors: ObjectRef[] = [];
  const failures: string[] = [];
  const held: string[] = [];
  for (const ref of stale.toSorted((a, b) => compareApplyOrder(b, a))) {
    try {
      const { action, finalizers } = await pruneObject(ref, client, owner, signal);
      changes.push({ ref, action });
      if (finalizers.length > 0)
        held.push(`${printRef(ref)} is being deleted, and waits for its finalizers: ${finalizers.join(', ')}`);
    } catch (error) {
      changes.push({ ref, action: 'unknown' });
      survivors.push(ref);
      failures.push(`${printRef(ref)} ${error instanceof PruneError ? error.message : String(error)}`);
    }
  }
  return { changes, survivors, held, failures };
}

class PruneError extends Error {}

/** How often an object may change under our hands before that counts as a failure. */
const ATTEMPTS = 10;

interface Pruned {
  readonly action: 'deleted' | 'skipped';
  /** What must be taken off before the object is gone. */
  readonly finalizers: readonly string[];
}

async function pruneObject(
  ref: ObjectRef,
  client: KubeClient,
  owner: Owner,
  signal: AbortSignal | undefined,
): Promise<Pruned> {
  for (let left = ATTEMPTS; ; left--) {
    const live = await attempt('query failed', () => readLive(ref, client, signal));
    if (!live) return { action: 'deleted', finalizers: [] };
    if (keepReason(live, owner) !== undefined) return { action: 'skipped', finalizers: [] };
    if (await attempt('delete failed', () => deleteAsSeen(ref, live, client, left > 1, signal), live))
      return { action: 'deleted', finalizers: awaited(live) };
  }
}

/** What Flux's own controllers hold their objects by they take off by themselves: that is nothing to tell. */
function awaited(live: JsonObject): string[] {
  return (getList(live, 'metadata', 'finalizers') ?? []).map(String).filter((one) => one !== 'finalizers.fluxcd.io');
}

/**
 * Deletes the object only as it was judged: another Kustomization may take it over in this very moment. False where it has
 * changed since, and may be judged again.
 */
async function deleteAsSeen(
  ref: ObjectRef,
  live: JsonObject,
  client: KubeClient,
  mayRetry: boolean,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const uid = getString(live, 'metadata', 'uid');
  // What is going already nobody can keep. A server that takes its finalizer `orphan` off for this very deletion compares
  // the version with one that it has not given yet, and refuses for ever.
  const isGoing = getString(live, 'metadata', 'deletionTimestamp') !== undefined;
  const resourceVersion = isGoing ? undefined : getString(live, 'metadata', 'resourceVersion');
  const seen = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  try {
    await client.delete(ref, { propagation: 'Background', ...seen }, signal);
  } catch (error) {
    const code = asStatusError(error)?.code;
    if (code === 409 && mayRetry) return false;
    if (code !== 404) throw error;
  }
  return true;
}

/** A kind that the cluster no longer serves has no objects: its definition was deleted, and they went with it. */
async function readLive(
  ref: ObjectRef,
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<JsonObject | undefined> {
  try {
    return await client.get(ref, signal);
  } catch (error) {
    if (asStatusError(error)?.code === 404) return undefined;
    throw error;
  }
}

/** What fails says so without a value of a Secret: a server quotes what it refuses. */
async function attempt<T>(step: string, action: () => Promise<T>, live?: JsonObject): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const message = reasonOf(error);
    throw new PruneError(`${step}: ${withoutSecretValues(message, [live])}`);
  }
}
