// Built-in objects as a Go server reads and writes them: unknown fields are dropped and told, wrong types refused in the
// words of Go's decoder, absent structs appear, zero values of optional fields disappear, quantities become canonical.
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseQuantity, printQuantity, roundedToMilli } from '../../model/quantity.ts';
import type { Quantity } from '../../model/quantity.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { jsonText } from '../jsonText.ts';
import { corruptByte } from './base64.ts';
import { reflectKind } from './goKind.ts';
import type { GoTypes } from './goTypes.ts';

/** A value that Go's decoder refuses; the message is Go's. */
export class DecodeError extends Error {
  /** The words of apimachinery's converter, which reads what an apply or a strategic merge left. */
  readonly converted: string;

  constructor(message: string, converted = message) {
    super(message);
    this.converted = converted;
  }
}

export interface Decoded {
  readonly object: JsonObject;
  /** Paths of unknown fields, in the order of the text. */
  readonly unknown: readonly string[];
  /** Collections that were sent empty and left out: to Go they are there until the object is written. */
  readonly emptied: readonly Emptied[];
}

/** An empty list or map that is left out, by its path. */
export interface Emptied {
  readonly path: string;
  readonly value: JsonValue;
}

interface Walk {
  readonly types: GoTypes;
  readonly unknown: string[];
  readonly emptied: Emptied[];
  /** What Go calls a text in the field that is being read. */
  text: string;
  /** Empty lists and maps stay until the object is written. */
  readonly keepsEmpty: boolean;
  readonly converts: boolean;
}

export interface DecodeOptions {
  /** For kinds that tell an empty list from none. */
  readonly keepsEmpty?: boolean | undefined;
  /** As apimachinery's converter reads what an apply or a strategic merge left: a number beyond 32 bits wraps around. */
  readonly converts?: boolean | undefined;
}

/** Decodes a built-in object. Throws DecodeError. */
export function goDecode(
  object: JsonObject,
  schema: SchemaNode,
  types: GoTypes,
  { keepsEmpty = false, converts = false }: DecodeOptions = {},
): Decoded {
  const walk: Walk = { types, unknown: [], emptied: [], text: 'string', keepsEmpty, converts };
  const decoded = decodeStruct(object, schema, '', '', walk);
  return { object: decoded, unknown: walk.unknown, emptied: walk.emptied };
}

const GO_SCALARS: Readonly<Record<string, string>> = { string: 'string', boolean: 'bool', number: 'float64' };

function goTypeOf(schema: SchemaNode, walk: Walk): string {
  const { types, text } = walk;
  if (schema.type === 'integer') return schema.format ?? 'int64';
  if (schema.format === 'byte') return '[]uint8';
  if (schema.type === 'list') return `[]${goTypeOf(schema.items ?? { type: 'any' }, walk)}`;
  if (schema.fields) return `v1.${types.of(schema)?.name ?? 'Object'}`;
  if (schema.values) return `map[string]${goTypeOf(schema.values, walk)}`;
  if (schema.type === 'string' && schema.format === undefined) return text;
  return GO_SCALARS[schema.type] ?? 'interface {}';
}

function kindOfJson(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}

/** `owner` is the Go struct and `goPath` the JSON path below the kind, which Go's error messages name. */
function refuse(value: JsonValue, schema: SchemaNode, goPath: string, walk: Walk): never {
  const kind = kindOfJson(value);
  const shown = kind === 'number' && schema.type === 'integer' ? `number ${String(value)}` : kind;
  throw new DecodeError(
    `json: cannot unmarshal ${shown} into Go struct field ${goPath} of type ${goTypeOf(schema, walk)}`,
    conversionError(value, schema),
  );
}

/** As k8s.io/apimachinery pkg/runtime converter.go fromUnstructured. */
function conversionError(value: JsonValue, schema: SchemaNode): string {
  const kind = reflectKind(value);
  if (schema.fields) return `cannot restore struct from: ${kind}`;
  if (schema.type === 'object') return `cannot restore map from ${kind}`;
  if (schema.type === 'list' || schema.format === 'byte') return `cannot restore slice from ${kind}`;
  const target = schema.type === 'integer' ? (schema.format ?? 'int64') : (GO_SCALARS[schema.type] ?? schema.type);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return isNumber && schema.type === 'string' ? `cannot convert ${kind} to ${target}` : `unrecognized type: ${target}`;
}

function decodeStruct(value: JsonObject, schema: SchemaNode, path: string, goPath: string, walk: Walk): JsonObject {
  const out: JsonObject = {};
  const type = walk.types.of(schema);
  const owner = goPath === '' ? (type?.name ?? '') : goPath;
  for (const name of Object.keys(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const field = schema.fields?.get(name);
    if (!field) {
      walk.unknown.push(at);
      continue;
    }
    const raw = value[name] as JsonValue;
    if (raw === null) continue;
    if (type?.name === SCHEMA_PROPS && !fitsSchema(name, raw)) continue;
    const isPointer = type?.pointers.has(name) ?? false;
    walk.text = type?.named.get(name) ?? 'string';
    const decoded =
      typeof raw === 'string' && MICRO_TIMES.has(`${type?.name ?? ''}.${name}`)
        ? microTimeOf(raw)
        : decodeValue(raw, field, at, structPath(owner, type?.name, name), walk);
    // An empty list of managers is a wish (to reset them), unlike any other empty list.
    if (
      isPointer ||
      at === 'metadata.managedFields' ||
      (walk.keepsEmpty && isCollection(decoded)) ||
      !isEmpty(decoded, field) ||
      type?.always.has(name)
    )
      setKey(out, name, decoded);
    else if (isCollection(decoded)) walk.emptied.push({ path: at, value: decoded });
  }
  fillStruct(out, schema, walk);
  return out;
}

const SCHEMA_PROPS = 'JSONSchemaProps';

/** Fields of a schema that read themselves: a scalar is no schema where a truth value may stand, and nothing where a list may. */
function fitsSchema(name: string, value: JsonValue): boolean {
  if (name === 'items') return isCollection(value);
  if (name !== 'additionalProperties' && name !== 'additionalItems') return true;
  if (isJsonObject(value) || typeof value === 'boolean') return true;
  throw new DecodeError('boolean or JSON schema expected');
}

/** Go names the innermost struct, then the whole path: `Container.spec.containers.image`. */
function structPath(owner: string, struct: string | undefined, name: string): string {
  const dot = owner.indexOf('.');
  return `${struct ?? owner}${dot < 0 ? '' : owner.slice(dot)}.${name}`;
}

/** Fields that Go writes even when nothing was set: embedded structs, and what is neither a pointer nor omitted. */
function fillStruct(out: JsonObject, schema: SchemaNode, walk: Walk): void {
  const type = walk.types.of(schema);
  for (const [name, field] of schema.fields ?? []) {
    if (getKey(out, name) !== undefined) continue;
    const isStruct = isJsonObject(field.default) && Object.keys(field.default).length === 0;
    if (isStruct && field.fields) {
      const empty: JsonObject = {};
      fillStruct(empty, field, walk);
      setKey(out, name, empty);
    } else if (type?.always.has(name)) setKey(out, name, zeroOf(field, type.pointers.has(name)));
  }
}

/**
 * The object as Go writes it and as it comes back from the store: empty lists and maps are left out, and are null where the
 * field is always written; one that was not stored (`request`) has them empty there.
 */
export function asEncoded(
  object: JsonObject,
  schema: SchemaNode,
  types: GoTypes,
  from: 'store' | 'request' = 'store',
): JsonObject {
  let out = object;
  const type = types.of(schema);
  for (const [name, value] of Object.entries(object)) {
    const field = schema.fields?.get(name) ?? schema.values;
    const encoded = field ? encodedValue(value, field, type, name, types, from) : value;
    if (encoded === value) continue;
    if (out === object) out = { ...object };
    if (encoded === undefined) delete out[name];
    else setKey(out, name, encoded);
  }
  return out;
}

function encodedValue(
  value: JsonValue,
  field: SchemaNode,
  type: ReturnType<GoTypes['of']>,
  name: string,
  types: GoTypes,
  from: 'store' | 'request',
): JsonValue | undefined {
  const isAlways = type?.always.has(name) ?? false;
  const none = from === 'store' ? null : value;
  if (isJsonObject(value)) {
    const isEmptyMap = !field.fields && field.values !== undefined && Object.keys(value).length === 0;
    if (isEmptyMap && type && !type.pointers.has(name)) return isAlways ? none : undefined;
    return asEncoded(value, field, types, from);
  }
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return isAlways ? none : type ? undefined : value;
  const item = field.items;
  if (!item?.fields) return value;
  const items = value.map((each) => (isJsonObject(each) ? asEncoded(each, item, types, from) : each));
  return items.some((each, i) => each !== value[i]) ? items : value;
}

/** A struct of a built-in kind in which nothing is set. */
export function emptyStruct(schema: SchemaNode, types: GoTypes): JsonObject {
  const empty: JsonObject = {};
  fillStruct(empty, schema, { types, unknown: [], emptied: [], text: 'string', keepsEmpty: false, converts: false });
  return empty;
}

function zeroOf(field: SchemaNode, isPointer: boolean): JsonValue {
  if (isPointer || field.fields || field.values) return null;
  if (field.type === 'string') return field.format === 'date-time' || field.format === 'byte' ? null : '';
  if (field.type === 'boolean') return false;
  return field.type === 'integer' || field.type === 'number' || field.type === 'int-or-string' ? 0 : null;
}

function isCollection(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: JsonValue, schema: SchemaNode): boolean {
  if (value === null || value === '' || value === 0 || value === false)
    return schema.format !== 'int-or-string' || value === null;
  if (Array.isArray(value)) return value.length === 0;
  // Structs are never empty; maps are.
  return isJsonObject(value) && !schema.fields && schema.values !== undefined && Object.keys(value).length === 0;
}

function decodeValue(value: JsonValue, schema: SchemaNode, path: string, goPath: string, walk: Walk): JsonValue {
  switch (schema.type) {
    case 'object':
      return decodeObject(value, schema, path, goPath, walk);
    case 'list':
      if (!Array.isArray(value)) return refuse(value, schema, goPath, walk);
      return value.map((item, i) => decodeItem(item, schema.items ?? { type: 'any' }, `${path}[${i}]`, goPath, walk));
    case 'string':
      if (typeof value !== 'string') return refuse(value, schema, goPath, walk);
      if (schema.format === 'byte') return bytesOf(value);
      return schema.format === 'date-time' ? timeOf(value) : value;
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, schema, goPath, walk);
    case 'integer':
      if (walk.converts && schema.format === 'int32' && isInteger(value, undefined)) return wrapped(value);
      return isInteger(value, schema.format) ? value : refuse(value, schema, goPath, walk);
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : refuse(value, schema, goPath, walk);
    case 'int-or-string':
      return schema.format === 'quantity' ? printQuantity(quantityOf(value)) : intOrString(value, goPath);
    default:
      return value;
  }
}

/** Null in a list, or at a key of a map, is the zero value of its type. */
function decodeItem(item: JsonValue, schema: SchemaNode, path: string, goPath: string, walk: Walk): JsonValue {
  if (item !== null) return decodeValue(item, schema, path, goPath, walk);
  if (schema.fields) return decodeStruct({}, schema, path, goPath, walk);
  // No bytes are stored otherwise than none at all.
  if (schema.type === 'string') return schema.format === 'byte' ? null : '';
  if (schema.type === 'int-or-string') return schema.format === 'quantity' ? '0' : 0;
  return schema.type === 'integer' || schema.type === 'number' ? 0 : schema.type === 'boolean' ? false : null;
}

/** The structs whose maps of quantities are no ResourceLists, or are read by a group that sets no defaults in them. */
const KEEP_FINER = new Set(['Overhead', 'CapacityRequirements', 'DeviceRequestAllocationResult']);

/** A ResourceList is rounded to thousandths before it is looked at (pkg/apis/core/v1 SetDefaults_ResourceList). */
const milliOf = (value: JsonValue): string => printQuantity(roundedToMilli(quantityOf(value)));

function decodeObject(value: JsonValue, schema: SchemaNode, path: string, goPath: string, walk: Walk): JsonValue {
  if (!isJsonObject(value)) return refuse(value, schema, goPath, walk);
  if (schema.fields) return decodeStruct(value, schema, path, goPath, walk);
  if (!schema.values) return value;
  const isResourceList = schema.values.format === 'quantity' && !KEEP_FINER.has(goPath.split('.', 1)[0] ?? '');
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const inner = value[key] as JsonValue;
    const item =
      isResourceList && inner !== null
        ? milliOf(inner)
        : decodeItem(inner, schema.values, `${path}.${key}`, goPath, walk);
    setKey(out, key, item);
  }
  return out;
}

function isInteger(value: JsonValue, format: string | undefined): boolean {
  if (typeof value === 'bigint') return format !== 'int32' && value >= -(2n ** 63n) && value < 2n ** 63n;
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31);
}

/** The low 32 bits, with a sign. */
function wrapped(value: JsonValue): number {
  return Number(BigInt.asIntN(32, BigInt(value as number | bigint)));
}

/** Bytes are written back without line breaks and idle bits. */
function bytesOf(text: string): string {
  const at = corruptByte(text);
  if (at === undefined) return Buffer.from(text, 'base64').toString('base64');
  const message = `illegal base64 data at input byte ${at}`;
  throw new DecodeError(message, `error decoding from json: ${message}`);
}

function intOrString(value: JsonValue, goPath: string): JsonValue {
  if (typeof value === 'string' || isInteger(value, 'int32')) return value;
  const kind = kindOfJson(value);
  const refused = `json: cannot unmarshal ${kind === 'number' ? `number ${String(value)}` : kind} into Go`;
  throw new DecodeError(`${refused} struct field ${goPath} of type int32`, `${refused} value of type int32`);
}

function quantityOf(value: JsonValue): Quantity {
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  const quantity = isText ? parseQuantity(String(value).trim()) : undefined;
  if (quantity) return quantity;
  throw new DecodeError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

/** Times in UTC to the second. */
function timeOf(text: string): string {
  const ms = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(ms))
    throw new DecodeError(
      `parsing time ${jsonText(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${jsonText(text)} as "2006"`,
    );
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The fields that are MicroTimes to Go; to OpenAPI they are times as any other. */
const MICRO_TIMES = new Set([
  'LeaseSpec.acquireTime',
  'LeaseSpec.renewTime',
  'LeaseCandidateSpec.pingTime',
  'LeaseCandidateSpec.renewTime',
  'Event.eventTime',
  'EventSeries.lastObservedTime',
]);

/** A time with six digits after the second, no more and no fewer. */
function microTimeOf(text: string): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{6}(?!\d))?(.*)$/.exec(text);
  const ms = match && /^(?:Z|[+-]\d\d:\d\d)$/.test(match[3] ?? '') ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (match?.[2] !== undefined && !Number.isNaN(ms)) return `${new Date(ms).toISOString().slice(0, 19)}${match[2]}Z`;
  const why = match
    ? match[2] === undefined
      ? `cannot parse ${jsonText(match[3] ?? '')} as ".000000"`
      : `cannot parse ${jsonText(match[3] ?? '')} as "Z07:00"`
    : `cannot parse ${jsonText(text)} as "2006"`;
  throw new DecodeError(`parsing time ${jsonText(text)} as "2006-01-02T15:04:05.000000Z07:00": ${why}`);
}
