// Optional values, and maps made by the two-variable macros. The syntax `a.?b` and `or()` are the evaluator's.
import { method, overload } from '../environment.ts';
import { TIME_MIN } from './operators.ts';
import type { Library } from '../environment.ts';
import { BOOL, DYN, INT, listOf, mapOf, optionalOf, param, STRING } from '../types.ts';
import { fault, isList, isMap, isOptional, kindOf, list, mapFrom, NONE, numberOf, optional } from '../value.ts';
import type { CelList, CelMap, CelValue, Duration, Opaque, Optional, Timestamp } from '../value.ts';

const K = param('K');
const V = param('V');
const OPTIONAL = optionalOf(V);
const LIST = listOf(V);
const MAP = mapOf(K, V);

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '') return true;
  const number = numberOf(value);
  // eslint-disable-next-line eqeqeq -- both kinds of zero
  if (number !== undefined) return number == 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (isList(value)) return value.items.length === 0;
  if (isMap(value)) return value.size === 0;
  if (kindOf(value) === 'duration') return (value as Duration).nanos === 0n;
  if (kindOf(value) === 'timestamp') return (value as Timestamp).nanos === TIME_MIN;
  if (kindOf(value) === 'opaque') return (value as Opaque).isZero?.() ?? false;
  return isOptional(value) && value.value === undefined;
}

function unwrap({ items }: CelList): CelValue {
  const kept: CelValue[] = [];
  for (const item of items) {
    if (!isOptional(item)) return fault(`value ${String(item)} is not optional`);
    if (item.value !== undefined) kept.push(item.value);
  }
  return list(kept);
}

/** @see https://pkg.go.dev/github.com/google/cel-go/cel#OptionalTypes */
export const optionals: Library = {
  'optional.of': [overload('optional_of', [V], OPTIONAL, (value: CelValue) => optional(value))],
  'optional.ofNonZeroValue': [
    overload('optional_ofNonZeroValue', [V], OPTIONAL, (value: CelValue) => (isZero(value) ? NONE : optional(value))),
  ],
  'optional.none': [overload('optional_none', [], OPTIONAL, () => NONE)],
  value: [
    method('optional_value', [OPTIONAL], V, ({ value }: Optional) =>
      value === undefined ? fault('optional.none() dereference') : value,
    ),
  ],
  hasValue: [method('optional_hasValue', [OPTIONAL], BOOL, ({ value }: Optional) => value !== undefined)],
  or: [method('optional_or_optional', [OPTIONAL, OPTIONAL], OPTIONAL)],
  orValue: [method('optional_orValue_value', [OPTIONAL, V], V)],
  '_?._': [overload('select_optional_field', [DYN, STRING], OPTIONAL)],
  '_[?_]': [
    overload('list_optindex_optional_int', [LIST, INT], OPTIONAL),
    overload('optional_list_optindex_optional_int', [optionalOf(LIST), INT], OPTIONAL),
    overload('map_optindex_optional_value', [MAP, K], OPTIONAL),
    overload('optional_map_optindex_optional_value', [optionalOf(MAP), K], OPTIONAL),
  ],
  first: [
    method('list_first', [LIST], OPTIONAL, ({ items }: CelList) => (items.length === 0 ? NONE : optional(items[0]))),
  ],
  last: [
    method('list_last', [LIST], OPTIONAL, ({ items }: CelList) => (items.length === 0 ? NONE : optional(items.at(-1)))),
  ],
  'optional.unwrap': [overload('optional_unwrap', [listOf(OPTIONAL)], LIST, unwrap)],
  unwrapOpt: [method('optional_unwrapOpt', [listOf(OPTIONAL)], LIST, unwrap)],
};

function insert(map: CelMap, key: CelValue, value: CelValue): CelValue {
  if (map.find(key) !== undefined) return fault(`insert failed: key ${String(key)} already exists`);
  return mapFrom([...entriesOf(map), [key, value]]);
}

function insertAll(map: CelMap, more: CelMap): CelValue {
  const twice = more.keys().find((key) => map.find(key) !== undefined);
  if (twice !== undefined) return fault(`insert failed: key ${String(twice)} already exists`);
  return mapFrom([...entriesOf(map), ...entriesOf(more)]);
}

function entriesOf(map: CelMap): (readonly [CelValue, CelValue])[] {
  return map.keys().map((key) => [key, map.find(key) ?? null]);
}

/** What transformMap and transformMapEntry are made of. */
export const mapInsertion: Library = {
  'cel.@mapInsert': [
    overload('@mapInsert_map_key_value', [MAP, K, V], MAP, insert),
    overload('@mapInsert_map_map', [MAP, MAP], MAP, insertAll),
  ],
};
