// The macros of CEL: calls that become other trees before anything is checked. What is no macro stays a call.
import type { Expr, FoldNode } from './ast.ts';
import type { CelValue } from './value.ts';

/** What a macro builds with: every node stands where the macro's call stands. */
export interface MacroBuilder {
  readonly literal: (value: CelValue) => Expr;
  readonly ident: (name: string) => Expr;
  readonly list: (...elements: Expr[]) => Expr;
  readonly call: (name: string, ...args: Expr[]) => Expr;
  readonly method: (name: string, target: Expr, ...args: Expr[]) => Expr;
  readonly test: (operand: Expr, field: string) => Expr;
  readonly emptyMap: () => Expr;
  readonly fold: (parts: Omit<FoldNode, 'kind' | 'id' | 'at'>) => Expr;
  readonly copy: (expr: Expr) => Expr;
}

export class MacroFault extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Which macros an environment has beyond the standard ones. */
export interface MacroSet {
  readonly optional: boolean;
  readonly twoVariables: boolean;
  readonly lists: boolean;
}

type Expand = (builder: MacroBuilder, target: Expr, args: readonly Expr[]) => Expr;

/** cel-go's hidden name of the accumulator. */
export const ACCUMULATOR = '@result';
const UNUSED = '#unused';
const NO_NAME = 'argument is not an identifier';

const STANDARD: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ['all/2', (b, target, args) => quantifier(b, 'all', target, one(args), args[1])],
  ['exists/2', (b, target, args) => quantifier(b, 'exists', target, one(args), args[1])],
  ['exists_one/2', (b, target, args) => quantifier(b, 'existsOne', target, one(args), args[1])],
  ['existsOne/2', (b, target, args) => quantifier(b, 'existsOne', target, one(args), args[1])],
  ['map/2', (b, target, args) => mapping(b, target, one(args, NO_NAME), undefined, args[1])],
  ['map/3', (b, target, args) => mapping(b, target, one(args, NO_NAME), args[1], args[2])],
  ['filter/2', filter],
]);

const TWO_VARIABLES: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ['all/3', (b, target, args) => quantifier(b, 'all', target, two(args), args[2])],
  ['exists/3', (b, target, args) => quantifier(b, 'exists', target, two(args), args[2])],
  ['existsOne/3', (b, target, args) => quantifier(b, 'existsOne', target, two(args), args[2])],
  ['exists_one/3', (b, target, args) => quantifier(b, 'existsOne', target, two(args), args[2])],
  ['transformList/3', (b, target, args) => mapping(b, target, two(args), undefined, args[2])],
  ['transformList/4', (b, target, args) => mapping(b, target, two(args), args[2], args[3])],
  ['transformMap/3', (b, target, args) => toMap(b, target, two(args), undefined, args[2], true)],
  ['transformMap/4', (b, target, args) => toMap(b, target, two(args), args[2], args[3], true)],
  ['transformMapEntry/3', (b, target, args) => toMap(b, target, two(args), undefined, args[2], false)],
  ['transformMapEntry/4', (b, target, args) => toMap(b, target, two(args), args[2], args[3], false)],
]);

const OPTIONAL: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ['optMap/2', (b, target, args) => optionalMap(b, 'optMap', target, args)],
  ['optFlatMap/2', (b, target, args) => optionalMap(b, 'optFlatMap', target, args)],
]);

/** What a method call becomes; undefined where it is no macro. Throws MacroFault for wrong arguments. */
export function expandMethod(
  set: MacroSet,
  builder: MacroBuilder,
  name: string,
  target: Expr,
  args: readonly Expr[],
): Expr | undefined {
  const key = `${name}/${args.length}`;
  const expand =
    STANDARD.get(key) ??
    (set.twoVariables ? TWO_VARIABLES.get(key) : undefined) ??
    (set.optional ? OPTIONAL.get(key) : undefined) ??
    (set.lists && key === 'sortBy/2' ? sortBy : undefined);
  return expand?.(builder, target, args);
}

/** has(a.b) */
export function expandHas(builder: MacroBuilder, args: readonly Expr[]): Expr {
  const [arg] = args as [Expr];
  if (arg.kind === 'select' && !arg.test) return builder.test(arg.operand, arg.field);
  throw new MacroFault(arg.at, 'invalid argument to has() macro');
}

interface Variables {
  readonly variable: string;
  readonly variable2: string | undefined;
}

function nameOf(arg: Expr | undefined, message: string): string {
  if (arg?.kind !== 'ident') throw new MacroFault(arg?.at ?? 0, message);
  if (arg.name === ACCUMULATOR || arg.name === '__result__')
    throw new MacroFault(arg.at, 'iteration variable overwrites accumulator variable');
  return arg.name;
}

function one(args: readonly Expr[], message = 'argument must be a simple name'): Variables {
  return { variable: nameOf(args[0], message), variable2: undefined };
}

function two(args: readonly Expr[]): Variables {
  const variable = nameOf(args[0], 'argument must be a simple name');
  const variable2 = nameOf(args[1], 'argument must be a simple name');
  if (variable === variable2) throw new MacroFault(args[1]?.at ?? 0, `duplicate variable name: ${variable}`);
  return { variable, variable2 };
}

function quantifier(
  b: MacroBuilder,
  kind: 'all' | 'exists' | 'existsOne',
  range: Expr,
  variables: Variables,
  predicate: Expr | undefined,
): Expr {
  const accu = (): Expr => b.ident(ACCUMULATOR);
  const test = predicate as Expr;
  const base = { range, ...variables, accumulator: ACCUMULATOR };
  if (kind === 'all') {
    return b.fold({
      ...base,
      initial: b.literal(true),
      condition: b.call('@not_strictly_false', accu()),
      step: b.call('_&&_', accu(), test),
      result: accu(),
    });
  }
  if (kind === 'exists') {
    return b.fold({
      ...base,
      initial: b.literal(false),
      condition: b.call('@not_strictly_false', b.call('!_', accu())),
      step: b.call('_||_', accu(), test),
      result: accu(),
    });
  }
  return b.fold({
    ...base,
    initial: b.literal(0n),
    condition: b.literal(true),
    step: b.call('_?_:_', test, b.call('_+_', accu(), b.literal(1n)), accu()),
    result: b.call('_==_', accu(), b.literal(1n)),
  });
}

function mapping(
  b: MacroBuilder,
  range: Expr,
  variables: Variables,
  condition: Expr | undefined,
  transform: Expr | undefined,
): Expr {
  const accu = (): Expr => b.ident(ACCUMULATOR);
  const step = b.call('_+_', accu(), b.list(transform as Expr));
  return b.fold({
    range,
    ...variables,
    accumulator: ACCUMULATOR,
    initial: b.list(),
    condition: b.literal(true),
    step: condition ? b.call('_?_:_', condition, step, accu()) : step,
    result: accu(),
  });
}

function filter(b: MacroBuilder, target: Expr, args: readonly Expr[]): Expr {
  return mapping(b, target, one(args, NO_NAME), args[1], args[0]);
}

function toMap(
  b: MacroBuilder,
  range: Expr,
  variables: Variables,
  condition: Expr | undefined,
  transform: Expr | undefined,
  keyed: boolean,
): Expr {
  const accu = (): Expr => b.ident(ACCUMULATOR);
  const step = keyed
    ? b.call('cel.@mapInsert', accu(), b.ident(variables.variable), transform as Expr)
    : b.call('cel.@mapInsert', accu(), transform as Expr);
  return b.fold({
    range,
    ...variables,
    accumulator: ACCUMULATOR,
    initial: b.emptyMap(),
    condition: b.literal(true),
    step: condition ? b.call('_?_:_', condition, step, accu()) : step,
    result: accu(),
  });
}

/** A name for a value within one expression: a fold over nothing whose accumulator is the value. */
function bind(b: MacroBuilder, name: string, value: Expr, body: Expr): Expr {
  return b.fold({
    range: b.list(),
    variable: UNUSED,
    variable2: undefined,
    accumulator: name,
    initial: value,
    condition: b.literal(false),
    step: b.ident(name),
    result: body,
  });
}

function optionalMap(b: MacroBuilder, macro: string, target: Expr, args: readonly Expr[]): Expr {
  const [variable, body] = args as [Expr, Expr];
  if (variable.kind !== 'ident')
    throw new MacroFault(variable.at, `${macro}() variable name must be a simple identifier`);
  const mapped = bind(b, variable.name, b.method('value', b.copy(target)), body);
  return b.call(
    '_?_:_',
    b.method('hasValue', target),
    macro === 'optMap' ? b.call('optional.of', mapped) : mapped,
    b.call('optional.none'),
  );
}

function sortBy(b: MacroBuilder, target: Expr, args: readonly Expr[]): Expr {
  if (!['list', 'select', 'ident', 'fold', 'call'].includes(target.kind)) {
    const why = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
    throw new MacroFault(target.at, why);
  }
  const input = (): Expr => b.ident('@__sortBy_input__');
  const keys = mapping(b, input(), one(args, NO_NAME), undefined, args[1]);
  return bind(b, '@__sortBy_input__', target, b.method('@sortByAssociatedKeys', input(), keys));
}
