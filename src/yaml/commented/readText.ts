// YAML text -> the document that go-yaml v3 makes of it with its comments (parserc.go, decode.go). Reads the first document of a
// text, as upstream's Unmarshal does. Must not resolve aliases or say what a value means.
import { resolvePlain } from '../resolve.ts';
import { shortTag } from '../shortTag.ts';
import { Kind } from '../token.ts';
import type { Token } from '../token.ts';
import { newTextNode } from './textNode.ts';
import type { TextDocument, TextNode } from './textNode.ts';
import { peek, queueOf, skip, takeWaiting, TextFault } from './tokenQueue.ts';
import type { TokenQueue } from './tokenQueue.ts';

interface Reader {
  readonly queue: TokenQueue;
  readonly tags: Map<string, string>;
  readonly anchors: Set<string>;
  depth: number;
}

/** As deep as this walks; upstream goes on to 10,000. */
const MAX_DEPTH = 1000;

// eslint-disable-next-line no-control-regex -- they are the subject.
const unreadable = /[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** The first document of the text. Undefined where it cannot be read. */
export function readText(text: string): TextDocument | undefined {
  if (unreadable.test(text)) return undefined;
  const tags = new Map([
    ['!', '!'],
    ['!!', '!!'],
  ]);
  try {
    return readDocument({ queue: queueOf(text), tags, anchors: new Set(), depth: 0 });
  } catch (error) {
    if (error instanceof TextFault) return undefined;
    throw error;
  }
}

function readDocument(reader: Reader): TextDocument {
  const { queue } = reader;
  const first = peek(queue);
  if (first.kind === Kind.StreamEnd) return { root: undefined, head: '', foot: '' };
  let head = '';
  let root: TextNode;
  if (first.kind === Kind.Directive || first.kind === Kind.DocumentStart) {
    takeDirectives(reader);
    if (peek(queue).kind !== Kind.DocumentStart) throw new TextFault();
    skip(queue);
    root = endsDocument(peek(queue)) ? emptyNode() : readNode(reader, 'block');
  } else {
    head = takeDocumentHead(queue);
    root = readNode(reader, 'block');
  }
  if (peek(queue).kind === Kind.DocumentEnd) skip(queue);
  const last = takeWaiting(queue);
  return { root, head, foot: last.foot === '' ? last.head : last.foot };
}

function endsDocument({ kind }: Token): boolean {
  return kind === Kind.DocumentStart || kind === Kind.DocumentEnd || kind === Kind.Directive || kind === Kind.StreamEnd;
}

function takeDirectives({ queue, tags }: Reader): void {
  for (let token = peek(queue); token.kind === Kind.Directive; token = peek(queue)) {
    const [name, handle = '', prefix = ''] = token.text.split(' ');
    if (name === '%TAG') tags.set(handle, prefix);
    else if (handle !== '1.1') throw new TextFault();
    skip(queue);
  }
}

/** What stands above the last blank line of the comments at the top is about the document. */
function takeDocumentHead(queue: TokenQueue): string {
  const { head } = queue;
  const blank = head.endsWith('\n') ? head.length - 1 : head.lastIndexOf('\n\n') + 1;
  if (blank <= 0) return '';
  queue.head = head.slice(blank + 1);
  return head.slice(0, head.endsWith('\n') ? blank : blank - 1);
}

type Where = 'block' | 'value' | 'flow';

/** @param where `value`: the value of a block map, whose list needs no indentation. */
function readNode(reader: Reader, where: Where): TextNode {
  const { queue } = reader;
  let token = peek(queue);
  if (token.kind === Kind.Alias) return readAlias(reader, token);
  const properties = { tag: '', anchor: '', at: token.start };
  let isAny = false;
  for (let i = 0; i < 2; i++) {
    if (token.kind === Kind.Anchor && properties.anchor === '') properties.anchor = token.text;
    else if (token.kind === Kind.Tag && properties.tag === '') properties.tag = tagOf(reader, token);
    else break;
    isAny = true;
    skip(queue);
    token = peek(queue);
  }
  if (++reader.depth > MAX_DEPTH) throw new TextFault();
  const node = readContent(reader, token, where, properties);
  reader.depth--;
  if (node) return node;
  if (!isAny) throw new TextFault();
  return named(reader, scalarOf('', 'plain', properties.tag), properties.anchor);
}

interface Properties {
  readonly tag: string;
  readonly anchor: string;
  /** Where the node begins, with them. */
  readonly at: number;
}

function readContent(
  reader: Reader,
  token: Token,
  where: Where,
  { tag, anchor, at }: Properties,
): TextNode | undefined {
  const { queue } = reader;
  if (where === 'value' && token.kind === Kind.BlockEntry) {
    const list = named(reader, collection('list', tag, at), anchor);
    readIndentless(reader, list);
    return list;
  }
  if (token.kind === Kind.Scalar) {
    const scalar = named(reader, scalarOf(token.text, token.style, tag, token.start), anchor);
    Object.assign(scalar, takeWaiting(queue));
    skip(queue);
    return scalar;
  }
  if (token.kind === Kind.FlowListStart || token.kind === Kind.FlowMapStart) {
    const node = named(reader, collection(token.kind === Kind.FlowListStart ? 'list' : 'map', tag, at), anchor);
    node.flow = true;
    node.head = takeWaiting(queue).head;
    skip(queue);
    if (node.kind === 'list') readFlowList(reader, node);
    else readFlowMap(reader, node);
    return node;
  }
  const isList = token.kind === Kind.BlockListStart;
  if (where === 'flow' || (!isList && token.kind !== Kind.BlockMapStart)) return undefined;
  const node = named(reader, collection(isList ? 'list' : 'map', tag, at), anchor);
  node.head = queue.stem;
  queue.stem = '';
  skip(queue);
  if (isList) readBlockList(reader, node);
  else readBlockMap(reader, node);
  return node;
}

function readAlias({ queue, anchors }: Reader, token: Token): TextNode {
  if (!anchors.has(token.text)) throw new TextFault();
  const alias = newTextNode('alias', { value: token.text, at: token.start, ...takeWaiting(queue) });
  skip(queue);
  return alias;
}

function named({ anchors }: Reader, node: TextNode, anchor: string): TextNode {
  if (anchor !== '') anchors.add(anchor);
  node.anchor = anchor;
  return node;
}

function tagOf({ tags }: Reader, token: Token): string {
  const prefix = token.handle === '' ? '' : tags.get(token.handle);
  if (prefix === undefined) throw new TextFault();
  return shortTag(prefix + token.text);
}

function collection(kind: 'map' | 'list', tag: string, at: number): TextNode {
  const tagged = tag !== '' && tag !== '!';
  return newTextNode(kind, { tag: tagged ? tag : `!!${kind === 'map' ? 'map' : 'seq'}`, tagged, at });
}

function scalarOf(value: string, style: Token['style'], tag: string, at = -1): TextNode {
  const tagged = tag !== '' && tag !== '!';
  const own = style !== 'plain' ? '!!str' : value === '<<' ? '!!merge' : resolvePlain(value, 'resource').tag;
  return newTextNode('scalar', { value, style, tag: tagged ? tag : own, tagged, at });
}

/** The null that stands where nothing was written. Comments do not stop at it. */
function emptyNode(): TextNode {
  return scalarOf('', 'plain', '');
}

function readBlockList(reader: Reader, list: TextNode): void {
  const { queue } = reader;
  for (let token = peek(queue); token.kind !== Kind.BlockEnd; token = peek(queue)) {
    if (token.kind !== Kind.BlockEntry) throw new TextFault();
    const { kind } = passEntry(queue);
    const isEmpty = kind === Kind.BlockEntry || kind === Kind.BlockEnd;
    list.content.push(isEmpty ? emptyNode() : readNode(reader, 'block'));
  }
  skip(queue);
}

function readIndentless(reader: Reader, list: TextNode): void {
  const { queue } = reader;
  while (peek(queue).kind === Kind.BlockEntry) {
    const { kind } = passEntry(queue);
    const isEmpty = kind === Kind.BlockEntry || kind === Kind.Key || kind === Kind.Value || kind === Kind.BlockEnd;
    list.content.push(isEmpty ? emptyNode() : readNode(reader, 'block'));
  }
}

/** Passes a `-`. What stood above it is about the map or list behind it, not about the first of its keys or items. */
function passEntry(queue: TokenQueue): Token {
  const { length } = queue.head;
  skip(queue);
  const token = peek(queue);
  if (length > 0 && (token.kind === Kind.BlockListStart || token.kind === Kind.BlockMapStart)) {
    queue.stem = queue.head.slice(0, length);
    queue.head = queue.head.slice(length + 1);
  }
  return token;
}

function readBlockMap(reader: Reader, map: TextNode): void {
  const { queue } = reader;
  const { content } = map;
  for (let token = peek(queue); token.kind !== Kind.BlockEnd; token = peek(queue)) {
    if (token.kind !== Kind.Key) throw new TextFault();
    const key = readBlockPart(reader, Kind.Key);
    content.push(key);
    const before = content[content.length - 3];
    // A comment below the value before it, which came to light with this key.
    if (before && key.foot !== '') {
      before.foot = key.foot;
      key.foot = '';
    }
    const value = readBlockPart(reader, Kind.Value);
    content.push(value);
    if (key.foot === '') {
      key.foot = value.foot;
      value.foot = '';
    }
  }
  const { line, foot } = takeWaiting(queue);
  map.line = line;
  const last = content[content.length - 2];
  if (last && foot !== '') last.foot = foot;
  else map.foot = foot;
  skip(queue);
}

/** A key or a value of a block map; null where its mark is missing, or nothing behind it. */
function readBlockPart(reader: Reader, mark: typeof Kind.Key | typeof Kind.Value): TextNode {
  const { queue } = reader;
  if (peek(queue).kind !== mark) return emptyNode();
  skip(queue);
  const { kind } = peek(queue);
  const isEmpty = kind === Kind.Key || kind === Kind.Value || kind === Kind.BlockEnd;
  return isEmpty ? emptyNode() : readNode(reader, 'value');
}

function readFlowList(reader: Reader, list: TextNode): void {
  const { queue } = reader;
  while (!passComma(queue, Kind.FlowListEnd, list.content.length === 0)) {
    if (peek(queue).kind !== Kind.Key) {
      list.content.push(readNode(reader, 'flow'));
      continue;
    }
    const pair = collection('map', '', peek(queue).start);
    pair.flow = true;
    skip(queue);
    const { kind } = peek(queue);
    const hasKey = kind !== Kind.Value && kind !== Kind.FlowEntry && kind !== Kind.FlowListEnd;
    // Where the key is missing, upstream passes whatever token stands there.
    if (!hasKey) skip(queue);
    const key = hasKey ? readNode(reader, 'flow') : emptyNode();
    pair.content.push(key, readFlowValue(reader, Kind.FlowListEnd));
    shiftFoot(pair);
    list.content.push(pair);
    peek(queue);
  }
  const { line, foot } = takeWaiting(queue);
  list.line = line;
  list.foot = foot;
  skip(queue);
}

function readFlowMap(reader: Reader, map: TextNode): void {
  const { queue } = reader;
  while (!passComma(queue, Kind.FlowMapEnd, map.content.length === 0)) {
    if (peek(queue).kind !== Kind.Key) {
      map.content.push(readNode(reader, 'flow'));
      peek(queue);
      map.content.push(emptyNode());
    } else {
      skip(queue);
      const { kind } = peek(queue);
      const isEmpty = kind === Kind.Value || kind === Kind.FlowEntry || kind === Kind.FlowMapEnd;
      map.content.push(isEmpty ? emptyNode() : readNode(reader, 'flow'));
      map.content.push(readFlowValue(reader, Kind.FlowMapEnd));
    }
    shiftFoot(map);
  }
  const { line, foot } = takeWaiting(queue);
  map.line = line;
  map.foot = foot;
  skip(queue);
}

/** What stands below the value of a key within brackets is kept with the key. */
function shiftFoot({ content }: TextNode): void {
  const [key, value] = content.slice(-2);
  if (!key || !value || key.foot !== '') return;
  key.foot = value.foot;
  value.foot = '';
}

/** Passes the comma before the next part; true at the end of the brackets, which is not passed. */
function passComma(queue: TokenQueue, end: Kind, first: boolean): boolean {
  const { kind } = peek(queue);
  if (kind === end) return true;
  if (first) return false;
  if (kind !== Kind.FlowEntry) throw new TextFault();
  skip(queue);
  return peek(queue).kind === end;
}

function readFlowValue(reader: Reader, end: Kind): TextNode {
  const { queue } = reader;
  if (peek(queue).kind !== Kind.Value) return emptyNode();
  skip(queue);
  const { kind } = peek(queue);
  return kind === Kind.FlowEntry || kind === end ? emptyNode() : readNode(reader, 'flow');
}
