// The worst that a checked expression can cost, before any object is known (cel-go's checker/cost.go). Kubernetes refuses
// CRDs by it: differences would refuse or admit others.
import type { CallNode, Expr, FoldNode } from './ast.ts';
import { estimateCall } from './callEstimate.ts';
import type { SizedNode } from './callEstimate.ts';
import type { Program } from './cel.ts';
import { CREATE_LIST, CREATE_MAP } from './cost.ts';
import { add, fixed, multiply, sum, union, UNKNOWN } from './costEstimate.ts';
import type { Range } from './costEstimate.ts';
import { ACCUMULATOR } from './macros.ts';
import { ERROR } from './types.ts';
import type { CelType } from './types.ts';
import { codePoints } from './value.ts';

/** The size of what stands at a path below a variable: `self`, `list`, `@items`. Undefined where that is not known. */
export type SizeOfPath = (path: readonly string[]) => Range | undefined;

interface Entries {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entries: Entries | undefined;
}

export function estimateCost(program: Program, sizeOfPath: SizeOfPath): Range {
  return new Estimation(program, sizeOfPath).cost(program.source);
}

class Estimation {
  private readonly program: Program;
  private readonly sizeOfPath: SizeOfPath;
  private readonly paths = new Map<number, readonly string[]>();
  private readonly sizes = new Map<number, Range>();
  private readonly entries = new Map<number, Entries>();
  private readonly locals = new Map<string, Local[]>();

  constructor(program: Program, sizeOfPath: SizeOfPath) {
    this.program = program;
    this.sizeOfPath = sizeOfPath;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'const':
        return fixed(0);
      case 'ident':
        this.paths.set(expr.id, this.local(expr.name)?.path ?? [expr.name]);
        return fixed(1);
      case 'select': {
        const operand = this.cost(expr.operand);
        if (expr.test) return operand;
        this.paths.set(expr.id, [...this.pathOf(expr.operand), expr.field]);
        const { kind } = this.typeOf(expr.operand);
        return kind === 'map' || kind === 'object' ? add(operand, fixed(1)) : operand;
      }
      case 'call':
        return this.call(expr);
      case 'list': {
        const costs = expr.elements.map((element) => this.cost(element));
        const value = unionOf(expr.elements.map((element) => this.sizeOf(element) ?? UNKNOWN));
        this.entries.set(expr.id, { container: 'list', key: fixed(1), value });
        return add(sum(costs), fixed(CREATE_LIST));
      }
      case 'map': {
        const costs = expr.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
        const key = unionOf(expr.entries.map((entry) => this.sizeOf(entry.key) ?? UNKNOWN));
        const value = unionOf(expr.entries.map((entry) => this.sizeOf(entry.value) ?? UNKNOWN));
        this.entries.set(expr.id, { container: 'map', key, value });
        return add(sum(costs), fixed(CREATE_MAP));
      }
      case 'struct':
        return fixed(0);
      case 'fold':
        return isBinding(expr) ? this.binding(expr) : this.fold(expr);
    }
  }

  private call(expr: CallNode): Range {
    const [first] = expr.args;
    if (expr.name === 'dyn' && first) {
      const cost = this.cost(first);
      this.copySizes(expr, first);
      return add(fixed(1), cost);
    }
    const costs = expr.args.map((arg) => this.cost(arg));
    const args = expr.args.map((arg) => this.node(arg));
    const overloads =
      expr.name === '_?._' ? [{ id: 'select_optional_field' }] : this.program.checked?.overloads.get(expr.id);
    if (!overloads || overloads.length === 0) return fixed(0);
    const target = expr.target && { cost: this.cost(expr.target), node: this.node(expr.target) };
    let cost: Range = { min: Infinity, max: 0 };
    let size: Range | undefined;
    for (const { id } of overloads) {
      const estimate = this.overload(expr, id, target?.node, args, costs);
      cost = union(cost, estimate.cost);
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      if (first && (id === 'index_list' || id === 'index_map')) {
        size = this.entriesOf(first)?.value;
        this.paths.set(expr.id, [...this.pathOf(first), id === 'index_list' ? '@items' : '@values']);
      }
      size ??= this.sizeOf(expr);
    }
    if (size) this.sizes.set(expr.id, size);
    return target ? add(target.cost, cost) : cost;
  }

  private overload(
    expr: CallNode,
    overload: string,
    target: SizedNode | undefined,
    args: readonly SizedNode[],
    costs: readonly Range[],
  ): { cost: Range; size?: Range } {
    const [a = fixed(0), b = fixed(0), c = fixed(0)] = costs;
    if (overload === 'logical_and' || overload === 'logical_or') return { cost: { min: a.min, max: a.max + b.max } };
    const [, yes, no] = args;
    if (overload === 'conditional' && yes && no) {
      this.mergeEntries(expr, yes.expr, no.expr);
      return { cost: add(a, union(b, c)), size: union(yes.size, no.size) };
    }
    if (overload.startsWith('add_') && args[0] && yes) this.mergeEntries(expr, args[0].expr, yes.expr);
    const estimate = estimateCall(expr.name, { target, args, overload, elementOf: (node) => this.elementOf(node) });
    return { ...estimate, cost: add(estimate.cost, sum(costs)) };
  }

  private mergeEntries(expr: Expr, left: Expr, right: Expr): void {
    const [a, b] = [this.entriesOf(left), this.entriesOf(right)];
    if (!a || !b) return;
    this.entries.set(expr.id, { container: a.container, key: union(a.key, b.key), value: union(a.value, b.value) });
  }

  private elementOf(node: SizedNode): { size: Range; type: CelType } | undefined {
    if (node.type.kind !== 'list') return undefined;
    const path = this.visiblePath(node.expr);
    const size = path.length === 0 ? undefined : this.sizeOfPath([...path, '@items']);
    return { size: size ?? UNKNOWN, type: node.type.element };
  }

  private fold(expr: FoldNode): Range {
    const before = this.pushAccumulator(expr);
    const names = this.pushIterated(expr);
    const loop = this.cost(expr.condition);
    const step = this.cost(expr.step);
    for (const name of names) this.locals.get(name)?.pop();
    const result = this.cost(expr.result);
    this.locals.get(expr.accumulator)?.pop();
    const count = this.sizeOf(expr.range) ?? UNKNOWN;
    const { kind } = expr.initial;
    if (kind === 'const') this.setSize(expr, this.sizeOf(expr.initial));
    if (kind === 'list' || kind === 'map') {
      this.sizes.set(expr.id, count);
      const entries = this.entriesOf(expr.step);
      if (entries) this.entries.set(expr.id, entries);
    }
    return add(add(before, result), multiply(count, add(step, loop)));
  }

  /** What a fold costs before it begins; its accumulator is known from here on. */
  private pushAccumulator(expr: FoldNode): Range {
    const before = add(this.cost(expr.range), this.cost(expr.initial));
    this.push(expr.accumulator, {
      path: this.pathOf(expr.initial),
      size: this.sizeOf(expr.initial),
      entries: this.entriesOf(expr.initial),
    });
    return before;
  }

  private pushIterated(expr: FoldNode): string[] {
    const entries = this.entriesOf(expr.range);
    const container = entries?.container ?? this.typeOf(expr.range).kind;
    const isList = container === 'list';
    const path = this.pathOf(expr.range);
    const local = (step: string, size: Range | undefined): Local => ({
      path: [...path, step],
      size,
      entries: undefined,
    });
    const value = local(isList ? '@items' : '@values', entries?.value);
    if (expr.variable2 === undefined) {
      this.push(expr.variable, isList ? value : local('@keys', entries?.key));
      return [expr.variable];
    }
    this.push(expr.variable, local(isList ? '@indices' : '@keys', entries?.key));
    this.push(expr.variable2, value);
    return [expr.variable, expr.variable2];
  }

  private binding(expr: FoldNode): Range {
    const before = this.pushAccumulator(expr);
    const result = this.cost(expr.result);
    this.copySizes(expr, expr.result);
    this.locals.get(expr.accumulator)?.pop();
    return add(before, result);
  }

  private push(name: string, local: Local): void {
    const stack = this.locals.get(name);
    if (stack) stack.push(local);
    else this.locals.set(name, [local]);
  }

  private local(name: string): Local | undefined {
    return this.locals.get(name)?.at(-1);
  }

  private typeOf(expr: Expr): CelType {
    return this.program.checked?.types.get(expr.id) ?? ERROR;
  }

  private pathOf(expr: Expr): readonly string[] {
    const local = expr.kind === 'ident' ? this.local(expr.name) : undefined;
    return local?.path ?? this.paths.get(expr.id) ?? [];
  }

  /** The accumulator is no place in an object. */
  private visiblePath(expr: Expr): readonly string[] {
    const path = this.pathOf(expr);
    return path[0] === ACCUMULATOR ? [] : path;
  }

  private node(expr: Expr): SizedNode {
    return { expr, type: this.typeOf(expr), size: this.sizeOf(expr) ?? UNKNOWN };
  }

  private setSize(expr: Expr, size: Range | undefined): void {
    if (size) this.sizes.set(expr.id, size);
  }

  private copySizes(to: Expr, from: Expr): void {
    this.setSize(to, this.sizeOf(from));
    const entries = this.entriesOf(from);
    if (entries) this.entries.set(to.id, entries);
  }

  private sizeOf(expr: Expr): Range | undefined {
    const known = this.sizes.get(expr.id) ?? literalSize(expr);
    if (known) return known;
    const path = this.pathOf(expr);
    const estimated = path.length === 0 ? undefined : this.sizeOfPath(path);
    if (estimated) {
      this.sizes.set(expr.id, estimated);
      return estimated;
    }
    if (isScalar(this.typeOf(expr))) return fixed(1);
    return expr.kind === 'ident' ? this.local(expr.name)?.size : undefined;
  }

  private entriesOf(expr: Expr): Entries | undefined {
    return this.entries.get(expr.id) ?? (expr.kind === 'ident' ? this.local(expr.name)?.entries : undefined);
  }
}

function unionOf(sizes: readonly Range[]): Range {
  return sizes.length === 0 ? fixed(0) : sizes.reduce(union);
}

/** A name for a value: a fold over nothing. */
function isBinding({ range, condition, accumulator }: FoldNode): boolean {
  const isEmpty = range.kind === 'list' && range.elements.length === 0;
  return isEmpty && condition.kind === 'const' && condition.value === false && accumulator !== ACCUMULATOR;
}

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'list') return fixed(expr.elements.length);
  if (expr.kind === 'map') return fixed(expr.entries.length);
  if (expr.kind !== 'const') return undefined;
  if (typeof expr.value === 'string') return fixed(codePoints(expr.value));
  return fixed(expr.value instanceof Uint8Array ? expr.value.length : 1);
}

function isScalar(type: CelType): boolean {
  if (type.kind === 'optional') return isScalar(type.of);
  return ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind);
}
