// A value of an object as part of a text, with what the tree keeps of it: tags, styles, brackets. Changes nothing.
import type { MapEntry, MapNode, Node } from '../../model/node.ts';
import { newTextNode } from '../../yaml/commented/textNode.ts';
import type { TextNode } from '../../yaml/commented/textNode.ts';
import { resolvePlain } from '../../yaml/resolve.ts';
import type { ValueComments } from './valueComments.ts';

/** @param comments those in its file; undefined where they are gone. */
export function textOfNode(node: Node, comments?: ValueComments): TextNode {
  const written = comments?.of(node);
  if (node.kind === 'scalar') {
    const { text, style, tagged } = node;
    const tag = node.untagged === true ? '' : (node.hidden ?? node.tag);
    return newTextNode('scalar', { value: text, style, tag, tagged: tagged === true, ...written });
  }
  const flow = node.flow === true;
  if (node.kind === 'list') {
    const content = node.items.map((item) => textOfNode(item, comments));
    return newTextNode('list', { tag: '!!seq', flow, content, ...written });
  }
  const content = entriesOf(node).flatMap(([key, entry]) => [
    textOfKey(key, entry, comments),
    textOfNode(entry.value, comments),
  ]);
  return newTextNode('map', { tag: '!!map', flow, content, ...written });
}

function entriesOf({ entries, duplicates = [] }: MapNode): [string, MapEntry][] {
  const twice = duplicates.flatMap(({ key, later }): [string, MapEntry][] => (later ? [[key, later]] : []));
  return [...entries, ...twice];
}

function textOfKey(key: string, entry: MapEntry, comments: ValueComments | undefined): TextNode {
  const tag = entry.keyStyle === 'plain' ? resolvePlain(key, 'resource').tag : '!!str';
  return newTextNode('scalar', { value: key, style: entry.keyStyle, tag, ...comments?.ofKey(entry) });
}
