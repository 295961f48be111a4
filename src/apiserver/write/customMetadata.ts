// Metadata of custom resources: they are maps to the server, but their metadata is the struct of all kinds.
import { isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';

const FIELDS: Readonly<Record<string, 'text' | 'number' | 'texts' | 'list'>> = {
  name: 'text',
  generateName: 'text',
  namespace: 'text',
  selfLink: 'text',
  uid: 'text',
  resourceVersion: 'text',
  creationTimestamp: 'text',
  deletionTimestamp: 'text',
  generation: 'number',
  deletionGracePeriodSeconds: 'number',
  labels: 'texts',
  annotations: 'texts',
  ownerReferences: 'list',
  finalizers: 'list',
  managedFields: 'list',
};

/** A copy whose metadata has known fields of the right types only; what was dropped for being unknown is told. */
export function coerceMetadata(object: JsonObject): {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
} {
  const metadata = object['metadata'];
  if (!isJsonObject(metadata)) return { object: { ...object, metadata: {} }, unknown: [] };
  const out: JsonObject = {};
  const unknown: string[] = [];
  for (const name of Object.keys(metadata)) {
    const form = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (form === undefined) unknown.push(`metadata.${name}`);
    else {
      const value = coerce(metadata[name] as JsonValue, form);
      if (value !== undefined || name === 'managedFields') setKey(out, name, value ?? []);
    }
  }
  return { object: { ...object, metadata: out }, unknown: unknown.toSorted() };
}

/** The same for the resources inside of a resource, in place; the paths of what was dropped. */
export function coerceEmbedded(value: JsonValue, schema: SchemaNode, path = ''): string[] {
  if (Array.isArray(value))
    return schema.items
      ? value.flatMap((item, i) => coerceEmbedded(item, schema.items as SchemaNode, `${path}[${i}]`))
      : [];
  if (!isJsonObject(value)) return [];
  const unknown: string[] = [];
  if (schema.embeddedResource && path !== '' && isJsonObject(value['metadata'])) {
    const coerced = coerceMetadata(value);
    value['metadata'] = coerced.object['metadata'] as JsonObject;
    unknown.push(...coerced.unknown.map((each) => `${path}.${each}`));
  }
  for (const name of Object.keys(value)) {
    const field = schema.fields?.get(name) ?? schema.values;
    if (field) unknown.push(...coerceEmbedded(value[name] as JsonValue, field, path === '' ? name : `${path}.${name}`));
  }
  return unknown;
}

/** Empty values are left out, as Go writes them. */
function coerce(value: JsonValue, form: 'text' | 'number' | 'texts' | 'list'): JsonValue | undefined {
  if (form === 'text') return typeof value === 'string' && value !== '' ? value : undefined;
  if (form === 'number') return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
  if (form === 'list') return Array.isArray(value) && value.length > 0 ? value : undefined;
  if (!isJsonObject(value)) return undefined;
  const texts = Object.entries(value).filter(([, text]) => typeof text === 'string' || text === null);
  if (texts.length === 0) return undefined;
  const out: JsonObject = {};
  for (const [key, text] of texts) setKey(out, key, text ?? '');
  return out;
}
