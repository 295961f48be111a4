// Rules for single values that many kinds share: numbers, ports, percentages, immutable fields.
import { equalJson, getKey, getList, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { invalidValue, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { portNameErrors } from '../../model/names.ts';

const MAX_PORT = 65_535;

/** The objects of a list at a key, each with its path. */
export function eachItem(
  object: JsonObject | undefined,
  key: string,
  path: string,
): { readonly item: JsonObject; readonly at: string }[] {
  const list = object === undefined ? undefined : getKey(object, key);
  return Array.isArray(list)
    ? list.map((item, i) => ({ item: isJsonObject(item) ? item : {}, at: `${path}.${key}[${i}]` }))
    : [];
}

/** The text at a key; empty where there is none, as in Go. */
export function textAt(object: JsonObject | undefined, key: string): string {
  const value = object === undefined ? undefined : getKey(object, key);
  return typeof value === 'string' ? value : '';
}

/** The texts of a list at a key; none where there is no list. */
export function textsAt(object: JsonObject | undefined, key: string): string[] {
  return (getList(object, key) ?? []).map(String);
}

export function requiredText(object: JsonObject, key: string, path: string): FieldError[] {
  return textAt(object, key) === '' ? [requiredValue(`${path}.${key}`)] : [];
}

/** Fields of an object that must not be below zero; absent ones are not looked at. */
export function nonNegative(object: JsonObject | undefined, keys: readonly string[], path: string): FieldError[] {
  return keys.flatMap((key) => {
    const value = object?.[key];
    return typeof value === 'number' && value < 0
      ? [invalidValue(`${path}.${key}`, value, 'must be greater than or equal to 0')]
      : [];
  });
}

export function immutableField(now: JsonValue | undefined, before: JsonValue | undefined, field: string): FieldError[] {
  return equalJson(now ?? null, before ?? null) ? [] : [invalidValue(field, now ?? null, 'field is immutable')];
}

export function portNumberErrors(port: number): string[] {
  return port >= 1 && port <= MAX_PORT ? [] : [`must be between 1 and ${MAX_PORT}, inclusive`];
}

/** A port by number or by name. */
export function portErrors(port: JsonValue | undefined, field: string): FieldError[] {
  const errors = typeof port === 'string' ? portNameErrors(port) : portNumberErrors(Number(port ?? 0));
  return errors.map((error) => invalidValue(field, port ?? 0, error));
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number that is not negative, or a percentage. */
export function countOrPercentErrors(value: JsonValue | undefined, field: string): FieldError[] {
  if (typeof value === 'string') return /^[0-9]+%$/.test(value) ? [] : [invalidValue(field, value, PERCENT)];
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

/** A percentage of more than everything. */
export function overHundredErrors(value: JsonValue | undefined, field: string): FieldError[] {
  return typeof value === 'string' && amountOf(value) > 100
    ? [invalidValue(field, value, 'must not be greater than 100%')]
    : [];
}

/** What a number or percentage counts as, a number in a text included: 0 for other texts. */
export function amountOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : Number(/^([+-]?\d+)%?$/.exec(String(value))?.[1] ?? 0);
}
