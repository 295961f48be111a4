// The one writer of fields in manifests: every set, remove, rename or move of a node goes through these functions, and
// each demands the change that asked for it, so that no field is ever without an origin. It must not decide what to write.
import { cloneNode, lastEntries, MapEntry, visitNodes } from '../model/node.ts';
import type { Duplicate, ListNode, MapNode, Node, Scalar, ScalarNode, ScalarStyle } from '../model/node.ts';
import type { Cause, Origin, Overridden } from '../model/origin.ts';
import type { Place } from '../model/sourceText.ts';
import { refold } from '../yaml/refold.ts';
import { isCommentBehind } from './commentBehind.ts';

/** Who asks for a write: the place in the user's files (a line of a kustomization, a scalar of a patch) and the cause. */
export interface Change {
  readonly place: Place | undefined;
  readonly cause: Cause;
  /** True inside a Secret's `data` and `stringData`: the replaced value is then not kept as text. */
  readonly masked?: boolean;
  /** True where the new value is made from the old one. */
  readonly derived?: boolean;
}

/** What a scalar is to become. Without `text` the canonical text of the value is used. */
export interface ScalarContent {
  readonly value: Scalar;
  readonly text?: string;
  readonly style?: ScalarStyle;
  readonly tag?: string;
  readonly tagged?: true;
  readonly untagged?: true | undefined;
  readonly hidden?: string | undefined;
  readonly anew?: true | undefined;
}

const TEXT_LIMIT = 80;
export const MASK = '***';

/** A text value as a scalar's content. */
export function textContent(text: string): ScalarContent {
  return { value: text, text, tag: '!!str' };
}

/** The origin of a value that `change` writes over `old`. */
export function originOf(change: Change, old?: Node): Origin {
  const origin: Origin = { place: change.place, cause: change.cause };
  if (!old) return origin;
  const overridden = overriddenBy(old, change);
  return change.derived === true ? { ...origin, overridden, derived: true } : { ...origin, overridden };
}

function overriddenBy(old: Node, change: Change): Overridden {
  return { value: summary(old, change.masked === true), origin: old.origin };
}

function summary(node: Node, masked: boolean): string {
  if (node.kind !== 'scalar') return node.kind;
  if (masked) return MASK;
  return node.text.length > TEXT_LIMIT ? `${node.text.slice(0, TEXT_LIMIT - 1)}…` : node.text;
}

/** The tag of a value as it resolves. */
export function tagOf(value: Scalar): string {
  if (value === null) return '!!null';
  if (typeof value === 'string') return '!!str';
  if (typeof value === 'boolean') return '!!bool';
  return typeof value === 'bigint' || Number.isInteger(value) ? '!!int' : '!!float';
}

/** A new scalar. */
export function newScalar(content: ScalarContent, change: Change): ScalarNode {
  const text = textOfContent(content);
  const node: ScalarNode = {
    kind: 'scalar',
    value: valueInStyle(content.value, text, content.style),
    text,
    style: content.style ?? 'plain',
    tag: content.tag ?? tagOf(content.value),
    origin: originOf(change),
  };
  if (content.untagged === true) node.untagged = true;
  return node;
}

function textOfContent({ text, value }: ScalarContent): string {
  return text ?? (value === null ? 'null' : String(value));
}

/** A folded text is folded anew before it is output. */
function valueInStyle(value: Scalar, text: string, style: ScalarStyle | undefined): Scalar {
  return style === 'folded' && value === text ? refold(text) : value;
}

/** A new text scalar. */
export function newText(text: string, change: Change): ScalarNode {
  return newScalar(textContent(text), change);
}

/** A new map, empty or with these entries. */
export function newMap(change: Change, entries: Iterable<readonly [string, Node]> = []): MapNode {
  const map: MapNode = { kind: 'map', entries: new Map(), origin: originOf(change) };
  for (const [key, value] of entries) map.entries.set(key, newEntry(value));
  return map;
}

/** A new list, empty or with these items. */
export function newList(change: Change, items: readonly Node[] = []): ListNode {
  return { kind: 'list', items: [...items], origin: originOf(change) };
}

function newEntry(value: Node): MapEntry {
  return new MapEntry(value);
}

/** Sets a scalar where it stands. What it was before stays in the chain of its origin. */
export function setScalar(node: ScalarNode, content: ScalarContent, change: Change): void {
  const text = textOfContent(content);
  const value = valueInStyle(content.value, text, content.style);
  const tag = content.tag ?? tagOf(content.value);
  // A second write of the same value for the same reason adds nothing to what is known.
  if (
    node.text === text &&
    node.value === value &&
    node.tag === tag &&
    (node.untagged === true) === (content.untagged === true) &&
    sameReason(node.origin, change)
  )
    return;
  // What was made empty in order to be set was nobody's value.
  const { place, cause, overridden } = node.origin;
  const isMade = node.text === '' && !overridden && place === change.place && cause.by === change.cause.by;
  node.origin = isMade ? originOf(change) : originOf(change, node);
  node.value = value;
  node.text = text;
  node.style = content.style ?? 'plain';
  node.tag = tag;
  if (content.tagged === true) node.tagged = true;
  if (node.hidden !== content.hidden) node.hidden = content.hidden;
  // The value of a patch comes with its line, or without one.
  if (change.cause.by === 'patch' && node.anew !== content.anew) node.anew = content.anew;
  if (content.untagged === true) node.untagged = true;
  else unsay(node);
}

/** Its text says no longer what it is. Nothing is deleted: an object that lost a field takes several times the memory. */
function unsay(node: ScalarNode): void {
  if (node.untagged) node.untagged = undefined;
}

/** Writes the same value in another way, as a passage through JSON does. Its origin stays: nobody set it anew. */
export function respell(node: ScalarNode, text: string, tag: string, style: ScalarStyle = 'plain'): void {
  node.text = text;
  node.tag = tag;
  node.style = style;
  unsay(node);
}

/** Gives the same text another meaning, where upstream writes it anew without saying what it is. Its origin stays. */
export function reinterpret(node: ScalarNode, content: ScalarContent): void {
  node.value = valueInStyle(content.value, node.text, content.style);
  node.tag = content.tag ?? tagOf(content.value);
  node.style = content.style ?? 'plain';
  if (content.untagged === true) node.untagged = true;
  else unsay(node);
}

/** Puts a list or map within brackets, or out of them, where it takes over how another one is written. */
export function setFlow(node: ListNode | MapNode, flow: boolean): void {
  if (flow) node.flow = true;
  else if (node.flow) node.flow = undefined;
}

/**
 * Notes the comment that stands behind the brackets of what a block takes over or becomes: go-yaml writes it where the next key
 * is.
 */
export function keepComment(node: ListNode | MapNode, { place }: Origin): void {
  if (place && isCommentBehind(place)) node.comment = place;
}

function sameReason(origin: Origin, change: Change): boolean {
  return origin.cause === change.cause && origin.place === change.place;
}

/** Sets a scalar to text where it stands. */
export function setText(node: ScalarNode, text: string, change: Change): void {
  setScalar(node, textContent(text), change);
}

/**
 * Sets a key of a map to a node, which becomes part of the tree (clone it first where it is shared). A value that stood
 * there goes into the chain of the new one. The key keeps its position; a new key comes last, written as in `from`.
 */
export function setField(map: MapNode, key: string, value: Node, change: Change, from?: MapEntry): void {
  const entry = map.entries.get(key);
  if (!entry) {
    map.entries.set(key, from ? from.rewritten(value, from.keyStyle) : newEntry(value));
    return;
  }
  if (entry.value === value) return;
  value.origin = over(value.origin, entry.value, change);
  entry.value = value;
}

/** Sets a key to what stood there before, with the origin that it had. Where the key is gone it comes last. */
export function putBack(map: MapNode, key: string, value: Node): void {
  map.entries.set(key, map.entries.get(key)?.withValue(value) ?? newEntry(value));
}

/** Sets a key of a map to text, where it stands or as a new key. */
export function setTextField(map: MapNode, key: string, text: string, change: Change): void {
  const old = map.entries.get(key)?.value;
  if (old?.kind === 'scalar') setText(old, text, change);
  else setField(map, key, newText(text, change), change);
}

/** Removes a key. Says whether it was there. Of keys that stand twice the next one is then the first. */
export function removeField(map: MapNode, key: string, _change: Change): boolean {
  const wasThere = map.entries.delete(key);
  if (wasThere && map.duplicates) takeNext(map, map.duplicates, key);
  return wasThere;
}

function takeNext(map: MapNode, duplicates: readonly Duplicate[], key: string): void {
  const next = duplicates.find((each) => each.key === key);
  if (!next) return;
  if (next.later) map.entries.set(key, next.later);
  if (duplicates.length === 1) delete map.duplicates;
  else map.duplicates = duplicates.filter((each) => each !== next);
}

/** Gives a key another name in the same position. Does nothing where the key is missing. */
export function renameField(map: MapNode, from: string, to: string, change: Change): void {
  if (from === to || !map.entries.has(from)) return;
  const entries = [...map.entries];
  map.entries.clear();
  for (const [key, entry] of entries) {
    if (key === to) continue;
    map.entries.set(
      key === from ? to : key,
      key === from ? MapEntry.at(change.place, entry.value, entry.keyStyle) : entry,
    );
  }
}

/** Leaves of keys that stand twice the last one, as in a map that is written anew. */
export function keepLast(map: MapNode): void {
  if (!map.duplicates) return;
  for (const [key, entry] of lastEntries(map)) map.entries.set(key, entry);
  delete map.duplicates;
}

/** Forgets what a key stands for once more where that holds nothing, which kyaml clears. */
export function dropEmptyAgain(map: MapNode, key: string): void {
  const left = map.duplicates?.filter((each) => each.key !== key || !each.later || holdsSomething(each.later.value));
  if (left?.length === 0) delete map.duplicates;
  else if (left) map.duplicates = left;
}

function holdsSomething(node: Node): boolean {
  return node.kind === 'list' ? node.items.length > 0 : node.kind === 'map' && node.entries.size > 0;
}

/** Appends an item to a list. */
export function appendItem(list: ListNode, item: Node, change: Change): void {
  insertItem(list, list.items.length, item, change);
}

/** Inserts an item before `index`. */
export function insertItem(list: ListNode, index: number, item: Node, _change: Change): void {
  list.items.splice(index, 0, item);
}

/** Replaces the item at `index`; the old one goes into the chain of the new one. */
export function setItem(list: ListNode, index: number, item: Node, change: Change): void {
  const old = list.items[index];
  if (old === item) return;
  if (old) item.origin = over(item.origin, old, change);
  list.items[index] = item;
}

/** Removes the item at `index`. */
export function removeItem(list: ListNode, index: number, _change: Change): void {
  list.items.splice(index, 1);
}

/** Gives a list other items, in this order: those that were in it and new ones. */
export function setItems(list: ListNode, items: readonly Node[], _change: Change): void {
  list.items.splice(0, list.items.length, ...items);
}

/** Says of all of a tree that a change brought it from elsewhere in its object. Its chain goes on behind that link. */
export function carry(node: Node, change: Change): void {
  visitNodes(node, (each) => {
    each.origin = originOf({ ...change, derived: true }, each);
  });
}

/** The origin of a value that has one of its own already and now stands over `old`, which comes last in its chain. */
function over(own: Origin, old: Node, change: Change): Origin {
  const { place, cause, overridden, derived } = own;
  // What was made from another value of the same object has a chain of its own, which does not know `old` yet.
  if (overridden && (derived !== true || cause !== change.cause)) return own;
  if (!overridden) return { place, cause, overridden: overriddenBy(old, change) };
  const before = { value: overridden.value, origin: endedBy(overridden.origin, overriddenBy(old, change)) };
  return { place, cause, overridden: before, derived: true };
}

/** The chain with one more link at its end. */
function endedBy(origin: Origin, last: Overridden): Origin {
  const { place, cause, overridden, derived } = origin;
  const next: Overridden = overridden
    ? { ...overridden, origin: endedBy(overridden.origin, last) }
    : { ...last, target: true };
  return { place, cause, overridden: next, ...(derived === true ? { derived } : {}) };
}

/** The map of what is set below a null. */
export function belowNull(node: ScalarNode, change: Change): MapNode {
  node.below ??= newMap(change);
  return node.below;
}

/** Says of labels that they have lines of their own to upstream. */
export function countAsRead(labels: MapNode): void {
  labels.read = true;
}

/** Gives all of a tree that no file of the user's holds one origin: the place that asked for it. */
export function madeBy(node: Node, change: Change): void {
  visitNodes(node, (each) => {
    each.origin = originOf(change);
  });
}

/**
 * Says of what came into a flow map or list that it stands within brackets too, where upstream's printer puts quotes around
 * a plain text with a colon, an empty one and a folded one. What was no text turns into one there. A list or map at a time, from the
 * outer ones to the inner ones.
 */
export function settleFlow(node: Node): void {
  if (node.kind === 'scalar' || node.flow !== true) return;
  if (node.kind === 'list') node.items.forEach(settleInFlow);
  else node.entries.forEach(({ value }) => settleInFlow(value));
}

function settleInFlow(node: Node): void {
  if (node.kind !== 'scalar') node.flow = true;
  else if (node.style === 'folded' || node.style === 'literal')
    reinterpret(node, { value: node.tag === '!!str' ? node.text : node.value, tag: node.tag, style: 'double' });
  else if (node.style === 'plain' && node.tagged !== true && needsQuotesInFlow(node))
    setScalar(
      node,
      { value: node.text, text: node.text, tag: '!!str', style: 'double' },
      { place: node.origin.place, cause: node.origin.cause },
    );
}

function needsQuotesInFlow({ text, tag }: ScalarNode): boolean {
  return (tag === '!!timestamp' && text.includes(':')) || (tag === '!!null' && text === '');
}

/**
 * A deep copy of a node that comes in from elsewhere (a patch, a replacement's source): every node keeps the place where
 * it was written and takes the cause of the change. Where a node has no place, the change's place is used.
 */
export function adopt<T extends Node>(node: T, change: Change): T {
  const copy = cloneNode(node);
  visitNodes(copy, (each) => {
    each.origin = { place: each.origin.place ?? change.place, cause: change.cause };
  });
  return copy;
}

/** A deep copy of what a replacement copies: each of its parts comes from the same part of the source. */
export function copyFrom<T extends Node>(node: T, change: Change): T {
  const { place, cause } = change;
  const copy = cloneNode(node);
  visitNodes(copy, (each) => {
    each.origin = { place, cause: cause.by === 'replacement' ? { ...cause, from: each.origin } : cause };
  });
  return copy;
}
