// JSON 6902 patches on a resource's tree, as evanphx/json-patch v4 applies them for kustomize: `replace` on a missing key
// adds, negative indexes count from the end, the first segment of a path without a leading slash is ignored.
import { nearest } from '../../model/nearest.ts';
import { child, cloneNode, textOf, toJson } from '../../model/node.ts';
import type { ListNode, MapNode, Node } from '../../model/node.ts';
import { equalJson } from '../../model/json.ts';
import {
  adopt,
  appendItem,
  carry,
  insertItem,
  newScalar,
  removeField,
  removeItem,
  setField,
  setItem,
} from '../write.ts';
import type { Change } from '../write.ts';
import { isNull } from './nullness.ts';
import { PatchFault } from './patchFault.ts';

/**
 * Applies the operations in order and gives the result. The tree is changed in place; values of the patch are copied, with
 * their places. @throws PatchFault at the first operation that does not apply.
 */
export function applyJson6902(target: MapNode, operations: readonly Node[], change: Change): MapNode {
  let document: Node = target;
  for (const operation of operations) document = applyOperation(document, operation, change);
  if (document.kind !== 'map') throw new PatchFault('the patch leaves a list where the object was', operations.at(-1));
  return document;
}

function applyOperation(document: Node, operation: Node, change: Change): Node {
  const step: Step = { document, operation, change: { ...change, place: operation.origin.place ?? change.place } };
  const op = textOf(child(operation, 'op')) ?? '';
  switch (op) {
    case 'add':
      addAt(locate(step, 'path'), valueOf(step), step);
      return document;
    case 'remove':
      removeAt(locate(step, 'path'), step);
      return document;
    case 'replace':
      return replace(step);
    case 'move': {
      const from = locate(step, 'from');
      const moved = getAt(from, step);
      removeAt(from, step);
      addAt(locate(step, 'path'), moved ? carried(moved, from, step) : nullOf(step), step);
      return document;
    }
    case 'copy': {
      const from = locate(step, 'from');
      const copied = getAt(from, step);
      addAt(locate(step, 'path'), copied ? carried(cloneNode(copied), from, step) : nullOf(step), step);
      return document;
    }
    case 'test':
      checkValue(step);
      return document;
    default:
      throw new PatchFault(
        `"${op}" is no JSON patch operation: use add, remove, replace, move, copy or test`,
        operation,
      );
  }
}

interface Step {
  readonly document: Node;
  readonly operation: Node;
  readonly change: Change;
}

/** A place to read or write: a key of a map or an index of a list. */
interface Location {
  readonly container: MapNode | ListNode;
  readonly key: string;
  readonly path: string;
}

function pathOf(step: Step, field: 'path' | 'from'): string {
  const node = child(step.operation, field);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string')
    throw new PatchFault(`the operation needs a "${field}": write it as text that starts with "/"`, step.operation);
  return node.text;
}

function locate(step: Step, field: 'path' | 'from'): Location {
  const path = pathOf(step, field);
  const segments = path.split('/').slice(1).map(unescapeSegment);
  const key = segments.pop();
  const node = child(step.operation, field);
  if (key === undefined) throw new PatchFault(`"${path}" names no field: a path starts with "/"`, node);
  let at: Node | undefined = step.document;
  for (const [i, segment] of segments.entries()) {
    const next: Node | undefined = at.kind === 'map' ? child(at, segment) : itemAt(at, segment);
    if (!next || next.kind === 'scalar') {
      const reached = segments.slice(0, i + 1).join('/');
      const { words, similar } = whyNot(at, next, segment, reached);
      const fix = similar === undefined ? undefined : { written: path, meant: withSegment(path, i, similar) };
      throw new PatchFault(`${field} "${path}" does not exist: ${words}`, node, fix);
    }
    at = next;
  }
  if (at.kind === 'scalar')
    throw new PatchFault(`${field} "${path}" does not exist: there is a single value above it`, node);
  return { container: at, key, path };
}

/** What stands where a path ends too early, with the name that was probably meant. */
function whyNot(
  above: Node,
  found: Node | undefined,
  segment: string,
  reached: string,
): { readonly words: string; readonly similar?: string | undefined } {
  if (found) return { words: `"/${reached}" is a single value, not a map or a list` };
  if (above.kind === 'list')
    return { words: `there is no "${segment}" in the list of ${above.items.length}, which is counted from 0` };
  const similar = above.kind === 'map' ? nearest(segment, above.entries.keys()) : undefined;
  const hint = similar === undefined ? '; add it first, or correct the path' : `. Did you mean "${similar}"?`;
  return { words: `there is nothing at "/${reached}"${hint}`, similar };
}

/** The path with another name at one of its steps, as it is written. */
function withSegment(path: string, index: number, name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1');
  return path
    .split('/')
    .with(index + 1, escaped)
    .join('/');
}

function unescapeSegment(segment: string): string {
  return segment.replace(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));
}

function itemAt(node: Node, segment: string): Node | undefined {
  if (node.kind !== 'list' || !/^[+-]?\d+$/.test(segment)) return undefined;
  return node.items.at(Number(segment));
}

/** The index that a segment means in a list of this many possible positions. */
function indexOf(location: Location, positions: number, step: Step): number {
  const index = /^[+-]?\d+$/.test(location.key) ? Number(location.key) : Number.NaN;
  const resolved = index < 0 ? index + positions : index;
  if (resolved >= 0 && resolved < positions) return resolved === 0 ? 0 : resolved;
  const size = location.container.kind === 'list' ? location.container.items.length : 0;
  const node = child(step.operation, 'path') ?? step.operation;
  if (Number.isNaN(index))
    throw new PatchFault(
      `"${location.key}" in "${location.path}" is no list index: count from 0, or use - for the end`,
      node,
    );
  throw new PatchFault(
    `index ${location.key} in "${location.path}" is outside the list of ${size} items: count from 0`,
    node,
  );
}

function getAt(location: Location, step: Step): Node | undefined {
  const { container, key } = location;
  if (container.kind === 'map') return child(container, key);
  return container.items[indexOf(location, container.items.length, step)];
}

function addAt(location: Location, value: Node, step: Step): void {
  const { container, key } = location;
  const change = maskedFor(step, location);
  if (container.kind === 'map') setField(container, key, value, change);
  else if (key === '-') appendItem(container, value, change);
  else insertItem(container, indexOf(location, container.items.length + 1, step), value, change);
}

/** A value that an operation takes from elsewhere in the object: it keeps its chain, with the operation as the newest link. */
function carried(value: Node, from: Location, step: Step): Node {
  carry(value, { ...maskedFor(step, from), derived: true });
  return value;
}

function removeAt(location: Location, step: Step): void {
  const { container, key, path } = location;
  if (container.kind === 'list') removeItem(container, indexOf(location, container.items.length, step), step.change);
  else if (!removeField(container, key, step.change)) {
    throw new PatchFault(
      `cannot remove "${path}": it does not exist; correct the path, or remove the operation`,
      child(step.operation, 'path') ?? step.operation,
    );
  }
}

function replace(step: Step): Node {
  const value = valueOf(step);
  if (pathOf(step, 'path') === '') {
    if (value.kind === 'scalar')
      throw new PatchFault('the whole object can only be replaced by an object', step.operation);
    return value;
  }
  const location = locate(step, 'path');
  const { container, key } = location;
  if (container.kind === 'map') setField(container, key, value, maskedFor(step, location));
  else setItem(container, indexOf(location, container.items.length, step), value, step.change);
  return step.document;
}

function checkValue(step: Step): void {
  const expected = child(step.operation, 'value');
  const path = pathOf(step, 'path');
  const found = path === '' ? step.document : getAt(locate(step, 'path'), step);
  const [a, b] = [found && !isNull(found) ? toJson(found) : null, expected ? toJson(expected) : null];
  if (!equalJson(a, b)) {
    throw new PatchFault(`the test of "${path}" failed: ${foundInWords(found, step)}`, expected ?? step.operation);
  }
}

/** What a test found instead. Nothing of a Secret. */
function foundInWords(found: Node | undefined, step: Step): string {
  if (!found) return 'there is no such field';
  if (found.kind !== 'scalar') return `there is a ${found.kind} that differs`;
  const isSecret = textOf(child(step.document, 'kind')) === 'Secret';
  return isSecret
    ? 'the value is another one'
    : `the value is ${typeof found.value === 'string' ? JSON.stringify(found.text) : found.text}`;
}

function valueOf(step: Step): Node {
  const value = child(step.operation, 'value');
  return value ? adopt(value, step.change) : nullOf(step);
}

function nullOf(step: Step): Node {
  return newScalar({ value: null }, step.change);
}

/** Values of Secrets are kept out of the chain of origins. */
function maskedFor(step: Step, location: Location): Change {
  const isSecret =
    textOf(child(step.document, 'kind')) === 'Secret' && /^[^/]*\/(?:data|stringData)(?:\/|$)/.test(location.path);
  return isSecret ? { ...step.change, masked: true } : step.change;
}
