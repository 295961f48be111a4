// The text of an object as nearly all are: maps with easy keys, lists, scalars of any kind, not deep. The same bytes as
// write.ts, whose walk with its columns and marks it spares; leaves everything else to that.
import type { ListNode, MapNode, Node, ScalarNode } from '../model/node.ts';
import { blanks, createEmitter } from './emitter.ts';
import { compareKeys, keysInOrder } from './keyOrder.ts';
import { isEasyKey, isEasyText, writeScalar } from './writeScalar.ts';

/** Deeper ones are walked without recursion, in write.ts. */
const DEEPEST = 100;

/** How a line with a key begins, from the break before it on. */
interface LineHead {
  /** Up to the colon, and up to the blank behind it. */
  readonly bare: string;
  readonly spaced: string;
}

/** The beginnings of lines that were written, by how far they are indented and by key: each stands in many objects. */
export type LineHeads = Map<string, LineHead>[];

/** The text, ending in a line break; undefined where the object takes the long way. `heads` grow. */
export function quickText(root: Node, heads: LineHeads): string | undefined {
  const text = root.kind === 'map' && root.entries.size > 0 ? mapText(root, 0, '', heads) : undefined;
  return text === undefined ? undefined : `${text}\n`;
}

/**
 * A map that is not empty, without the break behind it. `lead` stands in front of its first key: nothing at the root, a blank
 * behind the mark of an item; undefined where that has a line of its own.
 */
function mapText(map: MapNode, indent: number, lead: string | undefined, heads: LineHeads): string | undefined {
  if (indent > DEEPEST) return undefined;
  const known = (heads[indent] ??= new Map<string, LineHead>());
  const keys = keysInOrder(map.entries, compareKeys);
  let text = '';
  // A loop over the items makes an object for each where code is not optimised.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const head = known.get(key) ?? newHead(key, indent, known);
    if (!head) return undefined;
    const value = map.entries.get(key)?.value as Node;
    const isPlain = value.kind === 'scalar' && isEasyScalar(value);
    const rest = isPlain ? String(value.value) : valueText(value, indent, indent + key.length + 1, false, heads);
    if (rest === undefined) return undefined;
    if (i > 0 || lead === undefined) text += (isPlain ? head.spaced : head.bare) + rest;
    else text = `${lead}${key}:${isPlain ? ' ' : ''}${rest}`;
  }
  return text;
}

function newHead(key: string, indent: number, known: Map<string, LineHead>): LineHead | undefined {
  if (!isEasyKey(key)) return undefined;
  const bare = `\n${blanks(indent)}${key}:`;
  const head = { bare, spaced: `${bare} ` };
  known.set(key, head);
  return head;
}

/** What stands behind a key or, for `inList`, behind the mark of an item; `column` is where that ended. */
function valueText(node: Node, indent: number, column: number, inList: boolean, heads: LineHeads): string | undefined {
  if (node.kind === 'scalar') return scalarText(node, indent, column, inList);
  if (node.kind === 'map') {
    if (node.entries.size === 0) return ' {}';
    return mapText(node, indent + 2, inList ? ' ' : undefined, heads);
  }
  if (node.items.length === 0) return ' []';
  // A list within a list is rare.
  return inList ? undefined : listText(node, indent, heads);
}

/** The items of a list that is a key's value: at the key's own column. */
function listText({ items }: ListNode, indent: number, heads: LineHeads): string | undefined {
  const mark = `\n${blanks(indent)}-`;
  let text = '';
  for (let i = 0; i < items.length; i++) {
    const value = valueText(items[i] as Node, indent, indent + 1, true, heads);
    if (value === undefined) return undefined;
    text += mark + value;
  }
  return text;
}

/** Whether the text of a value is all that is written for it. */
function isEasyScalar({ value }: ScalarNode): boolean {
  return typeof value === 'string' ? isEasyText(value) : typeof value === 'boolean' || Number.isSafeInteger(value);
}

function scalarText(node: ScalarNode, indent: number, column: number, inList: boolean): string {
  if (isEasyScalar(node)) return ` ${String(node.value)}`;
  const out = createEmitter();
  out.column = column;
  out.whitespace = false;
  out.indention = inList;
  writeScalar(out, node, indent + 2);
  // A literal block that ends in a line break has ended its line.
  return out.indention && out.column === 0 ? out.text.slice(0, -1) : out.text;
}
