// Keeps values of Secrets out of plans and diffs. A plan still says that they changed.
import { equalJson, getKey, getObject, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { MASKED } from '../plan/plan.ts';

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

/** Values that are part of ordinary words: replaced only where they stand alone. */
const SHORT = 4;
/** What every refusal of a field begins with: that the word is a value too tells nothing. */
const SAID = ['Invalid value', 'Required value', 'Unsupported value', 'Duplicate value'];

/**
 * A message without any value of the Secrets that it may be about: plain, as base64 and as Go or JSON would quote them. A
 * server quotes what it refuses.
 */
export function withoutSecretValues(message: string, objects: readonly (JsonObject | undefined)[]): string {
  const values = new Set(objects.filter(isSecret).flatMap((object) => (object ? valuesOf(object) : [])));
  let masked = message;
  // The longest first: one value may be part of another.
  for (const value of [...values].toSorted((a, b) => b.length - a.length)) {
    if (value === '') continue;
    const alone = value.length >= SHORT ? escaped(value) : `(?<![\\w])${escaped(value)}(?![\\w])`;
    const said = SAID.filter((words) => words.includes(value));
    masked = masked.replaceAll(new RegExp([...said, alone].join('|'), 'g'), (found) =>
      said.includes(found) ? found : HIDDEN,
    );
  }
  return masked;
}

function valuesOf(secret: JsonObject): string[] {
  const values = ['data', 'stringData'].flatMap((field) => leavesOf(secret[field]));
  const annotation = getKey(getObject(secret, 'metadata', 'annotations') ?? {}, LAST_APPLIED);
  if (typeof annotation === 'string') values.push(annotation);
  return values.flatMap((value) => {
    const plain = decoded(value);
    const forms = plain === undefined ? [value] : [value, plain];
    return forms.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
  });
}

function leavesOf(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isJsonObject(value) ? Object.values(value).flatMap(leavesOf) : [String(value)];
}

function decoded(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // Not base64, or not text: there is no other form of it.
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
