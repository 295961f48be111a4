// What happens to a resource that kustomize passes through Go's untyped JSON (JSON 6902 patches, substitution): numbers
// become 64 bit floats, dates and the like become plain values. Everything else stays as it is.
import type { Node, ScalarNode } from '../../model/node.ts';
import { setScalar } from '../write.ts';
import type { Change } from '../write.ts';

/** Rounds the numbers of a tree in place. A number that keeps its value keeps its origin. */
export function roundNumbers(node: Node, change: Change): void {
  if (node.kind === 'list') for (const item of node.items) roundNumbers(item, change);
  else if (node.kind === 'map') for (const entry of node.entries.values()) roundNumbers(entry.value, change);
  else roundScalar(node, change);
}

function roundScalar(node: ScalarNode, change: Change): void {
  if (typeof node.value === 'bigint') {
    const rounded = Number(node.value);
    if (BigInt(rounded) !== node.value) setScalar(node, { value: rounded }, change);
  } else if (node.tag === '!!timestamp' && typeof node.value === 'string') {
    setScalar(node, { value: node.value, text: node.value, tag: '!!str', style: 'double' }, change);
  }
}
