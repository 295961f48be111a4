// A schema as a CustomResourceDefinition writes it (openAPIV3Schema) -> SchemaNode. Takes what it finds: whether a schema
// is structural is not judged here.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getKey, getList, getObject, getString, isJsonObject } from '../model/json.ts';
import type { ListType, SchemaNode } from './schemaSet.ts';

type Building = { -readonly [K in keyof SchemaNode]: SchemaNode[K] };

/** What the reader puts in place of the metadata of embedded resources. */
export interface Surroundings {
  readonly objectMeta: SchemaNode;
}

const TYPES: Readonly<Record<string, SchemaNode['type']>> = {
  object: 'object',
  array: 'list',
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

/** Copied under the same name where their value has the type that is given. */
const NUMBERS = [
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'multipleOf',
] as const;
const FLAGS = ['exclusiveMinimum', 'exclusiveMaximum', 'uniqueItems', 'nullable'] as const;
const JUNCTORS = ['oneOf', 'anyOf', 'allOf'] as const;

/** Reads a schema. `open`: x-kubernetes-preserve-unknown-fields stands on it or above it. */
export function readOpenApiSchema(schema: JsonObject, surroundings: Surroundings, open = false): SchemaNode {
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const mergesUnknown = open || preserves;
  const inner = (value: JsonObject): SchemaNode => readOpenApiSchema(value, surroundings, mergesUnknown);
  const node: Building = { type: typeOf(schema) };
  if (node.type === 'int-or-string') node.format = 'int-or-string';
  if (mergesUnknown) node.mergesUnknownFields = true;
  if (preserves) node.preserveUnknownFields = true;
  copyRules(schema, node, inner);
  readList(schema, node);
  if (schema['x-kubernetes-map-type'] === 'atomic') node.atomic = true;
  const properties = getObject(schema, 'properties');
  if (properties)
    node.fields = new Map(
      Object.entries(properties).flatMap(([name, field]) =>
        isJsonObject(field) ? [[name, inner(field)] as const] : [],
      ),
    );
  const values = schema['additionalProperties'];
  if (isJsonObject(values)) node.values = inner(values);
  else if (values === true) node.values = { type: 'any' };
  const items = schema['items'];
  if (isJsonObject(items)) node.items = inner(items);
  if (schema['x-kubernetes-embedded-resource'] === true) {
    node.embeddedResource = true;
    node.fields = withTypeMeta(node.fields, surroundings.objectMeta);
  }
  return node;
}

/** The fields of a resource: its own, and those that every resource has. */
export function withTypeMeta(
  fields: ReadonlyMap<string, SchemaNode> | undefined,
  objectMeta: SchemaNode,
): ReadonlyMap<string, SchemaNode> {
  const out = new Map<string, SchemaNode>([
    ['apiVersion', { type: 'string' }],
    ['kind', { type: 'string' }],
    ['metadata', objectMeta],
  ]);
  for (const [name, field] of fields ?? []) if (!out.has(name)) out.set(name, field);
  return out;
}

function typeOf(schema: JsonObject): SchemaNode['type'] {
  if (schema['x-kubernetes-int-or-string'] === true) return 'int-or-string';
  return TYPES[getString(schema, 'type') ?? ''] ?? 'any';
}

function copyRules(schema: JsonObject, node: Building, inner: (value: JsonObject) => SchemaNode): void {
  const format = getString(schema, 'format');
  if (format !== undefined) node.format = format;
  const pattern = getString(schema, 'pattern');
  if (pattern !== undefined && pattern !== '') node.pattern = pattern;
  for (const key of NUMBERS) {
    const value = schema[key];
    if (typeof value === 'number' || typeof value === 'bigint') node[key] = Number(value);
  }
  for (const key of FLAGS) if (schema[key] === true) node[key] = true;
  for (const key of JUNCTORS) {
    const list = getList(schema, key);
    if (list && list.length > 0) node[key] = list.filter(isJsonObject).map(inner);
  }
  if (isJsonObject(schema['not'])) node.not = inner(schema['not']);
  const required = getList(schema, 'required');
  if (required) node.required = required.map(String);
  const values = getList(schema, 'enum');
  if (values && values.length > 0) node.enum = values;
  // A default of null is no default.
  const preset: JsonValue | undefined = getKey(schema, 'default');
  if (preset !== undefined && preset !== null) node.default = preset;
  const rules = getList(schema, 'x-kubernetes-validations');
  if (rules) node.rules = rules.filter(isJsonObject) as unknown as NonNullable<SchemaNode['rules']>;
}

function readList(schema: JsonObject, node: Building): void {
  const listType = getString(schema, 'x-kubernetes-list-type');
  if (listType === 'atomic' || listType === 'set' || listType === 'map') node.listType = listType satisfies ListType;
  const keys = getList(schema, 'x-kubernetes-list-map-keys');
  if (keys) node.listMapKeys = keys.map(String);
}
