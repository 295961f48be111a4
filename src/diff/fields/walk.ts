// Walks two values side by side by their schema and tells where they differ. Knows no managers, no origins, no Secrets.
import { equalJson, getKey, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import type { FieldPath, Step } from './fieldPath.ts';
import { canonicalQuantity } from '../../model/quantity.ts';

export interface Difference {
  readonly path: FieldPath;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

export interface WalkOptions {
  /** `both`: everything that differs. `after`: only what `after` sets; what it leaves out is somebody else's. */
  readonly sides: 'both' | 'after';
}

/** The differences: fields by name, items in the order of `after`, then what it lacks. */
export function differences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  schema: SchemaNode | undefined,
  options: WalkOptions,
  path: FieldPath = [],
): Difference[] {
  if (sameValue(before, after, schema)) return [];
  if (isJsonObject(before) && isJsonObject(after) && schema?.atomic !== true)
    return ofMaps(before, after, schema, options, path);
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, schema, options, path);
  if (options.sides === 'after' && after === undefined) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** Equal as the server sees it: quantities by their number, and nothing is the same as an empty map or null. */
function sameValue(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  schema: SchemaNode | undefined,
): boolean {
  if (equalJson(before, after)) return true;
  if (isNothing(before) && isNothing(after)) return true;
  if (schema?.format !== 'quantity' || before === undefined || after === undefined) return false;
  return canonicalQuantity(String(before)) === canonicalQuantity(String(after));
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function ofMaps(
  before: JsonObject,
  after: JsonObject,
  schema: SchemaNode | undefined,
  options: WalkOptions,
  path: FieldPath,
): Difference[] {
  // By name, since two answers of a server need not agree on an order.
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])].toSorted();
  return names.flatMap((field) =>
    differences(getKey(before, field), getKey(after, field), schema?.fields?.get(field) ?? schema?.values, options, [
      ...path,
      { field },
    ]),
  );
}

function ofLists(
  before: JsonValue[],
  after: JsonValue[],
  schema: SchemaNode | undefined,
  options: WalkOptions,
  path: FieldPath,
): Difference[] {
  const name = namer(schema);
  if (!name) return ofPlainLists(before, after, schema, options, path);
  const [left, right] = [named(before, name), named(after, name)];
  // A key that is missing or doubled: the list cannot be told apart by its keys.
  if (!left || !right) return ofPlainLists(before, after, schema, options, path);
  const keys = new Set([...right.keys(), ...left.keys()]);
  return [...keys].flatMap((key) => {
    const [old, now] = [left.get(key), right.get(key)];
    const step = (now ?? old)?.step;
    return step ? differences(old?.item, now?.item, schema?.items, options, [...path, step]) : [];
  });
}

/** Lists without keys are one value; with as many items as before, the items that changed are told apart. */
function ofPlainLists(
  before: JsonValue[],
  after: JsonValue[],
  schema: SchemaNode | undefined,
  options: WalkOptions,
  path: FieldPath,
): Difference[] {
  if (before.length !== after.length) return [{ path, before, after }];
  return after.flatMap((item, index) => differences(before[index], item, schema?.items, options, [...path, { index }]));
}

function namer(schema: SchemaNode | undefined): ((item: JsonValue) => Step | undefined) | undefined {
  if (schema?.listType === 'set') return (value) => ({ value });
  const keys = schema?.listMapKeys;
  if (schema?.listType !== 'map' || !keys) return undefined;
  return (item) => {
    if (!isJsonObject(item)) return undefined;
    const values = keys.map((key) => [key, getKey(item, key) ?? schema.items?.fields?.get(key)?.default] as const);
    const known = values.filter((pair): pair is readonly [string, JsonValue] => pair[1] !== undefined);
    return known.length === 0 ? undefined : { keys: known };
  };
}

function named(
  items: readonly JsonValue[],
  name: (item: JsonValue) => Step | undefined,
): Map<string, { step: Step; item: JsonValue }> | undefined {
  const found = new Map<string, { step: Step; item: JsonValue }>();
  for (const item of items) {
    const step = name(item);
    const key = JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    if (!step || found.has(key)) return undefined;
    found.set(key, { step, item });
  }
  return found;
}
