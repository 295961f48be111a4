// Lists: Kubernetes' own functions, and cel-go's list extension (version 3).
import { method, overload } from '../environment.ts';
import type { Library, Overload } from '../environment.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, listOf, param, STRING, TIMESTAMP, typeName, UINT } from '../types.ts';
import type { CelType } from '../types.ts';
import {
  compareValues,
  duration,
  equalValues,
  fault,
  isFault,
  isList,
  kindOf,
  list,
  NO_OVERLOAD,
  uint,
} from '../value.ts';
import type { CelList, CelValue } from '../value.ts';
import { operators } from './operators.ts';

const T = param('T');
const LIST = listOf(T);

const COMPARABLE: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];

const each = (types: readonly CelType[], make: (type: CelType) => Overload): Overload[] => types.map(make);

function isSorted({ items }: CelList): CelValue {
  for (let i = 1; i < items.length; i++) {
    const order = compareValues(items[i - 1] as CelValue, items[i] as CelValue);
    if (order === undefined) return NO_OVERLOAD;
    if (order > 0) return false;
  }
  return true;
}

/** The addition of the operators, with its overflows. */
function add(a: CelValue, b: CelValue): CelValue {
  const overloads = operators[0]?.['_+_'] ?? [];
  const [left, right] = [kindOf(a), kindOf(b)];
  const found = overloads.find(({ args }) => args[0]?.kind === left && args[1]?.kind === right);
  return found?.run ? found.run(a, b) : NO_OVERLOAD;
}

function sum(zero: CelValue): (values: CelList) => CelValue {
  return ({ items }) => {
    let total = zero;
    for (const item of items) {
      total = add(total, item);
      if (isFault(total)) return total;
    }
    return total;
  };
}

function extreme(name: 'min' | 'max'): (values: CelList) => CelValue {
  return ({ items }) => {
    let [best] = items;
    if (best === undefined) return fault(`${name} called on empty list`);
    for (const item of items.slice(1)) {
      const order = compareValues(item, best);
      if (order === undefined) return NO_OVERLOAD;
      if (name === 'min' ? order < 0 : order > 0) best = item;
    }
    return best;
  };
}

function sumOverloads(): Overload[] {
  const zeros: readonly (readonly [CelType, CelValue])[] = [
    [INT, 0n],
    [UINT, uint(0n)],
    [DOUBLE, 0],
    [DURATION, duration(0n)],
  ];
  return zeros.map(([type, zero]) => method(`list_${type.kind}_sum_${type.kind}`, [listOf(type)], type, sum(zero)));
}

/** @see k8s.io/apiserver/pkg/cel/library/lists.go */
export const kubernetesLists: Library = {
  isSorted: each(COMPARABLE, (type) => method(`list_${type.kind}_is_sorted_bool`, [listOf(type)], BOOL, isSorted)),
  sum: sumOverloads(),
  max: each(COMPARABLE, (type) => method(`list_${type.kind}_max_${type.kind}`, [listOf(type)], type, extreme('max'))),
  min: each(COMPARABLE, (type) => method(`list_${type.kind}_min_${type.kind}`, [listOf(type)], type, extreme('min'))),
  indexOf: [
    method('list_a_index_of_int', [LIST, T], INT, ({ items }: CelList, item: CelValue) =>
      BigInt(items.findIndex((one) => equalValues(one, item))),
    ),
  ],
  lastIndexOf: [
    method('list_a_last_index_of_int', [LIST, T], INT, ({ items }: CelList, item: CelValue) =>
      BigInt(items.findLastIndex((one) => equalValues(one, item))),
    ),
  ],
};

function slice({ items }: CelList, start: bigint, end: bigint): CelValue {
  const what = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) return fault(`${what}, negative indexes not supported`);
  if (start > end) return fault(`${what}, start index must be less than or equal to end index`);
  if (end > items.length) return fault(`${what}, list is length ${items.length}`);
  return list(items.slice(Number(start), Number(end)));
}

function flattened(items: readonly CelValue[], depth: number): CelValue[] {
  return items.flatMap((item) => (isList(item) && depth > 0 ? flattened(item.items, depth - 1) : [item]));
}

function flatten({ items }: CelList, depth = 1n): CelValue {
  if (depth < 0n) return fault('level must be non-negative');
  return list(flattened(items, Number(depth)));
}

function distinct({ items }: CelList): CelValue {
  const kept: CelValue[] = [];
  for (const item of items) if (!kept.some((one) => equalValues(one, item))) kept.push(item);
  return list(kept);
}

function sortBy(values: CelList, keys: CelList): CelValue {
  const [first] = keys.items;
  if (values.items.length !== keys.items.length) {
    const counts = `${values.items.length} and ${keys.items.length}`;
    return fault(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${counts} elements respectively`,
    );
  }
  if (first === undefined) return values;
  if (compareValues(first, first) === undefined) return fault('list elements must be comparable');
  if (keys.items.some((key) => kindOf(key) !== kindOf(first))) return fault('list elements must have the same type');
  const order = keys.items.map((_, i) => i);
  order.sort((a, b) => compareValues(keys.items[a] as CelValue, keys.items[b] as CelValue) ?? 0);
  return list(order.map((i) => values.items[i] as CelValue));
}

/** More would not fit into memory; cel-go would try. */
const RANGE_LIMIT = 10_000_000n;

function range(count: bigint): CelValue {
  if (count > RANGE_LIMIT) return fault(`lists.range(${count}) is too large`);
  return list(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)));
}

const SORTED: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];

/** @see https://pkg.go.dev/github.com/google/cel-go/ext#Lists */
export const lists: Library = {
  slice: [method('list_slice', [LIST, INT, INT], LIST, slice)],
  flatten: [
    { ...method('list_flatten', [listOf(LIST)], LIST, flatten), unguarded: true },
    { ...method('list_flatten_int', [listOf(DYN), INT], listOf(DYN), flatten), unguarded: true },
  ],
  sort: each(SORTED, (type) =>
    method(`list_${typeName(type)}_sort`, [listOf(type)], listOf(type), (values: CelList) => sortBy(values, values)),
  ),
  '@sortByAssociatedKeys': each(SORTED, (type) =>
    method(`list_${typeName(type)}_sortByAssociatedKeys`, [LIST, listOf(type)], LIST, sortBy),
  ),
  'lists.range': [overload('lists_range', [INT], listOf(INT), range)],
  reverse: [method('list_reverse', [LIST], LIST, ({ items }: CelList) => list(items.toReversed()))],
  distinct: [method('list_distinct', [LIST], LIST, distinct)],
};

const contains = (all: CelList, some: CelList): boolean =>
  some.items.every((item) => all.items.some((one) => equalValues(one, item)));

/** @see https://pkg.go.dev/github.com/google/cel-go/ext#Sets */
export const sets: Library = {
  'sets.contains': [overload('list_sets_contains_list', [LIST, LIST], BOOL, contains)],
  'sets.equivalent': [
    overload(
      'list_sets_equivalent_list',
      [LIST, LIST],
      BOOL,
      (a: CelList, b: CelList) => contains(a, b) && contains(b, a),
    ),
  ],
  'sets.intersects': [
    overload('list_sets_intersects_list', [LIST, LIST], BOOL, (a: CelList, b: CelList) =>
      a.items.some((item) => b.items.some((one) => equalValues(one, item))),
    ),
  ],
};
