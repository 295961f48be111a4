// Conditions of a Flux object, set as fluxcd/pkg/runtime/conditions sets them: times move only with a change, the order is
// fixed, Reconciling and Stalled exclude each other. Works on a private copy of the object; writes nothing to a cluster.
import type { Condition } from '../model/condition.ts';
import { getList, getObject, getPath, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

export type ConditionStatus = Condition['status'];

/** The first ones of every list, for the reader of `kubectl get`; the others follow, the latest generation first, then by name. */
const ORDER = ['Stalled', 'Reconciling', 'Ready'];
const MESSAGE_LIMIT = 32_768;

export function conditionsOf(object: JsonObject): Condition[] {
  return (getList(object, 'status', 'conditions') ?? []).filter(isJsonObject) as unknown as Condition[];
}

export function getCondition(object: JsonObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function isTrue(object: JsonObject, type: string): boolean {
  return getCondition(object, type)?.status === 'True';
}

export function isFalse(object: JsonObject, type: string): boolean {
  return getCondition(object, type)?.status === 'False';
}

/** Ready, and neither stalled nor still reconciling. */
export function isReady(object: JsonObject): boolean {
  return isTrue(object, 'Ready') && !isTrue(object, 'Reconciling') && !isTrue(object, 'Stalled');
}

export function isReconciling(object: JsonObject): boolean {
  return isTrue(object, 'Reconciling') && !isTrue(object, 'Stalled');
}

/** The status of an object, made when it is missing. */
export function statusOf(object: JsonObject): JsonObject {
  const status = getObject(object, 'status');
  if (status) return status;
  const made: JsonObject = {};
  setKey(object, 'status', made);
  return made;
}

export function generationOf(object: JsonObject): number {
  const generation = getPath(object, 'metadata', 'generation');
  return typeof generation === 'number' ? generation : 0;
}

/** Sets a condition of the object's status. `now` is in milliseconds. */
export function setCondition(
  object: JsonObject,
  type: string,
  status: ConditionStatus,
  reason: string,
  message: string,
  now: number,
): void {
  const old = getCondition(object, type);
  const text = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT - 3)}...` : message;
  const same = old?.status === status && old.reason === reason && old.message === text;
  const condition: JsonObject = {
    type,
    status,
    reason,
    message: text,
    lastTransitionTime: same ? old.lastTransitionTime : timestamp(now),
    observedGeneration: generationOf(object),
  };
  write(object, [...conditionsOf(object).filter((one) => one.type !== type), condition as unknown as Condition]);
}

export function removeCondition(object: JsonObject, type: string): void {
  write(
    object,
    conditionsOf(object).filter((one) => one.type !== type),
  );
}

export function markReconciling(object: JsonObject, reason: string, message: string, now: number): void {
  removeCondition(object, 'Stalled');
  setCondition(object, 'Reconciling', 'True', reason, message, now);
}

export function markStalled(object: JsonObject, reason: string, message: string, now: number): void {
  removeCondition(object, 'Reconciling');
  setCondition(object, 'Stalled', 'True', reason, message, now);
}

/** RFC 3339 to the second, as metav1.Time prints it. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function write(object: JsonObject, conditions: Condition[]): void {
  const rank = (type: string): number => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);
  const generation = (condition: Condition): number => condition.observedGeneration ?? 0;
  conditions.sort((a, b) => {
    const ranks = rank(a.type) - rank(b.type);
    if (ranks !== 0 || rank(a.type) < ORDER.length) return ranks;
    return generation(b) - generation(a) || (a.type < b.type ? -1 : 1);
  });
  const status = statusOf(object);
  if (conditions.length > 0) status['conditions'] = conditions as unknown as JsonValue[];
  else delete status['conditions'];
}
