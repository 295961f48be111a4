// Compares two objects of one type: which fields were added, changed and removed, in the grain in which fields are owned.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { equalJson, isJsonObject } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { fieldOf, isAssociative, isAtomicMap, itemsOf, narrow, shapeOf } from './atom.ts';
import { insertPath, newSetBuilder, recursiveDifferenceOf } from './fieldSet.ts';
import type { FieldSet, SetBuilder } from './fieldSet.ts';
import { listElement } from './listElement.ts';
import { MergeError } from './mergeError.ts';
import { fieldElement, printPath } from './pathElement.ts';
import type { PathElement } from './pathElement.ts';
import { printTypeErrors, scalarError } from './typed.ts';
import type { TypeError } from './typed.ts';

/** No field is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two values of one schema. Throws {@link MergeError} where elements of a list cannot be told apart. */
export function compareTyped(before: JsonValue, after: JsonValue, schema: SchemaNode): Comparison {
  const walk: Walk = {
    added: newSetBuilder(),
    modified: newSetBuilder(),
    removed: newSetBuilder(),
    errors: [],
    path: [],
  };
  compare(before, after, schema, walk);
  if (walk.errors.length > 0) throw new MergeError(`failed to compare objects: ${printTypeErrors(walk.errors)}`);
  return walk;
}

/** Takes fields, with all below them, out of a comparison. */
export function withoutFields(comparison: Comparison, fields: FieldSet | undefined): Comparison {
  if (!fields) return comparison;
  return {
    added: recursiveDifferenceOf(comparison.added, fields),
    modified: recursiveDifferenceOf(comparison.modified, fields),
    removed: recursiveDifferenceOf(comparison.removed, fields),
  };
}

interface Walk {
  readonly added: SetBuilder;
  readonly modified: SetBuilder;
  readonly removed: SetBuilder;
  readonly errors: TypeError[];
  readonly path: PathElement[];
}

type Side = JsonValue | undefined;

function compare(left: Side, right: Side, schema: SchemaNode, walk: Walk): void {
  const [leftShapes, rightShapes] = [narrow(schema, left), narrow(schema, right)];
  let inLeaf: boolean;
  if (right === undefined) inLeaf = asShape(leftShapes, left, right, schema, walk);
  else {
    if (left !== undefined && leftShapes !== rightShapes) asShape(leftShapes, left, right, schema, walk);
    inLeaf = asShape(rightShapes, left, right, schema, walk);
  }
  if (inLeaf) return;
  if (left === undefined) insertPath(walk.added, walk.path);
  else if (right === undefined) insertPath(walk.removed, walk.path);
}

/** True where the value is compared as a whole. */
function asShape(shapes: number, left: Side, right: Side, schema: SchemaNode, walk: Walk): boolean {
  const shape = shapeOf(shapes);
  if (shape === 'scalar') {
    const [leftError, rightError] = [scalarError(schema, left), scalarError(schema, right)];
    if (leftError !== undefined && rightError !== undefined) {
      const path = printPath(walk.path);
      walk.errors.push({ path, message: `lhs: ${leftError}` }, { path, message: `rhs: ${rightError}` });
      return false;
    }
    return compareLeaf(left, right, walk);
  }
  if (shape === 'map') {
    const [a, b] = [isJsonObject(left) ? left : undefined, isJsonObject(right) ? right : undefined];
    if (isAtomicMap(schema) || (isEmpty(a) && isEmpty(b))) return compareLeaf(left, right, walk);
    compareMaps(a ?? {}, b ?? {}, schema, walk);
    return false;
  }
  const [a, b] = [Array.isArray(left) ? left : undefined, Array.isArray(right) ? right : undefined];
  if (!isAssociative(schema) || (isEmpty(a) && isEmpty(b))) return compareLeaf(left, right, walk);
  compareLists(a ?? [], b ?? [], schema, walk);
  return false;
}

function isEmpty(value: JsonObject | JsonValue[] | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

function compareLeaf(left: Side, right: Side, walk: Walk): true {
  if (left === undefined) insertPath(walk.added, walk.path);
  else if (right === undefined) insertPath(walk.removed, walk.path);
  else if (!equalJson(left, right)) insertPath(walk.modified, walk.path);
  return true;
}

function compareMaps(left: JsonObject, right: JsonObject, schema: SchemaNode, walk: Walk): void {
  const visit = (name: string): void => {
    const field = fieldOf(schema, name);
    if (!field) {
      walk.errors.push({ path: `${printPath(walk.path)}.${name}`, message: 'schema error: invalid atom: inlined' });
      return;
    }
    walk.path.push(fieldElement(name));
    compare(
      Object.hasOwn(left, name) ? left[name] : undefined,
      Object.hasOwn(right, name) ? right[name] : undefined,
      field,
      walk,
    );
    walk.path.pop();
  };
  for (const name of Object.keys(left)) visit(name);
  for (const name of Object.keys(right)) if (!Object.hasOwn(left, name)) visit(name);
}

function grouped(list: readonly JsonValue[], schema: SchemaNode, walk: Walk): Map<PathElement, JsonValue[]> {
  const groups = new Map<PathElement, JsonValue[]>();
  for (const [i, item] of list.entries()) {
    const element = listElement(schema, item);
    if (typeof element !== 'string') {
      walk.errors.push({ path: printPath(walk.path), message: `element ${i}: ${element.error}` });
      continue;
    }
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}

function compareLists(left: readonly JsonValue[], right: readonly JsonValue[], schema: SchemaNode, walk: Walk): void {
  const [lefts, rights] = [grouped(left, schema, walk), grouped(right, schema, walk)];
  for (const element of new Set([...lefts.keys(), ...rights.keys()])) {
    walk.path.push(element);
    compareElements(lefts.get(element) ?? [], rights.get(element) ?? [], itemsOf(schema), walk);
    walk.path.pop();
  }
}

/** Elements of one key: compared as a whole while they are duplicates, one by one when they are not. */
function compareElements(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  schema: SchemaNode,
  walk: Walk,
): void {
  if (left.length <= 1 && right.length <= 1) {
    compare(left[0], right[0], schema, walk);
  } else if (left.length >= 2 && right.length >= 2) {
    if (!equalJson([...left], [...right])) insertPath(walk.modified, walk.path);
  } else if (left.length >= 2) {
    if (right.length > 0) compare(undefined, right[0], schema, walk);
    insertPath(walk.removed, walk.path);
  } else {
    if (left.length > 0) compare(left[0], undefined, schema, walk);
    insertPath(walk.added, walk.path);
  }
}
