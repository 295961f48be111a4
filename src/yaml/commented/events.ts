// A document as the events that go-yaml v3's encoder makes of it (encode.go, node): which tags are written, and which value a
// comment is written with. Must not know how they are laid out.
import type { ScalarStyle } from '../../model/node.ts';
import { resolvePlain } from '../resolve.ts';
import type { TextDocument, TextNode } from './textNode.ts';

export interface Event {
  readonly kind: 'document' | 'documentEnd' | 'map' | 'mapEnd' | 'list' | 'listEnd' | 'scalar' | 'alias';
  /** Nothing where none is written. */
  readonly tag: string;
  readonly anchor: string;
  readonly value: string;
  readonly style: ScalarStyle;
  readonly flow: boolean;
  readonly head: string;
  readonly line: string;
  readonly foot: string;
  /** What stands below the entry before this one. */
  readonly tail: string;
}

const nothing: Event = {
  kind: 'document',
  tag: '',
  anchor: '',
  value: '',
  style: 'plain',
  flow: false,
  head: '',
  line: '',
  foot: '',
  tail: '',
};

export function eventsOf({ root, head, foot }: TextDocument): Event[] {
  const events: Event[] = [{ ...nothing, head }];
  if (root) addNode(events, root, '');
  events.push({ ...nothing, kind: 'documentEnd', foot });
  return events;
}

function addNode(events: Event[], node: TextNode, tail: string): void {
  const { head, line, foot, anchor, flow } = node;
  if (node.kind === 'alias') {
    events.push({ ...nothing, kind: 'alias', value: node.value, head, line, foot });
  } else if (node.kind === 'scalar') {
    events.push({ ...nothing, kind: 'scalar', value: node.value, anchor, head, line, foot, tail, ...formOf(node) });
  } else if (node.kind === 'list') {
    const tag = !node.tagged && node.tag === '!!seq' ? '' : node.tag;
    events.push({ ...nothing, kind: 'list', tag, anchor, flow, head });
    for (const item of node.content) addNode(events, item, '');
    events.push({ ...nothing, kind: 'listEnd', line, foot });
  } else addMap(events, node, tail);
}

function addMap(events: Event[], node: TextNode, tail: string): void {
  const { head, line, foot, anchor, flow, content } = node;
  const tag = !node.tagged && node.tag === '!!map' ? '' : node.tag;
  events.push({ ...nothing, kind: 'map', tag, anchor, flow, head, tail });
  // What stands below a value is written before the next key, once all of the value is.
  let below = '';
  for (let i = 0; i + 1 < content.length; i += 2) {
    const [key, value] = [content[i], content[i + 1]];
    if (!key || !value) break;
    addNode(events, key.foot === '' ? key : { ...key, foot: '' }, below);
    below = key.foot;
    addNode(events, value, '');
  }
  events.push({ ...nothing, kind: 'mapEnd', line, foot, tail: below });
}

/** The tag and the style of a scalar. Text that reads as something else gets quotes, other values a tag. */
function formOf({ value, tag, tagged, style }: TextNode): { readonly tag: string; readonly style: ScalarStyle } {
  const block = style === 'plain' && value.includes('\n') ? 'literal' : style;
  if (tag === '' || tagged) return { tag, style: block };
  if (tag === '!!str' && style !== 'plain') return { tag: '', style };
  if (resolvePlain(value, 'resource').tag === tag) return { tag: '', style: block };
  return tag === '!!str' ? { tag: '', style: block === 'plain' ? 'double' : block } : { tag, style: block };
}
