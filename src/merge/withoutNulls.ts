// What a patch brings where there was nothing before: a null in it asks for a deletion, and there is nothing to delete.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, setKey } from '../model/json.ts';

/** A copy without null fields. Null elements of lists stay. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) if (inner !== null) setKey(out, key, withoutNulls(inner));
  return out;
}
