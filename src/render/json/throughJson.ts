// The passage through JSON: what upstream makes of a node where it turns it into a Go value and reads it back. Every value keeps
// its origin, for nobody sets one here; all other writes are in write.ts.
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import { cloneNode, visitNodes, withLater } from '../../model/node.ts';
import type { ListNode, MapEntry, MapNode, Node, Scalar, ScalarNode, ScalarStyle } from '../../model/node.ts';
import { ReadOrigin } from '../../model/origin.ts';
import { compareKeys3, keysInOrder } from '../../yaml/keyOrder.ts';
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
  return written(node, (entries) => keysInOrder(entries, compareKeys3), styleOf);
}

/**
 * As `throughJson`, and rounded (roundNumbers.ts), of a tree that nobody else holds: a node that comes back as it is stays in its
 * place. Nearly all do, and the copy takes longer than a JSON patch.
 */
export function throughJsonInPlace<T extends Node>(node: T, change: Change): T {
  return written(
    node,
    (entries) => keysInOrder(entries, compareKeys3),
    styleOf,
    comesBack,
    (scalar) => {
      if (typeof scalar.value !== 'string') roundScalar(scalar, change);
    },
  );
}

/** Whether a node apart from what it holds is what `throughJson` makes of it. */
function comesBack(node: Node): boolean {
  if (node.kind === 'scalar') return scalarComesBack(node);
  if (node.kind === 'list') return (node.flow === true) === (node.items.length === 0);
  const { entries, flow, duplicates, anew, read } = node;
  if (duplicates || anew || read || (flow === true) !== (entries.size === 0)) return false;
  const keys = { before: '', comeBack: true };
  entries.forEach(keyComesBack, keys);
  return keys.comeBack;
}

/** A key that may have comments does not: they are lost. */
function keyComesBack(this: { before: string; comeBack: boolean }, entry: MapEntry, key: string): void {
  this.comeBack &&= entry.keyStyle === styleOf(key) && compareKeys3(this.before, key) <= 0 && !entry.mayBeCommented;
  this.before = key;
}

/** What the build wrote may stand in several places at once, which are apart behind it. */
function scalarComesBack(node: ScalarNode): boolean {
  const { value, tagged, untagged, hidden, anew, below } = node;
  if (!(node.origin instanceof ReadOrigin) || tagged || untagged || hidden !== undefined || anew || below) return false;
  const style = typeof value === 'string' ? styleOf(value) : 'plain';
  return node.style === style && node.tag === tagOf(value) && node.text === textOfValue(value);
}

function written<T extends Node>(
  node: T,
  keysOf: (entries: MapNode['entries']) => readonly string[],
  styleOfKey: (key: string) => ScalarStyle,
  isKept: (node: Node) => boolean = () => false,
  then?: (scalar: ScalarNode) => void,
): T {
  // Copies that are yet to be filled, each in front of the list or map that it is one of.
  const left: (ListNode | MapNode)[] = [];
  const begin = (from: Node): Node => {
    const kept = isKept(from);
    if (from.kind === 'scalar') {
      const scalar = kept ? from : scalarThroughJson(from);
      then?.(scalar);
      return scalar;
    }
    const copy = kept ? from : emptyThroughJson(from);
    left.push(copy, from);
    return copy;
  };
  const root = begin(node) as T;
  for (let from = left.pop(); from; from = left.pop()) {
    const copy = left.pop();
    if (copy === from) replaceChildren(from, begin);
    else if (from.kind === 'list') for (const item of from.items) (copy as ListNode).items.push(begin(item));
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

function replaceChildren(node: ListNode | MapNode, next: (child: Node) => Node): void {
  if (node.kind === 'list') for (let i = 0; i < node.items.length; i++) node.items[i] = next(node.items[i] as Node);
  else
    node.entries.forEach((entry) => {
      entry.value = next(entry.value);
    });
}

/** A list or map that is yet to be filled. Empty ones are written `{}` and `[]`, and stay so whatever comes into them. */
function emptyThroughJson(from: ListNode | MapNode): ListNode | MapNode {
  const { origin } = from;
  if (from.kind === 'list') {
    const list: ListNode = { kind: 'list', items: [], origin };
    if (from.items.length === 0) list.flow = true;
    return list;
  }
  const map: MapNode = { kind: 'map', entries: new Map(), origin };
  if (from.entries.size === 0) map.flow = true;
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
