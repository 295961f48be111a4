// What happens when a Kustomization is deleted: its objects go, as deletionPolicy says, then the finalizer
// (kustomize-controller, finalize).
import { deletesObjects } from '../../model/deletionPolicy.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import { announce } from '../context.ts';
import { hasFinalizer, removeFinalizer, timeoutOf } from '../fluxKinds.ts';
import { record, recordChanges } from './kustomizationContext.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import type { StatusPatcher } from '../statusPatch.ts';
import { canImpersonate, openTarget } from './target.ts';
import type { Outcome } from '../queue/workQueue.ts';

export async function finalizeKustomization(
  context: KustomizationContext,
  patcher: StatusPatcher,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object } = patcher;
  const owner = refOf(object);
  context.drift.forget(owner);
  if (!hasFinalizer(object)) return {};
  const revision = getString(object, 'status', 'lastAppliedRevision');
  if (deletesObjects(object) && inventoryOfKustomization(object).length > 0) {
    const outcome = (await canImpersonate(context, object, signal))
      ? await deleteObjects(context, object, revision, signal)
      : sayLeftBehind(context, object, revision);
    if (outcome) return outcome;
  }
  removeFinalizer(object);
  await patcher.flush(signal);
  announce(context, owner, 'idle');
  return {};
}

/** Deletes what the Kustomization has made. Gives an outcome where it has to be tried again. */
async function deleteObjects(
  context: KustomizationContext,
  object: JsonObject,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const owner = refOf(object);
  announce(context, owner, 'pruning', 'all objects');
  const target = await openTarget(context, object, signal);
  try {
    await context.confirmLead();
    const { changes, error } = await context.stages.prune(
      target.client,
      inventoryOfKustomization(object),
      object,
      signal,
    );
    context.events.emit({ type: 'applied', owner, revision: revision ?? '', changes });
    if (error !== undefined) {
      record(context, object, 'Warning', 'pruning for deleted resource failed', revision);
      context.log.warn('reconcile', error);
      return { failed: true, refused: true };
    }
    if (changes.length === 0) return undefined;
    recordChanges(context, object, changes, revision);
    const deleted = changes.filter(({ action }) => action === 'deleted').map(({ ref }) => ref);
    const waits = getString(object, 'spec', 'deletionPolicy') === 'WaitForTermination';
    if (waits && !(await context.stages.waitGone(target.client, deleted, timeoutOf(object), signal)))
      record(context, object, 'Warning', 'failed to wait for resources termination', revision);
    return undefined;
  } finally {
    target.dispose();
  }
}

/** The account that made the objects is gone: they stay, and that is said. */
function sayLeftBehind(context: KustomizationContext, object: JsonObject, revision: string | undefined): undefined {
  const left = inventoryOfKustomization(object).map((ref) => printRef(ref));
  record(context, object, 'Warning', `unable to prune objects: \n${left.join('\n')}`, revision);
}
