// A YAML text written anew as kustomize does it (kyaml's RNode.String): two spaces for each level, lists not indented under
// their key, one line for what stands in brackets, scalars in their own quotes, comments kept, other blank lines not.
import type { MapEntry, Node } from '../../model/node.ts';
import { visitNodes } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { scanTokens } from '../../yaml/scan.ts';
import { Kind } from '../../yaml/token.ts';
import { newScalarKey } from './scalarKey.ts';
import { scalarText } from './goYamlScalar.ts';
import { columnOf, commentsOf, startAfter } from './yamlComments.ts';
import type { Comment } from './yamlComments.ts';

interface Writer {
  readonly source: string;
  readonly places: ReadonlyMap<Node, Place | undefined>;
  readonly comments: Comment[];
  text: string;
  /** The indentation of a comment that belongs to what stands above it, where nothing was written since. */
  foot?: number | undefined;
}

/** Whether the text uses what is not written here: anchors and aliases, keys that stand twice, and tags other than of scalars. */
function usesOther(source: string, places: Writer['places']): boolean {
  let known = 0;
  for (const node of places.keys()) if (node.kind === 'scalar' && node.tagged === true) known++;
  const { tokens } = scanTokens(source, 0, source.length);
  if ([...places.keys()].some((node) => node.kind === 'map' && node.duplicates)) return true;
  if (tokens.some(({ kind }) => kind === Kind.Anchor || kind === Kind.Alias)) return true;
  return tokens.filter(({ kind, text }) => kind === Kind.Tag && text !== '').length !== known;
}

/** Where the nodes of a text stand, which a change of them forgets. */
export function placesOf(document: Node): Map<Node, Place | undefined> {
  const places = new Map<Node, Place | undefined>();
  visitNodes(document, (node) => void places.set(node, node.origin.place));
  return places;
}

/** The text of a document that was read from `source` and changed since. Undefined where it has what is not written here. */
export function writeYamlText(document: Node, source: string, places: Writer['places']): string | undefined {
  if (usesOther(source, places)) return undefined;
  const writer: Writer = { source, places, comments: commentsOf(document, source, places), text: '' };
  flush(writer, firstOf(writer, document) ?? 0, 0);
  if (writer.text !== '') beginLine(writer, 0);
  writeBlock(writer, document, 0);
  if (writer.comments[0]?.apart === true) writer.text += '\n';
  flush(writer, source.length, 0);
  return writer.text.trim();
}

function writeBlock(writer: Writer, node: Node, indent: number): void {
  if (node.kind === 'scalar' || isFlow(node)) {
    writer.text += inline(node, indent);
    return;
  }
  const parts = node.kind === 'list' ? node.items : [...node.entries];
  for (const [i, part] of parts.entries()) {
    const [key, value] = Array.isArray(part) ? [part, part[1].value] : [undefined, part];
    const start = key ? key[1].keyPlace?.start : writer.places.get(value)?.start;
    if (i > 0) {
      if (start !== undefined) flush(writer, key ? start : dashBefore(writer.source, start), indent);
      else if (key) close(writer, node, indent);
      beginLine(writer, indent);
    }
    if (key) writeEntry(writer, key[0], key[1], indent);
    else writeItem(writer, value, indent);
  }
  close(writer, node, indent);
}

/**
 * The comments below the last that was there of a block: what stands right of what follows belongs to the innermost block, at
 * the end of the text to that of its column.
 */
function close(writer: Writer, block: Node, indent: number): void {
  const first = firstOf(writer, block);
  const end = writer.places.get(block)?.end;
  if (first === undefined || end === undefined || writer.comments.length === 0) return;
  const column = columnOf(writer.source, first);
  const next = startAfter(writer.places, end - 1);
  let foot: number | undefined;
  for (let [comment] = writer.comments; comment && comment.start < next; [comment] = writer.comments) {
    if (!comment.alone || comment.start < first || !isBelow(comment, column)) break;
    flush(writer, comment.start + 1, indent);
    foot = block.kind === 'list' && comment.column > column ? undefined : indent;
  }
  writer.foot = foot ?? writer.foot;
}

function isBelow({ column, below, divided, apart, under }: Comment, blockColumn: number): boolean {
  if (below === undefined && apart) return false;
  if (below === undefined || under || (divided && !apart)) return column >= blockColumn;
  return column > below || (column < below && blockColumn > below);
}

function beginLine(writer: Writer, indent: number): void {
  // A blank line divides comments from what follows them in their block.
  const blank = writer.foot === indent ? '\n' : '';
  writer.foot = undefined;
  // Behind another break than a line feed, with which a block may end, a line has begun already.
  writer.text += `${/[\u2028\u2029]$/.test(writer.text) ? '' : '\n'}${blank}${' '.repeat(indent)}`;
}

/** Where the dash of an item stands; comments may stand between the two. */
function dashBefore(source: string, start: number): number {
  const found = /-[ \t]*(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)*$/.exec(source.slice(Math.max(0, start - 1000), start));
  return found ? Math.max(0, start - 1000) + found.index : start;
}

function writeItem(writer: Writer, value: Node, indent: number): void {
  writer.text += '-';
  if (value.kind === 'scalar' || isFlow(value)) return writeValue(writer, value, indent);
  writer.text += ' ';
  const start = firstOf(writer, value);
  const isAny = start !== undefined && flush(writer, start, indent + 2);
  writer.foot = undefined;
  if (isAny) beginLine(writer, indent + 2);
  return writeBlock(writer, value, indent + 2);
}

function writeEntry(writer: Writer, key: string, entry: MapEntry, indent: number): void {
  const name = scalarText(newScalarKey(key, entry.keyStyle), indent, 'key');
  writer.text += `${name}:`;
  const { value } = entry;
  if (value.kind === 'scalar' || isFlow(value)) return writeValue(writer, value, indent, entry.keyPlace?.end);
  behind(writer, entry.keyPlace?.end);
  const below = value.kind === 'list' ? indent : indent + 2;
  const start = firstOf(writer, value);
  if (start !== undefined) flush(writer, start, below);
  writer.foot = undefined;
  beginLine(writer, below);
  return writeBlock(writer, value, below);
}

function firstOf(writer: Writer, value: Node): number | undefined {
  if (value.kind === 'map') return [...value.entries.values()][0]?.keyPlace?.start;
  const [first] = value.kind === 'list' ? value.items : [];
  const start = first && writer.places.get(first)?.start;
  return start === undefined ? undefined : dashBefore(writer.source, start);
}

function writeValue(writer: Writer, value: Node, indent: number, keyEnd?: number): void {
  const text = inline(value, indent + 2);
  const place = writer.places.get(value);
  const isBlock = value.kind === 'scalar' && /^[|>]/.test(text);
  const [head = '', ...rest] = isBlock ? text.split('\n') : [text];
  writer.text += head === '' ? '' : ` ${head}`;
  behind(writer, isBlock ? place?.start : (place?.end ?? keyEnd));
  for (const line of rest) writer.text += `\n${line}`;
}

function isFlow(node: Node): boolean {
  if (node.kind === 'scalar' || node.flow === true) return true;
  return (node.kind === 'list' ? node.items.length : node.entries.size) === 0;
}

function inline(node: Node, indent: number, where: 'block' | 'flow' = 'block'): string {
  if (node.kind === 'scalar') return scalarText(node, indent, where);
  const parts =
    node.kind === 'list'
      ? node.items.map((item) => inline(item, indent, 'flow'))
      : [...node.entries].map(([key, { keyStyle, value }]) => {
          const name = scalarText(newScalarKey(key, keyStyle), 0, 'key');
          return `${name}: ${inline(value, indent, 'flow')}`;
        });
  return node.kind === 'list' ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

/** The comment that ends the line of `offset`. */
function behind(writer: Writer, offset: number | undefined): void {
  const [comment] = writer.comments;
  if (offset === undefined || !comment || comment.alone || comment.start < offset) return;
  if (writer.source.slice(offset, comment.start).includes('\n')) return;
  writer.comments.shift();
  writer.text += ` ${comment.text}`;
}

/** The comments on lines of their own before `end`; false where there is none. The first one may go on the line that was begun. */
function flush(writer: Writer, end: number, indent: number): boolean {
  let isAny = false;
  for (let [comment] = writer.comments; comment && comment.start < end; [comment] = writer.comments) {
    writer.comments.shift();
    if (writer.text !== '' && !writer.text.endsWith(' ')) beginLine(writer, indent);
    writer.text += comment.text;
    if (comment.closes && !comment.apart) writer.foot = indent;
    isAny = true;
  }
  return isAny;
}
