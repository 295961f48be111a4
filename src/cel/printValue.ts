// A value as one line of text, for tests and messages about values: every type is told apart.
import { byCodePoint } from '../model/byCodePoint.ts';
import { stringifyJson } from '../model/jsonText.ts';
import { printDouble } from './library/conversions.ts';
import { printDuration, printTimestamp } from './library/timeText.ts';
import { kindOf } from './value.ts';
import type {
  CelList,
  CelMap,
  CelValue,
  CelError,
  Duration,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
} from './value.ts';

export function printValue(value: CelValue): string {
  switch (kindOf(value)) {
    case 'uint':
      return `${(value as Uint).value}u`;
    case 'double':
      return `double(${printDouble(value as number)})`;
    case 'string':
      return stringifyJson(value as string);
    case 'bytes':
      return `bytes(${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('')})`;
    case 'timestamp':
      return `timestamp(${printTimestamp(value as Timestamp)})`;
    case 'duration':
      return `duration(${printDuration((value as Duration).nanos)})`;
    case 'type':
      return `type(${(value as TypeValue).name})`;
    case 'optional': {
      const { value: inner } = value as Optional;
      return inner === undefined ? 'optional.none' : `optional(${printValue(inner)})`;
    }
    case 'list':
      return stringifyJson((value as CelList).items.map(printValue));
    case 'map':
      return printMap(value as CelMap);
    case 'opaque':
      return (value as Opaque).text;
    case 'fault':
      return (value as CelError).message;
    default:
      return String(value);
  }
}

function printMap(map: CelMap): string {
  const entries = map.keys().map((key) => [printValue(key), printValue(map.find(key) ?? null)] as const);
  const sorted = entries.toSorted(([a], [b]) => byCodePoint(a, b));
  return `{${sorted.map(([key, value]) => `${stringifyJson(key)}:${stringifyJson(value)}`).join(',')}}`;
}
