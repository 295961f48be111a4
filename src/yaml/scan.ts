// YAML text -> tokens, by the rules of libyaml (YAML 1.1), on which go-yaml v2 and v3 are built: the same text is
// accepted, and the same refused. Must not know what a scalar means.
import { blockEnd, takeComments, takeLineComment, takerOf } from './commented/comments.ts';
import { scanBlockScalar } from './scanBlockScalar.ts';
import { scanPlain, scanQuoted } from './scanFlowScalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scanProperty.ts';
import { atDocumentMark, codeAt, createScan, fail, isBreak, isSpace, Kind, noKey, pushToken } from './token.ts';
import { lastOf, takeBreak } from './token.ts';
import type { Comments, Fault, KeyCandidate, Scan, Token } from './token.ts';

/** Upstream's limit for open brackets, and for open blocks. */
const maxDepth = 10_000;
/** How long a key without `?` may be. */
const maxKey = 1024;

export interface Scanned {
  readonly tokens: readonly Token[];
  /** What ended the scan early; the tokens before it are good. */
  readonly fault: Fault | undefined;
}

/** Scans the stretch of a text from `start` to `end`. */
export function scanTokens(text: string, start: number, end: number, comments?: Comments): Scanned {
  const scan = createScan(text, start, end, comments);
  while (!scan.fault && !scanToken(scan));
  if (!scan.fault) pushToken(scan, Kind.StreamEnd, scan.end);
  return { tokens: scan.tokens, fault: scan.fault };
}

/** Scans the next token and whatever ends before it; true at the end of the text. */
function scanToken(scan: Scan): boolean {
  const from = scan.at;
  skipToToken(scan);
  const column = scan.at - scan.lineStart;
  closeBlocks(scan, column, from);
  if (scan.at >= scan.end) {
    closeBlocks(scan, -1, scan.at);
    dropKey(scan);
    return true;
  }
  const code = scan.text.charCodeAt(scan.at);
  if (column === 0 && (code === 37 || code === 45 || code === 46)) {
    if (code === 37) return (leaveDocument(scan), scanDirective(scan), false);
    if (atDocumentMark(scan)) return (scanDocumentMark(scan, code), false);
  }
  const taker = scan.comments ? takerOf(scan) : 0;
  scanContent(scan, code);
  // What stands behind a `-` is about what follows.
  if (scan.comments && !scan.fault && lastOf(scan.tokens)?.kind !== Kind.BlockEntry)
    takeLineComment(scan, scan.comments, taker);
  return false;
}

/** Passes blanks, comments and line breaks. Tabs may not indent. */
function skipToToken(scan: Scan): void {
  const from = scan.at;
  for (;;) {
    let code = codeAt(scan, scan.at);
    while (code === 32 || (code === 9 && (scan.flow > 0 || !scan.keyAllowed))) code = codeAt(scan, ++scan.at);
    if (code === 35) {
      if (scan.comments) takeComments(scan, scan.comments, from);
      while (scan.at < scan.end && !isBreak(scan.text.charCodeAt(scan.at))) scan.at++;
      code = codeAt(scan, scan.at);
    }
    if (!isBreak(code)) return;
    takeBreak(scan);
    if (scan.flow === 0) scan.keyAllowed = true;
  }
}

function leaveDocument(scan: Scan): void {
  closeBlocks(scan, -1, scan.at);
  dropKey(scan);
  scan.keyAllowed = false;
}

function scanDocumentMark(scan: Scan, code: number): void {
  leaveDocument(scan);
  const start = scan.at;
  scan.at += 3;
  pushToken(scan, code === 45 ? Kind.DocumentStart : Kind.DocumentEnd, start);
}

function scanContent(scan: Scan, code: number): void {
  const spaced = isSpace(codeAt(scan, scan.at + 1));
  switch (code) {
    case 91: // [
      return openFlow(scan, Kind.FlowListStart);
    case 123: // {
      return openFlow(scan, Kind.FlowMapStart);
    case 93: // ]
      return closeFlow(scan, Kind.FlowListEnd);
    case 125: // }
      return closeFlow(scan, Kind.FlowMapEnd);
    case 44: // ,
      return scanMark(scan, Kind.FlowEntry, true);
    case 45: // -
      return spaced ? scanEntry(scan) : scanKeyable(scan, scanPlain);
    case 63: // ?
      if (scan.flow > 0 || spaced) return scanKeyMark(scan);
      return scanKeyable(scan, scanPlain);
    case 58: // :
      if (scan.flow > 0 || spaced) return scanValueMark(scan);
      return scanKeyable(scan, scanPlain);
    case 42: // *
      return scanKeyable(scan, (at) => scanAnchor(at, Kind.Alias));
    case 38: // &
      return scanKeyable(scan, (at) => scanAnchor(at, Kind.Anchor));
    case 33: // !
      return scanKeyable(scan, scanTag);
    case 39: // '
      return scanKeyable(scan, (at) => scanQuoted(at, 39));
    case 34: // "
      return scanKeyable(scan, (at) => scanQuoted(at, 34));
    case 124: // |
    case 62: // >
      return scan.flow === 0 ? scanBlock(scan, code === 124 ? 'literal' : 'folded') : cannotStart(scan);
    case 9: // tab
    case 35: // #
    case 37: // %
    case 64: // @
    case 96: // `
      return cannotStart(scan);
    default:
      return scanKeyable(scan, scanPlain);
  }
}

function cannotStart(scan: Scan): void {
  const char = scan.text.charAt(scan.at);
  fail(scan, char === '\t' ? 'a tab cannot indent; use spaces' : `a value cannot start with ${char}; put it in quotes`);
}

/** A token that may turn out to begin a key. */
function scanKeyable(scan: Scan, scanIt: (scan: Scan) => void): void {
  saveKey(scan);
  scan.keyAllowed = false;
  if (!scan.fault) scanIt(scan);
}

function scanBlock(scan: Scan, style: 'literal' | 'folded'): void {
  dropKey(scan);
  scan.keyAllowed = true;
  if (!scan.fault) scanBlockScalar(scan, style);
}

function scanMark(scan: Scan, kind: Kind, keyAllowed: boolean): void {
  dropKey(scan);
  if (scan.fault) return;
  scan.keyAllowed = keyAllowed;
  scan.at++;
  pushToken(scan, kind, scan.at - 1);
}

function openFlow(scan: Scan, kind: Kind): void {
  saveKey(scan);
  if (scan.fault) return;
  if (++scan.flow > maxDepth)
    return fail(scan, `brackets are nested more than ${maxDepth} deep`, scan.at, 'yaml-depth');
  scan.keys.push(noKey());
  scan.keyAllowed = true;
  scan.at++;
  pushToken(scan, kind, scan.at - 1);
}

function closeFlow(scan: Scan, kind: Kind): void {
  dropKey(scan);
  if (scan.flow > 0) {
    scan.flow--;
    scan.keys.pop();
  }
  if (!scan.fault) scanMark(scan, kind, false);
}

function scanEntry(scan: Scan): void {
  if (scan.flow === 0) {
    if (!scan.keyAllowed)
      return fail(scan, 'a list item cannot start here; put it on a line of its own, or the value in quotes');
    openBlock(scan, scan.at - scan.lineStart, Kind.BlockListStart);
  }
  if (!scan.fault) scanMark(scan, Kind.BlockEntry, true);
}

function scanKeyMark(scan: Scan): void {
  if (scan.flow === 0) {
    if (!scan.keyAllowed)
      return fail(scan, 'a key cannot start here; put it on a line of its own, or the value in quotes');
    openBlock(scan, scan.at - scan.lineStart, Kind.BlockMapStart);
  }
  if (!scan.fault) scanMark(scan, Kind.Key, scan.flow === 0);
}

/** A `:`. It turns the candidate before it into a key, or belongs to a `?`. */
function scanValueMark(scan: Scan): void {
  const key = lastOf(scan.keys);
  const token = key && isLiveKey(scan, key) ? scan.tokens[key.token] : undefined;
  if (scan.fault) return;
  if (key && token) {
    token.opens = scan.flow === 0 && openIndent(scan, key.start - key.lineStart) ? 2 : 1;
    key.token = -1;
    scan.keyAllowed = false;
  } else {
    if (scan.flow === 0) {
      if (!scan.keyAllowed)
        return fail(
          scan,
          "a ':' cannot stand here, behind another value: put the value in quotes, or check the indentation",
        );
      openBlock(scan, scan.at - scan.lineStart, Kind.BlockMapStart);
    }
    scan.keyAllowed = scan.flow === 0;
  }
  if (scan.fault) return;
  scan.at++;
  pushToken(scan, Kind.Value, scan.at - 1);
}

function isLiveKey(scan: Scan, key: KeyCandidate): boolean {
  if (key.token < 0) return false;
  if (key.lineStart === scan.lineStart && key.start + maxKey >= scan.at) return true;
  if (key.required) missingColon(scan, key);
  key.token = -1;
  return false;
}

function missingColon(scan: Scan, key: KeyCandidate): void {
  fail(
    scan,
    "a key must be followed by ':' and a space; if this belongs to the line before, indent it further",
    key.start,
  );
}

function saveKey(scan: Scan): void {
  if (!scan.keyAllowed) return;
  dropKey(scan);
  const key = lastOf(scan.keys);
  if (!key || scan.fault) return;
  key.token = scan.tokens.length;
  key.required = scan.flow === 0 && scan.indent === scan.at - scan.lineStart;
  key.start = scan.at;
  key.lineStart = scan.lineStart;
}

/** Nothing came of the candidate; an error where a key had to stand. */
function dropKey(scan: Scan): void {
  const key = lastOf(scan.keys);
  if (!key || key.token < 0) return;
  if (key.required) missingColon(scan, key);
  key.token = -1;
}

function openBlock(scan: Scan, column: number, kind: Kind): void {
  if (openIndent(scan, column)) pushToken(scan, kind, scan.at);
}

/** Opens a block at a column that is deeper than all open ones. */
function openIndent(scan: Scan, column: number): boolean {
  if (scan.indent >= column) return false;
  scan.indents.push(scan.indent);
  scan.indent = column;
  if (scan.indents.length > maxDepth) fail(scan, `blocks are nested more than ${maxDepth} deep`, scan.at, 'yaml-depth');
  return true;
}

/** Closes the blocks that are deeper than a column. `from`: where the last token ended. */
function closeBlocks(scan: Scan, column: number, from: number): void {
  if (scan.flow > 0) return;
  let mark = from - 1;
  while (scan.indent > column) {
    if (scan.comments) mark = blockEnd(scan, scan.comments, mark);
    pushToken(scan, Kind.BlockEnd, scan.comments ? mark : scan.at);
    scan.indent = scan.indents.pop() ?? -1;
  }
}
