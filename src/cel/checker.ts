// The types of an expression's parts, and what does not fit: cel-go's checker. Evaluates nothing.
import type { CallNode, Expr, FoldNode, SelectNode } from './ast.ts';
import { isAny, mostGeneral, Substitution } from './assignable.ts';
import type { Environment, Overload } from './environment.ts';
import { BOOL, DYN, ERROR, INT, listOf, mapOf, optionalOf, printType, sameType, typeOf } from './types.ts';
import type { CelType } from './types.ts';
import { kindOf } from './value.ts';

export interface Checked {
  readonly type: CelType;
  /** By node id. */
  readonly types: ReadonlyMap<number, CelType>;
  /** Overloads that a call may mean, by node id. */
  readonly overloads: ReadonlyMap<number, readonly Overload[]>;
  readonly problems: readonly { readonly at: number; readonly message: string }[];
}

interface Scope {
  readonly names: ReadonlyMap<string, CelType>;
  readonly outer: Scope | undefined;
}

export function checkTypes(expr: Expr, environment: Environment, variables: ReadonlyMap<string, CelType>): Checked {
  const checker = new Checker(environment, variables);
  return checker.run(expr);
}

class Checker {
  private readonly environment: Environment;
  private readonly substitution = new Substitution();
  private readonly types = new Map<number, CelType>();
  private readonly overloads = new Map<number, readonly Overload[]>();
  private readonly problems: { at: number; message: string }[] = [];
  private scope: Scope;

  constructor(environment: Environment, variables: ReadonlyMap<string, CelType>) {
    this.environment = environment;
    this.scope = { names: variables, outer: undefined };
  }

  run(expr: Expr): Checked {
    this.check(expr);
    for (const [id, type] of this.types) this.types.set(id, this.substitution.apply(type, 'dyn'));
    const type = this.types.get(expr.id) ?? ERROR;
    return { type, types: this.types, overloads: this.overloads, problems: this.problems };
  }

  private report(at: number, message: string): CelType {
    this.problems.push({ at, message });
    return ERROR;
  }

  private check(expr: Expr): CelType {
    const type = this.infer(expr);
    this.types.set(expr.id, type);
    return type;
  }

  private infer(expr: Expr): CelType {
    switch (expr.kind) {
      case 'const':
        return { kind: kindOf(expr.value) } as CelType;
      case 'ident':
        return this.lookup(expr.name) ?? this.undeclared(expr.at, expr.name);
      case 'select':
        return this.select(expr);
      case 'call':
        return this.call(expr);
      case 'list':
        return listOf(this.elements(expr.elements, (i) => expr.optional.has(i)));
      case 'map': {
        const key = this.joined(expr.entries.map((entry) => entry.key));
        const value = this.elements(
          expr.entries.map((entry) => entry.value),
          (i) => expr.entries[i]?.optional === true,
        );
        return mapOf(key, value);
      }
      case 'struct':
        return this.undeclared(expr.at, expr.name);
      case 'fold':
        return this.fold(expr);
    }
  }

  private lookup(name: string): CelType | undefined {
    const plain = name.replace(/^\./, '');
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.outer) {
      const found = scope.names.get(plain);
      if (found) return found;
    }
    const named = this.environment.typeNames.get(plain);
    return named && typeOf(named);
  }

  private undeclared(at: number, name: string): CelType {
    return this.report(at, `undeclared reference to '${name}' (in container '')`);
  }

  private select(expr: SelectNode): CelType {
    const type = this.field(expr, expr.operand, expr.field);
    return expr.test ? BOOL : this.substitution.apply(type, 'keep');
  }

  private field(expr: Expr, operand: Expr, name: string): CelType {
    const whole = this.substitution.apply(this.check(operand), 'keep');
    const type = whole.kind === 'optional' ? whole.of : whole;
    const found = this.fieldOf(expr, type, name);
    return whole.kind === 'optional' ? optionalOf(found) : found;
  }

  private fieldOf(expr: Expr, type: CelType, name: string): CelType {
    if (type.kind === 'map') return type.value;
    // A field named like a reserved word can be written plainly too, as Kubernetes has it.
    if (type.kind === 'object')
      return (
        type.fields.get(name) ?? type.fields.get(`__${name}__`) ?? this.report(expr.at, `undefined field '${name}'`)
      );
    if (type.kind === 'param') {
      this.substitution.assignable(DYN, type);
      return DYN;
    }
    if (!isAny(type)) this.report(expr.at, `type '${printType(type)}' does not support field selection`);
    return DYN;
  }

  private call(expr: CallNode): CelType {
    if (expr.name === '_?._') return this.optionalSelect(expr);
    const given = expr.args.map((arg) => this.check(arg));
    const name = expr.name.replace(/^\./, '');
    if (expr.target) given.unshift(this.check(expr.target));
    const known = this.environment.functions.get(name);
    if (!known) return this.undeclared(expr.at, expr.name);
    if (name === '_&&_' || name === '_||_') return this.logical(expr, given, known);
    return this.resolve(expr, name, given, known);
  }

  private optionalSelect(expr: CallNode): CelType {
    const [operand, field] = expr.args;
    if (!operand || field?.kind !== 'const' || typeof field.value !== 'string')
      return this.report(expr.at, 'unsupported optional field selection');
    this.check(field);
    const type = this.substitution.apply(this.field(expr, operand, field.value), 'keep');
    return type.kind === 'optional' ? type : optionalOf(type);
  }

  private logical(expr: CallNode, given: readonly CelType[], known: readonly Overload[]): CelType {
    let type = BOOL;
    for (const [i, each] of given.entries()) {
      if (this.substitution.assignable(each, BOOL)) continue;
      type = this.mismatch(expr.args[i]?.at ?? expr.at, BOOL, each);
    }
    this.overloads.set(expr.id, known);
    return type;
  }

  private mismatch(at: number, wanted: CelType, found: CelType): CelType {
    const show = (type: CelType): string => printType(this.substitution.apply(type, 'dyn'));
    return this.report(at, `expected type '${show(wanted)}' but found '${show(found)}'`);
  }

  private resolve(expr: CallNode, name: string, given: readonly CelType[], known: readonly Overload[]): CelType {
    let result: CelType | undefined;
    const fitting: Overload[] = [];
    for (const overload of known) {
      if (overload.method !== (expr.target !== undefined)) continue;
      const fresh = this.instantiate(overload);
      if (!this.substitution.allAssignable(given, fresh.args)) continue;
      fitting.push(overload);
      const type = this.substitution.apply(fresh.result, 'keep');
      if (result === undefined) result = type;
      else if (result.kind !== 'dyn' && !sameType(type, result)) result = DYN;
    }
    if (result === undefined) {
      const shown = given.map((type) => printType(this.substitution.apply(type, 'dyn')));
      const signature = expr.target ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
      return this.report(expr.at, `found no matching overload for '${name}' applied to '${signature}'`);
    }
    this.overloads.set(expr.id, fitting);
    return result;
  }

  /** The overload with type parameters of its own. */
  private instantiate(overload: Overload): { args: CelType[]; result: CelType } {
    const fresh = new Map<string, CelType>();
    const replace = (type: CelType): CelType => {
      switch (type.kind) {
        case 'param': {
          const known = fresh.get(type.name) ?? this.substitution.variable();
          fresh.set(type.name, known);
          return known;
        }
        case 'list':
          return listOf(replace(type.element));
        case 'map':
          return mapOf(replace(type.key), replace(type.value));
        case 'optional':
          return optionalOf(replace(type.of));
        case 'type':
          return type.of === undefined ? type : typeOf(replace(type.of));
        default:
          return type;
      }
    };
    return { args: overload.args.map(replace), result: replace(overload.result) };
  }

  private joined(parts: readonly Expr[]): CelType {
    return this.elements(parts, () => false);
  }

  /** The one type of all members, dyn where they differ: whether that may be is validators.ts's to say. */
  private elements(parts: readonly Expr[], isOptional: (index: number) => boolean): CelType {
    let joined: CelType | undefined;
    for (const [i, part] of parts.entries()) {
      let type = this.check(part);
      if (isOptional(i)) {
        const known = this.substitution.apply(type, 'keep');
        if (known.kind === 'optional') type = known.of;
        else if (!isAny(known)) this.mismatch(part.at, optionalOf(known), known);
      }
      if (joined === undefined) joined = type;
      else if (this.substitution.assignable(joined, type)) joined = mostGeneral(joined, type);
      else joined = DYN;
    }
    return joined ?? this.substitution.variable();
  }

  private fold(expr: FoldNode): CelType {
    const range = this.substitution.apply(this.check(expr.range), 'keep');
    const accumulator = this.check(expr.initial);
    const { scope } = this;
    const inner: Scope = { names: new Map([[expr.accumulator, accumulator]]), outer: scope };
    const [first, second] = this.iterated(expr, range);
    const names = new Map([[expr.variable, first]]);
    if (expr.variable2 !== undefined) names.set(expr.variable2, second);
    this.scope = { names, outer: inner };
    this.assert(expr.condition, BOOL);
    this.assert(expr.step, accumulator);
    this.scope = inner;
    const result = this.check(expr.result);
    this.scope = scope;
    return this.substitution.apply(result, 'keep');
  }

  private assert(expr: Expr, type: CelType): void {
    const found = this.check(expr);
    if (!this.substitution.assignable(type, found)) this.mismatch(expr.at, type, found);
  }

  /** What the variables of a fold are. */
  private iterated(expr: FoldNode, range: CelType): readonly [CelType, CelType] {
    const isTwo = expr.variable2 !== undefined;
    if (range.kind === 'list') return isTwo ? [INT, range.element] : [range.element, DYN];
    if (range.kind === 'map') return [range.key, range.value];
    if (isAny(range) || range.kind === 'param') {
      this.substitution.assignable(DYN, range);
      return [DYN, DYN];
    }
    const shown = printType(range);
    this.report(
      expr.range.at,
      `expression of type '${shown}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
    return [ERROR, ERROR];
  }
}
