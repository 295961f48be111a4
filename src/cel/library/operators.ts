// The operators and functions that every CEL has, but for conversions and times.
import { method, overload } from '../environment.ts';
import type { Library, Overload } from '../environment.ts';
import { INT_MAX, INT_MIN, UINT_MAX } from '../literal.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  optionalOf,
  param,
  STRING,
  TIMESTAMP,
  UINT,
} from '../types.ts';
import type { CelType } from '../types.ts';
import { codePoints, compareValues, duration, equalValues, fault, list, timestamp, uint } from '../value.ts';
import type { CelError, CelList, CelMap, CelValue, Duration, Timestamp, Uint } from '../value.ts';
import { goRegexpOrFault } from './regex.ts';

const A = param('A');
const B = param('B');
const LIST = listOf(A);
const MAP = mapOf(A, B);

const OVERFLOW = fault('integer overflow');
const UINT_OVERFLOW = fault('unsigned integer overflow');
const DURATION_OVERFLOW = OVERFLOW;

export const int = (value: bigint): bigint | CelError => (value < INT_MIN || value > INT_MAX ? OVERFLOW : value);
export const uintOf = (value: bigint): Uint | CelError =>
  value < 0n || value > UINT_MAX ? UINT_OVERFLOW : uint(value);
const durationOf = (nanos: bigint): Duration | CelError =>
  nanos < INT_MIN || nanos > INT_MAX ? DURATION_OVERFLOW : duration(nanos);

const SECOND = 1_000_000_000n;
export const TIME_MIN = -62_135_596_800n * SECOND;
export const TIME_MAX = 253_402_300_800n * SECOND - 1n;
export const timestampOf = (nanos: bigint, offset = 0): Timestamp | CelError =>
  nanos < TIME_MIN || nanos > TIME_MAX ? fault('timestamp overflow') : timestamp(nanos, offset);

const DIVIDED = fault('division by zero');
const MODULUS = fault('modulus by zero');

const arithmetic: Library = {
  '_+_': [
    overload('add_bytes', [BYTES, BYTES], BYTES, (a: Uint8Array, b: Uint8Array) => Uint8Array.from([...a, ...b])),
    overload('add_double', [DOUBLE, DOUBLE], DOUBLE, (a: number, b: number) => a + b),
    overload('add_duration_duration', [DURATION, DURATION], DURATION, (a: Duration, b: Duration) =>
      durationOf(a.nanos + b.nanos),
    ),
    overload('add_duration_timestamp', [DURATION, TIMESTAMP], TIMESTAMP, (a: Duration, b: Timestamp) =>
      timestampOf(a.nanos + b.nanos, b.offset),
    ),
    overload('add_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) =>
      timestampOf(a.nanos + b.nanos, a.offset),
    ),
    overload('add_int64', [INT, INT], INT, (a: bigint, b: bigint) => int(a + b)),
    overload('add_list', [LIST, LIST], LIST, (a: CelList, b: CelList) =>
      a.concat ? a.concat(b.items) : list([...a.items, ...b.items]),
    ),
    overload('add_string', [STRING, STRING], STRING, (a: string, b: string) => a + b),
    overload('add_uint64', [UINT, UINT], UINT, (a: Uint, b: Uint) => uintOf(a.value + b.value)),
  ],
  '_-_': [
    overload('subtract_double', [DOUBLE, DOUBLE], DOUBLE, (a: number, b: number) => a - b),
    overload('subtract_duration_duration', [DURATION, DURATION], DURATION, (a: Duration, b: Duration) =>
      durationOf(a.nanos - b.nanos),
    ),
    overload('subtract_int64', [INT, INT], INT, (a: bigint, b: bigint) => int(a - b)),
    overload('subtract_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) =>
      timestampOf(a.nanos - b.nanos, a.offset),
    ),
    overload('subtract_timestamp_timestamp', [TIMESTAMP, TIMESTAMP], DURATION, (a: Timestamp, b: Timestamp) =>
      durationOf(a.nanos - b.nanos),
    ),
    overload('subtract_uint64', [UINT, UINT], UINT, (a: Uint, b: Uint) => uintOf(a.value - b.value)),
  ],
  '_*_': [
    overload('multiply_double', [DOUBLE, DOUBLE], DOUBLE, (a: number, b: number) => a * b),
    overload('multiply_int64', [INT, INT], INT, (a: bigint, b: bigint) => int(a * b)),
    overload('multiply_uint64', [UINT, UINT], UINT, (a: Uint, b: Uint) => uintOf(a.value * b.value)),
  ],
  '_/_': [
    overload('divide_double', [DOUBLE, DOUBLE], DOUBLE, (a: number, b: number) => a / b),
    overload('divide_int64', [INT, INT], INT, (a: bigint, b: bigint) => (b === 0n ? DIVIDED : int(a / b))),
    overload('divide_uint64', [UINT, UINT], UINT, (a: Uint, b: Uint) =>
      b.value === 0n ? DIVIDED : uintOf(a.value / b.value),
    ),
  ],
  '_%_': [
    overload('modulo_int64', [INT, INT], INT, (a: bigint, b: bigint) => {
      if (b === 0n) return MODULUS;
      return a === INT_MIN && b === -1n ? OVERFLOW : a % b;
    }),
    overload('modulo_uint64', [UINT, UINT], UINT, (a: Uint, b: Uint) =>
      b.value === 0n ? MODULUS : uintOf(a.value % b.value),
    ),
  ],
  '-_': [
    overload('negate_double', [DOUBLE], DOUBLE, (a: number) => -a),
    overload('negate_int64', [INT], INT, (a: bigint) => int(-a)),
  ],
};

type Compared = readonly [id: string, left: CelType, right: CelType];
const PAIRS: readonly Compared[] = [
  ['bool', BOOL, BOOL],
  ['int64', INT, INT],
  ['int64_double', INT, DOUBLE],
  ['int64_uint64', INT, UINT],
  ['uint64', UINT, UINT],
  ['uint64_double', UINT, DOUBLE],
  ['uint64_int64', UINT, INT],
  ['double', DOUBLE, DOUBLE],
  ['double_int64', DOUBLE, INT],
  ['double_uint64', DOUBLE, UINT],
  ['string', STRING, STRING],
  ['bytes', BYTES, BYTES],
  ['timestamp', TIMESTAMP, TIMESTAMP],
  ['duration', DURATION, DURATION],
];

function comparison(name: string, holds: (order: number) => boolean): Overload[] {
  return PAIRS.map(([id, left, right]) =>
    overload(`${name}_${id}`, [left, right], BOOL, (a: CelValue, b: CelValue) => {
      const order = compareValues(a, b);
      if (order !== undefined && Number.isNaN(order)) return fault('NaN values cannot be ordered');
      return order !== undefined && holds(order);
    }),
  );
}

const relations: Library = {
  '_==_': [overload('equals', [A, A], BOOL)],
  '_!=_': [overload('not_equals', [A, A], BOOL)],
  '_<_': comparison('less', (order) => order < 0),
  '_<=_': comparison('less_equals', (order) => order <= 0),
  '_>_': comparison('greater', (order) => order > 0),
  '_>=_': comparison('greater_equals', (order) => order >= 0),
  '@in': [
    overload('in_list', [A, LIST], BOOL, (a: CelValue, b: CelList) => b.items.some((item) => equalValues(item, a))),
    overload('in_map', [A, MAP], BOOL, (a: CelValue, b: CelMap) => b.find(a) !== undefined),
  ],
};

/** What the evaluator itself does; declared for the checker. */
const lazy: Library = {
  '_&&_': [overload('logical_and', [BOOL, BOOL], BOOL)],
  '_||_': [overload('logical_or', [BOOL, BOOL], BOOL)],
  '_?_:_': [overload('conditional', [BOOL, A, A], A)],
  '!_': [overload('logical_not', [BOOL], BOOL, (a: boolean) => !a)],
  '@not_strictly_false': [overload('not_strictly_false', [BOOL], BOOL)],
  '_[_]': [
    overload('index_list', [LIST, INT], A),
    overload('index_map', [MAP, A], B),
    overload('optional_list_index_int', [optionalOf(LIST), INT], optionalOf(A)),
    overload('optional_map_index_value', [optionalOf(MAP), A], optionalOf(B)),
  ],
};

const sizes: readonly (readonly [string, CelType, (value: never) => bigint])[] = [
  ['bytes', BYTES, (value: Uint8Array) => BigInt(value.length)],
  ['list', LIST, (value: CelList) => BigInt(value.items.length)],
  ['map', MAP, (value: CelMap) => BigInt(value.size)],
  ['string', STRING, (value: string) => BigInt(codePoints(value))],
];

const functions: Library = {
  size: sizes.flatMap(([id, type, run]) => [
    overload(`size_${id}`, [type], INT, run),
    method(`${id}_size`, [type], INT, run),
  ]),
  contains: [method('contains_string', [STRING, STRING], BOOL, (a: string, b: string) => a.includes(b))],
  startsWith: [method('starts_with_string', [STRING, STRING], BOOL, (a: string, b: string) => a.startsWith(b))],
  endsWith: [method('ends_with_string', [STRING, STRING], BOOL, (a: string, b: string) => a.endsWith(b))],
  matches: [
    overload('matches', [STRING, STRING], BOOL, matches),
    method('matches_string', [STRING, STRING], BOOL, matches),
  ],
};

function matches(text: string, pattern: string): CelValue {
  const compiled = goRegexpOrFault(pattern);
  return 'kind' in compiled ? compiled : compiled.test(text);
}

export const operators: readonly Library[] = [arithmetic, relations, lazy, functions];
