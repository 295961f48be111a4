// Conditions of a CRD.
import { getList, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

export interface CrdCondition {
  readonly type: 'NamesAccepted' | 'Established' | 'Terminating';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Sets a condition in place. The time moves when the status does. */
export function setCondition(crd: JsonObject, condition: CrdCondition, now: string): void {
  const status = isJsonObject(crd['status']) ? crd['status'] : {};
  crd['status'] = status;
  const conditions = (getList(status, 'conditions') ?? []).filter(isJsonObject);
  const before = conditions.find((each) => each['type'] === condition.type);
  const lastTransitionTime =
    before && before['status'] === condition.status ? (getString(before, 'lastTransitionTime') ?? now) : now;
  const { type, status: value, reason, message } = condition;
  const next: JsonObject = { type, status: value, lastTransitionTime, reason, message };
  status['conditions'] = before ? conditions.map((each) => (each === before ? next : each)) : [...conditions, next];
}

export function isCondition(crd: JsonObject, type: string): boolean {
  return (getList(crd, 'status', 'conditions') ?? []).some(
    (each) => getString(each, 'type') === type && getString(each, 'status') === 'True',
  );
}
