// The tokens of YAML text and the state of the scanner that makes them. Data only.
import type { ScalarStyle } from '../model/node.ts';

export const Kind = {
  StreamEnd: 0,
  DocumentStart: 1,
  DocumentEnd: 2,
  Directive: 3,
  BlockListStart: 4,
  BlockMapStart: 5,
  BlockEnd: 6,
  FlowListStart: 7,
  FlowListEnd: 8,
  FlowMapStart: 9,
  FlowMapEnd: 10,
  BlockEntry: 11,
  FlowEntry: 12,
  Key: 13,
  Value: 14,
  Alias: 15,
  Anchor: 16,
  Tag: 17,
  Scalar: 18,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

export interface Token {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  /** The content of a scalar, the name of an anchor or alias, the suffix of a tag, the words of a directive. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** The handle of a tag: `!`, `!!`, `!name!`, or nothing for a verbatim tag. */
  readonly handle: string;
  /** Set once a `:` shows that this token begins a key: 1 stands for a key mark before it, 2 also opens a block map. */
  opens: 0 | 1 | 2;
}

/** A place where a key without `?` may have begun. One for each level of brackets. */
export interface KeyCandidate {
  /** The index of its first token, or -1 where there is none. */
  token: number;
  /** Whether the `:` must come, since nothing else can stand at this column. */
  required: boolean;
  start: number;
  lineStart: number;
}

export interface Fault {
  readonly code: 'yaml-syntax' | 'yaml-depth' | 'yaml-unsupported' | 'yaml-alias-budget';
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A comment that was found: one of the three texts. */
export interface Comment {
  /** It goes with the first token that begins here or behind it. */
  readonly at: number;
  readonly start: number;
  /** The column of its first line, from 1. */
  readonly column: number;
  readonly end: number;
  /** Where what stands before it ended. */
  readonly from: number;
  /** Above what follows it. */
  readonly head?: string;
  /** Behind a value on its line. */
  readonly line?: string;
  /** Below a value. */
  readonly foot?: string;
}

/** The comments of a text, where they are wanted (commented/comments.ts). */
export interface Comments {
  readonly found: Comment[];
  /** The offset of the first line break. */
  readonly firstBreak: number;
  /** The number of line breaks before `lineAt`. */
  line: number;
  lineAt: number;
}

/** The scanner: a position in the text, and what stands open there. */
export interface Scan {
  readonly text: string;
  readonly end: number;
  at: number;
  lineStart: number;
  /** The column of the innermost open block; -1 outside of all. */
  indent: number;
  readonly indents: number[];
  /** How many brackets are open. */
  flow: number;
  /** Whether a key, or a `-`, may begin here. */
  keyAllowed: boolean;
  readonly keys: KeyCandidate[];
  readonly tokens: Token[];
  /** The first error; nothing is scanned behind it. */
  fault: Fault | undefined;
  /** Undefined where nobody asks for them. */
  readonly comments: Comments | undefined;
}

/** A byte order mark counts as one at the very start only; elsewhere it is a character like others. */
export function createScan(text: string, from: number, end: number, comments?: Comments): Scan {
  const start = text.charCodeAt(from) === 0xfeff ? from + 1 : from;
  return {
    text,
    end,
    at: start,
    lineStart: start,
    indent: -1,
    indents: [],
    flow: 0,
    keyAllowed: true,
    keys: [noKey()],
    tokens: [],
    fault: undefined,
    comments,
  };
}

export function noKey(): KeyCandidate {
  return { token: -1, required: false, start: 0, lineStart: 0 };
}

/** The character at an offset; 0 behind the end. */
export function codeAt(scan: Scan, at: number): number {
  return at < scan.end ? scan.text.charCodeAt(at) : 0;
}

/** Records the error and ends the scan. */
export function fail(scan: Scan, message: string, start = scan.at, code: Fault['code'] = 'yaml-syntax'): void {
  scan.fault ??= { code, message, start, end: Math.max(start, Math.min(scan.at + 1, scan.end)) };
  scan.at = scan.end;
}

export function pushToken(scan: Scan, kind: Kind, start: number, text = '', style: ScalarStyle = 'plain'): void {
  scan.tokens.push({ kind, start, end: scan.at, text, style, handle: '', opens: 0 });
}

export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Blank, line break or the end of the text. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 0 || code === 13 || code === 9 || isBreak(code);
}

/** Letters, digits, `_` and `-`, of which names of anchors are made. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45
  );
}

/** Passes a line break and gives the text that it stands for. */
export function takeBreak(scan: Scan): string {
  const code = codeAt(scan, scan.at);
  scan.at += code === 13 && codeAt(scan, scan.at + 1) === 10 ? 2 : 1;
  scan.lineStart = scan.at;
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

/** Whether `---` or `...` stands at the start of this line. */
export function atDocumentMark(scan: Scan): boolean {
  if (scan.at !== scan.lineStart) return false;
  const code = codeAt(scan, scan.at);
  if (code !== 45 && code !== 46) return false;
  const [second, third] = [codeAt(scan, scan.at + 1), codeAt(scan, scan.at + 2)];
  return second === code && third === code && isSpace(codeAt(scan, scan.at + 3));
}

/** What a folded line break becomes: a space, or the breaks that followed it. */
export function foldBreaks(first: string, others: string): string {
  if (first !== '\n') return first + others;
  return others === '' ? ' ' : others;
}

/** The last of a list. `at(-1)` does the same by a slow way wherever code is not optimised: in all of a short run. */
export function lastOf<T>(list: readonly T[]): T | undefined {
  return list[list.length - 1];
}
