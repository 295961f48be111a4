// Which comments the scanner of go-yaml v3 finds, and with which token each can be taken (scannerc.go, scan_comments and
// scan_line_comment). A comment is above what follows it, behind what stands on its line, or below what stands before it.
import { codeAt, isBlank, isBreak, Kind, lastOf, takeBreak } from '../token.ts';
import type { Comments, Scan } from '../token.ts';

/** As far as upstream looks for the next comment or line. */
const FARTHEST = 512;

/** Takes the comment behind a token, on the same line. `at`: the token that it goes with. */
export function takeLineComment(scan: Scan, comments: Comments, at: number): void {
  if (breaksBefore(scan) > 0) return;
  let from = scan.at;
  while (from - scan.at < FARTHEST && isBlank(codeAt(scan, from))) from++;
  if (codeAt(scan, from) !== 35) return;
  scan.at = lineEnd(scan, from);
  comments.found.push({ at, start: from, column: 0, end: 0, from: 0, line: scan.text.slice(from, scan.at) });
}

/** The token that a comment behind the one at the scanner's place would go with. */
export function takerOf(scan: Scan): number {
  const code = codeAt(scan, scan.at);
  const last = lastOf(scan.tokens);
  return last && code === (scan.flow === 0 ? 58 : 44) ? last.start : scan.at;
}

/** Where a block ends that is closed behind `mark`: before the comments that stand in its column or left of it. */
export function blockEnd(scan: Scan, { found }: Comments, mark: number): number {
  let end = mark;
  let stop = mark;
  for (let i = found.length - 1; i >= 0; i--) {
    const comment = found[i];
    if (!comment || comment.end < stop) break;
    if (comment.column === scan.indent + 1) end = comment.start;
    stop = comment.from;
  }
  return end;
}

/** A run of comment lines that is being read. */
interface Run {
  text: string;
  at: number;
  from: number;
  start: number;
  startLine: number;
  startColumn: number;
  line: number;
  column: number;
  /** How far behind the scanner the next character is. */
  peek: number;
  /** No blank line has been seen yet; the last line seen was blank. */
  firstEmpty: boolean;
  recentEmpty: boolean;
  /** Behind another break than those of ASCII upstream sees the second byte of it. */
  odd: boolean;
}

/** Takes the comments at the scanner's place, which stand on lines of their own. `from`: where the token before them ended. */
export function takeComments(scan: Scan, comments: Comments, from: number): void {
  const last = lastOf(scan.tokens);
  const token = last?.kind === Kind.FlowEntry ? scan.tokens[scan.tokens.length - 2] : last;
  const breaks = breaksBefore(scan);
  const line = lineOf(scan, comments);
  const column = scan.at - scan.lineStart;
  const afterLine = from > comments.firstBreak ? line - breaks + 1 + (breaks === 0 && column > 1 ? 1 : 0) : -1;
  const run: Run = {
    text: '',
    at: token?.start ?? 0,
    from,
    start: 0,
    startLine: 0,
    startColumn: 0,
    line,
    column,
    peek: 0,
    firstEmpty: breaks <= 1,
    recentEmpty: false,
    odd: false,
  };
  const isFoot = (): boolean =>
    run.firstEmpty &&
    ((run.startLine === afterLine && token?.kind !== Kind.Value) || run.startColumn - 1 < Math.max(scan.indent, 0));
  for (; run.peek < FARTHEST; run.peek++) if (!takeNext(scan, comments, run, isFoot)) break;
  if (run.text === '') return;
  const { start, startColumn, text } = run;
  comments.found.push({
    at: start,
    start,
    column: startColumn,
    end: scan.at + run.peek - 1,
    from: run.from,
    head: text,
  });
}

/** Goes on by a character or a line of comment; false where the comments end. */
function takeNext(scan: Scan, comments: Comments, run: Run, isFoot: () => boolean): boolean {
  run.column++;
  const at = scan.at + run.peek;
  const isEnd = at >= scan.end && !run.odd;
  const code = run.odd ? OTHER : codeAt(scan, at);
  run.odd = false;
  if (isBlank(code)) return true;
  const closes = scan.flow > 0 && (code === 93 || code === 125);
  const breaks = isBreak(code);
  if (closes || breaks || isEnd) {
    if (closes || !run.recentEmpty) {
      if (closes || isFoot()) endFoot(scan, comments, run, 'dedented');
      else if (run.text !== '' && !isEnd) run.text += '\n';
    }
    if (!breaks) return false;
    run.firstEmpty = false;
    run.recentEmpty = true;
    run.column = 0;
    run.line++;
    run.odd = code > 0x7f;
    return true;
  }
  const isLeft = run.column - 1 < Math.max(scan.indent, 0) && run.column !== run.startColumn;
  if (isLeft) endFoot(scan, comments, run, 'kept');
  if (code !== 35) return false;
  takeCommentLine(scan, comments, run);
  return true;
}

const OTHER = 120;

/** What was read is about what stands before it. A run left of the open block is about neither. */
function endFoot(scan: Scan, { found }: Comments, run: Run, left: 'dedented' | 'kept'): void {
  if (run.text === '') return;
  const at = left === 'dedented' && run.startColumn - 1 < Math.max(scan.indent, 0) ? run.start : run.at;
  const end = scan.at + run.peek;
  found.push({ at, start: run.start, column: run.startColumn, end, from: run.from, foot: run.text });
  run.from = end;
  run.at = end;
  run.text = '';
}

function takeCommentLine(scan: Scan, comments: Comments, run: Run): void {
  const start = scan.at + run.peek;
  if (run.text === '') {
    run.start = start;
    run.startLine = run.line;
    run.startColumn = run.column;
  } else run.text += '\n';
  run.recentEmpty = false;
  while (scan.at < start) {
    if (isBreak(codeAt(scan, scan.at))) takeBreak(scan);
    else scan.at++;
  }
  scan.at = lineEnd(scan, start);
  run.text += scan.text.slice(start, scan.at);
  run.peek = 0;
  run.column = 0;
  run.line = lineOf(scan, comments);
  run.odd = codeAt(scan, scan.at) > 0x7f;
}

function lineEnd(scan: Scan, from: number): number {
  let at = from;
  while (at < scan.end && !isBreak(codeAt(scan, at))) at++;
  return at;
}

/** How many line breaks stand before the scanner's place, with nothing but blanks between them. */
function breaksBefore(scan: Scan): number {
  let count = 0;
  for (let at = scan.at - 1; at >= 0; at--) {
    const code = scan.text.charCodeAt(at);
    if (isBreak(code)) {
      count++;
      if (code === 10 && scan.text.charCodeAt(at - 1) === 13) at--;
    } else if (!isBlank(code)) break;
  }
  return count;
}

/** The line of the scanner's place. */
function lineOf(scan: Scan, comments: Comments): number {
  for (let { lineAt } = comments; lineAt < scan.at; lineAt++) {
    const code = scan.text.charCodeAt(lineAt);
    if (isBreak(code) && !(code === 13 && scan.text.charCodeAt(lineAt + 1) === 10)) comments.line++;
  }
  comments.lineAt = Math.max(comments.lineAt, scan.at);
  return comments.line;
}

/** The comments of a text that is about to be scanned. */
export function newComments(text: string): Comments {
  const firstBreak = text.search(/[\n\r\x85\u2028\u2029]/);
  return { found: [], firstBreak: firstBreak < 0 ? Infinity : firstBreak, line: 0, lineAt: 0 };
}
