// Every change of one field of an object that its schema leads to. Changes are data: the same for the same object.
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { fitting, formOf, oddValues, resolved } from './values.ts';
import type { Schemas } from './values.ts';

type Step = string | number;

export interface Mutation {
  readonly path: readonly Step[];
  /** Undefined: the field is left out. */
  readonly value: JsonValue | undefined;
}

const LEFT_ALONE: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'status', 'apiVersion']);

/** All of them, the object's own fields first. */
export function mutationsOf(object: JsonObject, schema: JsonObject, schemas: Schemas): Mutation[] {
  return inObject(object, resolved(schema, schemas), schemas, []);
}

function inObject(object: JsonObject, schema: JsonObject, schemas: Schemas, path: readonly Step[]): Mutation[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([name, given]) => {
    if (path.length < 2 && LEFT_ALONE.has(name)) return [];
    const inner = resolved(given as JsonObject, schemas);
    const at = [...path, name];
    const current = object[name];
    const odd = oddValues(inner, schemas, current).map((value) => ({ path: at, value }));
    if (current === undefined) return [...odd, ...filled(inner, schemas, at)];
    return [{ path: at, value: undefined }, ...odd, ...inside(current, inner, schemas, at)];
  });
}

function inside(current: JsonValue, schema: JsonObject, schemas: Schemas, path: readonly Step[]): Mutation[] {
  if (Array.isArray(current)) {
    const items = resolved(schema['items'] as JsonObject, schemas);
    return current.flatMap((item, i) => [
      ...(isJsonObject(item) ? [] : oddValues(items, schemas, item).map((value) => ({ path: [...path, i], value }))),
      ...inside(item, items, schemas, [...path, i]),
    ]);
  }
  if (!isJsonObject(current)) return [];
  const values = schema['additionalProperties'];
  if (!isJsonObject(values)) return inObject(current, schema, schemas, path);
  const inner = resolved(values, schemas);
  return Object.entries(current).flatMap(([key, value]) => inside(value, inner, schemas, [...path, key]));
}

/** A field that is not there is given one of its own fields each, and each of their odd values once. */
function filled(schema: JsonObject, schemas: Schemas, path: readonly Step[]): Mutation[] {
  const properties = formOf(schema) === 'object' && isJsonObject(schema['properties']) ? schema['properties'] : {};
  const whole = fitting(schema, schemas);
  return Object.entries(properties).flatMap(([name, given]) => {
    const inner = resolved(given as JsonObject, schemas);
    const base = isJsonObject(whole) ? whole : {};
    return [fitting(inner, schemas), ...oddValues(inner, schemas, undefined)].map((value) => ({
      path,
      value: { ...base, [name]: value },
    }));
  });
}

/** A copy of the object with the change made. */
export function mutated(object: JsonObject, { path, value }: Mutation): JsonObject {
  return change(object, path, value) as JsonObject;
}

function change(node: JsonValue, path: readonly Step[], value: JsonValue | undefined): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(node)) return node.map((item, i) => (i === step ? (change(item, rest, value) ?? null) : item));
  const object = isJsonObject(node) ? node : {};
  const inner = change(object[String(step)] ?? null, rest, value);
  const { [String(step)]: _old, ...others } = object;
  return inner === undefined ? others : { ...object, [String(step)]: inner };
}
