// The text side of writing: columns, indents and the five ways to write a scalar, as go-yaml v2's emitter has them
// (lines fold once they have passed column 80). Knows no nodes; write.ts walks them.
import { escapeOf, isPrintable } from './scalarStyle.ts';

const width = 80;

/** A growing text with the emitter's three memories: the column, and whether space or only indentation came last. */
export interface Emitter {
  text: string;
  column: number;
  whitespace: boolean;
  indention: boolean;
}

export function createEmitter(): Emitter {
  return { text: '', column: 0, whitespace: true, indention: true };
}

/** Starts a line at `indent`, unless the line stands there already. */
export function writeIndent(out: Emitter, indent: number): void {
  if (!out.indention || out.column > indent || (out.column === indent && !out.whitespace)) lineBreak(out);
  if (out.column < indent) {
    out.text += blanks(indent - out.column);
    out.column = indent;
  }
  out.whitespace = true;
  out.indention = true;
}

const runs: readonly string[] = Array.from({ length: 32 }, (_, count) => ' '.repeat(count));

/** So many spaces. */
export function blanks(count: number): string {
  return runs[count] ?? ' '.repeat(count);
}

/** Writes `-`, `?`, `:`, `{}` and the like. A mark that keeps the indentation lets a block start on the same line. */
export function writeMark(out: Emitter, mark: string, space: 'spaced' | 'joined', keepsIndention: boolean): void {
  if (space === 'spaced' && !out.whitespace) put(out, ' ', 1);
  put(out, mark, mark.length);
  out.whitespace = false;
  out.indention = out.indention && keepsIndention;
}

function put(out: Emitter, text: string, columns: number): void {
  out.text += text;
  out.column += columns;
}

function lineBreak(out: Emitter): void {
  out.text += '\n';
  out.column = 0;
}

/** Writes plain ASCII text without a space in it, which stays on its line however long. */
export function writeEasy(out: Emitter, text: string): void {
  if (!out.whitespace) put(out, ' ', 1);
  put(out, text, text.length);
  out.whitespace = false;
  out.indention = false;
}

/** Writes plain text; `fold` is false for keys, which stay on one line. */
export function writePlain(out: Emitter, text: string, indent: number, fold: boolean): void {
  if (!out.whitespace) put(out, ' ', 1);
  writeFolding(out, text, indent, fold, 0);
  out.whitespace = false;
  out.indention = false;
}

/** Text without line breaks, broken at single spaces past the width; the first `skip` and the last char never. */
function writeFolding(out: Emitter, text: string, indent: number, fold: boolean, skip: number): void {
  if (!fold || out.column + text.length <= width) return put(out, text, columnsOf(text));
  let from = 0;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) {
    if (text[at - 1] === ' ' || text[at + 1] === ' ') continue;
    if (skip > 0 && (at === 0 || at === text.length - 1)) continue;
    if (out.column + columnsOf(text.slice(from, at)) <= width) continue;
    put(out, text.slice(from, at), 0);
    out.indention = false;
    writeIndent(out, indent);
    from = at + 1;
  }
  put(out, text.slice(from), columnsOf(text.slice(from)));
}

/** The emitter counts characters; pairs of surrogates count once. */
function columnsOf(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}

export function writeSingleQuoted(out: Emitter, text: string, indent: number, fold: boolean): void {
  writeMark(out, "'", 'spaced', false);
  if (hasBreak.test(text)) writeBrokenQuote(out, text, indent);
  else writeFolding(out, text.replaceAll("'", "''"), indent, fold, 1);
  writeMark(out, "'", 'joined', false);
}

const hasBreak = /[\n\r\x85\u2028\u2029]/;

/** Single quotes around text with line breaks other than `\n`, which would be a literal block. */
function writeBrokenQuote(out: Emitter, text: string, indent: number): void {
  let before = '';
  for (const [i, char] of [...text].entries()) {
    if (hasBreak.test(char)) writeBreak(out, char);
    else if (char === ' ' && foldsAt(out, text, i, before)) writeIndent(out, indent);
    else {
      if (hasBreak.test(before) && char !== ' ') writeIndent(out, indent);
      put(out, char === "'" ? "''" : char, char === "'" ? 2 : 1);
      if (char !== ' ') out.indention = false;
    }
    before = char;
  }
}

function foldsAt(out: Emitter, text: string, at: number, before: string): boolean {
  return out.column > width && before !== ' ' && at > 0 && at < text.length - 1 && text[at + 1] !== ' ';
}

function writeBreak(out: Emitter, char: string): void {
  if (char === '\n') {
    lineBreak(out);
  } else {
    out.text += char;
    out.column = 0;
  }
  out.indention = true;
}

export function writeDoubleQuoted(out: Emitter, text: string, indent: number, fold: boolean): void {
  writeMark(out, '"', 'spaced', false);
  // The emitter asks whether the text, not the character, is a byte order mark.
  const allEscaped = text.startsWith('\ufeff');
  const chars = [...text];
  let spaces = false;
  for (const [i, char] of chars.entries()) {
    const code = char.codePointAt(0) ?? 0;
    if (allEscaped || !isPrintable(code) || code === 0x22 || code === 0x5c || hasBreak.test(char)) {
      const escape = escapeOf(code);
      put(out, escape, escape.length);
      spaces = false;
    } else if (code === 0x20) {
      if (fold && !spaces && out.column > width && i > 0 && i < chars.length - 1) {
        out.indention = false;
        writeIndent(out, indent);
        if (chars[i + 1] === ' ') put(out, '\\', 1);
      } else put(out, ' ', 1);
      spaces = true;
    } else {
      put(out, char, 1);
      spaces = false;
    }
  }
  writeMark(out, '"', 'joined', false);
}

export function writeLiteral(out: Emitter, text: string, indent: number): void {
  writeMark(out, '|', 'spaced', false);
  if (/^[ \n\r\x85\u2028\u2029]/.test(text)) writeMark(out, '2', 'joined', false);
  const end = /([\n\r\x85\u2028\u2029]{0,2})$/.exec(text)?.[1] ?? '';
  if (end.length === 0) writeMark(out, '-', 'joined', false);
  else if (end.length === 2 || text.length === 1) writeMark(out, '+', 'joined', false);
  lineBreak(out);
  out.indention = true;
  out.whitespace = true;
  const pad = ' '.repeat(indent);
  if (/[\r\x85\u2028\u2029]/.test(text)) return writeOddLines(out, text, indent);
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  out.text += lines.map((line) => (line === '' ? '\n' : `${pad}${line}\n`)).join('');
  if (last !== '') {
    out.text += pad + last;
    out.column = indent + columnsOf(last);
    out.indention = false;
  }
}

function writeOddLines(out: Emitter, text: string, indent: number): void {
  let broken = true;
  for (const char of text) {
    if (hasBreak.test(char)) {
      writeBreak(out, char);
      broken = true;
      continue;
    }
    if (broken) writeIndent(out, indent);
    broken = false;
    put(out, char, 1);
    out.indention = false;
  }
}
