// Reads a document as nearly all are: blocks of easy keys, values on one line or in blocks of text, small brackets. The same
// nodes as scan.ts and compose.ts give, whose tokens it spares; leaves every other document, and each error, to those.
import { MapEntry } from '../model/node.ts';
import type { ListNode, MapNode, Node, ScalarNode, ScalarStyle } from '../model/node.ts';
import { ReadOrigin } from '../model/origin.ts';
import type { DocumentText } from '../model/sourceText.ts';
import { keepOnce } from './mapEntries.ts';
import { refold } from './refold.ts';
import { isPlainText, resolvePlain } from './resolve.ts';
import { scanBlockScalar } from './scanBlockScalar.ts';
import { createScan } from './token.ts';

/** Where a read stands: always at the first character behind the indentation of a line, but within one. */
interface Lines {
  readonly text: string;
  readonly end: number;
  readonly document: DocumentText;
  /** Where the document starts, which its places are counted from. */
  readonly base: number;
  /** All keys so far: each is kept in memory once. */
  readonly names: Map<string, string>;
  at: number;
  /** The column of what stands at `at`; -1 at the end of the document. */
  column: number;
  /** The end of the last value that was read. */
  valueEnd: number;
  /** Whether a comment stands behind the last value. */
  comment: boolean;
  /** How many maps and lists are open. */
  depth: number;
}

/** Deeper ones are walked without recursion, in compose.ts. */
const DEEPEST = 50;

const NEWLINE = 10;
const SPACE = 32;
const HASH = 35;
const DASH = 45;

const key = /[A-Za-z][\w./-]{0,250}:(?=[ \n])/y;
const keyInBrackets = /[A-Za-z][\w./-]{0,250}(?=: )/y;
/** A plain value with what may stand within it: a colon and a `#` that belong to a word, single words with spaces. */
const plain = /(?:[\w./$()+;<=^~\\]|-(?=[!-~]))(?:[!-9;-~]|:(?=[!-~])| (?=[!"$-~]))*/y;
const plainInBrackets = /(?:[\w./]|-(?=[\w.-]))(?:[\w./@-]|:(?=[\w./@-]))*/y;
const singleQuoted = /'[ -&(-~]*'/y;
const doubleQuoted = /"[ !#-[\]-~]*"/y;
const restOfLine = / *(?:\n|$)/y;
// NEL and the two separators end a line in YAML, and so a comment.
const commentedRest = /(?: +#[^\n\r\x85\u2028\u2029]*)(?:\n|$)/y;
const comment = /#[^\n\r\x85\u2028\u2029]*(?:\n|$)/y;

/** The root; undefined where the document takes the long way. `names` are the keys of the whole text so far. */
export function quickRead(document: DocumentText, names: Map<string, string>): Node | undefined {
  if (document.isEdited) return undefined;
  const { source, start, end } = document;
  const { text } = source;
  const at = text.startsWith('---\n', start) ? start + 4 : start;
  const lines: Lines = {
    text,
    end,
    document,
    base: start,
    names,
    at,
    column: -1,
    valueEnd: -1,
    comment: false,
    depth: 0,
  };
  if (!nextLine(lines) || lines.column < 0) return undefined;
  const root = block(lines);
  return lines.column < 0 && !lines.comment ? root : undefined;
}

/** Goes on to the next line that holds anything. False where the text is none of ours. */
function nextLine(lines: Lines): boolean {
  const { text, end } = lines;
  for (let start = lines.at; start < end; start = lines.at) {
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    lines.at = at + 1;
    if (code === NEWLINE) continue;
    lines.at = at;
    lines.column = at - start;
    if (code !== HASH) return at < end;
    const next = endOf(comment, text, at);
    if (next === undefined) return false;
    lines.comment = true;
    lines.at = next;
  }
  lines.column = -1;
  return true;
}

/** Where a match that begins at an offset ends. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A map or a list that begins here. */
function block(lines: Lines): MapNode | ListNode | undefined {
  if (++lines.depth > DEEPEST) return undefined;
  const node = isItem(lines) ? list(lines) : map(lines);
  lines.depth--;
  return node;
}

function isItem({ text, at }: Lines): boolean {
  return text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === SPACE;
}

function map(lines: Lines): MapNode | undefined {
  const { text, document, base, column, at: start } = lines;
  const entries = new Map<string, MapEntry>();
  while (lines.column === column) {
    const from = lines.at;
    const to = endOf(key, text, from);
    if (to === undefined) return undefined;
    const name = nameOf(lines, from, to - 1);
    if (name === undefined || entries.has(name)) return undefined;
    lines.at = to;
    const value = valueOfKey(lines, column);
    if (!value) return undefined;
    entries.set(name, new MapEntry(value, 'plain', document, from - base, to - 1 - base));
  }
  // What stands deeper goes on the value before it, or is an error.
  if (lines.column > column) return undefined;
  return { kind: 'map', entries, origin: originOf(lines, start, lines.valueEnd) };
}

/** A key that means its text. */
function nameOf({ text, names }: Lines, from: number, to: number): string | undefined {
  const name = text.slice(from, to);
  const known = names.get(name);
  if (known !== undefined) return known;
  if (!isPlainText(name) && resolvePlain(name, 'resource').tag !== '!!str') return undefined;
  return keepOnce(names, name);
}

/** What stands behind the colon of a key: on its line, or as a block below it. A list may stand at the key's own column. */
function valueOfKey(lines: Lines, column: number): Node | undefined {
  if (lines.text.charCodeAt(lines.at) !== NEWLINE) return valueOnLine(lines, column);
  const colonEnd = lines.at++;
  if (!nextLine(lines)) return undefined;
  if (lines.column > column || (lines.column === column && isItem(lines))) return block(lines);
  lines.valueEnd = colonEnd;
  return scalar(lines, colonEnd, colonEnd, '', 'plain');
}

function list(lines: Lines): ListNode | undefined {
  const { text, column, at: start } = lines;
  const items: Node[] = [];
  while (lines.column === column && isItem(lines)) {
    const mark = lines.at;
    while (text.charCodeAt(++lines.at) === SPACE);
    lines.column += lines.at - mark;
    // Blocks of lists within lists are rare.
    if (isItem(lines)) return undefined;
    const item = endOf(key, text, lines.at) === undefined ? valueOnLine(lines, column) : block(lines);
    if (!item) return undefined;
    items.push(item);
  }
  if (lines.column > column) return undefined;
  return { kind: 'list', items, origin: originOf(lines, start, lines.valueEnd) };
}

/** A value that begins on this line, in a block of this column. Goes on to the next line. */
function valueOnLine(lines: Lines, column: number): Node | undefined {
  const { text } = lines;
  skipSpaces(lines);
  const code = text.charCodeAt(lines.at);
  if (code === 124 || code === 62) return blockScalar(lines, column, code === 124 ? 'literal' : 'folded');
  const value = valueHere(lines, plain);
  if (!value) return undefined;
  lines.valueEnd = lines.at;
  lines.comment = false;
  let next = text.charCodeAt(lines.at) === NEWLINE ? lines.at + 1 : endOf(restOfLine, text, lines.at);
  if (next === undefined) {
    next = endOf(commentedRest, text, lines.at);
    lines.comment = true;
  }
  if (next === undefined) return undefined;
  lines.at = next;
  return nextLine(lines) ? value : undefined;
}

/** A text of many lines, read by the scanner of such texts. */
function blockScalar(lines: Lines, column: number, style: 'literal' | 'folded'): ScalarNode | undefined {
  const { text: all, at: start, end } = lines;
  const scan = createScan(all, start, end);
  scan.indent = column;
  scanBlockScalar(scan, style);
  const [token] = scan.tokens;
  if (scan.fault || !token) return undefined;
  lines.at = scan.at < end ? scan.lineStart : end;
  lines.valueEnd = token.end;
  lines.comment = false;
  const { text } = token;
  const value = style === 'folded' ? refold(text) : text;
  const origin = originOf(lines, start, token.end);
  return nextLine(lines) ? { kind: 'scalar', value, text, style, tag: '!!str', origin } : undefined;
}

/** The value that begins here: within brackets, in quotes, or plain text of this form. */
function valueHere(lines: Lines, unquoted: RegExp): Node | undefined {
  const { text, at: from } = lines;
  const code = text.charCodeAt(from);
  if (code === 91 || code === 123) return bracketed(lines, code);
  const quotes = code === 34 ? doubleQuoted : code === 39 ? singleQuoted : undefined;
  const to = endOf(quotes ?? unquoted, text, from);
  if (to === undefined) return undefined;
  lines.at = to;
  if (!quotes) return scalar(lines, from, to, text.slice(from, to), 'plain');
  return scalar(lines, from, to, text.slice(from + 1, to - 1), code === 34 ? 'double' : 'single');
}

function originOf({ document, base }: Lines, from: number, to: number): ReadOrigin {
  return new ReadOrigin(document, from - base, to - base);
}

function scalar(lines: Lines, from: number, to: number, text: string, style: ScalarStyle): ScalarNode | undefined {
  const origin = originOf(lines, from, to);
  if (style !== 'plain' || isPlainText(text)) return { kind: 'scalar', value: text, text, style, tag: '!!str', origin };
  const { value, tag } = resolvePlain(text, 'resource');
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return { kind: 'scalar', value, text, style, tag, origin };
}

/** A map or list within brackets. */
function bracketed(lines: Lines, open: 91 | 123): MapNode | ListNode | undefined {
  if (++lines.depth > DEEPEST) return undefined;
  const node = open === 91 ? listInBrackets(lines) : mapInBrackets(lines);
  lines.depth--;
  if (node) node.flow = true;
  return node;
}

function mapInBrackets(lines: Lines): MapNode | undefined {
  const { text, document, base, at: start } = lines;
  const entries = new Map<string, MapEntry>();
  for (lines.at++; ; lines.at++) {
    skipSpaces(lines);
    if (entries.size === 0 && text.charCodeAt(lines.at) === 125) break;
    const from = lines.at;
    const to = endOf(keyInBrackets, text, from);
    const name = to === undefined ? undefined : nameOf(lines, from, to);
    if (to === undefined || name === undefined || entries.has(name)) return undefined;
    lines.at = to + 1;
    const value = valueInBrackets(lines);
    if (!value) return undefined;
    entries.set(name, new MapEntry(value, 'plain', document, from - base, to - base));
    const code = text.charCodeAt(lines.at);
    if (code === 125) break;
    if (code !== 44) return undefined;
  }
  return { kind: 'map', entries, origin: originOf(lines, start, ++lines.at) };
}

function listInBrackets(lines: Lines): ListNode | undefined {
  const { text, at: start } = lines;
  const items: Node[] = [];
  for (lines.at++; ; lines.at++) {
    skipSpaces(lines);
    if (items.length === 0 && text.charCodeAt(lines.at) === 93) break;
    const item = valueInBrackets(lines);
    if (!item) return undefined;
    items.push(item);
    const code = text.charCodeAt(lines.at);
    if (code === 93) break;
    if (code !== 44) return undefined;
  }
  return { kind: 'list', items, origin: originOf(lines, start, ++lines.at) };
}

/** A value and the blanks around it. A key of its own within a list, or a mark that belongs to no value, is not taken. */
function valueInBrackets(lines: Lines): Node | undefined {
  skipSpaces(lines);
  const value = valueHere(lines, plainInBrackets);
  skipSpaces(lines);
  return value;
}

function skipSpaces(lines: Lines): void {
  while (lines.text.charCodeAt(lines.at) === SPACE) lines.at++;
}
