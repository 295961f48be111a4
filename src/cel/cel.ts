// CEL, the expression language of Kubernetes' validation rules and Flux' health checks: text to a program, a program and
// variables to a value. What it may use is an Environment; Kubernetes' schemas come in through openapi.ts.
import { checkTypes } from './checker.ts';
import type { Checked } from './checker.ts';
import type { Environment } from './environment.ts';
import type { Expr } from './ast.ts';
import { CostExceeded, run } from './evaluate.ts';
import type { Variables } from './evaluate.ts';
import { ConstantFault, foldConstants } from './foldConstants.ts';
import { parseCel } from './parser.ts';
import { problemAt } from './problem.ts';
import type { CelProblem } from './problem.ts';
import { resolveNames } from './resolveNames.ts';
import type { CelType } from './types.ts';
import { literalProblems } from './validators.ts';
import { fault } from './value.ts';
import type { CelValue } from './value.ts';
import { walk } from './walk.ts';

export interface Declarations {
  readonly environment: Environment;
  /** By name. Absent: the expression is only parsed, and every name may stand for anything. */
  readonly variables?: ReadonlyMap<string, CelType>;
  /** Whether literals that can never work are refused with their place, as Kubernetes does. */
  readonly validateLiterals?: boolean;
}

export interface Program {
  readonly text: string;
  readonly environment: Environment;
  /** As checked: for the static cost estimate. */
  readonly source: Expr;
  readonly expr: Expr;
  /** Undefined where it was only parsed. */
  readonly checked: Checked | undefined;
  /** All names that are no macro variables. */
  readonly names: ReadonlySet<string>;
}

export interface Compiled {
  readonly program?: Program;
  readonly problems: readonly CelProblem[];
  /** The error of a program that parses but can never run (cel-go: at instantiation). */
  readonly instantiation?: string;
}

export interface Evaluated {
  /** A fault where the expression fails. */
  readonly value: CelValue;
  readonly cost: number;
  /** The budget was used up before the end. */
  readonly exceeded: boolean;
}

/** Reads and checks an expression. A program or problems, never both. */
export function compileCel(text: string, declarations: Declarations): Compiled {
  const { environment, variables } = declarations;
  const parsed = parseCel(text, environment.macros);
  if (!parsed.expr) return { problems: parsed.problems };
  const dotted = new Set([...(variables?.keys() ?? [])].filter((name) => name.includes('.')));
  const source = resolveNames(parsed.expr, environment, dotted);
  const chars = [...text];
  const checked = variables && checkTypes(source, environment, variables);
  const faults = [...(checked?.problems ?? [])];
  const literals = declarations.validateLiterals === true;
  if (faults.length === 0 && checked)
    faults.push(...literalProblems(source, checked, { literals, format: environment.format }));
  if (faults.length > 0) return { problems: faults.map(({ at, message }) => problemAt(chars, at, message)) };
  try {
    const expr = foldConstants(source, environment);
    return { program: { text, environment, source, expr, checked, names: namesOf(source) }, problems: [] };
  } catch (error) {
    if (error instanceof ConstantFault) return { problems: [], instantiation: error.message };
    throw error;
  }
}

function namesOf(expr: Expr): Set<string> {
  const names = new Set<string>();
  walk(expr, (node) => {
    if (node.kind === 'ident') names.add(node.name);
  });
  return names;
}

/** Runs a program. An error of the expression is a fault; the budget is in cel-go's units of cost. */
export function evaluate(program: Program, variables: Variables, budget = Infinity): Evaluated {
  try {
    const { value, cost } = run(program.expr, program.environment, variables, budget, program.checked?.overloads);
    return { value, cost, exceeded: false };
  } catch (error) {
    if (error instanceof CostExceeded) return { value: fault(error.message), cost: budget, exceeded: true };
    if (error instanceof RangeError)
      return { value: fault('the expression is nested too deeply'), cost: budget, exceeded: true };
    throw error;
  }
}
