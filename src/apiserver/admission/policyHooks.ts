// The admission policies of the cluster with their bindings, their expressions compiled once for each stored policy. As the
// PolicySource of k8s.io/apiserver, but without its delay: a policy holds from the request that stores it on.
import { policyCompiler } from '../../cel/policy/compilePolicy.ts';
import type { CompiledExpression } from '../../cel/policy/compilePolicy.ts';
import type { NamedExpression } from '../../cel/policy/evaluatePolicy.ts';
import { getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Api } from '../api.ts';

export interface Validation {
  readonly rule: CompiledExpression;
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
  readonly reason: string;
}

export interface CompiledPolicy {
  readonly variables: readonly NamedExpression[];
  readonly matchConditions: readonly CompiledExpression[];
  readonly validations: readonly Validation[];
  readonly auditAnnotations: readonly CompiledExpression[];
}

export interface PolicyHook {
  readonly policy: JsonObject;
  readonly bindings: readonly JsonObject[];
  readonly compiled: () => CompiledPolicy;
}

const GROUP = 'admissionregistration.k8s.io';
const compiledPolicies = new WeakMap<JsonObject, CompiledPolicy>();

/** The ValidatingAdmissionPolicies that are bound, by name. */
export function validatingHooks(api: Api): PolicyHook[] {
  const bindings = api.store.list(`${GROUP}/validatingadmissionpolicybindings`);
  if (bindings.length === 0) return [];
  const bound = new Map<string, JsonObject[]>();
  for (const binding of bindings) {
    const name = getString(binding, 'spec', 'policyName') ?? '';
    bound.set(name, [...(bound.get(name) ?? []), binding]);
  }
  return api.store.list(`${GROUP}/validatingadmissionpolicies`).flatMap((policy): PolicyHook[] => {
    const own = bound.get(getString(policy, 'metadata', 'name') ?? '');
    return own ? [{ policy, bindings: own, compiled: () => compiledPolicy(policy) }] : [];
  });
}

function compiledPolicy(policy: JsonObject): CompiledPolicy {
  const known = compiledPolicies.get(policy);
  if (known) return known;
  const compiled = compile(getObject(policy, 'spec') ?? {});
  compiledPolicies.set(policy, compiled);
  return compiled;
}

function compile(spec: JsonObject): CompiledPolicy {
  const compiler = policyCompiler({ params: getObject(spec, 'paramKind') !== undefined, composed: true });
  const items = (field: string): JsonObject[] => (getList(spec, field) ?? []).filter(isJsonObject);
  const text = (item: JsonObject, field: string): string => getString(item, field) ?? '';
  const variables = items('variables').map((item): NamedExpression => {
    const name = text(item, 'name');
    return { name, compiled: compiler.variable(name, text(item, 'expression')) };
  });
  return {
    variables,
    matchConditions: items('matchConditions').map((item) => compiler.condition(text(item, 'expression'))),
    validations: items('validations').map((item) => ({
      rule: compiler.condition(text(item, 'expression')),
      message: text(item, 'message'),
      messageExpression:
        text(item, 'messageExpression') === '' ? undefined : compiler.message(text(item, 'messageExpression')),
      reason: getString(item, 'reason') ?? 'Invalid',
    })),
    auditAnnotations: items('auditAnnotations').map((item) => compiler.audit(text(item, 'valueExpression'))),
  };
}
