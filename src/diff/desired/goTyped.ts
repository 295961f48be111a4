// What a built-in object looks like after a trip through its Go type, as Flux sends each one (fluxcd/pkg/ssa, normalize.go):
// unknown fields, nulls and zeros that are no pointers are gone, structs are there even when empty, quantities have one form.
// Matters for managedFields: an empty struct that is sent is a field that is owned.
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { isOmittedWhenZero } from '../../schema/goFields.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { canonicalQuantity } from '../../model/quantity.ts';

/** The groups of k8s.io/api: the kinds that the real controller has types for. CRDs and APIServices are not among them. */
const TYPED_GROUPS = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'policy',
  'admissionregistration.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

export function isGoTyped(group: string): boolean {
  return TYPED_GROUPS.has(group);
}

const SCALARS = new Set(['string', 'integer', 'number', 'boolean']);

class Mismatch extends Error {}

/** The object as its Go type would print it; undefined where a value does not fit the type, which leaves it to the server. */
export function throughGoType(object: JsonObject, schema: SchemaNode): JsonObject | undefined {
  try {
    const { metadata, ...rest } = object;
    const fields = new Map([...(schema.fields ?? [])].filter(([name]) => name !== 'metadata' && name !== 'status'));
    const printed = struct(rest, { ...schema, fields });
    return metadata === undefined ? printed : { ...printed, metadata };
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

function struct(value: JsonObject, schema: SchemaNode): JsonObject {
  if (!schema.fields) return schema.values ? map(value, schema.values) : value;
  const printed: JsonObject = {};
  for (const [name, field] of schema.fields) {
    const given = getKey(value, name) ?? null;
    const required = schema.required?.includes(name) ?? false;
    if (given !== null && (required || !(isEmptyList(given, field) || isOmittedZero(given, name, field, schema))))
      setKey(printed, name, through(given, field));
    else if (given !== null) continue;
    else if (isZero(field.default))
      setKey(printed, name, isJsonObject(field.default) ? struct({}, field) : (field.default as JsonValue));
    // A required list or pointer is printed even when it is nil.
    else if (required && field.default === undefined) setKey(printed, name, null);
  }
  return printed;
}

/** Lists and maps without anything in them are left out; structs are not. */
function isEmptyList(value: JsonValue, schema: SchemaNode): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return (
    isJsonObject(value) && Object.keys(value).length === 0 && schema.values !== undefined && schema.fields === undefined
  );
}

/** `minReadySeconds: 0` is left out, `replicas: 0` is a pointer. */
function isOmittedZero(value: JsonValue, name: string, field: SchemaNode, { typeName }: SchemaNode): boolean {
  if (typeName === undefined || !SCALARS.has(field.type)) return false;
  return (value === 0 || value === '' || value === false) && isOmittedWhenZero(typeName, name);
}

/** Zero values as defaults stand for fields that the Go type always prints; other defaults are the server's own. */
function isZero(value: JsonValue | undefined): boolean {
  return value === '' || value === 0 || (isJsonObject(value) && Object.keys(value).length === 0);
}

function map(value: JsonObject, values: SchemaNode): JsonObject {
  const printed: JsonObject = {};
  for (const key of Object.keys(value)) setKey(printed, key, through(value[key] as JsonValue, values));
  return printed;
}

function through(value: JsonValue, schema: SchemaNode): JsonValue {
  if (schema.format === 'quantity') return quantity(value);
  switch (schema.type) {
    case 'object':
      if (value !== null && !isJsonObject(value)) throw new Mismatch();
      return struct(value ?? {}, schema);
    case 'list':
      if (!Array.isArray(value)) throw new Mismatch();
      return value.map((item) => (schema.items ? through(item, schema.items) : item));
    case 'string':
      if (value !== null && typeof value !== 'string') throw new Mismatch();
      return schema.format === 'byte' ? bytes(value ?? '') : (value ?? '');
    case 'integer':
    case 'number':
      if (value !== null && typeof value !== 'number' && typeof value !== 'bigint') throw new Mismatch();
      return value ?? 0;
    case 'boolean':
      if (value !== null && typeof value !== 'boolean') throw new Mismatch();
      return value ?? false;
    default:
      return value;
  }
}

/** Bytes are read and printed again: line breaks in base64 go. */
function bytes(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0) throw new Mismatch();
  return packed;
}

function quantity(value: JsonValue): string {
  const text =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
      ? canonicalQuantity(String(value))
      : undefined;
  if (text === undefined) throw new Mismatch();
  return text;
}
