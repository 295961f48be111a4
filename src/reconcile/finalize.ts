// What happens when a Kustomization is deleted: its objects go, as deletionPolicy says, then the finalizer
// (kustomize-controller, finalize).
import { refOfEntry } from '../model/inventory.ts';
import { getList, getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { announce } from './context.ts';
import { hasFinalizer, isSuspended, removeFinalizer, timeoutOf } from './fluxKinds.ts';
import { record } from './kustomizationContext.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import type { StatusPatcher } from './statusPatch.ts';
import type { Outcome } from './workQueue.ts';

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
  if (deletesObjects(object)) {
    announce(context, owner, 'pruning', 'all objects');
    const { changes, error } = await context.stages.prune(context.client, inventoryRefs(object), object, signal);
    context.events.emit({ type: 'applied', owner, revision: revision ?? '', changes });
    if (error !== undefined) {
      record(context, object, 'Warning', 'pruning for deleted resource failed', revision);
      context.log.warn('reconcile', error);
      return { failed: true };
    }
    if (changes.length > 0) {
      record(
        context,
        object,
        'Normal',
        changes.map(({ ref, action }) => `${printRef(ref)} ${action}`).join('\n'),
        revision,
      );
      const deleted = changes.filter(({ action }) => action === 'deleted').map(({ ref }) => ref);
      const waits = getString(object, 'spec', 'deletionPolicy') === 'WaitForTermination';
      if (waits && !(await context.stages.waitGone(context.client, deleted, timeoutOf(object), signal))) {
        record(context, object, 'Warning', 'failed to wait for resources termination', revision);
      }
    }
  }
  removeFinalizer(object);
  await patcher.flush(signal);
  announce(context, owner, 'idle');
  return {};
}

function deletesObjects(object: JsonObject): boolean {
  if (isSuspended(object) || inventoryRefs(object).length === 0) return false;
  const policy = getString(object, 'spec', 'deletionPolicy') || 'MirrorPrune';
  if (policy === 'MirrorPrune') return getPath(object, 'spec', 'prune') === true;
  return policy === 'Delete' || policy === 'WaitForTermination';
}

function inventoryRefs(object: JsonObject): ObjectRef[] {
  return (getList(object, 'status', 'inventory', 'entries') ?? [])
    .map((entry) => refOfEntry({ id: getString(entry, 'id') ?? '', v: getString(entry, 'v') ?? '' }))
    .filter((ref) => ref !== undefined);
}
