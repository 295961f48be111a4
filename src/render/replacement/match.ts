// Finds, and on request makes, every node at a field path (kyaml's PathMatcher): the targets of a replacement. Values of
// selectors `[name=x]` are regular expressions that match anywhere in the text, as upstream has it.
import { child } from '../../model/node.ts';
import type { ListNode, MapNode, Node, ScalarNode } from '../../model/node.ts';
import { goRegexp } from '../../model/goRegexp.ts';
import type { GoRegexp } from '../../model/goRegexp.ts';
import { readText } from '../../yaml/commented/readText.ts';
import { writeText } from '../../yaml/commented/writeText.ts';
import { isNullOrMissing } from '../patch/nullness.ts';
import { untagged } from '../transform/setEntry.ts';
import { appendItem, newList, newMap, newScalar, setField, setItem } from '../write.ts';
import type { Change } from '../write.ts';
import { isField, parseSegment } from './fieldPath.ts';
import type { Segment } from './fieldPath.ts';
import { matchText } from './matchText.ts';
import { ReplacementFault } from './replacementFault.ts';
import { textOfNode } from './textOfNode.ts';

/** A node that a path leads to, and how to put another one in its place. */
export interface Slot {
  readonly node: Node;
  /** Within the text of a scalar: setting it changes nothing. */
  readonly detached?: boolean;
  replace(next: Node): void;
}

export interface MatchOptions {
  /** The kind of node to make where the path ends early; undefined: make nothing. */
  readonly create: Node['kind'] | undefined;
  readonly change: Change;
}

/** All nodes at the path. @throws ReplacementFault where the path does not fit the tree. */
export function matchPath(root: Node, path: readonly string[], options: MatchOptions): Slot[] {
  return matchFrom({ node: root, replace: () => undefined }, path, options);
}

function matchFrom(slot: Slot, path: readonly string[], options: MatchOptions): Slot[] {
  const [text, ...rest] = path;
  if (text === undefined) return [slot];
  const segment: Segment | undefined = isField(text) ? { kind: 'field', name: text } : parseSegment(text);
  if (!segment) throw new ReplacementFault(`"${text}" is no segment of a field path`);
  if (segment.kind === 'field') return matchField(slot.node, segment.name, rest, options);
  const list = listAt(slot.node, text);
  if (segment.kind === 'index') return matchIndex(list, segment.index, rest, options);
  if (segment.kind === 'where') return matchWhere(list, segment, rest, options);
  return (list?.items ?? []).flatMap((_, i) => matchFrom(itemSlot(list as ListNode, i, options), rest, options));
}

function listAt(node: Node, text: string): ListNode | undefined {
  if (node.kind === 'list') return node;
  if (isNullOrMissing(node)) return undefined;
  throw new ReplacementFault(`there is a ${node.kind} where "${text}" needs a list`);
}

function fieldSlot(map: MapNode, key: string, node: Node, options: MatchOptions): Slot {
  return { node, replace: (next) => setField(map, key, next, options.change) };
}

function itemSlot(list: ListNode, index: number, options: MatchOptions): Slot {
  const node = list.items[index] as Node;
  return { node, replace: (next) => setItem(list, list.items.indexOf(node), next, options.change) };
}

function matchField(node: Node, name: string, rest: readonly string[], options: MatchOptions): Slot[] {
  if (isNullOrMissing(node)) {
    if (options.create === undefined) return [];
    // Upstream makes the field within the null, where nobody sees it.
    return matchField(newMap(options.change), name, rest, options).map((slot) => ({ ...slot, detached: true }));
  }
  if (node.kind !== 'map' || name === '')
    throw new ReplacementFault(`there is a ${node.kind} where "${name}" is looked up`);
  const found = child(node, name);
  if (!found && options.create === undefined) return [];
  const next = found ?? newNode(rest[0], options);
  if (!found) setField(node, name, next, options.change);
  if (next.kind === 'scalar' && rest.length > 0) return matchInText(next, rest, options);
  return matchFrom(fieldSlot(node, name, next, options), rest, options);
}

/** An empty node of the kind that the next segment needs. */
function newNode(next: string | undefined, options: MatchOptions): Node {
  const isList = next !== undefined && (/^\+?\d+$/.test(next) || (next.startsWith('[') && next.endsWith(']')));
  const kind = isList ? 'list' : next === undefined || next === '' ? options.create : 'map';
  if (kind === 'list') return newList(options.change);
  return kind === 'map' ? newMap(options.change) : newScalar(untagged(''), options.change);
}

/**
 * The path leads into the text of a scalar. What is found there is no part of the object: upstream sets it and forgets it,
 * so that such a target changes nothing (structuredText.ts handles the case where it does).
 */
function matchInText(scalar: ScalarNode, rest: readonly string[], options: MatchOptions): Slot[] {
  const document = readText(scalar.text);
  if (!document) throw new ReplacementFault('the text of the field is no YAML');
  return matchText(document, rest, options.create).map(({ kind }) => ({
    node: kind === 'scalar' ? newScalar(untagged(''), options.change) : newMap(options.change),
    detached: true,
    replace: () => undefined,
  }));
}

function matchIndex(list: ListNode | undefined, index: number, rest: readonly string[], options: MatchOptions): Slot[] {
  const size = list?.items.length ?? 0;
  const created = list !== undefined && index === size && options.create !== undefined;
  if (created) appendItem(list, newNode(rest[0], options), options.change);
  if (!list || index >= list.items.length) throw new ReplacementFault(`there is no item ${index} in a list of ${size}`);
  return matchFrom(itemSlot(list, index, options), rest, options);
}

type Where = Extract<Segment, { kind: 'where' }>;

function matchWhere(list: ListNode | undefined, where: Where, rest: readonly string[], options: MatchOptions): Slot[] {
  const pattern = goRegexp(where.value, 'anywhere');
  if (!pattern) throw new ReplacementFault(`"${where.value}" is not a valid regular expression`);
  const found = itemsWhere(list, where, pattern, rest, options);
  if (found.length > 0 || options.create === undefined || !list) return found;
  const value = newScalar(untagged(where.value), options.change);
  appendItem(list, where.field === '' ? value : newMap(options.change, [[where.field, value]]), options.change);
  return itemsWhere(list, where, pattern, rest, options);
}

function itemsWhere(
  list: ListNode | undefined,
  where: Where,
  pattern: GoRegexp,
  rest: readonly string[],
  options: MatchOptions,
): Slot[] {
  const slots: Slot[] = [];
  for (const [i, item] of (list?.items ?? []).entries()) {
    const value = where.field === '' ? item : child(item, where.field);
    if (!value || !pattern.test(printed(value)) || !list) continue;
    const slot = itemSlot(list, i, options);
    slots.push(...(where.field === '' ? [slot] : matchFrom(slot, rest, options)));
  }
  return slots;
}

/** The text of a value as YAML, with its quotes: what upstream's patterns are matched against. */
function printed(node: Node): string {
  return writeText({ root: textOfNode(node), head: '', foot: '' });
}
