// Warns where a plan counts on something that another Kustomization brings without waiting for it: which of the two is
// quicker is chance. Decides nothing of the plan.
import type { Finding } from '../../model/finding.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import { note } from './planBuild.ts';

/** A definition or a namespace that is not in the cluster yet, and the Kustomization whose plan brings it. */
export interface Arrival {
  readonly by: string;
  readonly object: JsonObject;
}

/**
 * One warning for each arrival that objects of the plan need. `waitsFor`: the Kustomizations that are ready before this one
 * is applied. kustomize-controller tries an apply that came too early again after `spec.retryInterval`.
 */
export function comesTooEarly(plan: Plan, arrivals: readonly Arrival[], waitsFor: ReadonlySet<string>): Finding[] {
  return arrivals
    .filter(({ by }) => by !== plan.kustomization && !waitsFor.has(by))
    .flatMap(({ by, object }) => {
      const needing = plan.entries.find(({ action, ref }) => action === 'create' && isNeededBy(object, ref));
      if (!needing) return [];
      const what = `${printRef(needing.ref)} needs ${printRef(refOf(object))}, which ${by} brings`;
      return [note(`${what}: without dependsOn it may come too early, and is tried again after spec.retryInterval`)];
    });
}

function isNeededBy(arrival: JsonObject, { group, kind, namespace }: ObjectRef): boolean {
  if (arrival['kind'] === 'Namespace') return refOf(arrival).name === namespace;
  return getString(arrival, 'spec', 'group') === group && getString(arrival, 'spec', 'names', 'kind') === kind;
}
