// The value tree: what a YAML document becomes and what every transformer works on. Each node has an origin from the
// first moment on. Nodes are changed only by render/write.ts; all others read.
import { setKey } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Origin } from './origin.ts';
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
  /** An explicit or resolved tag, in short form: `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!timestamp`, ... */
  tag: string;
  origin: Origin;
}

export interface MapEntry {
  /** Where the key was written; undefined for keys made by the build. */
  readonly keyPlace: Place | undefined;
  /** The style of the key, which decides whether `"1"` stays text. */
  readonly keyStyle: ScalarStyle;
  value: Node;
}

export interface MapNode {
  readonly kind: 'map';
  /** Entries in the order of the text. Never a plain object: keys such as `__proto__` and `10` are data. */
  readonly entries: Map<string, MapEntry>;
  /** Keys that stood twice in the text (the last one won). An error at output for resources, as upstream has it. */
  readonly duplicates?: readonly { readonly key: string; readonly place: Place }[];
  origin: Origin;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: Node[];
  origin: Origin;
}

export type Node = ScalarNode | MapNode | ListNode;

/** The value of a key, or undefined where `node` is no map or has no such key. */
export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
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

/** The text of a scalar, or undefined for a missing node, a list, a map or null. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

/** The value without its origins. */
export function toJson(node: Node): JsonValue {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  const object: JsonObject = {};
  for (const [key, entry] of node.entries) setKey(object, key, toJson(entry.value));
  return object;
}

/** A deep copy that shares the origins. */
export function cloneNode<T extends Node>(node: T): T {
  if (node.kind === 'scalar') return { ...node };
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => cloneNode(item)) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) entries.set(key, { ...entry, value: cloneNode(entry.value) });
  return { ...node, entries };
}
