// The expressions of a Kustomization that no retry makes valid: for whoever plans what it would do. Evaluates nothing.
import { compileCondition } from '../../cel/fluxExpression.ts';
import { healthRule } from '../../health/expressions.ts';
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { dependenciesOf } from '../../model/dependsOn.ts';
import { dependencyFault } from './dependencies.ts';

/** The sentence with which the controller stalls (InvalidCELExpression); undefined where every expression compiles. */
export function expressionFault(kustomization: JsonObject): string | undefined {
  const problem = problemOf(kustomization);
  return problem && terminalSentence(problem);
}

/** How the controller says what no retry mends. */
export function terminalSentence(problem: string): string {
  return `Reconciliation failed terminally due to configuration error: ${problem}`;
}

function problemOf(kustomization: JsonObject): string | undefined {
  const rules = healthRule(getList(kustomization, 'spec', 'healthCheckExprs') ?? []);
  if ('problem' in rules) return rules.problem;
  for (const { name, readyExpr } of dependenciesOf(kustomization)) {
    const program = readyExpr === undefined ? undefined : compileCondition(readyExpr, ['self', 'dep']);
    if (program && 'problem' in program) return dependencyFault(name, program.problem);
  }
  return undefined;
}
