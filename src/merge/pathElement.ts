// One step of a path in a field set, kept in its serialized form (`f:spec`, `k:{"name":"a"}`, `v:"x"`, `i:0`), which is
// also its identity. Nothing here knows a schema.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import { parseJson, stringifyJson } from '../model/jsonText.ts';

/** A step in the form of FieldsV1. Equal steps are equal strings. */
export type PathElement = string;
export type Path = readonly PathElement[];

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The element of an associative list with these key fields (in any order). */
export function keyElement(keys: readonly (readonly [name: string, value: JsonValue])[]): PathElement {
  const sorted = keys.length < 2 ? keys : keys.toSorted(([a], [b]) => compareText(a, b));
  return `k:{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${goJson(value)}`).join(',')}}`;
}

/** The element of a set with this value. */
export function valueElement(value: JsonValue): PathElement {
  return `v:${goJson(value)}`;
}

/** The field's name where the step is a field. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

export function isKeyElement(element: PathElement): boolean {
  return element.startsWith('k:');
}

/** Reads a step; undefined for kinds of steps that a later version may know. Throws SyntaxError on one that is broken. */
export function parseElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:');
  if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parseJson(rest));
    case 'k': {
      const keys = parseJson(rest);
      if (!isJsonObject(keys)) throw new SyntaxError(`expected an object: ${text}`);
      return keyElement(Object.entries(keys));
    }
    case 'i':
      if (!/^[+-]?\d+$/.test(rest)) throw new SyntaxError(`strconv.Atoi: parsing "${rest}": invalid syntax`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

/** `.spec`, `[name="a"]`, `[="x"]`, `[0]`: as structured-merge-diff prints a step. */
export function printElement(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const value = parseJson(rest);
  if (element.startsWith('v:')) return `[=${printValue(value)}]`;
  return `[${Object.entries(value as JsonObject)
    .map(([name, key]) => `${name}=${printValue(key)}`)
    .join(',')}]`;
}

export function printPath(path: Path): string {
  return path.map(printElement).join('');
}

const RANKS: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** The order of steps in printed field sets: fields, keys, values, indexes. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = a[0] ?? '';
  if (kind !== b[0]) return (RANKS[kind] ?? 4) - (RANKS[b[0] ?? ''] ?? 4);
  if (kind === 'f') return compareText(a.slice(2), b.slice(2));
  if (kind === 'i') return Number(a.slice(2)) - Number(b.slice(2));
  const [left, right] = [parseJson(a.slice(2)), parseJson(b.slice(2))];
  return kind === 'v'
    ? compareValues(left, right)
    : compareKeys(Object.entries(left as JsonObject), Object.entries(right as JsonObject));
}

function compareKeys(a: [string, JsonValue][], b: [string, JsonValue][]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a[i] as [string, JsonValue], b[i] as [string, JsonValue]];
    const order = compareText(left[0], right[0]) || compareValues(left[1], right[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function rankOf(value: JsonValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (Array.isArray(value)) return 3;
  return value === null ? 5 : 4;
}

/** The total order of values: numbers, texts, booleans, lists, maps, null. */
function compareValues(a: JsonValue, b: JsonValue): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === 'string') return compareText(a, b as string);
  if (Array.isArray(a)) {
    const other = b as JsonValue[];
    for (let i = 0; i < a.length && i < other.length; i++) {
      const order = compareValues(a[i] as JsonValue, other[i] as JsonValue);
      if (order !== 0) return order;
    }
    return a.length - other.length;
  }
  if (isJsonObject(a)) return compareText(stringifyJson(a), stringifyJson(b));
  if (a === null) return 0;
  const [left, right] = typeof a === 'boolean' ? [Number(a), Number(b)] : [a, b as number | bigint];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Byte order of UTF-8, which is the order of code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left === right) continue;
    return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** JSON as Go's encoding/json writes it: with `<`, `>`, `&` and the line separators escaped. */
export function goJson(value: JsonValue): string {
  return stringifyJson(value).replace(/[<>&\u2028\u2029]/g, escapeUnit);
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function printValue(value: JsonValue): string {
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[${value.map(printValue).join(',')}]`;
  if (isJsonObject(value))
    return Object.entries(value)
      .map(([key, item]) => `${key}=${printValue(item)}`)
      .join('');
  return String(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** Text as Go's `%q` prints it. */
export function goQuote(text: string): string {
  return `"${text.replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}]/gu, quoteChar)}"`;
}

function quoteChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (SHORT[char] !== undefined) return SHORT[char];
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
