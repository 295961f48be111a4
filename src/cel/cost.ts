// What a call costs when it runs, in the units of cel-go and of Kubernetes' libraries. The limits are the caller's.
import { isList, isMap, kindOf, sizeOf } from './value.ts';
import type { CelValue, Opaque } from './value.ts';

export const CREATE_LIST = 10;
export const CREATE_MAP = 30;
const CREATE_STRUCT = 40;
/** Reading a string costs a tenth for each character; a character of a pattern a quarter. */
export const TRAVERSAL = 0.1;
export const PATTERN = 0.25;

const text = (size: number): number => Math.ceil(size * TRAVERSAL);

/** The cost of a regular expression over a text. */
export function patternCost(textSize: number, patternSize: number): number {
  return text(1 + textSize) * Math.ceil(patternSize * PATTERN);
}

type CostRule = (args: readonly CelValue[], result: CelValue, overload: string) => number;

const size = (args: readonly CelValue[], index: number): number => sizeOf(args[index] ?? null);
const readFirst: CostRule = (args) => text(size(args, 0));
const traverse: CostRule = (args) => traversalCost(args[0] ?? null);
const rewrite: CostRule = (args) => Math.ceil(size(args, 0) * 2 * TRAVERSAL);
const search: CostRule = (args) => patternCost(size(args, 0), size(args, 1));
const smaller: CostRule = (args) => text(Math.min(size(args, 0), size(args, 1)));

/** Kubernetes' own functions, by name. */
const BY_FUNCTION: ReadonlyMap<string, CostRule> = new Map<string, CostRule>([
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, traverse] as const),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, readFirst] as const),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map(
    (name) => [name, readFirst] as const,
  ),
  ...['replace', 'split', 'ip.isCanonical'].map((name) => [name, rewrite] as const),
  // So that an expression has room for two.
  ['check', () => 350_000],
  ['fieldSelector', selectorCost],
  ['labelSelector', selectorCost],
  ['join', (_, result) => Math.ceil(sizeOf(result) * 2 * TRAVERSAL)],
  ['find', search],
  ['findAll', search],
  ['ip', (args, _, overload) => (overload === 'cidr_ip' ? 1 : text(size(args, 0)))],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', (args) => patternCost(size(args, 1), formatSize(args[0]))],
]);

const BY_OVERLOAD: ReadonlyMap<string, CostRule> = new Map<string, CostRule>([
  ...[
    'starts_with_string',
    'ends_with_string',
    'string_to_bytes',
    'bytes_to_string',
    'strings_quote',
    'string_format',
  ].map((name) => [name, readFirst] as const),
  ['in_list', (args) => size(args, 1)],
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap((name) => [
    [`${name}_string`, smaller] as const,
    [`${name}_bytes`, smaller] as const,
  ]),
  ['equals', (args) => (kindOf(args[0] ?? null) === 'opaque' ? 1 : smaller(args, null, ''))],
  ['not_equals', smaller],
  ['add_string', (args) => text(size(args, 0) + size(args, 1))],
  ['add_bytes', (args) => text(size(args, 0) + size(args, 1))],
  ['matches_string', search],
  ['contains_string', (args) => text(size(args, 0)) * text(size(args, 1))],
  ['list_slice', (_, result) => allocation(1, sizeOf(result))],
  ['lists_range', (_, result) => allocation(1, sizeOf(result))],
  ['list_reverse', (_, result) => allocation(1, sizeOf(result))],
  ['list_flatten', (args) => allocation(1, size(args, 0))],
  ['list_flatten_int', (args) => allocation(Number(args[1]), size(args, 0))],
  ['list_distinct', (args) => selfCompare(args[0])],
  ['list_sets_contains_list', (args) => crossCompare(args, 1)],
  ['list_sets_intersects_list', (args) => crossCompare(args, 1)],
  ['list_sets_equivalent_list', (args) => crossCompare(args, 2)],
]);

/** @see callCost in cel-go's interpreter/runtimecost.go and CallCost in Kubernetes' library/cost.go */
export function callCost(name: string, overload: string, args: readonly CelValue[], result: CelValue): number {
  if (/^list_\w+_sort$/.test(overload)) return selfCompare(args[0]);
  if (/^list_\w+_sortByAssociatedKeys$/.test(overload)) return selfCompare(args[1]);
  const rule = BY_FUNCTION.get(name) ?? BY_OVERLOAD.get(overload);
  return rule ? rule(args, result, overload) : 1;
}

function allocation(factor: number, elements: number): number {
  return Math.floor(elements * factor) + 1 + CREATE_LIST;
}

function selfCompare(list: CelValue | undefined): number {
  if (list === undefined || !isList(list)) return 1;
  const [first] = list.items;
  const kind = first === undefined ? 'null' : kindOf(first);
  const factor = kind === 'string' || kind === 'bytes' ? 2 + TRAVERSAL : 2;
  return allocation(factor, list.items.length ** 2);
}

function crossCompare(args: readonly CelValue[], factor: number): number {
  return Math.floor(size(args, 0) * size(args, 1) * factor) + 1;
}

function containsIp(args: readonly CelValue[], _: CelValue, overload: string): number {
  const own = text(size(args, 0) * 2);
  return overload === 'cidr_contains_ip_string' ? own + text(size(args, 1)) : own;
}

function containsCidr(args: readonly CelValue[], _: CelValue, overload: string): number {
  const own = text(size(args, 0) * 2) + text(size(args, 0)) + 1;
  return overload === 'cidr_contains_cidr_string' ? own + text(size(args, 1)) : own;
}

/** A selector becomes a list of requirements, the shortest of which has two characters. */
function selectorCost(args: readonly CelValue[]): number {
  const length = size(args, 1);
  return CREATE_LIST + text(length) + Math.ceil(length / 2) * (CREATE_LIST + CREATE_STRUCT);
}

function formatSize(format: CelValue | undefined): number {
  return format !== undefined && kindOf(format) === 'opaque' ? ((format as Opaque).size ?? 0) : 0;
}

/** All of a value's data, strings by their bytes. */
function traversalCost(value: CelValue): number {
  if (typeof value === 'string') return Math.floor(new TextEncoder().encode(value).length * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.floor(value.length * TRAVERSAL);
  if (isList(value)) return value.items.reduce<number>((sum, item) => sum + traversalCost(item), 0);
  if (isMap(value)) {
    return value
      .keys()
      .reduce<number>((sum, key) => sum + traversalCost(key) + traversalCost(value.find(key) ?? null), 0);
  }
  return 1;
}
