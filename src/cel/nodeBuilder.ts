// Makes the nodes of one syntax tree, each with an id of its own. Decides nothing.
import type { Expr, MapEntry } from './ast.ts';
import type { MacroBuilder } from './macros.ts';
import type { CelValue } from './value.ts';

export interface NodeBuilder {
  literal(at: number, value: CelValue): Expr;
  ident(at: number, name: string): Expr;
  select(at: number, operand: Expr, field: string): Expr;
  call(at: number, name: string, target: Expr | undefined, args: readonly Expr[]): Expr;
  list(at: number, elements: readonly Expr[], optional: ReadonlySet<number>): Expr;
  map(at: number, entries: readonly MapEntry[]): Expr;
  entry(at: number, key: Expr, value: Expr, optional: boolean): MapEntry;
  struct(at: number, name: string, values: readonly Expr[]): Expr;
  /** For a macro whose call stands there. */
  macro(at: number): MacroBuilder;
}

export function nodeBuilder(): NodeBuilder {
  let last = 0;
  const at = (place: number): { id: number; at: number } => ({ id: ++last, at: place });
  const none: ReadonlySet<number> = new Set();
  return {
    literal: (place, value) => ({ kind: 'const', ...at(place), value }),
    ident: (place, name) => ({ kind: 'ident', ...at(place), name }),
    select: (place, operand, field) => ({ kind: 'select', ...at(place), operand, field, test: false }),
    call: (place, name, target, args) => ({ kind: 'call', ...at(place), name, target, args }),
    list: (place, elements, optional) => ({ kind: 'list', ...at(place), elements, optional }),
    map: (place, entries) => ({ kind: 'map', ...at(place), entries }),
    entry: (place, key, value, optional) => ({ ...at(place), key, value, optional }),
    struct: (place, name, values) => ({ kind: 'struct', ...at(place), name, values }),
    macro: (place) => ({
      literal: (value) => ({ kind: 'const', ...at(place), value }),
      ident: (name) => ({ kind: 'ident', ...at(place), name }),
      list: (...elements) => ({ kind: 'list', ...at(place), elements, optional: none }),
      call: (name, ...args) => ({ kind: 'call', ...at(place), name, target: undefined, args }),
      method: (name, target, ...args) => ({ kind: 'call', ...at(place), name, target, args }),
      test: (operand, field) => ({ kind: 'select', ...at(place), operand, field, test: true }),
      emptyMap: () => ({ kind: 'map', ...at(place), entries: [] }),
      fold: (parts) => ({ kind: 'fold', ...at(place), ...parts }),
      copy: (expr) => copyOf(expr, at),
    }),
  };
}

/** The same tree with new ids: a node is checked once for each place where it stands. */
function copyOf(expr: Expr, at: (place: number) => { id: number; at: number }): Expr {
  const copy = (part: Expr): Expr => copyOf(part, at);
  const own = at(expr.at);
  switch (expr.kind) {
    case 'const':
    case 'ident':
      return { ...expr, ...own };
    case 'select':
      return { ...expr, ...own, operand: copy(expr.operand) };
    case 'call':
      return { ...expr, ...own, target: expr.target && copy(expr.target), args: expr.args.map(copy) };
    case 'list':
      return { ...expr, ...own, elements: expr.elements.map(copy) };
    case 'struct':
      return { ...expr, ...own, values: expr.values.map(copy) };
    case 'map':
      return {
        ...expr,
        ...own,
        entries: expr.entries.map((entry) => ({
          ...entry,
          ...at(entry.at),
          key: copy(entry.key),
          value: copy(entry.value),
        })),
      };
    case 'fold':
      return {
        ...expr,
        ...own,
        range: copy(expr.range),
        initial: copy(expr.initial),
        condition: copy(expr.condition),
        step: copy(expr.step),
        result: copy(expr.result),
      };
  }
}
