// cel-go's string extension as Kubernetes (version 2) and Flux (the newest) have it. Positions count code points.
import { method, overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { DYN, INT, listOf, STRING } from '../types.ts';
import { fault, list } from '../value.ts';
import type { CelList, CelValue } from '../value.ts';
import { formatText } from './formatText.ts';

const outOfRange = (index: bigint): CelValue => fault(`index out of range: ${index}`);

function charAt(text: string, index: bigint): CelValue {
  const chars = [...text];
  if (index < 0n || index > chars.length) return outOfRange(index);
  return chars[Number(index)] ?? '';
}

function matchesAt(chars: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((char, i) => chars[at + i] === char);
}

function indexOf(text: string, part: string, offset = 0n): CelValue {
  if (part === '') return offset;
  const [chars, wanted] = [[...text], [...part]];
  if (offset < 0n) return outOfRange(offset);
  for (let i = Number(offset); i <= chars.length - wanted.length; i++)
    if (matchesAt(chars, wanted, i)) return BigInt(i);
  return -1n;
}

function lastIndexOf(text: string, part: string, offset?: bigint): CelValue {
  const [chars, wanted] = [[...text], [...part]];
  if (part === '') return offset ?? BigInt(chars.length);
  if (offset === undefined && chars.length < wanted.length) return -1n;
  const from = offset ?? BigInt(chars.length - 1);
  if (from < 0n) return outOfRange(from);
  if (from >= chars.length) return -1n;
  for (let i = Math.min(Number(from), chars.length - wanted.length); i >= 0; i--)
    if (matchesAt(chars, wanted, i)) return BigInt(i);
  return -1n;
}

/** Go's strings.Replace: an empty part stands before every character and at the end. */
function replace(text: string, part: string, by: string, limit = -1n): string {
  const most = limit < 0n ? Infinity : Number(limit);
  if (part !== '') {
    const pieces = text.split(part);
    const kept = pieces.slice(0, most === Infinity ? pieces.length : most + 1);
    const rest = pieces.slice(kept.length);
    return kept.join(by) + rest.map((piece) => part + piece).join('');
  }
  const chars = [...text];
  let result = '';
  for (let i = 0; i <= chars.length; i++) result += (i < most ? by : '') + (chars[i] ?? '');
  return result;
}

/** Go's strings.SplitN. */
function split(text: string, separator: string, limit = -1n): CelValue {
  if (limit === 0n) return list([]);
  const pieces = separator === '' ? [...text] : text.split(separator);
  const most = limit < 0n ? pieces.length : Number(limit);
  if (pieces.length <= most) return list(pieces);
  return list([...pieces.slice(0, most - 1), pieces.slice(most - 1).join(separator)]);
}

function substring(text: string, start: bigint, end?: bigint): CelValue {
  const chars = [...text];
  if (end !== undefined && start > end) return fault(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > chars.length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > chars.length)) return outOfRange(end);
  return chars.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

/** Unicode's White_Space, which is not what JavaScript trims: U+0085 is in, U+FEFF is not. */
function trim(text: string): string {
  return text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');
}

const ASCII_LOWER = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
const ASCII_UPPER = (text: string): string => text.replace(/[a-z]/g, (char) => char.toUpperCase());

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

const quote = (text: string): string => `"${[...text].map((char) => ESCAPES.get(char) ?? char).join('')}"`;

function join({ items }: CelList, separator = ''): CelValue {
  const bad = items.find((item) => typeof item !== 'string');
  return bad === undefined ? items.join(separator) : fault(`join: invalid input: ${String(bad)}`);
}

/** @see https://pkg.go.dev/github.com/google/cel-go/ext#Strings */
export const strings: Library = {
  charAt: [method('string_char_at_int', [STRING, INT], STRING, charAt)],
  indexOf: [
    method('string_index_of_string', [STRING, STRING], INT, indexOf),
    method('string_index_of_string_int', [STRING, STRING, INT], INT, indexOf),
  ],
  lastIndexOf: [
    method('string_last_index_of_string', [STRING, STRING], INT, lastIndexOf),
    method('string_last_index_of_string_int', [STRING, STRING, INT], INT, lastIndexOf),
  ],
  lowerAscii: [method('string_lower_ascii', [STRING], STRING, ASCII_LOWER)],
  upperAscii: [method('string_upper_ascii', [STRING], STRING, ASCII_UPPER)],
  replace: [
    method('string_replace_string_string', [STRING, STRING, STRING], STRING, replace),
    method('string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING, replace),
  ],
  split: [
    method('string_split_string', [STRING, STRING], listOf(STRING), split),
    method('string_split_string_int', [STRING, STRING, INT], listOf(STRING), split),
  ],
  substring: [
    method('string_substring_int', [STRING, INT], STRING, substring),
    method('string_substring_int_int', [STRING, INT, INT], STRING, substring),
  ],
  trim: [method('string_trim', [STRING], STRING, trim)],
  join: [
    method('list_join', [listOf(STRING)], STRING, join),
    method('list_join_string', [listOf(STRING), STRING], STRING, join),
  ],
  'strings.quote': [overload('strings_quote', [STRING], STRING, quote)],
};

const reverse = (text: string): string => [...text].toReversed().join('');

/** What version 3 and 4 add. */
export const newerStrings: Library = {
  reverse: [method('string_reverse', [STRING], STRING, reverse)],
  format: [
    method('string_format', [STRING, listOf(DYN)], STRING, (text: string, args: CelList) =>
      formatText(text, args.items, 'plain'),
    ),
  ],
};

/** format() of version 2: numbers in the manner of American English. */
export const olderFormat: Library = {
  format: [
    method('string_format', [STRING, listOf(DYN)], STRING, (text: string, args: CelList) =>
      formatText(text, args.items, 'english'),
    ),
  ],
};

function base64Decode(text: string): CelValue {
  // Go passes over line breaks. With `=` at the end the length is a multiple of four.
  const found = text.replaceAll(/[\r\n]/g, '');
  const plain = found.replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(found) || plain.length % 4 === 1 || (plain !== found && found.length % 4 !== 0))
    return fault('illegal base64 data at input byte 0');
  return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
}

/** @see https://pkg.go.dev/github.com/google/cel-go/ext#Encoders */
export const encoders: Library = {
  'base64.decode': [overload('base64_decode_string', [STRING], { kind: 'bytes' }, base64Decode)],
  'base64.encode': [
    overload('base64_encode_bytes', [{ kind: 'bytes' }], STRING, (bytes: Uint8Array) =>
      btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
    ),
  ],
};
