// What go-yaml v3's emitter keeps while it writes, and how it puts down line breaks, marks and comments (emitterc.go). Knows
// neither values nor the grammar.
import { isBreak } from '../token.ts';

export interface Output {
  text: string;
  /** In characters. */
  column: number;
  /** Whether the last character was white space, and whether nothing but indentation stands on the line. */
  whitespace: boolean;
  indention: boolean;
  indent: number;
  readonly indents: number[];
  /** The indentation of a comment that was just written below a value: a blank line divides it from what follows there. */
  footIndent: number;
  /** Comments that are to be written. */
  head: string;
  line: string;
  foot: string;
  tail: string;
  keyLine: string;
}

export function newOutput(): Output {
  return {
    text: '',
    column: 0,
    whitespace: true,
    indention: true,
    indent: -1,
    indents: [],
    footIndent: -1,
    head: '',
    line: '',
    foot: '',
    tail: '',
    keyLine: '',
  };
}

export function put(out: Output, text: string): void {
  out.text += text;
  for (const _ of text) out.column++;
}

export function putBreak(out: Output, char = '\n'): void {
  out.text += char;
  out.column = 0;
  out.indention = true;
}

export function isBreakChar(char: string): boolean {
  return isBreak(char.charCodeAt(0));
}

/** Begins a line at the indentation, where none has begun. */
export function writeIndent(out: Output): void {
  const indent = Math.max(out.indent, 0);
  if (!out.indention || out.column > indent || (out.column === indent && !out.whitespace)) putBreak(out);
  if (out.footIndent === indent) putBreak(out);
  if (out.column < indent) put(out, ' '.repeat(indent - out.column));
  out.whitespace = true;
  out.footIndent = -1;
}

/** How a mark goes with what stands around it. */
interface Spacing {
  /** A space stands before it. */
  readonly spaced?: boolean;
  /** It counts as white space, as `[` does. */
  readonly white?: boolean;
  /** It counts as indentation, as `-` does. */
  readonly indents?: boolean;
}

export function writeMark(out: Output, mark: string, { spaced, white, indents }: Spacing = {}): void {
  if (spaced === true && !out.whitespace) put(out, ' ');
  put(out, mark);
  out.whitespace = white === true;
  out.indention = out.indention && indents === true;
}

export function writeHead(out: Output): void {
  if (out.tail !== '') {
    writeBelow(out, out.tail);
    out.tail = '';
  }
  if (out.head === '') return;
  writeIndent(out);
  writeComment(out, out.head);
  out.head = '';
}

export function writeFoot(out: Output): void {
  if (out.foot === '') return;
  writeBelow(out, out.foot);
  out.foot = '';
}

function writeBelow(out: Output, comment: string): void {
  writeIndent(out);
  writeComment(out, comment);
  out.footIndent = Math.max(out.indent, 0);
}

/** The comment behind a value; false where there is none. */
export function writeLine(out: Output): boolean {
  if (out.line === '') return false;
  if (!out.whitespace) put(out, ' ');
  writeComment(out, out.line);
  out.line = '';
  return true;
}

function writeComment(out: Output, comment: string): void {
  let breaks = false;
  for (const char of comment) {
    if (isBreakChar(char)) {
      putBreak(out, char);
      breaks = true;
      continue;
    }
    if (breaks) writeIndent(out);
    put(out, char);
    out.indention = false;
    breaks = false;
  }
  if (!breaks) putBreak(out);
  out.whitespace = true;
}

/** Whether any comment is to be written behind or below what follows within brackets. */
export function hasBelow({ line, foot, tail }: Output): boolean {
  return line !== '' || foot !== '' || tail !== '';
}
