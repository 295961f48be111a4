// Runs a syntax tree over variables. Errors are values, told apart from results by their kind; cost is counted as
// cel-go counts it, and passing the limit ends the run.
import type { CallNode, Expr, FoldNode, ListNode, MapNode } from './ast.ts';
import { callCost, CREATE_LIST, CREATE_MAP } from './cost.ts';
import type { Environment, Overload } from './environment.ts';
import { hasGrown, wouldGrow } from './growth.ts';
import { ACCUMULATOR } from './macros.ts';
import { qualifiedName } from './resolveNames.ts';
import { selectIndex, selectOptional, selectValue, testField } from './select.ts';
import { typeName } from './types.ts';
import {
  equalValues,
  fault,
  fitsType,
  isFault,
  isList,
  isMap,
  isOptional,
  kindOf,
  list,
  mapFrom,
  NO_OVERLOAD,
  NONE,
} from './value.ts';
import type { CelError, CelMap, CelValue } from './value.ts';

export type Variables = (name: string) => CelValue | undefined;

/** Thrown when the budget is used up; compile.ts makes a value of it. */
export class CostExceeded extends Error {}

const EXCEEDED = 'operation cancelled: actual cost limit exceeded';

interface Binding {
  readonly name: string;
  readonly value: CelValue;
  readonly outer: Binding | undefined;
}

export interface RunResult {
  readonly value: CelValue;
  readonly cost: number;
}

/** `overloads`: what the checker found for each call; absent where the expression was only parsed. */
export function run(
  expr: Expr,
  environment: Environment,
  variables: Variables,
  limit: number,
  overloads?: ReadonlyMap<number, readonly Overload[]>,
): RunResult {
  const evaluation = new Evaluation(environment, variables, limit, overloads);
  const value = evaluation.evaluate(expr, undefined);
  return { value, cost: evaluation.cost };
}

class Evaluation {
  cost = 0;
  private readonly environment: Environment;
  private readonly variables: Variables;
  private readonly limit: number;
  private readonly overloads: ReadonlyMap<number, readonly Overload[]> | undefined;
  /** Lists that a running fold builds: nobody else holds them yet, so they grow in place. */
  private readonly growing = new WeakSet<readonly CelValue[]>();

  constructor(
    environment: Environment,
    variables: Variables,
    limit: number,
    overloads: ReadonlyMap<number, readonly Overload[]> | undefined,
  ) {
    this.overloads = overloads;
    this.environment = environment;
    this.variables = variables;
    this.limit = limit;
  }

  private spend(cost: number): void {
    this.cost += cost;
    if (this.cost > this.limit) throw new CostExceeded(EXCEEDED);
  }

  evaluate(expr: Expr, scope: Binding | undefined): CelValue {
    switch (expr.kind) {
      case 'const':
        return expr.value;
      case 'ident':
        return this.ident(expr.name, expr.name, scope);
      case 'select':
        return this.select(expr, scope);
      case 'call':
        return this.call(expr, scope);
      case 'list':
        return this.list(expr, scope);
      case 'map':
        return this.map(expr, scope);
      case 'struct':
        return fault(`unknown type: ${expr.name}`);
      case 'fold':
        return this.fold(expr, scope);
    }
  }

  private ident(name: string, shown: string, scope: Binding | undefined): CelValue {
    const plain = name.startsWith('.') ? name.slice(1) : name;
    const found = find(plain, scope) ?? this.variables(plain);
    if (found !== undefined) {
      this.spend(1);
      return found;
    }
    const type = this.environment.typeNames.get(plain);
    if (type) return { kind: 'type', name: typeName(type) };
    this.spend(1);
    return fault(`no such attribute(s): ${shown}`);
  }

  private select(expr: Expr & { kind: 'select' }, scope: Binding | undefined): CelValue {
    const operand = this.operand(expr.operand, expr, scope);
    if (!isAttribute(expr.operand)) this.spend(1);
    if (isFault(operand)) {
      // Where has() does not come to its own step, cel-go charges one less.
      if (expr.test && isAttribute(expr.operand)) this.cost -= 1;
      return operand;
    }
    if (expr.test) return testField(operand, expr.field);
    this.spend(1);
    return selectValue(operand, expr.field);
  }

  /** An unknown name is told with all that is selected from it. */
  private operand(expr: Expr, whole: Expr, scope: Binding | undefined): CelValue {
    const value = this.evaluate(expr, scope);
    if (!isFault(value) || !value.message.startsWith('no such attribute')) return value;
    const prefix = qualifiedName(expr);
    if (prefix === undefined || whole.kind !== 'select') return value;
    return value.message === `no such attribute(s): ${prefix}` ? fault(`${value.message}.${whole.field}`) : value;
  }

  private call(expr: CallNode, scope: Binding | undefined): CelValue {
    switch (expr.name) {
      case '_&&_':
        return this.logical(expr, scope, false);
      case '_||_':
        return this.logical(expr, scope, true);
      case '_?_:_':
        return this.conditional(expr, scope);
      case '@not_strictly_false': {
        const value = this.evaluate(expr.args[0] as Expr, scope);
        this.spend(1);
        return value !== false;
      }
      case '_?._':
      case '_[?_]':
      case '_[_]':
        return this.access(expr, scope);
      case 'or':
      case 'orValue':
        if (expr.target && expr.args.length === 1) return this.alternative(expr, expr.target, scope);
        break;
      default:
    }
    return this.invoke(expr, scope);
  }

  /** An error on one side is passed over where the other decides. */
  private logical(expr: CallNode, scope: Binding | undefined, decisive: boolean): CelValue {
    const left = this.evaluate(expr.args[0] as Expr, scope);
    if (left === decisive) return decisive;
    const right = this.evaluate(expr.args[1] as Expr, scope);
    if (right === decisive) return decisive;
    if (isFault(left)) return left;
    if (isFault(right)) return right;
    return left === !decisive && right === !decisive ? !decisive : NO_OVERLOAD;
  }

  private conditional(expr: CallNode, scope: Binding | undefined): CelValue {
    const condition = this.evaluate(expr.args[0] as Expr, scope);
    if (isFault(condition)) return condition;
    if (typeof condition !== 'boolean') return NO_OVERLOAD;
    return this.inAttribute(expr.args[condition ? 1 : 2] as Expr, scope);
  }

  /** A name with its steps that is itself a step of another, or a branch of a condition, counts one less. */
  private inAttribute(expr: Expr, scope: Binding | undefined): CelValue {
    const value = this.evaluate(expr, scope);
    const isStep = expr.kind === 'ident' || (expr.kind === 'select' && !expr.test) || isAccess(expr);
    if (isStep) this.cost -= 1;
    return value;
  }

  private access(expr: CallNode, scope: Binding | undefined): CelValue {
    const [left, right] = expr.args as [Expr, Expr];
    const operand = this.evaluate(left, scope);
    if (!isAttribute(left)) this.spend(1);
    if (isFault(operand)) return operand;
    const index = this.inAttribute(right, scope);
    if (isFault(index)) return index;
    const found = expr.name === '_[_]' ? selectIndex(operand, index) : selectOptional(operand, index);
    // What is not there costs nothing where that is no error.
    if (found !== NONE) this.spend(1);
    return found;
  }

  private alternative(expr: CallNode, target: Expr, scope: Binding | undefined): CelValue {
    const value = this.evaluate(target, scope);
    if (isFault(value)) return value;
    if (!isOptional(value)) return NO_OVERLOAD;
    if (value.value !== undefined) return expr.name === 'or' ? value : value.value;
    return this.evaluate(expr.args[0] as Expr, scope);
  }

  private invoke(expr: CallNode, scope: Binding | undefined): CelValue {
    const parts = expr.target ? [expr.target, ...expr.args] : expr.args;
    const args: CelValue[] = [];
    for (const part of parts) {
      const value = this.evaluate(part, scope);
      // With one argument or two, all are evaluated before an error is seen; and then the call is charged for.
      if (isFault(value) && parts.length > 2) return value;
      args.push(value);
    }
    if (wouldGrow(expr.name, args)) throw new CostExceeded(EXCEEDED);
    const result = args.find(isFault) ?? this.apply(expr, args);
    if (hasGrown(result)) throw new CostExceeded(EXCEEDED);
    if (!expr.constantSet) this.spend(callCost(expr.name, this.overloadOf(expr, args), args, result));
    return result;
  }

  private apply(expr: CallNode, args: readonly CelValue[]): CelValue {
    if (expr.name === '_==_' || expr.name === '_!=_') {
      const [left, right] = args as [CelValue, CelValue];
      return equalValues(left, right) === (expr.name === '_==_');
    }
    const grown = this.grow(expr, args);
    if (grown) return grown;
    const chosen = this.chosen(expr, args);
    if (chosen?.run) return chosen.run(...args);
    return /^[a-z]/i.test(expr.name) ? fault(`no such overload: ${expr.name}`) : NO_OVERLOAD;
  }

  private chosen(expr: CallNode, args: readonly CelValue[]): Overload | undefined {
    const known = this.overloads?.get(expr.id) ?? this.environment.functions.get(expr.name.replace(/^\./, ''));
    return known && choose(known, args, expr.target !== undefined);
  }

  /** The overload that the checker knew it would be; the cost goes by it, whatever the values are. */
  private overloadOf(expr: CallNode, args: readonly CelValue[]): string {
    const known = this.overloads?.get(expr.id);
    if (known) return known.length === 1 ? (known[0]?.id ?? '') : '';
    return this.overloads ? '' : (this.chosen(expr, args)?.id ?? '');
  }

  private grow(expr: CallNode, args: readonly CelValue[]): CelValue | undefined {
    const [left, right] = args;
    if (expr.name !== '_+_' || left === undefined || right === undefined || !isList(left) || !isList(right))
      return undefined;
    const [first] = expr.args;
    if (first?.kind !== 'ident' || first.name !== ACCUMULATOR || !this.growing.has(left.items)) return undefined;
    for (const item of right.items) (left.items as CelValue[]).push(item);
    return left;
  }

  private list(expr: ListNode, scope: Binding | undefined): CelValue {
    const items: CelValue[] = [];
    let problem: CelError | undefined;
    for (const [i, element] of expr.elements.entries()) {
      const value = this.evaluate(element, scope);
      if (isFault(value)) problem = value;
      else if (!expr.optional.has(i)) items.push(value);
      else if (!isOptional(value))
        problem = fault(`cannot initialize optional list element from non-optional value ${kindOf(value)}`);
      else if (value.value !== undefined) items.push(value.value);
      if (problem) break;
    }
    this.spend(CREATE_LIST);
    return problem ?? list(items);
  }

  private map(expr: MapNode, scope: Binding | undefined): CelValue {
    const entries: [CelValue, CelValue][] = [];
    let problem: CelError | undefined;
    for (const entry of expr.entries) {
      const key = this.evaluate(entry.key, scope);
      const value = isFault(key) ? key : this.evaluate(entry.value, scope);
      if (isFault(value)) problem = value;
      else if (!entry.optional) entries.push([key, value]);
      else if (!isOptional(value))
        problem = fault(`cannot initialize optional entry '${String(key)}' from non-optional value ${kindOf(value)}`);
      else if (value.value !== undefined) entries.push([key, value.value]);
      if (problem) break;
    }
    this.spend(CREATE_MAP);
    return problem ?? mapFrom(entries);
  }

  private fold(expr: FoldNode, scope: Binding | undefined): CelValue {
    const range = this.evaluate(expr.range, scope);
    if (isFault(range)) return range;
    const members = membersOf(range, expr.variable2 !== undefined);
    if (!members) return fault(`got '${goTypeName(range)}', expected iterable type`);
    let accumulator = this.initial(expr, scope);
    for (const [first, second] of members) {
      const inner: Binding = { name: expr.accumulator, value: accumulator, outer: scope };
      let bound: Binding = { name: expr.variable, value: first, outer: inner };
      if (expr.variable2 !== undefined) bound = { name: expr.variable2, value: second, outer: bound };
      if (this.evaluate(expr.condition, bound) !== true) break;
      accumulator = this.evaluate(expr.step, bound);
    }
    const value = this.evaluate(expr.result, { name: expr.accumulator, value: accumulator, outer: scope });
    if (isList(value)) this.growing.delete(value.items);
    return value;
  }

  private initial(expr: FoldNode, scope: Binding | undefined): CelValue {
    const { initial } = expr;
    const isEmptyList =
      (initial.kind === 'const' && isList(initial.value) && initial.value.items.length === 0) ||
      (initial.kind === 'list' && initial.elements.length === 0);
    const value = this.evaluate(initial, scope);
    if (!isEmptyList || expr.accumulator !== ACCUMULATOR) return value;
    const fresh = list([]);
    this.growing.add(fresh.items);
    return fresh;
  }
}

/** As Go names the type of the value. */
function goTypeName(value: CelValue): string {
  const kind = kindOf(value);
  return `types.${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`;
}

function isAccess(expr: Expr): boolean {
  return expr.kind === 'call' && ['_[_]', '_[?_]', '_?._'].includes(expr.name);
}

function find(name: string, scope: Binding | undefined): CelValue | undefined {
  for (let at = scope; at; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}

/** What cel-go reads as one attribute with the steps after it. */
function isAttribute(expr: Expr): boolean {
  if (expr.kind === 'ident' || expr.kind === 'select') return true;
  return isAccess(expr) || (expr.kind === 'call' && expr.name === '_?_:_');
}

/** The first overload whose declared types the values have. */
function choose(known: readonly Overload[], args: readonly CelValue[], isMethod: boolean): Overload | undefined {
  return known.find(
    ({ method, args: declared, unguarded }) =>
      method === isMethod &&
      declared.length === args.length &&
      declared.every(
        (type, i) => fitsType(args[i] as CelValue, type) && (unguarded || elementsFit(args[i] as CelValue, type)),
      ),
  );
}

/** A list's first element decides between overloads for lists of different types. */
function elementsFit(value: CelValue, type: Overload['args'][number]): boolean {
  if (type.kind !== 'list' || !isList(value)) return true;
  const [first] = value.items;
  return first === undefined || fitsType(first, type.element);
}

function membersOf(range: CelValue, isTwo: boolean): Iterable<readonly [CelValue, CelValue]> | undefined {
  if (isList(range)) return range.items.map((item, i) => (isTwo ? [BigInt(i), item] : [item, item]));
  if (isMap(range)) return entriesOf(range);
  return undefined;
}

function entriesOf(map: CelMap): (readonly [CelValue, CelValue])[] {
  return map.keys().map((key) => [key, map.find(key) ?? null]);
}
