// ValidatingAdmissionPolicies: what they refuse, and what they warn of (the dispatcher and validator of
// k8s.io/apiserver/pkg/admission/plugin/policy/validating). Audit annotations are evaluated and kept nowhere.
import type { Authority } from '../../cel/library/authorizer.ts';
import { evaluateAll, MATCH_BUDGET, POLICY_BUDGET } from '../../cel/policy/evaluatePolicy.ts';
import type { Outcome, PolicyInput } from '../../cel/policy/evaluatePolicy.ts';
import { getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Act, Api } from '../api.ts';
import { ApiError, notFound, qualified } from '../errors.ts';
import type { ServedResource } from '../served.ts';
import { convert } from '../versions.ts';
import { asEncoded } from '../write/goDecode.ts';
import { matchedResource, namespaceOf } from './matching.ts';
import { collectParams, paramResource } from './params.ts';
import { validatingHooks } from './policyHooks.ts';
import type { CompiledPolicy, PolicyHook, Validation } from './policyHooks.ts';
import { reviewRequest } from './reviewRequest.ts';
import type { Asked } from './reviewRequest.ts';

export interface PolicyContext extends Asked {
  readonly api: Api;
  readonly authority: Authority;
  readonly warn: (text: string) => void;
}

interface Denial {
  readonly message: string;
  readonly reason: string;
}

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, RequestEntityTooLarge: 413 };
const MESSAGE_LIMIT = 5 * 1024;

/** Throws the refusal of the first policy that denies the write. */
export function validateByPolicies(context: PolicyContext, act: Act): void {
  const hooks = validatingHooks(context.api);
  // So that nobody locks himself out.
  if (hooks.length === 0 || act.target.resource.type.group === 'admissionregistration.k8s.io') return;
  const denials = hooks.flatMap((hook) => denialsOf(context, act, hook));
  const [first] = denials;
  if (first) throw refusal(act, first);
}

function refusal({ target, name }: Act, { message, reason }: Denial): ApiError {
  const { group, plural } = target.resource.type;
  const shownName = name === '' ? 'Unknown' : name;
  return new ApiError(
    CODES[reason] ?? 422,
    reason,
    `${qualified(group, plural)} ${JSON.stringify(shownName)} is forbidden: ${message}`,
    { name: shownName, ...(group === '' ? {} : { group }), kind: plural, causes: [{ message }] },
  );
}

function isIgnoring(policy: JsonObject): boolean {
  return getString(policy, 'spec', 'failurePolicy') === 'Ignore';
}

function nameOf(object: JsonObject): string {
  return getString(object, 'metadata', 'name') ?? '';
}

function denialsOf(context: PolicyContext, act: Act, hook: PolicyHook): Denial[] {
  const { api } = context;
  const { policy, bindings } = hook;
  const matched = matchedResource(api, getObject(policy, 'spec', 'matchConstraints') ?? {}, act);
  if (!matched) return [];
  const misconfigured = (why: string, binding?: JsonObject): Denial[] =>
    isIgnoring(policy)
      ? []
      : [denial(policy, binding, `failed to configure ${binding ? 'binding' : 'policy'}: ${why}`, 'Invalid')];
  const paramKind = getObject(policy, 'spec', 'paramKind');
  const resource = paramKind && paramResource(api, paramKind);
  if (resource && 'error' in resource) return misconfigured(resource.error);
  return bindings.flatMap((binding) => {
    if (!matchedResource(api, getObject(binding, 'spec', 'matchResources'), act)) return [];
    const found = collectParams(api, resource, getObject(binding, 'spec', 'paramRef'), namespaceOf(act));
    if ('error' in found) return misconfigured(found.error, binding);
    const namespace = namespaceObject(api, act);
    return found.params.flatMap((params) => {
      const input = inputOf(context, act, matched, namespace, params);
      return decide(policy, hook.compiled(), input).flatMap((decision) => enforce(context, policy, binding, decision));
    });
  });
}

function denial(policy: JsonObject, binding: JsonObject | undefined, why: string, reason: string): Denial {
  const by = binding ? ` with binding '${nameOf(binding)}'` : '';
  return { message: `ValidatingAdmissionPolicy '${nameOf(policy)}'${by} denied request: ${why}`, reason };
}

/** A decision against the write. One of an audit annotation denies whatever the binding says. */
interface Decision {
  readonly why: string;
  readonly reason: string;
  readonly always?: true;
}

function enforce(context: PolicyContext, policy: JsonObject, binding: JsonObject, decision: Decision): Denial[] {
  const { why, reason, always } = decision;
  const actions = always ? ['Deny'] : (getList(binding, 'spec', 'validationActions') ?? []);
  if (actions.includes('Warn'))
    context.warn(
      `Validation failed for ValidatingAdmissionPolicy '${nameOf(policy)}' with binding '${nameOf(binding)}': ${why}`,
    );
  return actions.includes('Deny') ? [denial(policy, binding, why, reason)] : [];
}

function decide(policy: JsonObject, compiled: CompiledPolicy, input: PolicyInput): Decision[] {
  const failed = (why: string): Decision[] => (isIgnoring(policy) ? [] : [{ why, reason: 'Invalid' }]);
  const { variables, validations } = compiled;
  const matches = meetsConditions(compiled, input);
  if (typeof matches === 'string') return failed(matches);
  if (!matches) return [];
  const rules = evaluateAll(
    validations.map(({ rule }) => rule),
    variables,
    input,
    POLICY_BUDGET,
  );
  if ('error' in rules) return failed(rules.error);
  const { authority: _authority, ...unprivileged } = input;
  const messages = evaluateAll(
    validations.map(({ messageExpression }) => messageExpression),
    variables,
    unprivileged,
    rules.left,
  );
  const decisions = validations.flatMap((validation, i): Decision[] => {
    const outcome = rules.outcomes[i];
    if (!outcome || 'error' in outcome) return failed(outcome?.error ?? '');
    if ('error' in messages) return failed(`failed messageExpression: ${messages.error}`);
    if (outcome.value === true) return [];
    return [{ why: messageOf(validation, messages.outcomes[i]), reason: validation.reason }];
  });
  const audits = evaluateAll(compiled.auditAnnotations, variables, input, POLICY_BUDGET);
  if ('error' in audits) return failed(audits.error);
  const broken = audits.outcomes.flatMap((outcome) => (outcome && 'error' in outcome ? failed(outcome.error) : []));
  return [...decisions, ...broken.map((decision) => ({ ...decision, always: true as const }))];
}

/** Whether all match conditions hold; a text where that cannot be told. One that is false decides, whatever fails. */
function meetsConditions({ matchConditions, variables }: CompiledPolicy, input: PolicyInput): boolean | string {
  if (matchConditions.length === 0) return true;
  const result = evaluateAll(matchConditions, variables, { ...input, namespaceObject: null }, MATCH_BUDGET);
  if ('error' in result) return result.error;
  if (result.outcomes.some((outcome) => outcome && 'value' in outcome && outcome.value === false)) return false;
  const errors = [
    ...new Set(result.outcomes.flatMap((outcome) => (outcome && 'error' in outcome ? [outcome.error] : []))),
  ];
  if (errors.length === 0) return true;
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
}

function messageOf({ rule, message }: Validation, computed: Outcome): string {
  const value = computed && 'value' in computed && typeof computed.value === 'string' ? computed.value.trim() : '';
  const isUsable = !value.includes('\n') && new TextEncoder().encode(value).length <= MESSAGE_LIMIT;
  if (value !== '' && isUsable) return value;
  return message.trim() === '' ? `failed expression: ${rule.text.trim()}` : message.trim();
}

/** The namespace of a namespaced write; one of a namespace itself has none. */
function namespaceObject(api: Api, { target }: Act): JsonObject | null {
  const { resource, namespace } = target;
  if (!resource.type.namespaced || namespace === '') return null;
  const found = api.store.get('/namespaces', '', namespace);
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  const { managedFields: _managed, ownerReferences: _owners, ...metadata } = getObject(found, 'metadata') ?? {};
  return { metadata, spec: getObject(found, 'spec') ?? {}, status: getObject(found, 'status') ?? {} };
}

function inputOf(
  context: PolicyContext,
  act: Act,
  matched: ServedResource,
  namespace: JsonObject | null,
  params: JsonObject | null,
): PolicyInput {
  const { resource, subresource } = act.target;
  const inVersion = (object: JsonObject | undefined): JsonObject | null => {
    if (!object || act.kind) return object ?? null;
    const converted = convert(resource, object, matched.type);
    return resource.custom ? converted : asEncoded(converted, matched.schema, context.api.types);
  };
  return {
    object: inVersion(act.object),
    oldObject: inVersion(act.old),
    request: reviewRequest(act, matched, context),
    namespaceObject: namespace,
    params,
    authority: context.authority,
    requestResource: {
      group: resource.type.group,
      resource: resource.type.plural,
      subresource,
      namespace: namespaceOf(act),
      name: act.name,
    },
  };
}
