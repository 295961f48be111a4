// A schema node as structured-merge-diff sees it: the shapes that a value may have there, and how each shape merges.
// The rules are those of kube-openapi's schemaconv. Nothing here looks at more than one value.
import type { JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

/** How values of an unknown type merge: maps field by field, lists as a whole. */
export const deduced: SchemaNode = { type: 'any' };
/** How values inside an atomic value of an unknown type merge: not at all. */
const untypedAtomic: SchemaNode = { type: 'any', atomic: true };

export type Shape = 'map' | 'list' | 'scalar';
export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';

/** A set of shapes. Upstream calls it an atom. */
type Shapes = number;
const MAP = 1;
const LIST = 2;
const SCALAR = 4;

function isOpen(schema: SchemaNode): boolean {
  return schema.type === 'any' || (schema.type === 'int-or-string' && schema.format !== 'quantity');
}

function shapesOf(schema: SchemaNode): Shapes {
  if (isOpen(schema)) return MAP | LIST | SCALAR;
  if (schema.type === 'object') return MAP;
  return schema.type === 'list' ? LIST : SCALAR;
}

function shapeOfValue(value: JsonValue | undefined): Shapes {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) return LIST;
  return isJsonObject(value) ? MAP : SCALAR;
}

/** The shapes that remain when the value's own is allowed; all of the schema's when it says nothing or is not allowed. */
export function narrow(schema: SchemaNode, value: JsonValue | undefined): Shapes {
  const all = shapesOf(schema);
  return all & shapeOfValue(value) || all;
}

/** The shape that a value is handled as. */
export function shapeOf(shapes: Shapes): Shape {
  if (shapes & MAP) return 'map';
  return shapes & SCALAR ? 'scalar' : 'list';
}

export function scalarTypeOf(schema: SchemaNode): ScalarType {
  if (schema.type === 'integer' || schema.type === 'number') return 'numeric';
  if (schema.type === 'boolean') return 'boolean';
  return schema.type === 'string' && (schema.format === undefined || schema.format === 'byte') ? 'string' : 'untyped';
}

/** Whether a map or list is owned as a whole. */
export function isAtomicMap(schema: SchemaNode): boolean {
  return schema.atomic === true;
}

export function isAssociative(schema: SchemaNode): boolean {
  if (schema.listType !== undefined) return schema.listType !== 'atomic';
  return schema.patchStrategy?.includes('merge') ?? false;
}

/** The keys that tell elements of a list apart; none for a set. */
export function listKeysOf(schema: SchemaNode): readonly string[] {
  if (schema.listType !== undefined) return schema.listType === 'map' ? (schema.listMapKeys ?? []) : [];
  return schema.patchMergeKey === undefined ? [] : [schema.patchMergeKey];
}

export function itemsOf(schema: SchemaNode): SchemaNode {
  return schema.items ?? untypedAtomic;
}

/** The schema of fields that a map does not name; undefined where they are not allowed. */
export function valuesOf(schema: SchemaNode): SchemaNode | undefined {
  if (schema.values) return schema.values;
  if (schema.type !== 'object') return schema.atomic ? untypedAtomic : deduced;
  return (schema.fields?.size ?? 0) === 0 || schema.mergesUnknownFields ? deduced : undefined;
}

export function fieldOf(schema: SchemaNode, name: string): SchemaNode | undefined {
  return schema.fields?.get(name) ?? valuesOf(schema);
}
