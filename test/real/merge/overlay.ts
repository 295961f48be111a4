// Puts generated pieces of an object together, and takes pieces out, without knowing its kind.
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

const KEYS = [
  'name',
  'containerPort',
  'port',
  'mountPath',
  'devicePath',
  'type',
  'key',
  'ip',
  'topologyKey',
  'uid',
  'id',
];

/** The base with a piece laid over it. List elements with the same key are one. */
export function overlay(base: JsonValue | undefined, piece: JsonValue): JsonValue {
  if (isJsonObject(base) && isJsonObject(piece)) {
    const out: JsonObject = { ...base };
    for (const [key, value] of Object.entries(piece)) out[key] = overlay(out[key], value);
    return out;
  }
  if (Array.isArray(base) && Array.isArray(piece) && [...base, ...piece].every(isJsonObject)) {
    const out = [...base];
    for (const item of piece) {
      const at = out.findIndex((other) => identityOf(other) === identityOf(item));
      if (at === -1) out.push(item);
      else out[at] = overlay(out[at], item);
    }
    return out;
  }
  return piece;
}

function identityOf(value: JsonValue): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  const key = KEYS.find((each) => value[each] !== undefined);
  return key === undefined ? '' : `${key} ${JSON.stringify(value[key])}`;
}

export type Steps = readonly (string | number)[];

/** The paths of all values below the root, in the order of their sorted keys. */
export function pathsIn(value: JsonValue, at: Steps = []): Steps[] {
  const inner: [string | number, JsonValue][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : isJsonObject(value)
      ? Object.keys(value)
          .sort()
          .map((key) => [key, value[key] as JsonValue])
      : [];
  return inner.flatMap(([step, item]) => [[...at, step], ...pathsIn(item, [...at, step])]);
}

/** A copy without the value at a path. */
export function without(value: JsonValue, [step, ...rest]: Steps): JsonValue {
  if (step === undefined) return value;
  if (Array.isArray(value))
    return rest.length === 0
      ? value.filter((_, i) => i !== step)
      : value.map((item, i) => (i === step ? without(item, rest) : item));
  if (!isJsonObject(value)) return value;
  const { [String(step)]: inner, ...others } = value;
  if (inner === undefined) return value;
  return rest.length === 0 ? others : { ...value, [String(step)]: without(inner, rest) };
}

export function pointerOf(steps: Steps): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
