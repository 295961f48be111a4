// The question before most of a large Kustomization is deleted: a wrong path, branch or overlay is far more often the reason
// than a wish. Asked before anything is applied, so that the cluster stays as it was. Upstream deletes at once.
import { entryOf, inventoryDiff } from '../../model/inventory.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import { getPath } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { isMassPrune } from '../../diff/plan/massPrune.ts';
import { going } from '../../prune/going.ts';
import { claimsOf } from './claims.ts';
import { isConfirmed, sayYes, named } from './emptied.ts';
import { StepFailure } from './run.ts';
import type { Run } from './run.ts';

/** Throws StepFailure where the build would delete most of what is there, and nobody has said that it may. */
export async function refuseMassPrune(
  run: Run,
  objects: readonly JsonObject[],
  before: readonly InventoryEntry[],
): Promise<void> {
  const { context, object, owner, revision, signal } = run;
  // What renders nothing at all is asked about where it is pruned (emptied.ts).
  if (getPath(object, 'spec', 'prune') !== true || objects.length === 0) return;
  const stale = inventoryDiff(
    before,
    objects.map((one) => entryOf(refOf(one))),
  );
  if (!isMassPrune(stale.length, before.length) || isConfirmed(context, object, revision)) return;
  const { isRemote, client } = run.target;
  const claims = isRemote ? [] : await claimsOf(context, object, stale, revision, signal);
  const given = new Set(claims.map(({ ref }) => keyOf(ref)));
  const own = stale.filter((ref) => !given.has(keyOf(ref)));
  // Only now the cluster is asked: what another owner has taken already, and what is gone, is not deleted.
  const gone = isMassPrune(own.length, before.length) ? await going(own, client, owner, signal) : [];
  if (!isMassPrune(gone.length, before.length)) return;
  throw new StepFailure(
    'PruneFailed',
    `the build no longer has ${gone.length} of the ${before.length} objects of the Kustomization, and they would be deleted (${named(gone)}): nothing of it is applied. ${sayYes(object)}`,
  );
}
