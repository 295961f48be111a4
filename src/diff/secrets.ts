// Keeps values of Secrets out of plans and diffs. A plan still says that they changed.
import { equalJson, getKey, getObject, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { MASKED } from './plan.ts';

/** Stands for a value that is the same on both sides. */
export const HIDDEN = '•••';

export function isSecret(object: JsonObject | undefined): boolean {
  return object?.['apiVersion'] === 'v1' && object['kind'] === 'Secret';
}

/** Whether a path of a Secret holds something secret: its data, and what client-side apply keeps of it. */
export function isSecretField(field: string): boolean {
  return field === 'data' || field === 'stringData';
}

/** Masks a value below `data`: the keys stay, what they hold goes. */
export function maskValue(value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return MASKED;
  const masked: JsonObject = {};
  for (const key of Object.keys(value)) setKey(masked, key, MASKED);
  return masked;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Secret without its values; where `other` is given, values that differ from it are marked. Other kinds as they are. */
export function maskSecret(object: JsonObject, other: JsonObject | undefined): JsonObject {
  if (!isSecret(object)) return object;
  const masked: JsonObject = { ...object };
  for (const field of ['data', 'stringData']) {
    const data = getObject(object, field);
    if (data) setKey(masked, field, maskData(data, getObject(other, field), other !== undefined));
    else if (object[field] !== undefined) setKey(masked, field, HIDDEN);
  }
  const annotations = getObject(object, 'metadata', 'annotations');
  if (annotations && getKey(annotations, LAST_APPLIED) !== undefined) {
    masked['metadata'] = { ...getObject(object, 'metadata'), annotations: { ...annotations, [LAST_APPLIED]: HIDDEN } };
  }
  return masked;
}

function maskData(data: JsonObject, other: JsonObject | undefined, compared: boolean): JsonObject {
  const masked: JsonObject = {};
  for (const key of Object.keys(data)) {
    const same = !compared || equalJson(data[key], other && getKey(other, key));
    setKey(masked, key, same ? HIDDEN : MASKED);
  }
  return masked;
}
