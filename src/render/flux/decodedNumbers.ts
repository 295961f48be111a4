// What the controller makes of numbers when it reads the built objects again: integers beyond 64 bits become floats.
// Changes copies only; the built text keeps its digits.
import { cloneNode, visitNodes } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { roundNumbers } from '../json/roundNumbers.ts';

const LIMIT = 1n << 63n;

/** The object itself, or a copy with its numbers rounded where one of them is too large. */
export function withDecodedNumbers(object: MapNode): MapNode {
  let tooLarge = false;
  visitNodes(object, (node) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'bigint') return;
    tooLarge ||= node.value >= LIMIT || node.value < -LIMIT;
  });
  if (!tooLarge) return object;
  const copy = cloneNode(object);
  visitNodes(copy, (node) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'bigint') return;
    if (node.value >= LIMIT || node.value < -LIMIT)
      roundNumbers(node, { place: undefined, cause: { by: 'flux', field: 'path' } });
  });
  return copy;
}
