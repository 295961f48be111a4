// Heals one object: applies it alone as it was last applied, whatever else of its Kustomization has drifted.
import { getString } from '../../model/json.ts';
import { keyOf, printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { isSuspended } from '../fluxKinds.ts';
import { recordChanges } from '../kustomization/kustomizationContext.ts';
import type { KustomizationContext } from '../kustomization/kustomizationContext.ts';
import { openTarget } from '../kustomization/target.ts';

/**
 * To be run while nobody reconciles the owner. Throws an Error with one sentence where nothing is known to be applied, the
 * owner is suspended, or the server refuses.
 */
export async function healObject(
  context: KustomizationContext,
  owner: ObjectRef,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<void> {
  const object = context.cached(owner);
  const desired = context.drift.wishOf(owner, ref);
  if (!object || !desired)
    throw new Error(`${printRef(ref)} was not applied by this loop for ${printRef(owner)}: reconcile that instead`);
  if (isSuspended(object)) throw new Error(`${printRef(owner)} is suspended: resume it first`);
  const target = await openTarget(context, object, signal);
  context.drift.busy(owner);
  try {
    const { changes, error } = await context.stages.apply(
      target.client,
      [desired],
      {
        kustomization: object,
        // It stands in the inventory already.
        beforeStage: () => context.confirmLead(),
        settled: () => undefined,
        onConfirmed: (wish, live) => context.drift.confirm(object, wish, live),
      },
      signal,
    );
    if (error !== undefined) throw new Error(error.split('\n', 1)[0]);
    const revision = getString(object, 'status', 'lastAppliedRevision') ?? '';
    context.events.emit({ type: 'applied', owner, revision, changes });
    const written = changes.filter(({ action }) => action !== 'unchanged' && action !== 'skipped');
    if (written.length > 0) recordChanges(context, object, written, revision);
    if (changes.some((change) => change.action === 'skipped' && keyOf(change.ref) === keyOf(ref)))
      throw new Error(`${printRef(ref)} is left alone: an annotation of it says so`);
  } finally {
    target.dispose();
    context.drift.settle(owner);
  }
}
