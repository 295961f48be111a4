// JSON as values of CEL where no schema says more: what an unstructured object is to Flux, and unknown fields to Kubernetes.
import { getKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { list } from './value.ts';
import type { CelMap, CelValue } from './value.ts';

/** Converted as it is read: an object becomes a map over itself. Whole numbers are ints. */
export function valueOfJson(json: JsonValue): CelValue {
  if (json === null || typeof json === 'boolean' || typeof json === 'string' || typeof json === 'bigint') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return list(json.map(valueOfJson));
  return mapOfJson(json);
}

function mapOfJson(object: JsonObject): CelMap {
  const known = new Map<string, CelValue>();
  return {
    kind: 'map',
    size: Object.keys(object).length,
    find: (key) => {
      if (typeof key !== 'string') return undefined;
      const json = getKey(object, key);
      if (json === undefined) return undefined;
      const before = known.get(key);
      const value = before === undefined ? valueOfJson(json) : before;
      known.set(key, value);
      return value;
    },
    keys: () => Object.keys(object),
  };
}
