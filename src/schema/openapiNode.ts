// SchemaNode -> OpenAPI schema objects. Named types become references and are handed to a collector once each.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { setKey } from '../model/json.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { SchemaNode } from './schemaSet.ts';

/** Where named types go and how they are pointed at. */
export interface SchemaCollector {
  /** `#/components/schemas/` or `#/definitions/`. */
  readonly prefix: string;
  readonly definitions: Map<string, JsonObject>;
  /** Swagger 2 knows neither alternatives nor null. */
  readonly version: 2 | 3;
}

/** The name of a kind's type: that of the Go package for built-in kinds, the group backwards for custom ones. */
function definitionName(gvk: GroupVersionKind, schema: SchemaNode): string {
  return schema.typeName ?? [...gvk.group.split('.').toReversed(), gvk.version, gvk.kind].join('.');
}

/** Adds a kind with its mark, and every type that it uses. */
export function collectKind(gvk: GroupVersionKind, schema: SchemaNode, collector: SchemaCollector): string {
  const name = definitionName(gvk, schema);
  if (!collector.definitions.has(name)) {
    const definition = define(name, schema, collector);
    definition['x-kubernetes-group-version-kind'] = [{ group: gvk.group, kind: gvk.kind, version: gvk.version }];
  }
  return name;
}

/** Registers a type before its fields are written, since types refer to themselves. */
function define(name: string, schema: SchemaNode, collector: SchemaCollector): JsonObject {
  const definition: JsonObject = {};
  collector.definitions.set(name, definition);
  Object.assign(definition, body(schema, collector));
  return definition;
}

function write(schema: SchemaNode, collector: SchemaCollector): JsonObject {
  if (schema.typeName === undefined) return { ...body(schema, collector), ...annotations(schema) };
  if (!collector.definitions.has(schema.typeName)) define(schema.typeName, schema, collector);
  const reference = { $ref: collector.prefix + schema.typeName };
  const extra = annotations(schema);
  return collector.version === 3 && Object.keys(extra).length > 0 ? { allOf: [reference], ...extra } : reference;
}

/** What belongs to the field rather than to its type. */
function annotations(schema: SchemaNode): JsonObject {
  const out: JsonObject = {};
  if (schema.default !== undefined) out['default'] = schema.default;
  if (schema.patchStrategy) out['x-kubernetes-patch-strategy'] = schema.patchStrategy.join(',');
  if (schema.patchMergeKey !== undefined) out['x-kubernetes-patch-merge-key'] = schema.patchMergeKey;
  return out;
}

const COPIED = [
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'multipleOf',
] as const;

function body(schema: SchemaNode, collector: SchemaCollector): JsonObject {
  const out: JsonObject = { ...typeOf(schema, collector) };
  for (const key of COPIED) if (schema[key] !== undefined) out[key] = schema[key];
  if (schema.enum) out['enum'] = [...schema.enum];
  if (schema.required && schema.required.length > 0) out['required'] = [...schema.required];
  if (schema.listType !== undefined) out['x-kubernetes-list-type'] = schema.listType;
  if (schema.listMapKeys) out['x-kubernetes-list-map-keys'] = [...schema.listMapKeys];
  if (schema.atomic && schema.type === 'object') out['x-kubernetes-map-type'] = 'atomic';
  if (schema.embeddedResource) out['x-kubernetes-embedded-resource'] = true;
  if (schema.rules) out['x-kubernetes-validations'] = schema.rules as unknown as JsonValue;
  if (schema.items) out['items'] = write(schema.items, collector);
  if (schema.values) out['additionalProperties'] = write(schema.values, collector);
  // Clients of Swagger 2 refuse fields that are not listed, so a list that is not whole is worse than none.
  if (schema.preserveUnknownFields) out['x-kubernetes-preserve-unknown-fields'] = true;
  if (schema.fields && !(collector.version === 2 && schema.preserveUnknownFields)) {
    const properties: JsonObject = {};
    for (const [name, field] of schema.fields) setKey(properties, name, write(field, collector));
    out['properties'] = properties;
  }
  if (collector.version === 3) Object.assign(out, alternatives(schema, collector));
  return out;
}

function alternatives(schema: SchemaNode, collector: SchemaCollector): JsonObject {
  const out: JsonObject = {};
  if (schema.nullable) out['nullable'] = true;
  for (const key of ['oneOf', 'anyOf', 'allOf'] as const) {
    const nodes = schema[key];
    if (nodes) out[key] = nodes.map((node) => write(node, collector));
  }
  if (schema.not) out['not'] = write(schema.not, collector);
  return out;
}

const PLAIN: Readonly<Partial<Record<SchemaNode['type'], string>>> = {
  object: 'object',
  list: 'array',
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

function typeOf(schema: SchemaNode, collector: SchemaCollector): JsonObject {
  if (schema.type === 'int-or-string') return intOrString(schema, collector);
  const type = PLAIN[schema.type];
  // RawExtension is an object in the documents though any JSON is taken.
  if (type === undefined) return schema.atomic && schema.typeName !== undefined ? { type: 'object' } : {};
  return schema.format === undefined ? { type } : { type, format: schema.format };
}

function intOrString(schema: SchemaNode, { version }: SchemaCollector): JsonObject {
  if (schema.format === 'quantity')
    return version === 2 ? { type: 'string' } : { oneOf: [{ type: 'string' }, { type: 'number' }] };
  if (version === 2)
    return schema.typeName === undefined
      ? { 'x-kubernetes-int-or-string': true }
      : { type: 'string', format: 'int-or-string' };
  const either = [{ type: 'integer' }, { type: 'string' }];
  return schema.typeName === undefined
    ? { anyOf: either, 'x-kubernetes-int-or-string': true }
    : { format: 'int-or-string', oneOf: either };
}
