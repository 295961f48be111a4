// An expression as Flux' controllers hold it: parsed or compiled once, evaluated as a boolean, faults in their words
// (github.com/fluxcd/pkg/runtime/cel, expression.go). Knows nothing of health or dependencies.
import type { JsonObject } from '../model/json.ts';
import { getKey } from '../model/json.ts';
import { compileCel, evaluate } from './cel.ts';
import type { Program } from './cel.ts';
import { fluxCel } from './environments.ts';
import { valueOfJson } from './jsonValue.ts';
import { printProblems } from './problem.ts';
import { DYN, mapOf, printType, STRING } from './types.ts';
import type { CelType } from './types.ts';
import { isFault } from './value.ts';
import type { CelError } from './value.ts';

/** A budget that no honest expression reaches: that of one expression in Kubernetes. Flux itself has only a deadline. */
const BUDGET = 1_000_000;

/** The program, or the sentence that says why there is none. */
export type FluxExpression = Program | { readonly problem: string };

/** Parses without checking types: unknown names fail when they are reached, and only then. */
export function parseExpression(text: string): FluxExpression {
  return programOf(text, undefined);
}

/** Checks types with these variables, each an object of unknown fields; the result must be a bool. */
export function compileCondition(text: string, variables: readonly string[]): FluxExpression {
  const program = programOf(text, new Map(variables.map((name) => [name, mapOf(STRING, DYN)])));
  if ('problem' in program) return program;
  const type = program.checked?.type;
  if (type === undefined || type.kind === 'bool') return program;
  return { problem: `CEL expression output type mismatch: expected bool, got ${printType(type)}` };
}

function programOf(text: string, variables: ReadonlyMap<string, CelType> | undefined): FluxExpression {
  const compiled = compileCel(text, { environment: fluxCel, ...(variables ? { variables } : {}) });
  if (compiled.program) return compiled.program;
  if (compiled.instantiation !== undefined)
    return { problem: `failed to create CEL program: ${compiled.instantiation}` };
  return { problem: `failed to parse the CEL expression '${text}': ${printProblems(text, compiled.problems)}` };
}

/** True or false over the fields of `data`, or what went wrong. */
export function evaluateCondition(program: Program, data: JsonObject): boolean | CelError {
  const { value } = evaluate(
    program,
    (name) => {
      const json = getKey(data, name);
      return json === undefined ? undefined : valueOfJson(json);
    },
    BUDGET,
  );
  const fail = (message: string): CelError => ({ kind: 'fault', message });
  if (isFault(value)) return fail(`failed to evaluate the CEL expression '${program.text}': ${value.message}`);
  return typeof value === 'boolean' ? value : fail(`failed to evaluate CEL expression as boolean: '${program.text}'`);
}
