// The small steps that all defaults are made of. They set what is missing and leave what is there, null included.
import { getKey, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

/** Sets a field that is missing. A function makes a fresh value for each object. */
export function setDefault(object: JsonObject, key: string, value: JsonValue | (() => JsonValue)): void {
  if (object[key] === undefined || object[key] === null) object[key] = typeof value === 'function' ? value() : value;
}

export function setDefaults(object: JsonObject, values: Readonly<Record<string, JsonValue | (() => JsonValue)>>): void {
  for (const [key, value] of Object.entries(values)) setDefault(object, key, value);
}

/** The object at a key, or undefined where it is missing or something else. */
export function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object === undefined ? undefined : getKey(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** The object at a key, made where it is missing: fields that are structs in Go are never absent. */
export function structAt(object: JsonObject, key: string): JsonObject {
  const found = objectAt(object, key);
  if (found) return found;
  const made: JsonObject = {};
  object[key] = made;
  return made;
}

/** The objects of a list at a key. */
export function itemsAt(object: JsonObject | undefined, key: string): JsonObject[] {
  const value = object === undefined ? undefined : getKey(object, key);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
