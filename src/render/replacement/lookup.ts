// Reads the one node at a field path (kyaml's PathGetter): the source of a replacement. Creates nothing.
import { child } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { isNullOrMissing, rawText } from '../patch/nullness.ts';
import { parseSegment } from './fieldPath.ts';
import { ReplacementFault } from './replacementFault.ts';

/** The node, or undefined where the path ends early. @throws ReplacementFault where the path does not fit the tree. */
export function lookup(root: Node, path: readonly string[]): Node | undefined {
  let at: Node | undefined = root;
  for (const text of path.map((segment) => segment.trim())) {
    if (text === '') continue;
    at = step(at, text);
    if (at === undefined) return undefined;
  }
  return at;
}

function step(node: Node, text: string): Node | undefined {
  const segment = parseSegment(text);
  if (!segment) throw new ReplacementFault(`"${text}" is no segment of a field path`);
  if (segment.kind === 'every') throw new ReplacementFault('"*" cannot be used in a source');
  if (isNullOrMissing(node)) return undefined;
  if (segment.kind === 'field') {
    if (node.kind !== 'map') throw new ReplacementFault(`there is a ${node.kind} where "${segment.name}" is looked up`);
    return child(node, segment.name);
  }
  if (node.kind !== 'list') throw new ReplacementFault(`there is a ${node.kind} where "${text}" needs a list`);
  if (segment.kind === 'index') return node.items[segment.index];
  if (segment.kind === 'last') return node.items.at(-1);
  if (segment.field === '') return node.items.find((item) => rawText(item) === segment.value);
  return node.items.find((item) => {
    const value = child(item, segment.field);
    return value !== undefined && rawText(value) === segment.value;
  });
}
