// What a replacement puts into its targets: the value, or a part of their text. Changes nothing itself.
import type { Node, ScalarNode } from '../../model/node.ts';
import { resolvePlain, resolveTagged } from '../../yaml/resolve.ts';
import { untagged } from '../transform/setEntry.ts';
import type { ScalarContent } from '../write.ts';
import { ReplacementFault } from './replacementFault.ts';

export interface Put {
  readonly value: Node;
  /** Whether the comments in its file go with it where it comes into a text. */
  readonly commented: boolean;
  /** Divides the text of a target, of which a part is replaced; nothing: the whole. */
  readonly delimiter: string;
  readonly index: number;
}

/** The text of a scalar that was `old`. */
export function newText({ value, delimiter, index }: Put, old: string): string {
  const text = value.kind === 'scalar' ? value.text : '';
  return delimiter === '' ? text : joined(old, text, delimiter, index);
}

/** The text with the part at `index` replaced; before all parts with a negative index, behind them with one too large. */
function joined(old: string, value: string, delimiter: string, index: number): string {
  const parts = old.split(delimiter);
  if (index < 0) parts.unshift(value);
  else if (index >= parts.length) parts.push(value);
  else parts[index] = value;
  return parts.join(delimiter);
}

/** @throws ReplacementFault where a part of something else than a text was meant. */
export function checkFits(kind: string, { delimiter }: Put): void {
  if (kind !== 'scalar' && delimiter !== '')
    throw new ReplacementFault('a delimiter needs a text in the target, not a list or a map');
}

/** Another text in the same place keeps the type, be it that it has no such form: whether that matters is seen at the output. */
export function withText(node: ScalarNode, text: string): ScalarContent {
  if (node.untagged === true) return untagged(text, node.style);
  // In quotes, what its hidden tag fits is written without it, as text.
  if (node.hidden !== undefined && resolvePlain(text, 'resource').tag === node.hidden)
    return { value: text, text, tag: '!!str', style: node.style, hidden: node.hidden };
  const tagged = node.hidden ?? node.tag;
  const { value, tag } = resolveTagged(tagged, text, 'resource') ?? { value: text, tag: tagged };
  return { value, text, tag, style: node.style };
}
