// Scanning of literal (`|`) and folded (`>`) scalars, as libyaml and with it go-yaml reads them.
import { takeLineComment } from './commented/comments.ts';
import { codeAt, fail, isBlank, isBreak, isSpace, Kind, takeBreak } from './token.ts';
import type { Scan } from './token.ts';

/** Scans the header, the lines and what is left behind them. */
export function scanBlockScalar(scan: Scan, style: 'literal' | 'folded'): void {
  const start = scan.at;
  scan.at++;
  const header = scanHeader(scan, start);
  if (!header) return;
  const block = { indent: header.increment === 0 ? 0 : Math.max(scan.indent, 0) + header.increment, end: scan.at };
  let trailing = scanBreaks(scan, block, start);
  let text = '';
  let pending = '';
  let afterBlank = false;
  while (trailing !== undefined && scan.at - scan.lineStart === block.indent && scan.at < scan.end) {
    const blank = isBlank(codeAt(scan, scan.at));
    // Lines fold only between lines that start with a character.
    const folds = style === 'folded' && !afterBlank && !blank && pending === '\n';
    text += folds ? (trailing === '' ? ' ' : '') : pending;
    text += trailing;
    afterBlank = blank;
    text += takeLine(scan);
    block.end = scan.at;
    pending = scan.at < scan.end ? takeBreak(scan) : '';
    trailing = scanBreaks(scan, block, start);
  }
  if (trailing === undefined) return;
  if (header.chomp !== 'strip') text += pending;
  if (header.chomp === 'keep') text += trailing;
  scan.tokens.push({ kind: Kind.Scalar, start, end: block.end, text, style, handle: '', opens: 0 });
}

function takeLine(scan: Scan): string {
  const from = scan.at;
  let at = from;
  while (at < scan.end && !isBreak(scan.text.charCodeAt(at))) at++;
  scan.at = at;
  return scan.text.slice(from, at);
}

interface Header {
  readonly chomp: 'strip' | 'clip' | 'keep';
  readonly increment: number;
}

/** Passes the indicators behind `|` or `>`, in either order, and the comment behind them. */
function scanHeader(scan: Scan, start: number): Header | undefined {
  const match = /^(?:([+-])([0-9])?|([0-9])([+-])?)?/.exec(scan.text.slice(scan.at, Math.min(scan.at + 2, scan.end)));
  const sign = match?.[1] ?? match?.[4];
  const digit = match?.[2] ?? match?.[3];
  if (digit === '0') {
    fail(scan, 'the indentation of a block value must be at least 1');
    return undefined;
  }
  scan.at += match?.[0].length ?? 0;
  while (isBlank(codeAt(scan, scan.at))) scan.at++;
  if (codeAt(scan, scan.at) === 35) {
    if (scan.comments) takeLineComment(scan, scan.comments, start);
    else takeLine(scan);
  }
  if (!isSpace(codeAt(scan, scan.at))) {
    fail(scan, 'only a comment can stand behind the mark of a block value');
    return undefined;
  }
  if (scan.at < scan.end) takeBreak(scan);
  return { chomp: sign === '-' ? 'strip' : sign === '+' ? 'keep' : 'clip', increment: Number(digit ?? 0) };
}

/**
 * Passes empty lines and the indentation of the next one. Where no indentation is known yet, the deepest of these
 * lines sets it. Undefined after an error.
 */
function scanBreaks(scan: Scan, block: { indent: number }, start: number): string | undefined {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((block.indent === 0 || scan.at - scan.lineStart < block.indent) && codeAt(scan, scan.at) === 32) scan.at++;
    const column = scan.at - scan.lineStart;
    deepest = Math.max(deepest, column);
    if ((block.indent === 0 || column < block.indent) && codeAt(scan, scan.at) === 9) {
      fail(scan, 'a tab cannot indent a block value; use spaces', start);
      return undefined;
    }
    if (!isBreak(codeAt(scan, scan.at))) break;
    breaks += takeBreak(scan);
  }
  if (block.indent === 0) block.indent = Math.max(deepest, scan.indent + 1, 1);
  return breaks;
}
