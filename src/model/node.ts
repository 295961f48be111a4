// The value tree: what a YAML document becomes and what every transformer works on. Each node has an origin from the
// first moment on. Nodes are changed only by render/write.ts; all others read.
import { setKey } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { ReadOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { DocumentPlace, DocumentText } from './sourceText.ts';
import type { Place } from './sourceText.ts';

export type Scalar = string | number | bigint | boolean | null;

/** How a scalar was written; `plain` also for values made by the build. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode {
  readonly kind: 'scalar';
  /** The value in the dialect that the text was read with. */
  value: Scalar;
  /** The text as YAML has it after unquoting: `0777` for the number 511. What is compared, hashed and re-printed. */
  text: string;
  style: ScalarStyle;
  /** Whether a tag was written. Upstream counts that as a part of the style, which a later value takes over. */
  tagged?: true;
  /** Made by the build without a tag: its text says what it is, until a merge takes it for a string. */
  untagged?: true | undefined;
  /** The tag that quotes taken over from another value hide: to upstream it still says what a later text is. */
  hidden?: string | undefined;
  /** What transformers have set below a null: kyaml keeps it there unseen, until a transformer makes a map of the null. */
  below?: MapNode;
  /** Written anew by the build with all the texts of its map: it has no line of its own any more to upstream. */
  anew?: true | undefined;
  /** An explicit or resolved tag, in short form: `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!timestamp`, ... */
  tag: string;
  origin: Origin;
}

/**
 * A key of a map with what stands under it. A class, and its place two numbers, because there is one for every field of
 * every object in memory (docs/value-tree.md). Copy it with `withValue`: a spread would lose the place.
 */
export class MapEntry {
  value: Node;
  /** The style of the key, which decides whether `"1"` stays text. */
  readonly keyStyle: ScalarStyle;
  private readonly document: DocumentText | undefined;
  private readonly from: number;
  private readonly to: number;

  /** `document`: where the key was written, from `from` to `to` as that counts them. Without it the build made the key. */
  constructor(value: Node, keyStyle: ScalarStyle = 'plain', document?: DocumentText, from: number = 0, to: number = 0) {
    this.value = value;
    this.keyStyle = keyStyle;
    this.document = document;
    this.from = from;
    this.to = to;
  }

  /** An entry whose key was written at a place. */
  static at(key: Place | undefined, value: Node, keyStyle: ScalarStyle): MapEntry {
    if (!key) return new MapEntry(value, keyStyle);
    const { document, from, to } = key instanceof DocumentPlace ? key : placeInWhole(key);
    return new MapEntry(value, keyStyle, document, from, to);
  }

  /** Whether its key is known to be written where that of another entry is, without making their places. */
  hasKeyOf(other: MapEntry): boolean {
    return this.document === other.document && this.from === other.from && this.to === other.to;
  }

  /** Where the key was written; undefined for keys made by the build. */
  get keyPlace(): Place | undefined {
    const { document, from, to } = this;
    return document && new DocumentPlace(document, from, to);
  }

  /** Where comments of the key may stand. */
  get commentedPlace(): Place | undefined {
    return this.keyPlace;
  }

  /** Whether its key can have comments. False is sure. */
  get mayBeCommented(): boolean {
    return this.document?.mayHoldComments === true;
  }

  /** The same key over another value. */
  withValue(value: Node): MapEntry {
    return new MapEntry(value, this.keyStyle, this.document, this.from, this.to);
  }

  /** The same key, written anew by the build. */
  rewritten(value: Node, keyStyle: ScalarStyle): RewrittenEntry {
    return new RewrittenEntry(value, keyStyle, this.document, this.from, this.to);
  }
}

/** An entry whose key the build has written anew: shown where the user wrote it, but without the comments of that. */
export class RewrittenEntry extends MapEntry {
  override get commentedPlace(): undefined {
    return undefined;
  }

  override get mayBeCommented(): false {
    return false;
  }

  override withValue(value: Node): RewrittenEntry {
    return this.rewritten(value, this.keyStyle);
  }
}

/** A place that is not known to be in a document. */
function placeInWhole({ source, start, end }: Place): DocumentPlace {
  return new DocumentPlace(new DocumentText(source, 0, source.text.length), start, end);
}

/** A key that stands once more in a map. */
export interface Duplicate {
  readonly key: string;
  readonly place: Place;
  /** Of a resource: what stands there, which counts once what stands before it is gone. In other texts it counts already. */
  readonly later?: MapEntry;
}

export interface MapNode {
  readonly kind: 'map';
  /** Entries in the order of the text. Never a plain object: keys such as `__proto__` and `10` are data. */
  readonly entries: Map<string, MapEntry>;
  /** Keys that stood twice in the text, in its order. An error at output for resources, as upstream has it. */
  duplicates?: readonly Duplicate[];
  /** Whether it was written within brackets, or came out of a text that was. */
  flow?: true | undefined;
  /** Where a comment stands that was behind brackets, of which kyaml has made a block. */
  comment?: Place;
  /** Labels or annotations that the build wrote anew as a whole. */
  anew?: true;
  /** Labels that upstream has read out of a text of its own, so that they have lines to it: behind a JSON patch. */
  read?: true;
  origin: Origin;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: Node[];
  /** Whether it was written within brackets, or came out of a text that was. */
  flow?: true | undefined;
  /** As that of a map. */
  comment?: Place;
  origin: Origin;
}

export type Node = ScalarNode | MapNode | ListNode;

/** The value of a key, or undefined where `node` is no map or has no such key. */
export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The entries of a map for whatever reads all of them: of keys that stand twice the last one counts, not the first. */
export function lastEntries(map: MapNode): ReadonlyMap<string, MapEntry> {
  if (!map.duplicates) return map.entries;
  const entries = new Map(map.entries);
  for (const { key, later } of map.duplicates) if (later) entries.set(key, later);
  return entries;
}

/** The node at a path of keys and indexes. */
export function nodeAt(node: Node | undefined, path: readonly (string | number)[]): Node | undefined {
  let at = node;
  for (const step of path) {
    if (typeof step === 'number') at = at?.kind === 'list' ? at.items[step] : undefined;
    else at = child(at, step);
    if (!at) return undefined;
  }
  return at;
}

/** The text of a scalar, or undefined for a missing node, a list, a map or null. What the build wrote without a tag is text. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && (node.value !== null || node.untagged === true) ? node.text : undefined;
}

/** Calls `visit` for a node and all within it, each before what it holds. Children that `visit` puts in are visited too. */
export function visitNodes(root: Node, visit: (node: Node) => void): void {
  const left: Node[] = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    visit(node);
    if (node.kind === 'scalar') continue;
    const from = left.length;
    if (node.kind === 'list') for (const item of node.items) left.push(item);
    else {
      for (const entry of node.entries.values()) left.push(entry.value);
      for (const { later } of node.duplicates ?? []) if (later) left.push(later.value);
    }
    turn(left, from);
  }
}

/** So many levels are walked by calls, which is quicker. What lies deeper is not: documents may be nested 10,000 deep. */
const DEEPEST_CALL = 100;

/** As `visitNodes`, for the maps alone. */
export function visitMaps(root: Node, visit: (map: MapNode) => void): void {
  if (root.kind !== 'scalar') visitMapsBelow(root, { visit, depth: 0 });
}

interface MapWalk {
  readonly visit: (map: MapNode) => void;
  depth: number;
}

function visitMapsBelow(node: MapNode | ListNode, walk: MapWalk): void {
  if (walk.depth === DEEPEST_CALL) return visitMapsFarBelow(node, walk.visit);
  walk.depth++;
  // Loops make an object for each item where code is not optimised, and functions of their own one for each map.
  if (node.kind === 'list') node.items.forEach(visitMapsOfItem, walk);
  else {
    walk.visit(node);
    node.entries.forEach(visitMapsOfEntry, walk);
    if (node.duplicates) for (const { later } of node.duplicates) if (later) visitMapsOfEntry.call(walk, later);
  }
  walk.depth--;
}

function visitMapsFarBelow(node: Node, visit: (map: MapNode) => void): void {
  visitNodes(node, (each) => {
    if (each.kind === 'map') visit(each);
  });
}

function visitMapsOfEntry(this: MapWalk, { value }: MapEntry): void {
  if (value.kind !== 'scalar') visitMapsBelow(value, this);
}

function visitMapsOfItem(this: MapWalk, node: Node): void {
  if (node.kind !== 'scalar') visitMapsBelow(node, this);
}

/** The last one that was put down is the next one to be taken up. */
function turn(left: Node[], from: number): void {
  for (let low = from, high = left.length - 1; low < high; low++, high--) {
    const first = left[low] as Node;
    left[low] = left[high] as Node;
    left[high] = first;
  }
}

/** How many maps and lists stand one within the other: 0 for a scalar. */
export function depthOf(root: Node): number {
  let deepest = 0;
  const left: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { node } = next;
    if (node.kind === 'scalar') continue;
    const depth = next.depth + 1;
    deepest = Math.max(deepest, depth);
    if (node.kind === 'list') for (const item of node.items) left.push({ node: item, depth });
    else for (const entry of node.entries.values()) left.push({ node: entry.value, depth });
  }
  return deepest;
}

/** The value without its origins. */
export function toJson(node: Node): JsonValue {
  // Lists and maps that are begun and yet to be filled: documents may be nested 10,000 deep, so nothing recurs.
  const left: { readonly node: Node; readonly value: JsonValue }[] = [];
  const begin = (each: Node): JsonValue => {
    if (each.kind === 'scalar') return each.value;
    const value: JsonValue = each.kind === 'list' ? [] : {};
    left.push({ node: each, value });
    return value;
  };
  const root = begin(node);
  for (let next = left.pop(); next; next = left.pop()) {
    if (next.node.kind === 'list') for (const item of next.node.items) (next.value as JsonValue[]).push(begin(item));
    else if (next.node.kind === 'map') {
      for (const [key, entry] of next.node.entries) setKey(next.value as JsonObject, key, begin(entry.value));
    }
  }
  return root;
}

/** A deep copy that shares the origins. With `same`, a scalar that stands in several places is one in the copy too. */
export function cloneNode<T extends Node>(node: T, same?: Map<ScalarNode, ScalarNode>): T {
  // Lists and maps with their copies, which are yet to be filled.
  const left: { readonly from: ListNode | MapNode; readonly copy: ListNode | MapNode }[] = [];
  const scalar = (from: ScalarNode): ScalarNode => {
    // What was read stands where it was read, and nowhere else.
    const copies = from.origin instanceof ReadOrigin ? undefined : same;
    const known = copies?.get(from);
    if (known) return known;
    const copy = from.below ? { ...from, below: cloneNode(from.below, same) } : { ...from };
    copies?.set(from, copy);
    return copy;
  };
  const begin = (from: Node): Node => {
    if (from.kind === 'scalar') return scalar(from);
    const copy = from.kind === 'list' ? { ...from, items: [] } : { ...from, entries: new Map<string, MapEntry>() };
    left.push({ from, copy });
    return copy;
  };
  const root = begin(node) as T;
  for (let next = left.pop(); next; next = left.pop()) {
    const { from, copy } = next;
    if (from.kind === 'list') for (const item of from.items) (copy as ListNode).items.push(begin(item));
    else {
      for (const [key, entry] of from.entries) (copy as MapNode).entries.set(key, entry.withValue(begin(entry.value)));
      if (from.duplicates) (copy as MapNode).duplicates = from.duplicates.map((each) => withLater(each, begin));
    }
  }
  return root;
}

/** A duplicate whose value went through a copy. */
export function withLater(duplicate: Duplicate, copy: (value: Node) => Node): Duplicate {
  const { later } = duplicate;
  return later ? { ...duplicate, later: later.withValue(copy(later.value)) } : duplicate;
}
