// Whether a tree already is what kyaml makes of it by printing and reading it, with nothing to be told: nearly all are, and
// one look at each node says so. Changes and reports nothing; all others go the long way (jsonForm.ts).
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from '../../model/node.ts';
import { isEasy } from '../../yaml/easyKeys.ts';
import type { EasyKeys } from '../../yaml/easyKeys.ts';
import { isUnprintable } from '../../yaml/unfit.ts';
import { isRound } from './roundNumbers.ts';

/** Deeper ones are walked without recursion. */
const DEEPEST = 100;
const TAB = 9;

/** What is known on the way through a tree. */
interface Walk {
  readonly easy: EasyKeys;
  depth: number;
  isSettled: boolean;
  /** Whether all numbers so far are round. Not looked for where it begins as false. */
  isRound: boolean;
}

/** False says nothing. `easy` grows. */
export function isSettled(root: MapNode, easy: EasyKeys): boolean {
  const walk: Walk = { easy, depth: 0, isSettled: true, isRound: false };
  walkMap(root, walk);
  return walk.isSettled;
}

/** As {@link isSettled}, and whether roundNumbers.ts leaves all of a settled tree as it is. */
export function isSettledAndRound(
  root: MapNode,
  easy: EasyKeys,
): { readonly isSettled: boolean; readonly isRound: boolean } {
  const walk: Walk = { easy, depth: 0, isSettled: true, isRound: true };
  walkMap(root, walk);
  return walk;
}

function walkMap({ entries, flow, duplicates }: MapNode, walk: Walk): void {
  if (duplicates || (entries.size === 0 && flow !== true) || ++walk.depth > DEEPEST) walk.isSettled = false;
  // A loop makes an object for each entry where code is not optimised, and a function of its own one for each map.
  else entries.forEach(flow === true ? walkEntryInFlow : walkEntry, walk);
  walk.depth--;
}

function walkEntry(this: Walk, { value }: MapEntry, key: string): void {
  if (!this.isSettled) return;
  // No merge key, no number, nothing that only quotes can hold.
  if (!isEasy(key, this.easy)) this.isSettled = false;
  // Nearly all are.
  else if (value.kind === 'scalar') this.isSettled = isSettledScalar(value, this);
  else walkNode(value, this);
}

function walkEntryInFlow(this: Walk, { value }: MapEntry, key: string): void {
  if (this.isSettled && isEasy(key, this.easy)) walkInFlow(value, this);
  else this.isSettled = false;
}

function walkNode(node: Node, walk: Walk): void {
  if (node.kind === 'scalar') walk.isSettled = isSettledScalar(node, walk);
  else if (node.kind === 'map') walkMap(node, walk);
  else walkList(node, walk);
}

/** What stands within brackets, where no block can stand and nothing be left out. */
function walkInFlow(node: Node, walk: Walk): void {
  if (node.kind !== 'scalar') {
    if (node.flow === true) walkNode(node, walk);
    else walk.isSettled = false;
    return;
  }
  const { style, text } = node;
  const isBlock = style === 'literal' || style === 'folded';
  walk.isSettled = !isBlock && (text !== '' || style !== 'plain') && isSettledScalar(node, walk);
}

function walkList({ items, flow }: ListNode, walk: Walk): void {
  if ((items.length === 0 && flow !== true) || ++walk.depth > DEEPEST) walk.isSettled = false;
  for (let i = 0; i < items.length && walk.isSettled; i++)
    (flow === true ? walkInFlow : walkNode)(items[i] as Node, walk);
  walk.depth--;
}

function isSettledScalar(node: ScalarNode, walk: Walk): boolean {
  const { value } = node;
  if (typeof value === 'string') return node.tag === '!!str' && node.text.charCodeAt(0) !== TAB && !isUnprintable(node);
  if (walk.isRound) walk.isRound = isRound(node);
  return typeof value !== 'number' || Number.isFinite(value);
}
