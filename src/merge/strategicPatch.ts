// Strategic merge patches as kube-apiserver applies them to built-in kinds (apimachinery's strategicpatch): directives,
// merge keys, orders. Custom resources have none; the caller refuses them.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { cloneJson, getKey, isJsonObject, setKey } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { goType, plain } from './goPrint.ts';
import { goQuote } from './pathElement.ts';
import {
  deleteFromList,
  keyOf,
  mergeKeyError,
  orderLists,
  PatchError,
  partition,
  requireMergeKey,
} from './patchLists.ts';
import { withoutNulls } from './withoutNulls.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
const SET_ORDER = '$setElementOrder';

export type StrategicPatchResult =
  | { readonly value: JsonObject }
  /** `code` 0: upstream panics and closes the connection without an answer. */
  | { readonly error: { readonly code: 0 | 400 | 422 | 500; readonly message: string } };

/** Applies a patch to a copy of an object. */
export function applyStrategicPatch(object: JsonObject, patch: JsonObject, schema: SchemaNode): StrategicPatchResult {
  try {
    return { value: mergeMap(cloneJson(object), cloneJson(patch), schema) };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: SchemaNode): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return replaceMap(patch);
  retainKeys(original, patch);
  setElementOrders(original, patch, schema);
  for (const [key, value] of Object.entries(patch)) {
    const deletes = key.startsWith(DELETE_FROM_LIST);
    mergeField(
      original,
      deletes ? plainKey(key, DELETE_FROM_LIST, 'invalid patch format of primitive list') : key,
      value,
      deletes,
      schema,
    );
  }
  return original;
}

function replaceMap(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace')
    throw new PatchError(500, `unknown patch type: ${plain(directive ?? null)} in map: ${plain(patch)}`);
  delete patch[DIRECTIVE];
  return patch;
}

function plainKey(key: string, prefix: string, message: string): string {
  const slash = key.indexOf('/');
  if (slash < 0 || key.slice(0, slash) !== prefix) throw new PatchError(400, message);
  return key.slice(slash + 1);
}

/** Clears the fields that a `$retainKeys` list does not name. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const list = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  const malformed = new PatchError(400, 'invalid patch format of retainKeys');
  if (!Array.isArray(list)) throw malformed;
  const kept = new Set(list);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)) continue;
    if (!kept.has(key)) throw malformed;
  }
  for (const key of Object.keys(original)) if (!kept.has(key)) delete original[key];
}

function mergeField(original: JsonObject, key: string, value: JsonValue, deletes: boolean, schema: SchemaNode): void {
  if (value === null) {
    delete original[key];
    return;
  }
  const known = getKey(original, key);
  if (known === undefined || shapeOf(known) !== shapeOf(value)) {
    if (!deletes) take(original, key, value);
    return;
  }
  if (isJsonObject(known) && isJsonObject(value)) {
    const field = lookup(schema, key);
    setKey(original, key, field.patchStrategy?.includes('replace') ? value : mergeMap(known, value, field));
  } else if (Array.isArray(known) && Array.isArray(value)) {
    const field = lookupList(schema, key);
    setKey(original, key, mergeListField(known, value, field, deletes));
  } else take(original, key, value);
}

/** Reflect's types as far as they matter here. */
function shapeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function take(original: JsonObject, key: string, value: JsonValue): void {
  const bare = withoutDirectives(withoutNulls(value));
  if (bare === undefined) delete original[key];
  else setKey(original, key, bare);
}

/** What is left of a value that is new to the object: maps with a directive go. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const out: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const kept = withoutDirectives(inner);
    if (kept !== undefined) setKey(out, key, kept);
  }
  return out;
}

/** The schema of a struct's field, by its name without regard to case as a second choice. */
function lookup(schema: SchemaNode, key: string): SchemaNode {
  if (schema.type !== 'object' || !schema.fields) {
    throw new PatchError(
      500,
      `merging an object in json but data type is not struct, instead is: ${schema.type === 'object' ? 'map' : schema.type === 'list' ? 'slice' : schema.type}`,
    );
  }
  const field =
    schema.fields.get(key) ?? [...schema.fields].find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  if (!field)
    throw new PatchError(
      500,
      `unable to find api field in struct ${(schema.typeName ?? '').replace(/^.*\./, '')} for the json field ${goQuote(key)}`,
    );
  return field;
}

function lookupList(schema: SchemaNode, key: string): SchemaNode {
  const field = lookup(schema, key);
  // Bytes are a slice in Go and text in JSON.
  if (field.type !== 'list' && field.format !== 'byte')
    throw new PatchError(500, 'expected slice or array type, but got: struct');
  return field;
}

function mergeListField(original: JsonValue[], patch: JsonValue[], field: SchemaNode, deletes: boolean): JsonValue[] {
  return deletes || field.patchStrategy?.includes('merge') ? mergeList(original, patch, field, deletes) : patch;
}

function mergeList(original: JsonValue[], patch: JsonValue[], field: SchemaNode, deletes: boolean): JsonValue[] {
  if (original.length === 0 && patch.length === 0) return original;
  const kind = elementKind(original, patch);
  const mergeKey = field.patchMergeKey ?? '';
  if (kind !== 'map') {
    if (deletes) return deleteFromList(original, patch);
    const merged = [...new Map([...original, ...patch].map((item) => [keyOf(item, ''), item])).values()];
    return orderLists(partition(merged, patch, mergeKey), patch, original, mergeKey);
  }
  if (mergeKey === '')
    throw new PatchError(500, `cannot merge lists without merge key for ${field.items?.fields ? 'struct' : 'map'}`);
  const [base, plainPatch] = applyElementDirectives(original as JsonObject[], patch as JsonObject[], mergeKey);
  const merged = mergeElements(base, plainPatch, mergeKey, field.items ?? { type: 'any' });
  return orderLists(partition(merged, plainPatch, mergeKey), plainPatch, base, mergeKey);
}

/** All elements must be of one kind, and none a list. */
function elementKind(...lists: readonly JsonValue[][]): 'map' | 'scalar' {
  let kind: string | undefined;
  for (const item of lists.flat()) {
    if (kind === undefined) {
      if (item === null) throw new PatchError(0, 'runtime error: invalid memory address or nil pointer dereference');
      if (Array.isArray(item)) throw new PatchError(422, 'lists of lists are not supported');
      kind = shapeOf(item);
    } else if (shapeOf(item) !== kind)
      throw new PatchError(500, `list element types are not identical: ${plain(lists.map((list) => list))}`);
  }
  if (kind === undefined) throw new PatchError(500, 'no elements in any of the given slices');
  return kind === 'object' ? 'map' : 'scalar';
}

/** Carries out `$patch` in elements; answers the original and the patch that are left to merge. */
function applyElementDirectives(
  original: JsonObject[],
  patch: JsonObject[],
  mergeKey: string,
): [JsonObject[], JsonObject[]] {
  const left: JsonObject[] = [];
  const deleted = new Set<string>();
  let replaces = false;
  for (const item of patch) {
    const directive = getKey(item, DIRECTIVE);
    if (directive === undefined) left.push(item);
    else if (directive === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw mergeKeyError(item, mergeKey);
      deleted.add(keyOf(item, mergeKey));
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw new PatchError(500, 'merging lists cannot yet be specified in the patch');
    else throw new PatchError(500, `unknown patch type: ${plain(directive)} in map: ${plain(item)}`);
  }
  if (replaces) return [left, []];
  return [
    deleted.size === 0
      ? original
      : original.filter((item) => !Object.hasOwn(item, mergeKey) || !deleted.has(keyOf(item, mergeKey))),
    left,
  ];
}

function mergeElements(
  original: JsonObject[],
  patch: JsonObject[],
  mergeKey: string,
  schema: SchemaNode,
): JsonObject[] {
  const out = [...original];
  const places = new Map<string, number>();
  for (const [i, item] of out.entries())
    if (Object.hasOwn(item, mergeKey) && !places.has(keyOf(item, mergeKey))) places.set(keyOf(item, mergeKey), i);
  for (const item of patch) {
    if (!Object.hasOwn(item, mergeKey)) throw mergeKeyError(item, mergeKey);
    const key = keyOf(item, mergeKey);
    const place = places.get(key);
    if (place === undefined) places.set(key, out.push(item) - 1);
    else out[place] = mergeMap(out[place] as JsonObject, item, schema);
  }
  return out;
}

/** Carries out every `$setElementOrder` with the list that it orders, and takes both out of the patch. */
function setElementOrders(original: JsonObject, patch: JsonObject, schema: SchemaNode): void {
  for (const directive of Object.keys(patch).filter((key) => key.startsWith(SET_ORDER))) {
    const order = patch[directive];
    delete patch[directive];
    if (!Array.isArray(order)) throw badListType(order);
    const key = plainKey(directive, SET_ORDER, 'invalid patch format of setElementOrder list');
    const [known, change] = [getKey(original, key), getKey(patch, key)];
    if (known !== undefined && !Array.isArray(known)) throw badListType(known);
    if (change !== undefined && !Array.isArray(change)) throw badListType(change);
    const field = lookupList(schema, key);
    const mergeKey = field.patchMergeKey ?? '';
    checkOrder(change ?? [], order, mergeKey);
    if (!known && !change) continue;
    const merged =
      known && change
        ? mergeListField([...known], change, field, false)
        : (known ?? (withoutDirectives(change as JsonValue) as JsonValue[]));
    const parts = partition(merged, order, mergeKey);
    if (elementKind(known ?? [], change ?? []) === 'map')
      requireMergeKey(mergeKey, parts.named, order, parts.others, known ?? []);
    setKey(original, key, orderLists(parts, order, known ?? [], mergeKey));
    delete patch[key];
  }
}

function badListType(value: JsonValue | undefined): PatchError {
  return new PatchError(
    500,
    `expected a []interface {}, but received a ${value === null || value === undefined ? '%!s(<nil>)' : goType(value)}`,
  );
}

/**
 * The elements of the patch must stand in the order's list, in its order. Elements with a directive are passed over,
 * but not at the end: there upstream counts them as missing from the order.
 */
function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const items =
    mergeKey === '' ? patch : patch.filter((item) => !isJsonObject(item) || getKey(item, DIRECTIVE) !== 'delete');
  let [at, place] = [0, 0];
  while (at < items.length && place < order.length) {
    const [item, entry] = [items[at] as JsonValue, order[place] as JsonValue];
    if (isJsonObject(item) && Object.hasOwn(item, DIRECTIVE)) {
      at++;
      continue;
    }
    if (sameElement(item, entry, mergeKey)) at++;
    place++;
  }
  if (at < items.length && place >= order.length)
    throw new PatchError(
      500,
      `The order in patch list:\n${plain([...patch])}\n doesn't match ${SET_ORDER} list:\n${plain([...order])}\n`,
    );
}

function sameElement(a: JsonValue, b: JsonValue, mergeKey: string): boolean {
  if (mergeKey === '') {
    if (isJsonObject(a) && isJsonObject(b))
      throw new PatchError(0, 'runtime error: comparing uncomparable type map[string]interface {}');
    return keyOf(a, '') === keyOf(b, '');
  }
  for (const each of [a, b]) {
    if (!isJsonObject(each))
      throw new PatchError(500, `expected a map[string]interface {}, but received a ${goType(each)}`);
  }
  for (const each of [a, b] as JsonObject[]) if (!Object.hasOwn(each, mergeKey)) throw mergeKeyError(each, mergeKey);
  return keyOf(a, mergeKey) === keyOf(b, mergeKey);
}
