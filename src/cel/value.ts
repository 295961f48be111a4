// The values of CEL while an expression runs, and what they are to each other: type, equality, order, size.
// An int is a bigint, a double a number; an error is a value too, so that && and || can pass it over.
import { byCodePoint } from '../model/byCodePoint.ts';
import type { JsonObject } from '../model/json.ts';
import type { CelType } from './types.ts';

export interface Uint {
  readonly kind: 'uint';
  readonly value: bigint;
}

/** Nanoseconds since the epoch. */
export interface Timestamp {
  readonly kind: 'timestamp';
  readonly nanos: bigint;
  /** Seconds east of UTC, as it was written: only its text goes by it. */
  readonly offset: number;
}

export interface Duration {
  readonly kind: 'duration';
  readonly nanos: bigint;
}

/** A map, or an object with fields read as one. */
export interface CelMap {
  readonly kind: 'map';
  readonly size: number;
  find(key: CelValue): CelValue | undefined;
  keys(): readonly CelValue[];
  /** Absent: the members are compared. */
  equals?(other: CelMap): boolean;
  /** What it was made of, unknown fields included. */
  readonly json?: JsonObject;
}

/** A list with rules of its own: x-kubernetes-list-type set and map. */
export interface CelList {
  readonly kind: 'list';
  readonly items: readonly CelValue[];
  equals?(other: readonly CelValue[]): boolean;
  concat?(other: readonly CelValue[]): CelList;
}

export interface TypeValue {
  readonly kind: 'type';
  readonly name: string;
}

export interface Optional {
  readonly kind: 'optional';
  readonly value: CelValue | undefined;
}

/** A value of a library: an address, a quantity. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly type: string;
  readonly data: unknown;
  readonly text: string;
  equals(other: Opaque): boolean;
  /** For the cost of what reads it. */
  readonly size?: number;
  isZero?(): boolean;
}

export interface CelError {
  readonly kind: 'fault';
  readonly message: string;
}

export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | CelMap
  | CelList
  | TypeValue
  | Optional
  | Opaque
  | CelError;

export const fault = (message: string): CelError => ({ kind: 'fault', message });
export const NO_OVERLOAD: CelError = fault('no such overload');
export const uint = (value: bigint): Uint => ({ kind: 'uint', value });
export const timestamp = (nanos: bigint, offset = 0): Timestamp => ({ kind: 'timestamp', nanos, offset });
export const duration = (nanos: bigint): Duration => ({ kind: 'duration', nanos });
export const list = (items: readonly CelValue[]): CelList => ({ kind: 'list', items });
export const optional = (value: CelValue | undefined): Optional => ({ kind: 'optional', value });
export const NONE: Optional = optional(undefined);

export type ValueKind =
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'type'
  | 'optional'
  | 'opaque'
  | 'fault';

export function kindOf(value: CelValue): ValueKind {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return value instanceof Uint8Array ? 'bytes' : value.kind;
  }
}

export function isFault(value: CelValue): value is CelError {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'fault';
}

export function isMap(value: CelValue): value is CelMap {
  return kindOf(value) === 'map';
}

export function isList(value: CelValue): value is CelList {
  return kindOf(value) === 'list';
}

export function isOptional(value: CelValue): value is Optional {
  return kindOf(value) === 'optional';
}

/** The name that `type(value)` has. */
export function typeNameOf(value: CelValue): string {
  const kind = kindOf(value);
  switch (kind) {
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'optional':
      return 'optional_type';
    case 'opaque':
      return (value as Opaque).type;
    default:
      return kind;
  }
}

/** Whether a value may be an argument where this type is declared. Only the outermost kind is looked at, as at run time. */
export function fitsType(value: CelValue, type: CelType): boolean {
  const kind = kindOf(value);
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'object':
      return kind === 'map';
    case 'opaque':
      return kind === 'opaque' && (value as Opaque).type === type.name;
    default:
      return kind === type.kind;
  }
}

/** The numeric value of a number of any type, for comparison: bigint and number compare exactly in JavaScript. */
export function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return kindOf(value) === 'uint' ? (value as Uint).value : undefined;
}

/** Equality over all types: different ones are unequal, numbers compare by value. */
export function equalValues(a: CelValue, b: CelValue): boolean {
  const [x, y] = [numberOf(a), numberOf(b)];
  // eslint-disable-next-line eqeqeq -- loose equality is the exact comparison between number and bigint.
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && x == y;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  switch (kind) {
    case 'bytes':
      return compareBytes(a as Uint8Array, b as Uint8Array) === 0;
    case 'timestamp':
    case 'duration':
      return (a as Duration).nanos === (b as Duration).nanos;
    case 'list':
      return equalLists(a as CelList, b as CelList);
    case 'map':
      return equalMaps(a as CelMap, b as CelMap);
    case 'type':
      return (a as TypeValue).name === (b as TypeValue).name;
    case 'optional': {
      const [left, right] = [(a as Optional).value, (b as Optional).value];
      return left === undefined || right === undefined ? left === right : equalValues(left, right);
    }
    case 'opaque':
      return (a as Opaque).type === (b as Opaque).type && (a as Opaque).equals(b as Opaque);
    default:
      return a === b;
  }
}

function equalLists(a: CelList, b: CelList): boolean {
  if (a.equals) return a.equals(b.items);
  return equalItems(a.items, b.items);
}

export function equalItems(a: readonly CelValue[], b: readonly CelValue[]): boolean {
  return a.length === b.length && a.every((item, i) => equalValues(item, b[i] as CelValue));
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  if (a.size !== b.size) return false;
  if (a.equals) return a.equals(b);
  return a.keys().every((key) => {
    const [left, right] = [a.find(key), b.find(key)];
    return left !== undefined && right !== undefined && equalValues(left, right);
  });
}

/** -1, 0 or 1; undefined where the two have no order. NaN has none either: every comparison with it is false. */
export function compareValues(a: CelValue, b: CelValue): number | undefined {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : Number.isNaN(x) || Number.isNaN(y) ? NaN : 0;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return undefined;
  switch (kind) {
    case 'bool':
      return Number(a) - Number(b);
    case 'string':
      return byCodePoint(a as string, b as string);
    case 'bytes':
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case 'timestamp':
    case 'duration': {
      const [left, right] = [(a as Duration).nanos, (b as Duration).nanos];
      return left < right ? -1 : left > right ? 1 : 0;
    }
    default:
      return undefined;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** The number of members; of a string its code points. 1 for everything that has none: what costs are counted in. */
export function sizeOf(value: CelValue): number {
  switch (kindOf(value)) {
    case 'string':
      return codePoints(value as string);
    case 'bytes':
      return (value as Uint8Array).length;
    case 'list':
      return (value as CelList).items.length;
    case 'map':
      return (value as CelMap).size;
    case 'opaque':
      return (value as Opaque).size ?? 1;
    case 'optional': {
      const { value: inner } = value as Optional;
      return inner === undefined ? 1 : sizeOf(inner);
    }
    default:
      return 1;
  }
}

export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xdc00 || code > 0xdfff || i === 0) count++;
    else if (!isHighSurrogate(text.charCodeAt(i - 1))) count++;
  }
  return count;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** One text for each key of a map: 1, 1u and 1.0 are the same key. Undefined for what can be no key. */
export function keyText(key: CelValue): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  const number = numberOf(key);
  if (number === undefined) return undefined;
  if (typeof number === 'bigint') return `n${number}`;
  return Number.isInteger(number) ? `n${BigInt(number)}` : `d${number}`;
}

/** A map of entries; a later entry of the same key replaces the earlier. */
export function mapFrom(entries: Iterable<readonly [CelValue, CelValue]>): CelMap {
  const held = new Map<string, readonly [CelValue, CelValue]>();
  for (const entry of entries) {
    const text = keyText(entry[0]);
    if (text !== undefined) held.set(text, entry);
  }
  return {
    kind: 'map',
    size: held.size,
    find: (key) => {
      const text = keyText(key);
      return text === undefined ? undefined : held.get(text)?.[1];
    },
    keys: () => [...held.values()].map(([key]) => key),
  };
}
