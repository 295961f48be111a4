// What is known before an expression runs: constant lists and maps, and conversions of constants. An error there is one
// of the program, as in cel-go, even where it would never be reached.
import type { Expr } from './ast.ts';
import type { Environment } from './environment.ts';
import { run } from './evaluate.ts';
import { goRegexpOrFault } from './library/regex.ts';
import { isFault, isList, kindOf, list, typeNameOf } from './value.ts';
import type { CelValue } from './value.ts';

const CONVERSIONS: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int string timestamp type uint'.split(' '),
);

export class ConstantFault extends Error {}

/** The tree with constants in place. Throws ConstantFault. */
export function foldConstants(expr: Expr, environment: Environment): Expr {
  const fold = (part: Expr): Expr => foldConstants(part, environment);
  switch (expr.kind) {
    case 'const':
    case 'ident':
    case 'struct':
      return expr;
    case 'select':
      return { ...expr, operand: fold(expr.operand) };
    case 'list': {
      const elements = expr.elements.map(fold);
      const values = constantsOf(elements);
      if (values && expr.optional.size === 0) return { kind: 'const', id: expr.id, at: expr.at, value: list(values) };
      return { ...expr, elements };
    }
    case 'map': {
      const entries = expr.entries.map((entry) => ({ ...entry, key: fold(entry.key), value: fold(entry.value) }));
      const keys = constantsOf(entries.map(({ key }) => key));
      const values = constantsOf(entries.map(({ value }) => value));
      const folded = { ...expr, entries };
      if (!keys || !values || entries.some(({ optional }) => optional)) return folded;
      const made = run(folded, environment, () => undefined, Infinity).value;
      return isFault(made) ? folded : { kind: 'const', id: expr.id, at: expr.at, value: made };
    }
    case 'call':
      return foldCall({ ...expr, target: expr.target && fold(expr.target), args: expr.args.map(fold) }, environment);
    case 'fold':
      return {
        ...expr,
        range: fold(expr.range),
        initial: fold(expr.initial),
        condition: fold(expr.condition),
        step: fold(expr.step),
        result: fold(expr.result),
      };
  }
}

/** Kinds of constants that can be an index. */
const INDEXES: ReadonlySet<string> = new Set(['string', 'int', 'uint', 'bool', 'double']);

/** Why a call can never run whatever the values are (cel-go, planner.go): told before it is reached. */
function faultOf(
  { name, target, args }: Expr & { readonly kind: 'call' },
  { functions }: Environment,
): string | undefined {
  const [operand, index] = args;
  if (name === '_[_]' || name === '_[?_]') {
    if (index?.kind !== 'const')
      return operand?.kind === 'select' && operand.test
        ? 'test only expressions must have constant qualifiers'
        : undefined;
    return INDEXES.has(kindOf(index.value)) ? undefined : `invalid qualifier type: ${typeNameOf(index.value)}`;
  }
  if (!/^\.?[A-Za-z_]\w*(?:\.\w+)*$/.test(name) || name.startsWith('_')) return undefined;
  const count = args.length + (target ? 1 : 0);
  const known = functions.get(name.replace(/^\./, ''));
  // An unknown function fails where it is reached, but for one without arguments.
  const isThere = known ? known.some((one) => isCalledAlike(one.args.length, count)) : count > 0;
  return isThere ? undefined : `no such overload: ${name}(${['', 'arg', 'lhs, rhs'][count] ?? '...'})`;
}

/** Implementations with one and with two arguments are found apart; all others are one. */
function isCalledAlike(declared: number, count: number): boolean {
  return declared === count || ![1, 2].some((number) => number === declared || number === count);
}

function constantsOf(parts: readonly Expr[]): CelValue[] | undefined {
  const values: CelValue[] = [];
  for (const part of parts) {
    if (part.kind !== 'const') return undefined;
    values.push(part.value);
  }
  return values;
}

function foldCall(call: Expr & { readonly kind: 'call' }, environment: Environment): Expr {
  const fault = faultOf(call, environment);
  if (fault !== undefined) throw new ConstantFault(fault);
  const [first, second] = call.args;
  if (!call.target && call.args.length === 1 && CONVERSIONS.has(call.name) && first?.kind === 'const') {
    const { value } = run(call, environment, () => undefined, Infinity);
    if (isFault(value)) throw new ConstantFault(value.message);
    return { kind: 'const', id: call.id, at: call.at, value };
  }
  const pattern = call.target ? first : second;
  if (
    ['matches', 'find', 'findAll'].includes(call.name) &&
    pattern?.kind === 'const' &&
    typeof pattern.value === 'string'
  ) {
    const compiled = goRegexpOrFault(pattern.value);
    if ('kind' in compiled) throw new ConstantFault(compiled.message);
  }
  if (call.name === '@in' && second?.kind === 'const' && isList(second.value)) {
    const scalar = second.value.items.every((item) =>
      ['bool', 'int', 'uint', 'double', 'string', 'bytes'].includes(kindOf(item)),
    );
    if (scalar) return { ...call, constantSet: true };
  }
  return call;
}
