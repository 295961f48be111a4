// Metadata of custom resources: they are maps to the server, but their metadata is the struct of all kinds.
import { isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { printValue } from '../../schema/valueError.ts';
import { DecodeError, goDecode } from './goDecode.ts';
import type { GoTypes } from './goTypes.ts';

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

/** What becomes of resources inside of a resource that are none. */
export type EmbeddedFaults = 'refused' | 'kept';

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

/**
 * The same for the resources inside of a resource, in place; the paths of what was dropped. Throws DecodeError for what is
 * no metadata, kind or apiVersion, unless `faults` are kept for the validation.
 */
export function coerceEmbedded(
  value: JsonValue,
  schema: SchemaNode,
  types: GoTypes,
  faults: EmbeddedFaults,
  path = '',
): string[] {
  if (Array.isArray(value))
    return schema.items
      ? value.flatMap((item, i) => coerceEmbedded(item, schema.items as SchemaNode, types, faults, `${path}[${i}]`))
      : [];
  if (!isJsonObject(value)) return [];
  const unknown: string[] = [];
  if (schema.embeddedResource && path !== '') unknown.push(...coerceOne(value, types, faults, path));
  for (const name of Object.keys(value)) {
    const field = schema.fields?.get(name) ?? schema.values;
    const at = schema.fields?.has(name) ? `${path}.${name}` : `${path}[${name}]`;
    if (field) unknown.push(...coerceEmbedded(value[name] as JsonValue, field, types, faults, path === '' ? name : at));
  }
  return unknown;
}

function coerceOne(value: JsonObject, types: GoTypes, faults: EmbeddedFaults, path: string): string[] {
  try {
    return coerceResource(value, types, path);
  } catch (error) {
    if (faults === 'kept' && error instanceof DecodeError) return [];
    throw error;
  }
}

/** One embedded resource. Null reads as metadata in which nothing is set. */
function coerceResource(value: JsonObject, types: GoTypes, path: string): string[] {
  const refuse = (name: string, why: string): never => {
    throw new DecodeError(`${path}.${name}: Invalid value: ${printValue(value[name] ?? null)}: ${why}`);
  };
  for (const name of ['apiVersion', 'kind'])
    if (Object.hasOwn(value, name) && typeof value[name] !== 'string') refuse(name, 'must be a string');
  if (!Object.hasOwn(value, 'metadata')) return [];
  const metadata = value['metadata'];
  if (metadata !== null && !isJsonObject(metadata))
    refuse('metadata', `json: cannot unmarshal ${goJsonKind(metadata ?? null)} into Go value of type v1.ObjectMeta`);
  try {
    if (isJsonObject(metadata)) goDecode(metadata, types.objectMeta, types);
  } catch (error) {
    if (error instanceof DecodeError) refuse('metadata', error.message);
    throw error;
  }
  const coerced = coerceMetadata(value);
  value['metadata'] = coerced.object['metadata'] as JsonObject;
  return coerced.unknown.map((each) => `${path}.${each}`);
}

function goJsonKind(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'bool' : 'number';
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
