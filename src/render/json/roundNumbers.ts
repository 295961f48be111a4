// What happens to a resource that kustomize passes through Go's untyped JSON (JSON 6902 patches, substitution): numbers
// become 64 bit floats, and every scalar is spelled as go-yaml spells its value.
import { printFloat } from '../../model/goFloat.ts';
import type { MapEntry, Node, ScalarNode } from '../../model/node.ts';
import { respell, setScalar, settleFlow } from '../write.ts';
import type { Change } from '../write.ts';

/** Whether rounding leaves a scalar of its own type as it is. */
export function isRound({ value, text }: ScalarNode): boolean {
  if (typeof value === 'number') return text === floatText(value);
  return typeof value !== 'bigint' && (typeof value === 'string' || text === String(value));
}

/** Rounds the numbers of a tree in place. A number that keeps its value keeps its origin. */
export function roundNumbers(node: Node, change: Change): void {
  if (node.kind === 'scalar') return roundScalar(node, change);
  settleFlow(node);
  if (node.kind === 'list') node.items.forEach(roundItem, change);
  else node.entries.forEach(roundEntry, change);
}

function roundItem(this: Change, node: Node): void {
  roundNumbers(node, this);
}

function roundEntry(this: Change, { value }: MapEntry): void {
  roundNumbers(value, this);
}

/** As {@link roundNumbers}, of one scalar. */
export function roundScalar(node: ScalarNode, change: Change): void {
  const { value } = node;
  if (typeof value === 'bigint' && BigInt(Number(value)) !== value) setScalar(node, { value: Number(value) }, change);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = floatText(Number(value));
    if (text !== node.text) respell(node, text, /^-?\d+$/.test(text) ? '!!int' : '!!float');
  } else if (value === null) {
    if (node.text !== 'null') respell(node, 'null', '!!null');
  } else if (typeof value === 'boolean') {
    if (node.text !== String(value)) respell(node, String(value), '!!bool');
  } else if (node.tag !== '!!str') {
    setScalar(node, { value, text: value, tag: '!!str', style: 'double' }, change);
  }
}

/** A float as go-yaml writes it: shortest digits, with an exponent from 1e+06 on and below 1e-04. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '+.inf' : '-.inf';
  return Object.is(value, -0) ? '-0' : printFloat(value);
}
