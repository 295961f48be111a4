// What the loop of this window leaves as it is when it applies: drift that a Kustomization only detects, of objects whose wish
// has not changed since (reconcile/drift/drift.ts, left). Reads the state only.
import { detectsOnly } from '../../model/driftMode.ts';
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ClusterState } from '../state.ts';

/** Whether a Kustomization leaves an object that it would apply as `desired`. */
export type LeavesDrift = (owner: ObjectRef, desired: JsonObject) => boolean;

/** Nothing is left where another loop applies: it does not remember what this one has applied. */
export function leftDrift(cluster: ClusterState | undefined): LeavesDrift {
  return (owner, desired) => {
    if (cluster?.loop !== 'controlling') return false;
    const drift = cluster.drifts.get(keyOf(refOf(desired)));
    if (!drift?.desired || keyOf(drift.owner) !== keyOf(owner)) return false;
    const kustomization = cluster.kustomizations.find((one) => keyOf(refOf(one)) === keyOf(owner));
    return kustomization !== undefined && detectsOnly(kustomization) && equalJson(drift.desired, desired);
  };
}
