// The text of an object as nearly all are: maps with easy keys, lists, scalars of any kind, not deep. The same bytes as
// write.ts, whose walk with its columns and marks it spares; leaves everything else to that.
import type { ListNode, MapNode, Node, ScalarNode } from '../model/node.ts';
import { blanks, createEmitter } from './emitter.ts';
import { compareKeys, keysInOrder } from './keyOrder.ts';
import { isEasyKey, isEasyText, writeScalar } from './writeScalar.ts';

/** Deeper ones are walked without recursion, in write.ts. */
const DEEPEST = 100;

/** Keys that were found to be easy: most stand in many objects. */
export type EasyKeys = Set<string>;

/** Whether a key is written as it is, and means its own text. `easy` grows. */
export function isEasy(key: string, easy: EasyKeys): boolean {
  if (easy.has(key)) return true;
  if (!isEasyKey(key)) return false;
  easy.add(key);
  return true;
}

/** The text, ending in a line break; undefined where the object takes the long way. `easy` grows. */
export function quickText(root: Node, easy: EasyKeys): string | undefined {
  return root.kind === 'map' && root.entries.size > 0 ? mapText(root, 0, '', easy) : undefined;
}

/** A map that is not empty. `lead` stands in front of its first key: the indentation, or the mark of a list's item. */
function mapText(map: MapNode, indent: number, lead: string, easy: EasyKeys): string | undefined {
  if (indent > DEEPEST) return undefined;
  const pad = blanks(indent);
  let text = '';
  let before = lead;
  const keys = keysInOrder(map.entries, compareKeys);
  // A loop over the items makes an object for each where code is not optimised.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (!isEasy(key, easy)) return undefined;
    const value = valueText(map.entries.get(key)?.value as Node, indent, indent + key.length + 1, false, easy);
    if (value === undefined) return undefined;
    text += `${before}${key}:${value}`;
    before = pad;
  }
  return text;
}

/** What stands behind a key or, for `inList`, behind the mark of an item; `column` is where that ended. */
function valueText(node: Node, indent: number, column: number, inList: boolean, easy: EasyKeys): string | undefined {
  if (node.kind === 'scalar') return scalarText(node, indent, column, inList);
  if (node.kind === 'map') {
    if (node.entries.size === 0) return ' {}\n';
    if (inList) return mapText(node, indent + 2, ' ', easy);
    const text = mapText(node, indent + 2, blanks(indent + 2), easy);
    return text === undefined ? undefined : `\n${text}`;
  }
  if (node.items.length === 0) return ' []\n';
  // A list within a list is rare.
  return inList ? undefined : listText(node, indent, easy);
}

/** The items of a list that is a key's value: at the key's own column. */
function listText(list: ListNode, indent: number, easy: EasyKeys): string | undefined {
  const mark = `${blanks(indent)}-`;
  let text = '\n';
  for (const item of list.items) {
    const value = valueText(item, indent, indent + 1, true, easy);
    if (value === undefined) return undefined;
    text += mark + value;
  }
  return text;
}

function scalarText(node: ScalarNode, indent: number, column: number, inList: boolean): string {
  const { value } = node;
  if (typeof value === 'string' ? isEasyText(value) : typeof value === 'boolean' || Number.isSafeInteger(value))
    return ` ${String(value)}\n`;
  const out = createEmitter();
  out.column = column;
  out.whitespace = false;
  out.indention = inList;
  writeScalar(out, node, indent + 2);
  // A literal block that ends in a line break has ended its line.
  return out.indention && out.column === 0 ? out.text : `${out.text}\n`;
}
