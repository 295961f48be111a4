// Names with dots in them: `optional.of(x)` is a function of that name, `net.IP` a type. Rewrites the tree accordingly.
import type { Expr } from './ast.ts';
import type { Environment } from './environment.ts';

/** The tree with namespaced functions as plain calls, and as identifiers the names of types and the variables with dots. */
export function resolveNames(expr: Expr, environment: Environment, dotted: ReadonlySet<string>): Expr {
  const resolve = (part: Expr): Expr => resolveNames(part, environment, dotted);
  switch (expr.kind) {
    case 'const':
    case 'ident':
      return expr;
    case 'select': {
      const name = expr.test ? undefined : qualifiedName(expr);
      if (name !== undefined && (environment.typeNames.has(name) || dotted.has(name)))
        return { kind: 'ident', id: expr.id, at: expr.at, name };
      return { ...expr, operand: resolve(expr.operand) };
    }
    case 'call': {
      const args = expr.args.map(resolve);
      const prefix = expr.target && qualifiedName(expr.target);
      const name = prefix === undefined ? '' : `${prefix.replace(/^\./, '')}.${expr.name}`;
      if (environment.functions.has(name)) return { ...expr, name, target: undefined, args };
      return { ...expr, target: expr.target && resolve(expr.target), args };
    }
    case 'list':
      return { ...expr, elements: expr.elements.map(resolve) };
    case 'struct':
      return { ...expr, values: expr.values.map(resolve) };
    case 'map':
      return {
        ...expr,
        entries: expr.entries.map((entry) => ({ ...entry, key: resolve(entry.key), value: resolve(entry.value) })),
      };
    case 'fold':
      return {
        ...expr,
        range: resolve(expr.range),
        initial: resolve(expr.initial),
        condition: resolve(expr.condition),
        step: resolve(expr.step),
        result: resolve(expr.result),
      };
  }
}

/** `a.b.c` where it is nothing but names. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}
