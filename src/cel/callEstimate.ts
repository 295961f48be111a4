// What a call may cost at most, and how large its result may be: by Kubernetes' functions (library/cost.go), by cel-go's
// list and set extensions, and by overload (checker/cost.go).
import type { Expr } from './ast.ts';
import { CREATE_LIST, PATTERN, TRAVERSAL } from './cost.ts';
import { add, fixed, multiply, scale, UNKNOWN } from './costEstimate.ts';
import type { Range } from './costEstimate.ts';
import type { CelType } from './types.ts';

export interface SizedNode {
  readonly expr: Expr;
  readonly type: CelType;
  readonly size: Range;
}

export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range;
}

export interface Call {
  readonly target: SizedNode | undefined;
  readonly args: readonly SizedNode[];
  readonly overload: string;
  /** The size and kind of the members of a list. */
  readonly elementOf: (node: SizedNode) => { readonly size: Range; readonly type: CelType } | undefined;
}

type Estimate = (call: Call) => CallEstimate | undefined;

const ONE: CallEstimate = { cost: fixed(1) };
const read = (size: Range, factor = 1): Range => scale(size, factor * TRAVERSAL);
const targetSize = ({ target }: Call): Range => target?.size ?? UNKNOWN;
const argSize = ({ args }: Call, index: number): Range => args[index]?.size ?? UNKNOWN;

const accessor: Estimate = () => ONE;
const readArg: Estimate = (call) => ({ cost: read(argSize(call, 0)) });
const readArgKept: Estimate = (call) => ({ cost: read(argSize(call, 0)), size: argSize(call, 0) });
const readTarget: Estimate = (call) =>
  call.target ? { cost: read(targetSize(call)), size: targetSize(call) } : undefined;

function traverse(call: Call): CallEstimate | undefined {
  if (!call.target) return undefined;
  const element = call.elementOf(call.target);
  if (!element) return { cost: read(targetSize(call)) };
  const { kind } = element.type;
  const each = kind === 'string' || kind === 'bytes' ? add(fixed(1), read(element.size)) : fixed(1);
  return { cost: multiply(targetSize(call), each) };
}

/** The longest and the shortest that a replacement can make of a text. */
function replace(call: Call): CallEstimate | undefined {
  if (!call.target || call.args.length < 2) return undefined;
  const [size, from, to] = [targetSize(call), argSize(call, 0), argSize(call, 1)];
  const longest =
    from.min === 0
      ? [size.max + 1, size.max]
      : to.max <= from.min
        ? [0, size.max]
        : [Math.ceil(size.max / from.min), 0];
  const shortest =
    from.max === 0
      ? [size.min + 1, size.min]
      : from.max <= to.min
        ? [0, size.min]
        : [Math.ceil(size.min / from.max), 0];
  const count = { min: shortest[0] ?? 0, max: longest[0] ?? 0 };
  const kept = { min: shortest[1] ?? 0, max: longest[1] ?? 0 };
  return { cost: read(size, 2), size: add(multiply(count, to), kept) };
}

function split(call: Call): CallEstimate | undefined {
  if (!call.target) return undefined;
  const limit = call.args[1]?.expr;
  const max = limit?.kind === 'const' && typeof limit.value === 'bigint' ? Number(limit.value) : targetSize(call).max;
  return { cost: read(targetSize(call), 2), size: { min: 0, max } };
}

function join(call: Call): CallEstimate | undefined {
  if (!call.target) return undefined;
  const list = targetSize(call);
  const element = call.elementOf(call.target);
  let size = element ? multiply(list, element.size) : fixed(0);
  if (call.args.length > 0) {
    const separators = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
    size = add(size, multiply(argSize(call, 0), separators));
  }
  return { cost: read(size), size };
}

function find(call: Call): CallEstimate | undefined {
  if (!call.target) return undefined;
  const size = targetSize(call);
  const cost = multiply(read(add(size, fixed(1))), scale(argSize(call, 0), PATTERN));
  return { cost, size: { min: 0, max: size.max } };
}

const ADDRESS: Range = { min: 4, max: 16 };

function containsIp(call: Call): CallEstimate {
  const base = read(add(ADDRESS, ADDRESS));
  return { cost: call.overload === 'cidr_contains_ip_string' ? add(base, read(argSize(call, 0))) : base };
}

function containsCidr(call: Call): CallEstimate {
  const base = add(add(read(add(ADDRESS, ADDRESS)), read(ADDRESS)), fixed(1));
  return { cost: call.overload === 'cidr_contains_cidr_string' ? add(base, read(argSize(call, 0))) : base };
}

const named = (names: string, estimate: Estimate): (readonly [string, Estimate])[] =>
  names.split(' ').map((name) => [name, estimate] as const);

const BY_FUNCTION: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ...named('isSorted sum max min indexOf lastIndexOf', traverse),
  ...named('url', readArgKept),
  ...named('lowerAscii upperAscii substring trim', readTarget),
  ...named('cidr isIP isCIDR quantity isQuantity semver isSemver', readArg),
  ...named('masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast', accessor),
  ...named(
    'isGlobalUnicast format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan',
    accessor,
  ),
  ...named(
    'compareTo add sub major minor patch getScheme getHostname getHost getPort getEscapedPath getQuery',
    accessor,
  ),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ['find', find],
  ['findAll', find],
  ['ip', (call) => (call.overload === 'cidr_ip' ? ONE : readArg(call))],
  ['ip.isCanonical', (call) => ({ cost: read(argSize(call, 0), 2) })],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', (call) => ({ cost: scale(read(argSize(call, 0)), 128 * PATTERN) })],
  ['_==_', (call) => (call.args[0]?.type.kind === 'opaque' && call.args[1]?.type.kind === 'opaque' ? ONE : undefined)],
]);

function allocated(factor: number, size: Range): CallEstimate {
  return { cost: add(add(scale(size, factor), fixed(1)), fixed(CREATE_LIST)), size };
}

function literal(node: SizedNode | undefined, otherwise: number): number {
  if (node?.expr.kind !== 'const' || typeof node.expr.value !== 'bigint') return otherwise;
  return Math.max(0, Number(node.expr.value));
}

function sets(factor: number): Estimate {
  return (call) => ({ cost: add(scale(multiply(argSize(call, 0), argSize(call, 1)), factor), fixed(1)) });
}

function sorted(size: Range, overload: string): CallEstimate {
  return allocated(/_(string|bytes)_/.test(overload) ? 2 + TRAVERSAL : 2, multiply(size, size));
}

const compared: Estimate = (call) => {
  const max = Math.min(argSize(call, 0).max, argSize(call, 1).max);
  return { cost: read({ min: max > 0 ? 1 : 0, max }) };
};

const BY_OVERLOAD: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['list_slice', (call) => allocated(1, fixed(literal(call.args[1], targetSize(call).max) - literal(call.args[0], 0)))],
  ['lists_range', (call) => allocated(1, fixed(literal(call.args[0], Infinity)))],
  ['list_reverse', (call) => allocated(1, targetSize(call))],
  ['list_flatten', (call) => allocated(1, targetSize(call))],
  ['list_flatten_int', (call) => allocated(literal(call.args[0], Infinity), targetSize(call))],
  ['list_distinct', (call) => allocated(2, multiply(targetSize(call), targetSize(call)))],
  ['list_sets_contains_list', sets(1)],
  ['list_sets_intersects_list', sets(1)],
  ['list_sets_equivalent_list', sets(2)],
  ['string_format', (call) => ({ cost: read(targetSize(call)) })],
  ['string_to_bytes', (call) => resized(call, (size) => ({ min: size.min, max: size.max * 4 }))],
  ['bytes_to_string', (call) => resized(call, (size) => ({ min: Math.floor(size.min / 4), max: size.max }))],
  ['strings_quote', (call) => resized(call, (size) => ({ min: size.min + 2, max: size.max * 2 + 2 }))],
  ['starts_with_string', readArg],
  ['ends_with_string', readArg],
  ['in_list', (call) => ({ cost: argSize(call, 1) })],
  [
    'matches_string',
    (call) => ({ cost: multiply(read(add(targetSize(call), fixed(1))), scale(argSize(call, 0), PATTERN)) }),
  ],
  ['contains_string', (call) => ({ cost: multiply(read(targetSize(call)), read(argSize(call, 0))) })],
  ['add_list', (call) => ({ cost: fixed(1), size: add(argSize(call, 0), argSize(call, 1)) })],
  ['add_string', concatenated],
  ['add_bytes', concatenated],
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap((name) => [
    [`${name}_string`, compared] as const,
    [`${name}_bytes`, compared] as const,
  ]),
  ['equals', compared],
  ['not_equals', compared],
]);

function resized(call: Call, size: (from: Range) => Range): CallEstimate {
  return { cost: read(argSize(call, 0)), size: size(argSize(call, 0)) };
}

function concatenated(call: Call): CallEstimate {
  const size = add(argSize(call, 0), argSize(call, 1));
  return { cost: read(size), size };
}

/** The call alone, without what its arguments cost. */
export function estimateCall(name: string, call: Call): CallEstimate {
  const { overload } = call;
  if (/^list_\w+_sort$/.test(overload)) return sorted(targetSize(call), overload);
  if (/^list_\w+_sortByAssociatedKeys$/.test(overload)) return sorted(argSize(call, 0), overload);
  const isExtension = /^list_(slice|flatten|reverse|distinct|sets)|^lists_/.test(overload);
  const extension = isExtension ? BY_OVERLOAD.get(overload)?.(call) : undefined;
  return extension ?? BY_FUNCTION.get(name)?.(call) ?? BY_OVERLOAD.get(overload)?.(call) ?? ONE;
}
