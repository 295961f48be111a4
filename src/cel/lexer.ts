// Text of CEL to tokens. Knows no grammar and no meaning of a literal.

export type TokenKind =
  | 'identifier'
  | 'escaped'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'operator'
  | 'word'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** In code points. */
  readonly at: number;
}

export interface LexFault {
  readonly message: string;
  readonly at: number;
}

const OPERATORS = ['==', '!=', '<=', '>=', '&&', '||', ...'<>[]{}().,-!?:+*/%'];
const WORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

const BLANK = /[\t\n\f\r ]+|\/\/[^\n]*/y;
const NUMBER = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|0x[0-9a-fA-F]+[uU]?|\d+[uU]?/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z_0-9]*/y;
const ESCAPED = /`[A-Za-z0-9_.\-/ ]+`/y;
const PREFIX = /(?:[bB]?[rR]?|[rR][bB])(?="|')/y;

/** The tokens, an `end` last, and the places where no token begins. */
export function tokenize(text: string): { tokens: Token[]; faults: LexFault[] } {
  const tokens: Token[] = [];
  const faults: LexFault[] = [];
  let at = 0;
  let index = 0;
  const take = (length: number): string => {
    const taken = text.slice(index, index + length);
    index += length;
    at += countOf(taken);
    return taken;
  };
  while (index < text.length) {
    const blank = match(BLANK, text, index);
    if (blank !== undefined) {
      take(blank.length);
      continue;
    }
    const start = at;
    const found = tokenAt(text, index);
    if (found) tokens.push({ kind: found.kind, text: take(found.length), at: start });
    else {
      const bad = take(faultLength(text, index));
      const shown = bad.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
      faults.push({ message: `Syntax error: token recognition error at: '${shown}'`, at: start });
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', at });
  return { tokens, faults };
}

function countOf(text: string): number {
  return /^[\0-\x7f]*$/.test(text) ? text.length : [...text].length;
}

function match(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}

function tokenAt(text: string, index: number): { kind: TokenKind; length: number } | undefined {
  const number = match(NUMBER, text, index);
  if (number !== undefined) return { kind: numberKind(number), length: number.length };
  const prefix = match(PREFIX, text, index);
  if (prefix !== undefined) {
    const body = stringLength(text, index + prefix.length, /r/i.test(prefix));
    if (body.ends) return { kind: /b/i.test(prefix) ? 'bytes' : 'string', length: prefix.length + body.length };
  }
  const name = match(IDENTIFIER, text, index);
  if (name !== undefined) return { kind: WORDS.has(name) ? 'word' : 'identifier', length: name.length };
  const escaped = match(ESCAPED, text, index);
  if (escaped !== undefined) return { kind: 'escaped', length: escaped.length };
  const operator = OPERATORS.find((each) => text.startsWith(each, index));
  return operator === undefined ? undefined : { kind: 'operator', length: operator.length };
}

function numberKind(text: string): TokenKind {
  if (/[uU]$/.test(text)) return 'uint';
  return !text.startsWith('0x') && /[.eE]/.test(text) ? 'double' : 'int';
}

/** The length of a string with its quotes; where it does not end, how far it was read. */
function stringLength(text: string, index: number, raw: boolean): { ends: boolean; length: number } {
  const quote = text[index] ?? '';
  if (text.startsWith(quote.repeat(3), index)) {
    const triple = readString(text, index, quote.repeat(3), raw);
    // Without its end it is an empty string with something behind it.
    return triple.ends ? triple : { ends: true, length: 2 };
  }
  return readString(text, index, quote, raw);
}

function readString(text: string, index: number, mark: string, raw: boolean): { ends: boolean; length: number } {
  let i = index + mark.length;
  while (i < text.length) {
    if (text.startsWith(mark, i)) return { ends: true, length: i + mark.length - index };
    const char = text[i];
    if (mark.length === 1 && (char === '\n' || char === '\r')) return { ends: false, length: i + 1 - index };
    const escape = char === '\\' && !raw ? match(ESCAPE, text, i) : char;
    if (escape === undefined) return { ends: false, length: Math.min(i + 2, text.length) - index };
    i += escape.length;
  }
  return { ends: false, length: text.length - index };
}

const ESCAPE = /\\(?:[abfnrtv"'\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;

/** How much is passed over: an unended string to its line's end, half an operator with what follows it. */
function faultLength(text: string, index: number): number {
  const char = text[index] ?? '';
  const prefix = match(PREFIX, text, index) ?? '';
  if (char === '"' || char === "'") return stringLength(text, index + prefix.length, false).length;
  if ((char === '=' || char === '&' || char === '|') && index + 1 < text.length)
    return 1 + String.fromCodePoint(text.codePointAt(index + 1) ?? 0).length;
  return String.fromCodePoint(text.codePointAt(index) ?? 0).length;
}
