// Values as Go's encoding/json writes them: sorted keys, some characters of HTML escaped, a zero with its sign. Changes nothing.
import { byCodePoint } from '../../model/byCodePoint.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';
import { goString } from '../json/goString.ts';

/** @param indent spaces for each level; 0: all on one line. */
export function printGoJson(value: JsonValue, indent: number, level = 0): string {
  if (typeof value === 'bigint' || Object.is(value, -0)) return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return goString(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const colon = indent > 0 ? ': ' : ':';
  const parts = isJsonObject(value)
    ? Object.keys(value)
        .sort(byCodePoint)
        .map((key) => `${goString(key)}${colon}${printGoJson(value[key] ?? null, indent, level + 1)}`)
    : value.map((item) => printGoJson(item, indent, level + 1));
  const [open, close] = isJsonObject(value) ? '{}' : '[]';
  if (parts.length === 0) return `${open}${close}`;
  if (indent === 0) return `${open}${parts.join(',')}${close}`;
  const pad = ' '.repeat(indent * (level + 1));
  return `${open}\n${pad}${parts.join(`,\n${pad}`)}\n${' '.repeat(indent * level)}${close}`;
}
