// Merges a partial object into a live one: what the partial one says wins, nothing is removed, lists are ordered as
// structured-merge-diff orders them. Both values have been checked against the schema.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, setKey } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { fieldOf, isAssociative, isAtomicMap, itemsOf, narrow, shapeOf } from './atom.ts';
import { listElement } from './listElement.ts';
import { MergeError } from './mergeError.ts';
import { printElement } from './pathElement.ts';
import type { PathElement } from './pathElement.ts';
import { printTypeErrors, scalarError } from './typed.ts';
import type { TypeError } from './typed.ts';

/** The merged object. Throws {@link MergeError} where elements of a live list cannot be told apart. */
export function combine(live: JsonValue, partial: JsonValue, schema: SchemaNode): JsonValue {
  const errors: TypeError[] = [];
  const merged = merge(live, partial, schema, '', errors);
  if (errors.length > 0) throw new MergeError(`failed to merge config: ${printTypeErrors(errors)}`);
  return merged ?? null;
}

type Side = JsonValue | undefined;

/** `undefined` is a side that says nothing; the result is undefined where nothing came out. */
function merge(left: Side, right: Side, schema: SchemaNode, path: string, errors: TypeError[]): Side {
  const [leftShapes, rightShapes] = [narrow(schema, left), narrow(schema, right)];
  if (right === undefined) return asShape(leftShapes, left, right, schema, path, errors);
  if (left !== undefined && leftShapes !== rightShapes) asShape(leftShapes, left, right, schema, path, errors);
  return asShape(rightShapes, left, right, schema, path, errors);
}

function asShape(shapes: number, left: Side, right: Side, schema: SchemaNode, path: string, errors: TypeError[]): Side {
  const shape = shapeOf(shapes);
  const leaf = right !== undefined ? right : left;
  if (shape === 'scalar') {
    const [leftError, rightError] = [scalarError(schema, left), scalarError(schema, right)];
    if (leftError === undefined || rightError === undefined) return leaf;
    errors.push({ path, message: `lhs: ${leftError}` }, { path, message: `rhs: ${rightError}` });
    return undefined;
  }
  if (shape === 'map') {
    const [a, b] = [asMap(left), asMap(right)];
    return isAtomicMap(schema) || (isEmpty(a) && isEmpty(b)) ? leaf : mergeMaps(a ?? {}, b ?? {}, schema, path, errors);
  }
  const [a, b] = [asList(left), asList(right)];
  return !isAssociative(schema) || (isEmpty(a) && isEmpty(b))
    ? leaf
    : mergeLists(a ?? [], b ?? [], schema, path, errors);
}

function asMap(value: Side): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function asList(value: Side): JsonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function isEmpty(value: JsonObject | JsonValue[] | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

function mergeMaps(left: JsonObject, right: JsonObject, schema: SchemaNode, path: string, errors: TypeError[]): Side {
  const out: JsonObject = {};
  const take = (name: string): void => {
    const field = fieldOf(schema, name);
    if (!field) return;
    const a = Object.hasOwn(left, name) ? left[name] : undefined;
    const b = Object.hasOwn(right, name) ? right[name] : undefined;
    const merged = merge(a, b, field, `${path}.${name}`, errors);
    if (merged !== undefined) setKey(out, name, merged);
  };
  for (const name of Object.keys(left)) take(name);
  for (const name of Object.keys(right)) if (!Object.hasOwn(left, name)) take(name);
  return Object.keys(out).length > 0 ? out : undefined;
}

interface IndexedList {
  readonly order: readonly PathElement[];
  /** Elements by their step; null for duplicates, which are not merged. */
  readonly byElement: ReadonlyMap<PathElement, Side>;
}

function indexList(
  list: readonly JsonValue[],
  schema: SchemaNode,
  path: string,
  duplicatesAllowed: boolean,
  errors: TypeError[],
): IndexedList {
  const order: PathElement[] = [];
  const byElement = new Map<PathElement, Side>();
  for (const [i, item] of list.entries()) {
    const element = listElement(schema, item);
    if (typeof element !== 'string') {
      errors.push({ path, message: `element ${i}: ${element.error}` });
      continue;
    }
    if (byElement.has(element)) {
      if (!duplicatesAllowed) {
        errors.push({ path, message: `duplicate entries for key ${printElement(element)}` });
        continue;
      }
      byElement.set(element, null);
    } else byElement.set(element, item);
    order.push(element);
  }
  return { order, byElement };
}

/**
 * Orders as typed/merge.go does: the partial list's order holds for its elements, and elements that only the live
 * list has keep their place relative to the shared ones around them.
 */
function mergeLists(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  schema: SchemaNode,
  path: string,
  errors: TypeError[],
): Side {
  const found: TypeError[] = [];
  const rhs = indexList(right, schema, path, false, found);
  const lhs = indexList(left, schema, path, true, found);
  errors.push(...found);
  if (found.length > 0) return undefined;
  const out: JsonValue[] = [];
  const put = (element: PathElement, a: Side, b: Side): void => {
    const merged =
      a === undefined && b === undefined
        ? undefined
        : merge(a, b, itemsOf(schema), path + printElement(element), errors);
    if (merged !== undefined) out.push(merged);
  };
  const shared = rhs.order.filter((element) => lhs.byElement.has(element));
  const done = new Set<PathElement>();
  let next = 0;
  const takeRight = (element: PathElement): void => {
    done.add(element);
    put(element, lhs.byElement.get(element), rhs.byElement.get(element));
  };
  for (let l = 0, r = 0; l < lhs.order.length || r < rhs.order.length;) {
    const [a, b] = [lhs.order[l], rhs.order[r]];
    if (a !== undefined && b !== undefined) {
      if (a === b) {
        takeRight(a);
        l++;
        r++;
        next++;
        continue;
      }
      if (rhs.byElement.has(a) && next < shared.length && shared[next] !== a) {
        l++;
        continue;
      }
    }
    if (a !== undefined) {
      if (!rhs.byElement.has(a)) {
        put(a, left[l], undefined);
        l++;
        continue;
      }
      if (done.has(a)) l++;
    }
    if (b !== undefined) {
      takeRight(b);
      r++;
      if (shared[next] === b) next++;
    }
  }
  return out.length > 0 ? out : undefined;
}
