// JSON Patch (RFC 6902) as kube-apiserver applies it: the behaviour and the words of evanphx/json-patch v4, which differ
// from the RFC in places (a replace may create, a test of nothing against null holds, indexes may count from the end).
import type { JsonObject, JsonValue } from '../model/json.ts';
import { cloneJson, equalJson, getKey, isJsonObject, setKey } from '../model/json.ts';
import { goQuote } from './pathElement.ts';

/** The patched document, or why the patch does not apply. `code` 400 is a patch that cannot be read, 0 one that crashes upstream. */
export type JsonPatchResult =
  | { readonly value: JsonValue }
  | { readonly error: { readonly code: 0 | 400 | 422; readonly message: string } };

/** Applies a patch to a copy. Either everything in it applies or nothing does. */
export function applyJsonPatch(document: JsonValue, patch: JsonValue): JsonPatchResult {
  const operations = decode(patch);
  if (!Array.isArray(operations)) return { error: { code: 400, message: operations.message } };
  const root: Root = { value: cloneJson(document), nulls: new Map() };
  for (const operation of operations) {
    const message = step(root, operation);
    if (message !== undefined) return { error: { code: message === CRASHED ? 0 : 422, message } };
  }
  return { value: settled(root, root.value) };
}

function decode(patch: JsonValue): JsonObject[] | { readonly message: string } {
  if (patch === null) return [];
  if (!Array.isArray(patch)) return refuse(patch, 'Patch');
  const bad = patch.find((operation) => operation !== null && !isJsonObject(operation));
  if (bad !== undefined) return refuse(bad, 'Operation');
  return patch.map((operation) => (isJsonObject(operation) ? operation : {}));
}

function refuse(value: JsonValue, type: string): { readonly message: string } {
  return { message: `json: cannot unmarshal ${typeName(value)} into Go value of type jsonpatch.${type}` };
}

function typeName(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
}

interface Root {
  value: JsonValue;
  /**
   * Stand-ins for nulls that an operation gave or copied by themselves. The library holds them in nodes of their own, unlike
   * nulls within a value, and a test does not find the two equal.
   */
  readonly nulls: Map<JsonValue, 'given' | 'copied'>;
}

function newNull(root: Root, origin: 'given' | 'copied'): JsonValue {
  const made: JsonObject = {};
  root.nulls.set(made, origin);
  return made;
}

/** A copy with nulls where their stand-ins are. */
function settled(root: Root, value: JsonValue): JsonValue {
  if (root.nulls.size === 0) return value;
  if (root.nulls.has(value)) return null;
  if (Array.isArray(value)) return value.map((item) => settled(root, item));
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) setKey(out, key, settled(root, inner));
  return out;
}

type Container = JsonObject | JsonValue[];
/** A place in the document: what holds it, and under which key. */
type Place = { readonly container: Container; readonly key: string } | undefined;
type Failure = { readonly failure: string };

const MISSING = 'missing value';
const TEST_FAILED = 'test failed';
const INVALID_INDEX = 'invalid index referenced';
const CRASHED = 'runtime error: invalid memory address or nil pointer dereference';

/** Undefined when the operation applied. */
function step(root: Root, operation: JsonObject): string | undefined {
  const kind = operation['op'];
  switch (kind) {
    case 'add':
      return add(root, operation);
    case 'remove':
      return remove(root, operation);
    case 'replace':
      return replace(root, operation);
    case 'move':
      return move(root, operation);
    case 'test':
      return test(root, operation);
    case 'copy':
      return copy(root, operation);
    default:
      return `Unexpected kind: ${typeof kind === 'string' ? kind : 'unknown'}`;
  }
}

function member(operation: JsonObject, name: 'path' | 'from'): string | Failure {
  const value = getKey(operation, name);
  if (typeof value === 'string') return value;
  if (value === undefined || value === null)
    return { failure: `operation${name === 'from' ? ',' : ''} missing ${name} field: ${MISSING}` };
  return { failure: `json: cannot unmarshal ${typeName(value)} into Go value of type string` };
}

function find(root: Root, pointer: string): Place {
  const parts = pointer.split('/');
  if (parts.length < 2) return undefined;
  let at: JsonValue | undefined = root.value;
  for (const part of parts.slice(1, -1)) {
    at = isContainer(at) ? read(at, unescape(part)) : undefined;
    if (!isContainer(at) || root.nulls.has(at)) return undefined;
  }
  return isContainer(at) ? { container: at, key: unescape(parts[parts.length - 1] as string) } : undefined;
}

function isContainer(value: JsonValue | undefined): value is Container {
  return Array.isArray(value) || isJsonObject(value);
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The index of a list, counted from the end when it is negative. `length` is the first index that is out. */
function index(key: string, length: number): number | Failure {
  if (!/^[+-]?\d+$/.test(key)) return { failure: `strconv.Atoi: parsing ${goQuote(key)}: invalid syntax` };
  const at = Number(key);
  if (at >= length || at < -length) return { failure: `Unable to access invalid index: ${at}: ${INVALID_INDEX}` };
  return at < 0 ? at + length : at;
}

/** The value at a key; undefined where an object has none, and where a list has no such element. */
function read(container: Container, key: string): JsonValue | undefined {
  const found = get(container, key);
  return 'value' in found ? found.value : undefined;
}

/** An object answers for every key; a list only for its elements. */
function get(container: Container, key: string): { readonly value: JsonValue | undefined } | Failure {
  if (!Array.isArray(container)) return { value: getKey(container, key) };
  const at = index(key, container.length);
  return typeof at === 'number' ? { value: container[at] } : at;
}

function put(container: Container, key: string, value: JsonValue): Failure | undefined {
  if (!Array.isArray(container)) {
    setKey(container, key, value);
    return undefined;
  }
  if (key === '-') {
    container.push(value);
    return undefined;
  }
  const at = index(key, container.length + 1);
  if (typeof at !== 'number')
    return at.failure.startsWith('strconv')
      ? { failure: `value was not a proper array index: '${key}': ${at.failure}` }
      : at;
  container.splice(at, 0, value);
  return undefined;
}

function drop(container: Container, key: string): Failure | undefined {
  if (!Array.isArray(container)) {
    if (!Object.hasOwn(container, key)) return { failure: `Unable to remove nonexistent key: ${key}: ${MISSING}` };
    delete container[key];
    return undefined;
  }
  const at = index(key, container.length);
  if (typeof at !== 'number') return at;
  container.splice(at, 1);
  return undefined;
}

/** The value of an operation as it is put into the document. */
function valueOf(root: Root, operation: JsonObject): JsonValue {
  const value = getKey(operation, 'value');
  return value === null ? newNull(root, 'given') : cloneJson(value ?? null);
}

function add(root: Root, operation: JsonObject): string | undefined {
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `add operation failed to decode path: ${MISSING}`;
  const place = find(root, path);
  if (!place) return `add operation does not apply: doc is missing path: "${path}": ${MISSING}`;
  const failed = put(place.container, place.key, valueOf(root, operation));
  return failed && `error in add for path: '${path}': ${failed.failure}`;
}

function remove(root: Root, operation: JsonObject): string | undefined {
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `remove operation failed to decode path: ${MISSING}`;
  const place = find(root, path);
  if (!place) return `remove operation does not apply: doc is missing path: "${path}": ${MISSING}`;
  const failed = drop(place.container, place.key);
  return failed && `error in remove for path: '${path}': ${failed.failure}`;
}

function replace(root: Root, operation: JsonObject): string | undefined {
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `replace operation failed to decode path: ${path.failure}`;
  const value = valueOf(root, operation);
  if (path === '') {
    if (!isContainer(value) || root.nulls.has(value))
      return 'replace operation value must be object or array: %!w(<nil>)';
    root.value = value;
    return undefined;
  }
  const place = find(root, path);
  if (!place) return `replace operation does not apply: doc is missing path: ${path}: ${MISSING}`;
  const { container, key } = place;
  if (!Array.isArray(container)) setKey(container, key, value);
  else {
    const at = index(key, container.length);
    if (typeof at !== 'number') return `replace operation does not apply: doc is missing key: ${path}: ${MISSING}`;
    container[at] = value;
  }
  return undefined;
}

function move(root: Root, operation: JsonObject): string | undefined {
  const from = member(operation, 'from');
  if (typeof from !== 'string') return `move operation failed to decode from: ${from.failure}`;
  const source = find(root, from);
  if (!source) return `move operation does not apply: doc is missing from path: ${from}: ${MISSING}`;
  const found = get(source.container, source.key);
  const failed = 'failure' in found ? found : drop(source.container, source.key);
  if (failed) return `error in move for path: '${source.key}': ${failed.failure}`;
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `move operation failed to decode path: ${path.failure}`;
  const target = find(root, path);
  if (!target) return `move operation does not apply: doc is missing destination path: ${path}: ${MISSING}`;
  const refused = put(target.container, target.key, 'value' in found ? (found.value ?? null) : null);
  return refused && `error in move for path: '${path}': ${refused.failure}`;
}

function test(root: Root, operation: JsonObject): string | undefined {
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `test operation failed to decode path: ${path.failure}`;
  const expected = getKey(operation, 'value');
  const failed = `testing value ${path} failed: ${TEST_FAILED}`;
  if (path === '' && expected === undefined) return CRASHED;
  const place = path === '' ? undefined : find(root, path);
  if (!place && path !== '') return `test operation does not apply: is missing path: ${path}: ${MISSING}`;
  const found = place ? get(place.container, place.key) : root;
  if ('failure' in found) return `error in test for path: '${path}': ${found.failure}`;
  const value = found.value ?? null;
  const origin = root.nulls.get(value);
  if (value === null || origin === 'given')
    return expected === null || (expected === undefined && value === null) ? undefined : failed;
  if (origin === 'copied') return isJsonObject(expected) && Object.keys(expected).length === 0 ? undefined : failed;
  const same = expected !== undefined && isSame(root, value, expected);
  return same === CRASHED ? CRASHED : same ? undefined : failed;
}

/** Equality as the library has it: a null in a list is no node, and it crashes when it looks into one. */
function isSame(root: Root, a: JsonValue, b: JsonValue): boolean | typeof CRASHED {
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return equalJson(a, b);
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  for (const [key, one] of Object.entries(a)) {
    if (!Object.hasOwn(b, key)) return false;
    const other = (b as JsonObject)[key] ?? null;
    if (Array.isArray(a) && (one === null || other === null)) return CRASHED;
    if (root.nulls.has(one)) return false;
    const same = isSame(root, one, other);
    if (same !== true) return same;
  }
  return true;
}

function copy(root: Root, operation: JsonObject): string | undefined {
  const from = member(operation, 'from');
  if (typeof from !== 'string') return `copy operation failed to decode from: ${from.failure}`;
  const source = find(root, from);
  if (!source) return `copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`;
  const found = get(source.container, source.key);
  if ('failure' in found) return `error in copy for from: '${from}': ${found.failure}`;
  const path = member(operation, 'path');
  if (typeof path !== 'string') return `copy operation failed to decode path: ${MISSING}`;
  const target = find(root, path);
  if (!target) return `copy operation does not apply: doc is missing destination path: ${path}: ${MISSING}`;
  const origin = found.value ?? null;
  const copied = root.nulls.has(origin) ? newNull(root, 'copied') : cloneJson(settled(root, origin));
  const failed = put(target.container, target.key, copied);
  return failed && `error while adding value during copy: ${failed.failure}`;
}
