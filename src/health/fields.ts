// Reads fields of live objects as kstatus reads them: which wrong types are errors, and which count as absent.
import { getKey, getPath, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { UnreadableStatus } from './health.ts';
import type { ObjectCondition } from './health.ts';

/** A field below one map: undefined where it is absent, an error where the parent is of another type (unstructured.Nested*). */
export function fieldOf(object: JsonObject, parent: string, field: string): JsonValue | undefined {
  const holder = getKey(object, parent);
  if (holder === undefined || holder === null) return undefined;
  if (!isJsonObject(holder)) throw new UnreadableStatus(`${parent} is no map`);
  return getKey(holder, field);
}

/** @see fieldOf; a value that is not an integer is an error, null too. */
export function integerField(object: JsonObject, parent: string, field: string): bigint | undefined {
  const value = fieldOf(object, parent, field);
  if (value === undefined) return undefined;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw new UnreadableStatus(`${parent}.${field} is no integer`);
}

/** An integer at a path, or the default where it is absent or of another type. */
export function integerAt(object: JsonObject, fallback: number, ...path: string[]): number {
  const value = getPath(object, ...path);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : fallback;
}

/** A string at a path, or the default where it is absent or of another type. */
export function stringAt(object: JsonObject, fallback: string, ...path: string[]): string {
  const value = getPath(object, ...path);
  return typeof value === 'string' ? value : fallback;
}

/** The conditions of a status. A list that cannot be decoded is an error, whatever the kind; null counts as empty. */
export function readConditions(object: JsonObject): ObjectCondition[] {
  const status = getKey(object, 'status') ?? null;
  if (status === null) return [];
  if (!isJsonObject(status)) throw new UnreadableStatus('status is no map');
  const conditions = getKey(status, 'conditions') ?? null;
  if (conditions === null) return [];
  if (!Array.isArray(conditions)) throw new UnreadableStatus('status.conditions is no list');
  return conditions.map((one) => {
    if (one !== null && !isJsonObject(one)) throw new UnreadableStatus('a condition is no map');
    const text = (field: string): string => {
      const value = (one && getKey(one, field)) ?? '';
      if (typeof value !== 'string') throw new UnreadableStatus(`status.conditions: ${field} is no string`);
      return value;
    };
    return { type: text('type'), status: text('status'), reason: text('reason'), message: text('message') };
  });
}
