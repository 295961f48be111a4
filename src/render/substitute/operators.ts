// What the operators of a substitution do to a value (fluxcd/pkg/envsubst, funcs.go). Values are strings of bytes.
import { fromRunes, runeAt, runesOf } from './byteString.ts';
import { matchPattern } from './pattern.ts';

/** Thrown where upstream panics: the substitution fails. */
export class OperatorFault extends Error {}

type Operator = (value: string, args: readonly string[]) => string;

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  [',', (value) => mapFirst(value, lowerRune)],
  [',,', (value) => fromRunes(runesOf(value).map(lowerRune))],
  ['^', (value) => mapFirst(value, upperRune)],
  ['^^', (value) => fromRunes(runesOf(value).map(upperRune))],
  ['#', (value, args) => (args.length === 0 ? String(value.length) : trimShortest(value, args[0] ?? ''))],
  ['##', (value, args) => trimLongest(value, args[0] ?? '')],
  ['%', (value, args) => reverse(trimShortest(reverse(value), reverse(args[0] ?? '')))],
  ['%%', (value, args) => reverse(trimLongest(reverse(value), reverse(args[0] ?? '')))],
  [':', slice],
  [
    '/#',
    (value, [from = '', to]) => (to !== undefined && value.startsWith(from) ? replace(value, from, to, 1) : value),
  ],
  [
    '/%',
    (value, [from = '', to]) =>
      to !== undefined && value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value,
  ],
  ['/', (value, [from = '', to = '']) => replace(value, from, to, 1)],
  ['//', (value, [from = '', to = '']) => replace(value, from, to, Infinity)],
]);

/** Operators that tolerate a variable that is not set; each of them gives its argument where the value is empty. */
export const DEFAULT_OPERATORS: ReadonlySet<string> = new Set(['-', '+', '=', '?', ':-', ':+', ':=', ':?']);

export function applyOperator(operator: string, value: string, args: readonly string[]): string {
  const apply = OPERATORS.get(operator);
  if (apply) return apply(value, args);
  return value === '' ? args.join('') : value;
}

function mapFirst(value: string, map: (code: number) => number): string {
  if (value === '') return value;
  const { code, width } = runeAt(value, 0);
  return fromRunes([map(code)]) + value.slice(width);
}

/** Letters with a capital form of one character that JavaScript spells with two: Greek with iota subscript. */
function upperRune(code: number): number {
  if (code >= 0x1f80 && code <= 0x1faf && code % 16 < 8) return code + 8;
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return code + 9;
  return singleRune(String.fromCodePoint(code).toUpperCase(), code);
}

function lowerRune(code: number): number {
  return code === 0x130 ? 0x69 : singleRune(String.fromCodePoint(code).toLowerCase(), code);
}

/** Case is mapped character by character: what would become two characters stays. */
function singleRune(mapped: string, code: number): number {
  const first = mapped.codePointAt(0) ?? code;
  return mapped.length === String.fromCodePoint(first).length ? first : code;
}

const MAX_INT = 2n ** 63n - 1n;

/** A decimal integer of 64 bits, as Go's strconv.Atoi takes it. */
function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value > MAX_INT || value < -MAX_INT - 1n ? undefined : value;
}

function slice(value: string, [offsetText = '', lengthText]: readonly string[]): string {
  const offset = parseInteger(offsetText);
  if (offset === undefined) return value;
  const size = BigInt(value.length);
  let start = offset;
  if (start < 0n) start = size + start < 0n ? 0n : size + start;
  if (lengthText === undefined) return value.slice(Number(start < size ? start : size));
  const length = parseInteger(lengthText);
  if (length === undefined) return value;
  const end = length < 0n ? size + length : start + length;
  if (length < 0n) return end < start ? '' : value.slice(Number(start), Number(end));
  if (end > MAX_INT) throw new OperatorFault('the length of a substring is out of range');
  return start >= size ? '' : value.slice(Number(start), Number(end < size ? end : size));
}

/** Go's strings.Replace: an empty search text matches before each character and at the end. */
function replace(value: string, from: string, to: string, limit: number): string {
  if (from !== '') return limit === 1 ? value.replace(from, () => to) : value.replaceAll(from, () => to);
  let result = '';
  let count = 0;
  for (let at = 0; at < value.length;) {
    const { width } = runeAt(value, at);
    result += (count++ < limit ? to : '') + value.slice(at, at + width);
    at += width;
  }
  return result + (count < limit ? to : '');
}

/** Removes the shortest non-empty start of the value that the pattern matches. A malformed pattern removes nothing. */
function trimShortest(value: string, pattern: string): string {
  let cut = 0;
  for (let end = value.length; end > 0; end--) {
    const matches = matchPattern(pattern, value.slice(0, end));
    if (matches === undefined) return value;
    if (matches) cut = end;
  }
  return value.slice(cut);
}

function trimLongest(value: string, pattern: string): string {
  for (let end = value.length; end > 0; end--) {
    const matches = matchPattern(pattern, value.slice(0, end));
    if (matches === undefined) return value;
    if (matches) return value.slice(end);
  }
  return value;
}

function reverse(value: string): string {
  return fromRunes(runesOf(value).reverse());
}
