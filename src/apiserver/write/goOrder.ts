// Built-in objects with their fields in the order of Go's structs, as the server prints them. Only for messages: answers
// are JSON, where order means nothing.
import { isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import type { GoTypes } from './goTypes.ts';

/** A copy in Go's order; fields that the type does not know come last, those of maps in their own. */
export function inGoOrder(object: JsonObject, schema: SchemaNode, types: GoTypes): JsonObject {
  const { kind = '', apiVersion = '', ...rest } = object;
  return { kind, apiVersion, ...(ordered(rest, schema, types) as JsonObject) };
}

function ordered(value: JsonValue, schema: SchemaNode | undefined, types: GoTypes): JsonValue {
  if (Array.isArray(value)) return value.map((item) => ordered(item, schema?.items, types));
  if (!isJsonObject(value)) return value;
  const order = schema?.fields ? (types.of(schema)?.order ?? []) : Object.keys(value).sort();
  const out: JsonObject = {};
  for (const name of new Set([...order, ...Object.keys(value)])) {
    if (Object.hasOwn(value, name))
      setKey(out, name, ordered(value[name] as JsonValue, schema?.fields?.get(name) ?? schema?.values, types));
  }
  return out;
}
