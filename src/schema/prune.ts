// Drops the fields of a custom resource that its structural schema does not name, and says which they were.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { cloneJson, isJsonObject } from '../model/json.ts';
import type { SchemaNode } from './schemaSet.ts';

const META = new Set(['apiVersion', 'kind', 'metadata']);

/** What a pruning leaves, and the paths (`spec.list[0].field`) that it dropped, sorted. */
export interface Pruned<T extends JsonObject> {
  readonly object: T;
  readonly unknown: readonly string[];
}

/** Prunes a copy. Metadata of the object and of embedded resources is left alone. */
export function pruneUnknown<T extends JsonObject>(object: T, schema: SchemaNode): Pruned<T> {
  const copy = cloneJson(object);
  const unknown: string[] = [];
  prune(copy, { ...schema, embeddedResource: true }, '', unknown);
  return { object: copy, unknown: unknown.toSorted() };
}

function prune(value: JsonValue, schema: SchemaNode | undefined, path: string, unknown: string[]): void {
  const preserves = schema?.preserveUnknownFields === true;
  if (Array.isArray(value)) {
    const items = schema?.items;
    for (const [i, item] of value.entries()) {
      // Below a preserving list without a schema for its items everything stays.
      if (!preserves || items)
        prune(item, preserves && items ? { ...items, preserveUnknownFields: true } : items, `${path}[${i}]`, unknown);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    if (schema?.embeddedResource && META.has(name)) continue;
    const field = schema?.fields?.get(name) ?? schema?.values;
    const at = path === '' ? name : `${path}.${name}`;
    if (field) prune(value[name] as JsonValue, field, at, unknown);
    else if (!preserves) {
      if (!META.has(name) || path !== '') unknown.push(at);
      delete value[name];
    }
  }
}
