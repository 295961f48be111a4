// The type that a schema is in CEL, with the sizes that bound the cost of rules (k8s.io/apiserver/pkg/cel/common/schemas.go).
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listOf, mapOf, STRING, TIMESTAMP } from '../types.ts';
import type { CelType } from '../types.ts';
import { escapeProperty } from './propertyName.ts';

const REQUEST_LIMIT = 3 * 1024 * 1024;

export interface DeclType {
  readonly type: CelType;
  /** The least number of bytes that a value takes in a request. */
  readonly minSize: number;
  /** The most members, or characters, that a value can have. */
  readonly maxElements: number;
  readonly element?: DeclType;
  readonly key?: DeclType;
  /** By identifier. */
  readonly fields?: ReadonlyMap<string, DeclType>;
}

const scalar = (type: CelType, minSize: number, maxElements = 0): DeclType => ({ type, minSize, maxElements });
const TEXT = scalar(STRING, 2, REQUEST_LIMIT - 2);

/** What every resource shows of itself, whatever its schema says. */
const RESOURCE: ReadonlyMap<string, DeclType> = new Map([
  ['apiVersion', TEXT],
  ['kind', TEXT],
  [
    'metadata',
    objectType(
      'object.metadata',
      new Map([
        ['name', TEXT],
        ['generateName', TEXT],
      ]),
      2,
    ),
  ],
]);

/** The type; undefined for what rules cannot see. `root`: the resource itself, not a part of it. */
export function declType(schema: SchemaNode, place: 'root' | 'part', name = 'object'): DeclType | undefined {
  if (schema.type === 'int-or-string')
    return scalar(DYN, 1, schema.maxLength === undefined ? REQUEST_LIMIT - 2 : Math.max(0, schema.maxLength) * 4);
  switch (schema.type) {
    case 'list': {
      const element = schema.items && declType(schema.items, 'part', `${name}.@idx`);
      if (!element) return undefined;
      const maxElements = schema.maxItems ?? Math.floor((REQUEST_LIMIT - 2) / (element.minSize + 1));
      return { type: listOf(element.type), minSize: 2, maxElements: Math.max(0, maxElements), element };
    }
    case 'object':
      if (schema.values && !schema.fields) return mapType(schema, schema.values, name);
      return fieldsType(schema, place === 'root' || schema.embeddedResource === true, name);
    case 'string':
      return textType(schema);
    case 'boolean':
      return scalar(BOOL, 4);
    case 'number':
      return scalar(DOUBLE, 1);
    case 'integer':
      return scalar(INT, 1);
    default:
      return undefined;
  }
}

function mapType(schema: SchemaNode, values: SchemaNode, name: string): DeclType | undefined {
  const element = declType(values, 'part', `${name}.@elem`);
  if (!element) return undefined;
  const maxElements = schema.maxProperties ?? Math.floor((REQUEST_LIMIT - 2) / (element.minSize + 6));
  return {
    type: mapOf(STRING, element.type),
    minSize: 2,
    maxElements: Math.max(0, maxElements),
    element,
    key: scalar(STRING, 0),
  };
}

function fieldsType(schema: SchemaNode, isResource: boolean, name: string): DeclType {
  const fields = new Map<string, DeclType>();
  let minSize = 2;
  for (const [property, node] of schema.fields ?? []) {
    if (isResource && RESOURCE.has(property)) continue;
    const type = declType(node, 'part', `${name}.${property}`);
    if (!type) continue;
    const identifier = escapeProperty(property);
    if (identifier !== undefined) fields.set(identifier, type);
    if (schema.required?.includes(property) === true && node.default === undefined)
      minSize += property.length + type.minSize + 4;
  }
  if (isResource) for (const [property, type] of RESOURCE) fields.set(property, type);
  return objectType(name, fields, minSize);
}

function objectType(name: string, fields: ReadonlyMap<string, DeclType>, minSize: number): DeclType {
  const types = new Map([...fields].map(([field, { type }]) => [field, type]));
  return { type: { kind: 'object', name, fields: types }, minSize, maxElements: 0, fields };
}

function textType(schema: SchemaNode): DeclType {
  switch (schema.format) {
    case 'byte':
      return scalar(BYTES, 2, schema.maxLength ?? REQUEST_LIMIT - 2);
    case 'duration':
      return scalar(DURATION, 3, 32);
    case 'date':
      return scalar(TIMESTAMP, 12, 12);
    case 'date-time':
      return scalar(TIMESTAMP, 21, 32);
    default:
  }
  if (schema.maxLength !== undefined) return scalar(STRING, 2, Math.max(0, schema.maxLength) * 4);
  if (!schema.enum) return TEXT;
  const lengths = schema.enum.map((value) => (typeof value === 'string' ? new TextEncoder().encode(value).length : 0));
  return scalar(STRING, 2, Math.max(0, ...lengths));
}
