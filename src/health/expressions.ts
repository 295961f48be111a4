// spec.healthCheckExprs: the health of custom resources by expressions of the user (fluxcd/pkg/runtime/cel,
// status_evaluator.go and status_reader.go). Reads no cluster.
import { evaluateCondition, parseExpression } from '../cel/fluxExpression.ts';
import type { FluxExpression } from '../cel/fluxExpression.ts';
import { getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { parseApiVersion } from '../model/objectRef.ts';
import { settled } from './health.ts';
import type { Health, HealthStatus } from './health.ts';

/** The health of an object that has a rule; undefined for all others. */
export type HealthRule = (object: JsonObject) => Health | undefined;

type Program = Exclude<FluxExpression, { readonly problem: string }>;
type Rule = readonly (readonly [HealthStatus, Program])[];

/** The rules of all checks, or the sentence that says which cannot be one. */
export function healthRule(checks: readonly JsonValue[]): HealthRule | { readonly problem: string } {
  const rules = new Map<string, Rule>();
  for (const [i, check] of checks.entries()) {
    const kind = getString(check, 'kind') ?? '';
    const { group } = parseApiVersion(getString(check, 'apiVersion') ?? '');
    const key = keyOf(group, kind);
    if (rules.has(key)) {
      const shown = group === '' ? kind : `${kind}.${group}`;
      return { problem: `duplicate custom health check for GroupKind ${shown} at healthchecks[${i}]` };
    }
    const rule = ruleOf(isJsonObject(check) ? check : {});
    if ('problem' in rule) {
      return { problem: `failed to create custom status evaluator for healthchecks[${i}]: ${rule.problem}` };
    }
    rules.set(key, rule);
  }
  return (object) => {
    const { group } = parseApiVersion(getString(object, 'apiVersion') ?? '');
    // A check without a kind is for all kinds of its group.
    const rule = rules.get(keyOf(group, getString(object, 'kind') ?? '')) ?? rules.get(keyOf(group, ''));
    return rule && evaluateHealth(rule, object);
  };
}

function keyOf(group: string, kind: string): string {
  return `${group}/${kind}`;
}

/** The expressions of one check, in the order in which they are evaluated. */
export function ruleOf(check: JsonObject): Rule | { readonly problem: string } {
  const rule: (readonly [HealthStatus, Program])[] = [];
  if (!getString(check, 'current')) return { problem: 'expression Current not specified' };
  for (const [field, name, status] of [
    ['current', 'Current', 'Current'],
    ['failed', 'Failed', 'Failed'],
    ['inProgress', 'InProgress', 'InProgress'],
  ] as const) {
    const text = getString(check, field);
    if (!text) continue;
    const program = parseExpression(text);
    if ('problem' in program) return { problem: `failed to parse the expression ${name}: ${program.problem}` };
    rule.unshift([status, program]);
  }
  return rule;
}

/** In progress while the controller has not seen the generation, and where no expression is true. */
export function evaluateHealth(rule: Rule, object: JsonObject): Health {
  const observed = integerAt(object, 'status', 'observedGeneration');
  const generation = integerAt(object, 'metadata', 'generation');
  if (observed !== undefined && generation !== undefined && observed !== generation) return settled('InProgress', '');
  for (const [status, program] of rule) {
    const holds = evaluateCondition(program, object);
    if (typeof holds !== 'boolean') return settled('Unknown', holds.message);
    if (holds) return settled(status, '');
  }
  return settled('InProgress', '');
}

function integerAt(object: JsonObject, ...path: string[]): bigint | undefined {
  const value = getPath(object, ...path);
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}
