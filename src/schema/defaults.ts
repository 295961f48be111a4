// Defaulting of custom resources by their structural schema, and the pruning of nulls that goes with it. Built-in kinds
// are defaulted by code of their own, not by this.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { cloneJson, getKey, isJsonObject, setKey } from '../model/json.ts';
import type { SchemaNode } from './schemaSet.ts';

/**
 * A copy of a custom resource with its defaults, as the API server reads and stores it: nulls that are neither nullable
 * nor defaulted are dropped, those with a default are replaced, absent fields with a default are set.
 */
export function applyDefaults<T extends JsonObject>(object: T, schema: SchemaNode): T {
  const copy = cloneJson(object);
  // Metadata, here and of embedded resources, is not the schema's to default.
  const root = { ...schema, embeddedResource: true };
  pruneNulls(copy, root);
  setDefaults(copy, root);
  return copy;
}

/**
 * A copy with its defaults, as the API server defaults the outcome of an apply that changed something: other than in
 * {@link applyDefaults}, nulls without a default stay, and are refused by validation.
 */
export function defaultMerged<T extends JsonObject>(object: T, schema: SchemaNode): T {
  const copy = cloneJson(object);
  setDefaults(copy, { ...schema, embeddedResource: true });
  return copy;
}

/** A copy with its defaults whose other nulls stay: what an apply left is not read anew, and validation refuses them. */
export function fillDefaults<T extends JsonObject>(object: T, schema: SchemaNode): T {
  const copy = cloneJson(object);
  setDefaults(copy, { ...schema, embeddedResource: true });
  return copy;
}

const META = new Set(['apiVersion', 'kind', 'metadata']);

function fieldSchema(schema: SchemaNode | undefined, name: string): SchemaNode | undefined {
  return schema?.embeddedResource && META.has(name) ? undefined : (schema?.fields?.get(name) ?? schema?.values);
}

function isUnwantedNull(value: JsonValue | undefined, schema: SchemaNode | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function pruneNulls(value: JsonValue, schema: SchemaNode | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) pruneNulls(item, schema?.items);
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      const field = fieldSchema(schema, name);
      const inner = value[name] as JsonValue;
      if (isUnwantedNull(inner, field) && field?.default === undefined) delete value[name];
      else pruneNulls(inner, field);
    }
  }
}

function setDefaults(value: JsonValue, schema: SchemaNode | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      if (isUnwantedNull(item, schema.items)) value[i] = cloneJson(schema.items?.default ?? null);
      setDefaults(value[i] as JsonValue, schema.items);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, field] of schema.fields ?? []) {
    const known = getKey(value, name);
    if (field.default !== undefined && (known === undefined || isUnwantedNull(known, field)))
      setKey(value, name, cloneJson(field.default));
  }
  for (const name of Object.keys(value)) setDefaults(value[name] as JsonValue, fieldSchema(schema, name));
}
