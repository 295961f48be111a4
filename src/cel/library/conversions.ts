// Conversions between the types of CEL: int(x), string(x) and their like, and type(x).
import { parseGoBool } from '../../model/goBool.ts';
import { printFloat } from '../../model/goFloat.ts';
import { overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { INT_MAX, INT_MIN, UINT_MAX } from '../literal.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, param, STRING, TIMESTAMP, typeOf, UINT } from '../types.ts';
import { fault, typeNameOf, uint } from '../value.ts';
import type { CelValue, Duration, Timestamp, Uint } from '../value.ts';
import { int, uintOf } from './operators.ts';
import { parseDuration, parseTimestamp, printDuration, printTimestamp, timestampOfSeconds } from './timeText.ts';

const A = param('A');
const SECOND = 1_000_000_000n;

const cannot = (from: string, to: string): CelValue => fault(`type conversion error from '${from}' to '${to}'`);
const itself = (value: CelValue): CelValue => value;

function intOfDouble(value: number): CelValue {
  if (!Number.isFinite(value) || value <= -9_223_372_036_854_775_808 || value >= 9_223_372_036_854_775_808)
    return fault('integer overflow');
  return BigInt(Math.trunc(value));
}

function uintOfDouble(value: number): CelValue {
  if (!(value >= 0) || value >= 18_446_744_073_709_551_616) return fault('unsigned integer overflow');
  return uint(BigInt(Math.trunc(value)));
}

/** strconv.ParseInt and ParseUint in base 10. */
function integer(text: string, pattern: RegExp, low: bigint, high: bigint): bigint | undefined {
  if (!pattern.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value < low || value > high ? undefined : value;
}

/** strconv.ParseFloat, without hexadecimal forms. */
function double(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? NaN : undefined;
}

/** fmt.Sprintf("%g"): the shortest digits, with an exponent from 1e6 on and below 1e-4. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : printFloat(value);
}

/** strconv.FormatFloat(value, 'f', -1, 64): the shortest digits, never an exponent. */
export function plainDouble(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  const [sign, whole] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  const figures = whole.replace('.', '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${figures}`;
  if (figures.length <= power + 1) return sign + figures.padEnd(power + 1, '0');
  return `${sign}${figures.slice(0, power + 1)}.${figures.slice(power + 1)}`;
}

function stringOfBytes(bytes: Uint8Array): CelValue {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fault('invalid UTF-8 in bytes, cannot convert to string');
  }
}

export const conversions: Library = {
  type: [overload('type', [A], typeOf(A), (value: CelValue) => ({ kind: 'type', name: typeNameOf(value) }))],
  dyn: [overload('to_dyn', [A], DYN, itself)],
  bool: [
    overload('bool_to_bool', [BOOL], BOOL, itself),
    overload('string_to_bool', [STRING], BOOL, (text: string) => parseGoBool(text) ?? cannot('string', 'bool')),
  ],
  bytes: [
    overload('bytes_to_bytes', [BYTES], BYTES, itself),
    overload('string_to_bytes', [STRING], BYTES, (text: string) => new TextEncoder().encode(text)),
  ],
  double: [
    overload('double_to_double', [DOUBLE], DOUBLE, itself),
    overload('int64_to_double', [INT], DOUBLE, (value: bigint) => Number(value)),
    overload('string_to_double', [STRING], DOUBLE, (text: string) => double(text) ?? cannot('string', 'double')),
    overload('uint64_to_double', [UINT], DOUBLE, ({ value }: Uint) => Number(value)),
  ],
  duration: [
    overload('duration_to_duration', [DURATION], DURATION, itself),
    overload('int64_to_duration', [INT], DURATION, (nanos: bigint) => ({ kind: 'duration', nanos })),
    overload('string_to_duration', [STRING], DURATION, parseDuration),
  ],
  int: [
    overload('int64_to_int64', [INT], INT, itself),
    overload('double_to_int64', [DOUBLE], INT, intOfDouble),
    overload('duration_to_int64', [DURATION], INT, ({ nanos }: Duration) => nanos),
    overload(
      'string_to_int64',
      [STRING],
      INT,
      (text: string) => integer(text, /^[+-]?\d+$/, INT_MIN, INT_MAX) ?? cannot('string', 'int'),
    ),
    overload('timestamp_to_int64', [TIMESTAMP], INT, ({ nanos }: Timestamp) => floorDivide(nanos, SECOND)),
    overload('uint64_to_int64', [UINT], INT, ({ value }: Uint) => int(value)),
  ],
  string: [
    overload('string_to_string', [STRING], STRING, itself),
    overload('bool_to_string', [BOOL], STRING, (value: boolean) => String(value)),
    overload('bytes_to_string', [BYTES], STRING, stringOfBytes),
    overload('double_to_string', [DOUBLE], STRING, printDouble),
    overload('duration_to_string', [DURATION], STRING, ({ nanos }: Duration) => printDuration(nanos)),
    overload('int64_to_string', [INT], STRING, (value: bigint) => String(value)),
    overload('timestamp_to_string', [TIMESTAMP], STRING, printTimestamp),
    overload('uint64_to_string', [UINT], STRING, ({ value }: Uint) => String(value)),
  ],
  timestamp: [
    overload('timestamp_to_timestamp', [TIMESTAMP], TIMESTAMP, itself),
    overload('int64_to_timestamp', [INT], TIMESTAMP, timestampOfSeconds),
    overload('string_to_timestamp', [STRING], TIMESTAMP, parseTimestamp),
  ],
  uint: [
    overload('uint64_to_uint64', [UINT], UINT, itself),
    overload('double_to_uint64', [DOUBLE], UINT, uintOfDouble),
    overload('int64_to_uint64', [INT], UINT, (value: bigint) => uintOf(value)),
    overload('string_to_uint64', [STRING], UINT, (text: string) => {
      const value = integer(text, /^\d+$/, 0n, UINT_MAX);
      return value === undefined ? cannot('string', 'uint') : uint(value);
    }),
  ],
};

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
