// Whether a tree already is what kyaml makes of it by printing and reading it, with nothing to be told: nearly all are, and
// one look at each node says so. Changes and reports nothing; all others go the long way (jsonForm.ts).
import type { MapNode, Node, ScalarNode } from '../model/node.ts';
import { isEasy } from '../yaml/quickText.ts';
import type { EasyKeys } from '../yaml/quickText.ts';
import { isUnprintable } from '../yaml/unfit.ts';

/** Deeper ones are walked without recursion. */
const DEEPEST = 100;
const TAB = 9;

/** False says nothing. `easy` grows. */
export function isSettled(root: MapNode, easy: EasyKeys): boolean {
  return isSettledMap(root, easy, DEEPEST);
}

/** What stands within brackets, where no block can stand and nothing be left out. */
function isSettledInFlow(node: Node, easy: EasyKeys, depth: number): boolean {
  if (node.kind !== 'scalar') return node.flow === true && isSettledNode(node, easy, depth);
  const { style, text } = node;
  return style !== 'literal' && style !== 'folded' && (text !== '' || style !== 'plain') && isSettledScalar(node);
}

function isSettledNode(node: Node, easy: EasyKeys, depth: number): boolean {
  if (node.kind === 'scalar') return isSettledScalar(node);
  if (node.kind === 'map') return isSettledMap(node, easy, depth);
  const { items, flow } = node;
  if (depth === 0 || (items.length === 0 && flow !== true)) return false;
  for (const item of items)
    if (!(flow === true ? isSettledInFlow(item, easy, depth - 1) : isSettledNode(item, easy, depth - 1))) return false;
  return true;
}

function isSettledMap({ entries, flow, duplicates }: MapNode, easy: EasyKeys, depth: number): boolean {
  if (depth === 0 || duplicates || (entries.size === 0 && flow !== true)) return false;
  let settled = true;
  // Where code is not optimised, a loop over pairs of keys and entries takes twice as long.
  entries.forEach(({ value }, key) => {
    // No merge key, no number, nothing that only quotes can hold.
    settled &&= isEasy(key, easy);
    settled &&= flow === true ? isSettledInFlow(value, easy, depth - 1) : isSettledNode(value, easy, depth - 1);
  });
  return settled;
}

function isSettledScalar(node: ScalarNode): boolean {
  const { value } = node;
  if (typeof value === 'string') return node.tag === '!!str' && node.text.charCodeAt(0) !== TAB && !isUnprintable(node);
  return typeof value !== 'number' || Number.isFinite(value);
}
