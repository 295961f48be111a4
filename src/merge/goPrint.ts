// Values as Go's fmt prints them inside structured-merge-diff's messages. For messages only.
import type { JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import { compareText, goQuote } from './pathElement.ts';

/** `%v` of the wrapped value: `&{text}`. */
export function goValue(value: JsonValue): string {
  return `&{${plain(value)}}`;
}

/** `%#v` of the wrapped value. */
export function goSyntax(value: JsonValue): string {
  return `&value.valueUnstructured{Value:${syntax(value)}}`;
}

/** `%T` of the bare value. */
export function goType(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  return Number.isInteger(Number(value)) ? 'int64' : 'float64';
}

function sortedEntries(value: { [key: string]: JsonValue }): [string, JsonValue][] {
  return Object.entries(value).toSorted(([a], [b]) => compareText(a, b));
}

/** `%v` of the bare value. */
export function plain(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  if (isJsonObject(value))
    return `map[${sortedEntries(value)
      .map(([key, item]) => `${key}:${plain(item)}`)
      .join(' ')}]`;
  return String(value);
}

function syntax(value: JsonValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(syntax).join(', ')}}`;
  if (isJsonObject(value))
    return `map[string]interface {}{${sortedEntries(value)
      .map(([key, item]) => `${goQuote(key)}:${syntax(item)}`)
      .join(', ')}}`;
  return String(value);
}
