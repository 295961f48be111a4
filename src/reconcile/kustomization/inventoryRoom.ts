// An inventory that the API server has no room for: said in the Kustomization's status, which must have room for that.
// Nothing is applied that could not be written down.
import { asStatusError } from '../../diff/plan/refusal.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import { StepFailure } from './run.ts';

/** Above this etcd may refuse an object (its limit is 1.5 MiB), and kube-apiserver answers as if it had failed itself. */
const LARGE = 1024 * 1024;

/** The failure to report where the refusal was about the size; undefined where it was about something else. */
export function noRoomFor(entries: readonly InventoryEntry[], error: unknown): StepFailure | undefined {
  const refused = asStatusError(error);
  if (!refused) return undefined;
  const size = entries.reduce((sum, { id, v }) => sum + id.length + v.length + '{"id":"","v":""},'.length, 0);
  if (refused.code !== 413 && size < LARGE) return undefined;
  return new StepFailure(
    'ReconciliationFailed',
    `the inventory of ${entries.length} objects cannot be written, so nothing is applied: ${refused.message}; divide the objects among several Kustomizations`,
  );
}
