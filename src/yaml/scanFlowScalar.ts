// Scanning of plain and quoted scalars, as libyaml and with it go-yaml reads them. Must not look at the meaning.
import { atDocumentMark, codeAt, fail, foldBreaks, isBlank, isBreak, isSpace, Kind, pushToken } from './token.ts';
import { takeBreak } from './token.ts';
import type { Scan } from './token.ts';

/** Scans a plain scalar, which may run over several lines. */
export function scanPlain(scan: Scan): void {
  const start = scan.at;
  let end = start;
  let text = '';
  let join = '';
  let acrossLines = false;
  for (;;) {
    if (atDocumentMark(scan) || codeAt(scan, scan.at) === 35) break;
    const from = scan.at;
    const last = scanPlainLine(scan);
    if (last > from) {
      text += join + scan.text.slice(from, last);
      end = last;
      acrossLines = false;
    }
    if (!isBreak(codeAt(scan, scan.at))) break;
    const folded = skipLineEnds(scan, start);
    if (folded === undefined) return;
    join = folded;
    acrossLines = true;
    if (scan.flow === 0 && scan.at - scan.lineStart < scan.indent + 1) break;
  }
  scan.tokens.push({ kind: Kind.Scalar, start, end, text, style: 'plain', handle: '', opens: 0 });
  if (acrossLines) scan.keyAllowed = true;
}

/** Characters that mean nothing in a plain value, wherever they stand. */
const ordinary = /[\w./@-]*/y;

/** Passes the rest of a plain line and the blanks behind it; gives the end of what is not blank. */
function scanPlainLine(scan: Scan): number {
  const { text, end, flow } = scan;
  // Most values are one such run: passing it at once is quicker than looking at each character.
  ordinary.lastIndex = scan.at;
  ordinary.test(text);
  let at = Math.min(ordinary.lastIndex, end);
  let last = at;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 9) continue;
    if (code === 10 || code === 13 || (code >= 0x85 && isBreak(code))) break;
    if (code === 58 && isSpace(codeAt(scan, at + 1))) break;
    if (code === 35 && at > scan.at && isBlank(text.charCodeAt(at - 1))) break;
    if (flow > 0 && isFlowMark(code)) break;
    last = at + 1;
  }
  scan.at = at;
  return last;
}

/** `,`, `?`, `[`, `]`, `{` and `}`. */
function isFlowMark(code: number): boolean {
  return code === 44 || code === 63 || code === 91 || code === 93 || code === 123 || code === 125;
}

/** Passes line breaks and the indentation behind them; gives the text that they fold into. */
function skipLineEnds(scan: Scan, start: number): string | undefined {
  const first = takeBreak(scan);
  let others = '';
  for (;;) {
    const code = codeAt(scan, scan.at);
    if (isBlank(code)) {
      if (code === 9 && scan.at - scan.lineStart < scan.indent + 1) {
        fail(scan, 'a tab cannot indent the next line of a plain value; use spaces', start);
        return undefined;
      }
      scan.at++;
    } else if (isBreak(code)) others += takeBreak(scan);
    else return foldBreaks(first, others);
  }
}

/** Scans a scalar in quotes; `quote` is the character's code. */
export function scanQuoted(scan: Scan, quote: 34 | 39): void {
  const start = scan.at;
  const style = quote === 39 ? 'single' : 'double';
  scan.at++;
  let text = '';
  for (;;) {
    if (atDocumentMark(scan))
      return fail(scan, 'the quotes of this value are not closed before the end of the document', start);
    if (scan.at >= scan.end) return fail(scan, 'the quotes of this value are not closed', start);
    const run = scanQuotedRun(scan, quote, start);
    if (run === undefined) return;
    text += run.text;
    if (codeAt(scan, scan.at) === quote) break;
    text += scanQuotedBlanks(scan, run.escapedBreak);
  }
  scan.at++;
  pushToken(scan, Kind.Scalar, start, text, style);
}

interface Run {
  readonly text: string;
  /** The run ended in a backslash before a line break, which joins the lines without a space. */
  readonly escapedBreak: boolean;
}

/** Passes characters up to a blank, a line break or the closing quote. */
function scanQuotedRun(scan: Scan, quote: 34 | 39, start: number): Run | undefined {
  let text = '';
  let from = scan.at;
  for (;;) {
    const at = skipOrdinary(scan, quote);
    const code = codeAt(scan, at);
    scan.at = at;
    if (code === 39 && codeAt(scan, at + 1) === 39 && quote === 39) {
      text += scan.text.slice(from, at + 1);
      scan.at = at + 2;
    } else if (code === 92 && quote === 34) {
      text += scan.text.slice(from, at);
      if (isBreak(codeAt(scan, at + 1))) {
        scan.at++;
        takeBreak(scan);
        return { text, escapedBreak: true };
      }
      const char = scanEscape(scan, start);
      if (char === undefined) return undefined;
      text += char;
    } else return { text: text + scan.text.slice(from, at), escapedBreak: false };
    from = scan.at;
  }
}

/** The offset of the next character that means something inside quotes. Single blanks inside a line mean nothing. */
function skipOrdinary(scan: Scan, quote: 34 | 39): number {
  const { text, end } = scan;
  for (let at = scan.at; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === quote || (code === 92 && quote === 34)) return at;
    if (code > 32 ? code >= 0x85 && isBreak(code) : code !== 32 || !isInnerBlank(scan, at)) return at;
  }
  return end;
}

/** Whether the next character after a space belongs to the same line and is no blank. */
function isInnerBlank(scan: Scan, at: number): boolean {
  return !isSpace(codeAt(scan, at + 1));
}

/** Passes blanks and line breaks and gives what they stand for: themselves, or folded breaks. */
function scanQuotedBlanks(scan: Scan, escapedBreak: boolean): string {
  let across = escapedBreak;
  let first = '';
  let others = '';
  const from = scan.at;
  for (;;) {
    const code = codeAt(scan, scan.at);
    if (isBlank(code)) scan.at++;
    else if (!isBreak(code)) break;
    else if (across) others += takeBreak(scan);
    else {
      first = takeBreak(scan);
      across = true;
    }
  }
  if (!across) return scan.text.slice(from, scan.at);
  return first === '' ? others : foldBreaks(first, others);
}

const escapes = new Map<string, string>([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const digitsOf = new Map<string, number>([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Passes an escape. JSON's `\/` is none in go-yaml, and halves of surrogate pairs are refused. */
function scanEscape(scan: Scan, start: number): string | undefined {
  const name = scan.text.charAt(scan.at + 1);
  const plain = escapes.get(name);
  if (plain !== undefined) {
    scan.at += 2;
    return plain;
  }
  const digits = digitsOf.get(name);
  if (digits === undefined) {
    fail(scan, `\\${name} is no escape; write \\\\ for a backslash`, scan.at);
    return undefined;
  }
  const hex = scan.text.slice(scan.at + 2, Math.min(scan.at + 2 + digits, scan.end));
  if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) {
    fail(scan, `\\${name} needs ${digits} hexadecimal digits`, scan.at);
    return undefined;
  }
  const code = Number.parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    fail(scan, `\\${name}${hex} is no character; write the character itself or \\U with eight digits`, start);
    return undefined;
  }
  scan.at += 2 + digits;
  return String.fromCodePoint(code);
}
