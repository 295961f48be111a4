// PersistentVolumeClaims are bound at once: there is no storage behind them, as there are no containers that would write.
import { getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { VOLUME_CLAIM } from './kinds.ts';
import { isDeleting, MANAGER, setStatus } from './owned.ts';

export const volumeClaims = runReconciler({ kind: VOLUME_CLAIM, owns: [], reconcile });

function reconcile(claim: JsonObject, { access }: ReconcileContext): undefined {
  if (isDeleting(claim) || getString(claim, 'status', 'phase') === 'Bound') return undefined;
  const spec = getObject(claim, 'spec') ?? {};
  const volumeName = getString(spec, 'volumeName') ?? `pvc-${getString(claim, 'metadata', 'uid') ?? ''}`;
  const bound =
    getString(spec, 'volumeName') === undefined
      ? access.update({ ...claim, spec: { ...spec, volumeName } }, MANAGER)
      : claim;
  const capacity = getObject(spec, 'resources', 'requests') ?? {};
  setStatus(access, bound, { phase: 'Bound', accessModes: getList(spec, 'accessModes') ?? [], capacity });
  return undefined;
}
