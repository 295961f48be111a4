// A value of an object as part of a text, with what the tree keeps of it: tags, styles, brackets. Changes nothing.
import type { MapEntry, MapNode, Node } from '../../model/node.ts';
import { newTextNode } from '../../yaml/commented/textNode.ts';
import type { TextNode } from '../../yaml/commented/textNode.ts';
import { resolvePlain } from '../../yaml/resolve.ts';

export function textOfNode(node: Node): TextNode {
  if (node.kind === 'scalar') {
    const { text, style, tagged } = node;
    const tag = node.untagged === true ? '' : (node.hidden ?? node.tag);
    return newTextNode('scalar', { value: text, style, tag, tagged: tagged === true });
  }
  const flow = node.flow === true;
  if (node.kind === 'list') return newTextNode('list', { tag: '!!seq', flow, content: node.items.map(textOfNode) });
  const content = entriesOf(node).flatMap(([key, entry]) => [textOfKey(key, entry), textOfNode(entry.value)]);
  return newTextNode('map', { tag: '!!map', flow, content });
}

function entriesOf({ entries, duplicates = [] }: MapNode): [string, MapEntry][] {
  const twice = duplicates.flatMap(({ key, later }): [string, MapEntry][] => (later ? [[key, later]] : []));
  return [...entries, ...twice];
}

function textOfKey(key: string, { keyStyle }: MapEntry): TextNode {
  const tag = keyStyle === 'plain' ? resolvePlain(key, 'resource').tag : '!!str';
  return newTextNode('scalar', { value: key, style: keyStyle, tag });
}
