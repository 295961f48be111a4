// The passage through JSON: what upstream makes of a node where it turns it into a Go value and reads it back. Every value keeps
// its origin, for nobody sets one here; all other writes are in write.ts.
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { cloneNode, visitNodes, withLater } from '../../model/node.ts';
import type { ListNode, MapEntry, MapNode, Node, Scalar, ScalarNode, ScalarStyle } from '../../model/node.ts';
import { ReadOrigin } from '../../model/origin.ts';
import { compareKeys3, keysInOrder } from '../../yaml/keyOrder.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { textOfValue } from '../../yaml/nodeOfJson.ts';
import { needsQuotes, resolvePlain } from '../../yaml/resolve.ts';
import { fitsBlock, shapeOf } from '../../yaml/scalarStyle.ts';
import { isEasyText } from '../../yaml/writeScalar.ts';
import { tagOf } from '../write.ts';
import type { Change } from '../write.ts';
import { roundScalar } from './roundNumbers.ts';

/**
 * A node as it comes back where upstream makes a Go value of it, writes that as YAML and reads it: keys in order, strings
 * in quotes where they need some, numbers in their shortest form. Values and origins are those of the node.
 */
export function throughJson<T extends Node>(node: T): T {
  return written(node, inOrder, styleOf);
}

/** What is known on the way through a tree whose nodes stay in their places. */
interface Passage {
  readonly easy: EasyKeys;
  readonly change: Change;
  depth: number;
}

/** Deeper ones are walked without recursion. */
const DEEPEST = 100;

/**
 * As `throughJson`, and rounded (roundNumbers.ts), of a tree that nobody else holds: a node that comes back as it is stays in its
 * place. Nearly all do, and the copy takes longer than a JSON patch. `easy`: keys that are known to be written as they are.
 */
export function throughJsonInPlace<T extends Node>(node: T, easy: EasyKeys, change: Change): T {
  return passed(node, { easy, change, depth: 0 }) as T;
}

function passed(node: Node, passage: Passage): Node {
  if (node.kind === 'scalar') return passedScalar(node, passage);
  if (passage.depth === DEEPEST) return written(node, inOrder, styleOf, (scalar) => rounded(scalar, passage));
  passage.depth++;
  const next = node.kind === 'list' ? passedList(node, passage) : passedMap(node, passage);
  passage.depth--;
  return next;
}

/** What the build wrote may stand in several places at once, which are apart behind it. */
function passedScalar(node: ScalarNode, passage: Passage): ScalarNode {
  const { value, tagged, untagged, hidden, anew, below } = node;
  const isOnlyHere = node.origin instanceof ReadOrigin;
  if (!isOnlyHere || tagged || untagged || hidden !== undefined || anew || below)
    return rounded(scalarThroughJson(node), passage);
  const style = typeof value === 'string' ? styleOf(value) : 'plain';
  const isSame = node.style === style && node.tag === tagOf(value) && node.text === textOfValue(value);
  return rounded(isSame ? node : scalarThroughJson(node), passage);
}

function rounded(scalar: ScalarNode, { change }: Passage): ScalarNode {
  if (typeof scalar.value !== 'string') roundScalar(scalar, change);
  return scalar;
}

function passedList(node: ListNode, passage: Passage): ListNode {
  const { items } = node;
  if ((node.flow === true) === (items.length === 0)) {
    for (let i = 0; i < items.length; i++) items[i] = passed(items[i] as Node, passage);
    return node;
  }
  const list = emptyList(node);
  for (const item of items) list.items.push(passed(item, passage));
  return list;
}

function passedMap(node: MapNode, passage: Passage): MapNode {
  const { entries, flow, duplicates, anew, read } = node;
  if (!duplicates && !anew && !read && (flow === true) === (entries.size === 0)) {
    const keys = { easy: passage.easy, before: '', comeBack: true };
    entries.forEach(keyComesBack, keys);
    if (keys.comeBack) {
      entries.forEach(passEntry, passage);
      return node;
    }
  }
  const map = emptyMap(node);
  for (const key of inOrder(entries)) {
    const entry = entries.get(key) as MapEntry;
    map.entries.set(key, entry.rewritten(passed(entry.value, passage), styleOf(key)));
  }
  if (duplicates) map.duplicates = duplicates.map((each) => withLater(each, (later) => passed(later, passage)));
  return map;
}

function passEntry(this: Passage, entry: MapEntry): void {
  entry.value = passed(entry.value, this);
}

/** A key that may have comments does not: they are lost. */
function keyComesBack(this: { easy: EasyKeys; before: string; comeBack: boolean }, entry: MapEntry, key: string): void {
  if (!this.comeBack) return;
  const style = this.easy.has(key) ? 'plain' : styleOf(key);
  this.comeBack = entry.keyStyle === style && compareKeys3(this.before, key) <= 0 && !entry.mayBeCommented;
  this.before = key;
}

function written<T extends Node>(
  node: T,
  keysOf: (entries: MapNode['entries']) => readonly string[],
  styleOfKey: (key: string) => ScalarStyle,
  then: (scalar: ScalarNode) => ScalarNode = (scalar) => scalar,
): T {
  // Copies that are yet to be filled, each in front of the list or map that it is one of.
  const left: (ListNode | MapNode)[] = [];
  const begin = (from: Node): Node => {
    if (from.kind === 'scalar') return then(scalarThroughJson(from));
    const copy = from.kind === 'list' ? emptyList(from) : emptyMap(from);
    left.push(copy, from);
    return copy;
  };
  const root = begin(node) as T;
  for (let from = left.pop(); from; from = left.pop()) {
    const copy = left.pop();
    if (from.kind === 'list') for (const item of from.items) (copy as ListNode).items.push(begin(item));
    else
      for (const key of keysOf(from.entries)) {
        const entry = from.entries.get(key) as MapEntry;
        (copy as MapNode).entries.set(key, entry.rewritten(begin(entry.value), styleOfKey(key)));
      }
    if (from.kind === 'map' && from.duplicates)
      (copy as MapNode).duplicates = from.duplicates.map((each) => withLater(each, begin));
  }
  return root;
}

function inOrder(entries: MapNode['entries']): readonly string[] {
  return keysInOrder(entries, compareKeys3);
}

/** A list that is yet to be filled. Empty ones are written `[]`, and stay so whatever comes into them. */
function emptyList({ items, origin }: ListNode): ListNode {
  const list: ListNode = { kind: 'list', items: [], origin };
  if (items.length === 0) list.flow = true;
  return list;
}

/** A map that is yet to be filled. Empty ones are written `{}`, and stay so whatever comes into them. */
function emptyMap({ entries, origin }: MapNode): MapNode {
  const map: MapNode = { kind: 'map', entries: new Map(), origin };
  if (entries.size === 0) map.flow = true;
  return map;
}

function scalarThroughJson({ value, origin }: ScalarNode): ScalarNode {
  const style = typeof value === 'string' ? styleOf(value) : 'plain';
  return { kind: 'scalar', value, text: textOfValue(value), style, tag: tagOf(value), origin };
}

/** The style in which go-yaml v3 writes a string. */
function styleOf(text: string): ScalarStyle {
  if (isEasyText(text)) return 'plain';
  const shape = shapeOf(text);
  if (text.includes('\n')) return fitsBlock(text) ? 'literal' : 'double';
  if (needsQuotes(text) || resolvePlain(text, 'resource').tag !== '!!str') return 'double';
  return shape.plain ? 'plain' : shape.single ? 'single' : 'double';
}

/** As `throughJson`; what is read is the JSON text itself, so that all maps and lists stand within brackets. */
export function throughJsonText<T extends Node>(node: T): T {
  const read = cloneNode(node);
  visitNodes(read, (each) => {
    if (each.kind === 'scalar') each.value = unprinted(each);
  });
  const copy = written(
    read,
    (entries) => keysInOrder(entries, byCodeUnit),
    () => 'double',
  );
  visitNodes(copy, (each) => {
    if (each.kind !== 'scalar') each.flow = true;
    else if (typeof each.value === 'number') each.text = String(each.value);
    else if (typeof each.value === 'string') each.style = 'double';
  });
  return copy;
}

/** The value as it is before kyaml prints its nodes and reads them again, which refolds and quotes some. */
function unprinted(node: ScalarNode): Scalar {
  if (node.tag === '!!str') return node.text;
  return node.tag === '!!timestamp' || node.tag === '!!null' ? resolvePlain(node.text, 'resource').value : node.value;
}
