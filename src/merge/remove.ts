// Takes a set of fields out of a value, and adapts sets of fields to a schema: what an apply prunes by.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, setKey } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { deduced, fieldOf, isAssociative, isAtomicMap, itemsOf, narrow, shapeOf, valuesOf } from './atom.ts';
import { insertPath, isEmptySet, newSetBuilder, recursiveDifferenceOf, unionOf, withPrefix } from './fieldSet.ts';
import type { FieldSet, SetBuilder } from './fieldSet.ts';
import { listElement } from './listElement.ts';
import { fieldElement, fieldName, isKeyElement } from './pathElement.ts';
import type { PathElement } from './pathElement.ts';

/** The value without these fields. Containers that lose everything become null, as upstream has it (v6.3). */
export function removeFields(value: JsonValue, fields: FieldSet, schema: SchemaNode): JsonValue {
  switch (shapeOf(narrow(schema, value))) {
    case 'scalar':
      return value;
    case 'map':
      return isJsonObject(value) && !isAtomicMap(schema) ? removeFromMap(value, fields, schema) : null;
    default:
      return Array.isArray(value) && isAssociative(schema) ? removeFromList(value, fields, schema) : null;
  }
}

function removeFromMap(value: JsonObject, fields: FieldSet, schema: SchemaNode): JsonValue {
  const out: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const element = fieldElement(name);
    if (fields.members.has(element)) continue;
    const below = withPrefix(fields, element);
    setKey(out, name, isEmptySet(below) ? inner : removeFields(inner, below, fieldOf(schema, name) ?? deduced));
  }
  return Object.keys(out).length > 0 ? out : null;
}

function removeFromList(value: readonly JsonValue[], fields: FieldSet, schema: SchemaNode): JsonValue {
  const out: JsonValue[] = [];
  for (const item of value) {
    const element = listElement(schema, item);
    if (typeof element !== 'string') {
      out.push(item);
      continue;
    }
    if (fields.members.has(element)) continue;
    const below = withPrefix(fields, element);
    out.push(isEmptySet(below) ? item : removeFields(item, below, itemsOf(schema)));
  }
  return out.length > 0 ? out : null;
}

/** Adds the named fields on the way to each member, which field sets leave out: `a.b.c` owns `a` too, if `a` is a named field. */
export function withNamedFields(set: FieldSet, schema: SchemaNode | undefined): FieldSet {
  if (set.children.size === 0) return set;
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldName(element);
    if (name !== undefined && schema?.fields?.has(name)) members.add(element);
    children.set(element, withNamedFields(child, schema && schemaBelow(schema, element)));
  }
  return { members, children };
}

function schemaBelow(schema: SchemaNode, element: PathElement): SchemaNode | undefined {
  const name = fieldName(element);
  if (name !== undefined) return schema.type === 'list' ? undefined : fieldOf(schema, name);
  return isKeyElement(element) && schema.type !== 'object' ? itemsOf(schema) : undefined;
}

/** A set that was written under an older schema: fields that have become atomic since are owned as a whole. */
export function reconcileWithSchema(set: FieldSet, schema: SchemaNode): FieldSet {
  const changed = newSetBuilder();
  findAtomic(set, schema, [], false, changed);
  return changed.members.size === 0 && changed.children.size === 0
    ? set
    : unionOf(recursiveDifferenceOf(set, changed), changed);
}

function findAtomic(
  set: FieldSet | undefined,
  schema: SchemaNode,
  path: PathElement[],
  isLeaf: boolean,
  changed: SetBuilder,
): void {
  const shape = shapeOf(narrow(schema, undefined));
  if (shape === 'scalar') return;
  if (shape === 'map') {
    if (!schema.fields && valuesOf(schema)?.type === 'any') return;
    if (!isLeaf && isAtomicMap(schema)) {
      if (set && !isEmptySet(set)) insertPath(changed, path);
      return;
    }
  } else if (!isLeaf && !isAssociative(schema)) {
    insertPath(changed, path);
    return;
  }
  if (!set) return;
  for (const element of new Set([...set.children.keys(), ...set.members])) {
    const name = fieldName(element);
    const below = shape === 'list' ? itemsOf(schema) : name === undefined ? valuesOf(schema) : fieldOf(schema, name);
    if (!below) continue;
    const child = set.children.get(element);
    path.push(element);
    findAtomic(child, below, path, set.members.has(element) && !child, changed);
    path.pop();
  }
}
