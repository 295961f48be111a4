// What a Job may say about its failures, its success and how it goes on (k8s.io/kubernetes pkg/apis/batch/validation).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import {
  duplicateValue,
  invalidField,
  invalidValue,
  notSupported,
  requiredValue,
  tooLong,
  tooMany,
} from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { eachItem, nonNegative, textAt } from '../validation/values.ts';
import { parseIndexes } from './jobIndexes.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX_RULES = 20;
const MAX_CODES = 255;
const MANAGER_LIMIT = 63;
const INDEXES_LIMIT = 64 * 1024;
const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** How Go prints a list of texts. */
const listed = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

function oneOf(object: JsonObject, field: string, known: readonly string[], at: string): FieldError[] {
  const value = textAt(object, field);
  if (value === '') return [requiredValue(`${at}.${field}`, `valid values: ${listed(known)}`)];
  return known.includes(value) ? [] : [notSupported(`${at}.${field}`, value, known)];
}

/** The errors of `managedBy`: a path under a domain. */
export function managerErrors(spec: JsonObject, path: string): FieldError[] {
  const [manager, at] = [spec['managedBy'], `${path}.managedBy`];
  if (typeof manager !== 'string') return [];
  const length = manager.length > MANAGER_LIMIT ? [tooLong(at, MANAGER_LIMIT)] : [];
  if (manager === '') return [requiredValue(at)];
  const slash = manager.indexOf('/');
  const [host, rest] = [manager.slice(0, slash), manager.slice(slash + 1)];
  if (slash < 1 || rest === '')
    return [invalidValue(at, manager, 'must be a domain-prefixed path (such as "acme.io/foo")'), ...length];
  const why = `Invalid path (regex used for validation is '${PATH}')`;
  return [
    ...subdomainErrors(host).map((error) => invalidValue(at, host, error)),
    ...(new RegExp(`^${PATH}$`).test(rest) ? [] : [invalidValue(at, rest, why)]),
    ...length,
  ];
}

/** The errors of `podFailurePolicy`. */
export function failurePolicyErrors(spec: JsonObject, path: string): FieldError[] {
  const policy = getObject(spec, 'podFailurePolicy');
  if (!policy) return [];
  const rules = eachItem(policy, 'rules', `${path}.podFailurePolicy`);
  const pod = getObject(spec, 'template', 'spec');
  const names = ['containers', 'initContainers'].flatMap((list) =>
    eachItem(pod, list, '').map(({ item }) => textAt(item, 'name')),
  );
  return [
    ...(rules.length > MAX_RULES ? [tooMany(`${path}.podFailurePolicy.rules`, rules.length, MAX_RULES)] : []),
    ...rules.flatMap(({ item, at }) => failureRuleErrors(item, at, spec, names)),
  ];
}

function failureRuleErrors(rule: JsonObject, at: string, spec: JsonObject, names: readonly string[]): FieldError[] {
  const codes = getObject(rule, 'onExitCodes');
  const conditions = eachItem(rule, 'onPodConditions', at);
  const isPerIndex = textAt(rule, 'action') === 'FailIndex';
  const errors = isPerIndex
    ? spec['backoffLimitPerIndex'] === undefined
      ? [invalidValue(`${at}.action`, 'FailIndex', 'requires the backoffLimitPerIndex to be set')]
      : []
    : oneOf(rule, 'action', ACTIONS, at);
  if (codes) errors.push(...exitCodeErrors(codes, `${at}.onExitCodes`, names));
  if (conditions.length > MAX_RULES) errors.push(tooMany(`${at}.onPodConditions`, conditions.length, MAX_RULES));
  for (const { item, at: pattern } of conditions) {
    const type = textAt(item, 'type');
    errors.push(...qualifiedNameErrors(type).map((error) => invalidValue(`${pattern}.type`, type, error)));
    errors.push(...oneOf(item, 'status', STATUSES, pattern));
  }
  if (codes && conditions.length > 0)
    errors.push(invalidField(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!codes && conditions.length === 0)
    errors.push(invalidField(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

function exitCodeErrors(codes: JsonObject, at: string, names: readonly string[]): FieldError[] {
  const [name, values] = [codes['containerName'], (getList(codes, 'values') ?? []).map(Number)];
  const errors = oneOf(codes, 'operator', OPERATORS, at);
  const unknown = 'must be one of the container or initContainer names in the pod template';
  if (typeof name === 'string' && !names.includes(name))
    errors.push(invalidValue(`${at}.containerName`, name, unknown));
  if (values.length === 0) errors.push(invalidValue(`${at}.values`, values, 'at least one value is required'));
  if (values.length > MAX_CODES) errors.push(tooMany(`${at}.values`, values.length, MAX_CODES));
  for (const [i, value] of values.entries()) {
    if (value === 0 && codes['operator'] === 'In')
      errors.push(invalidValue(`${at}.values[${i}]`, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicateValue(`${at}.values[${i}]`, value));
  }
  const isOrdered = values.every((value, i) => i === 0 || (values[i - 1] ?? 0) <= value);
  return isOrdered ? errors : [...errors, invalidValue(`${at}.values`, values, 'must be ordered')];
}

/** The errors of `successPolicy`, which only a Job with indexes has. */
export function successPolicyErrors(spec: JsonObject, path: string): FieldError[] {
  const [policy, at] = [getObject(spec, 'successPolicy'), `${path}.successPolicy`];
  if (!policy) return [];
  if (spec['completionMode'] !== 'Indexed') return [invalidValue(at, policy, 'requires indexed completion mode')];
  const rules = eachItem(policy, 'rules', at);
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [requiredValue(`${at}.rules`, none)] : []),
    ...(rules.length > MAX_RULES ? [tooMany(`${at}.rules`, rules.length, MAX_RULES)] : []),
    ...rules.flatMap(({ item, at: rule }) => successRuleErrors(item, rule, Number(spec['completions'] ?? 0))),
  ];
}

function successRuleErrors(rule: JsonObject, at: string, completions: number): FieldError[] {
  const [indexes, count] = [rule['succeededIndexes'], rule['succeededCount']];
  const errors: FieldError[] = [];
  if (indexes === undefined && count === undefined)
    errors.push(requiredValue(at, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = 0;
  if (typeof indexes === 'string') {
    if (indexes.length > INDEXES_LIMIT) errors.push(tooLong(`${at}.succeededIndexes`, INDEXES_LIMIT));
    const parsed = parseIndexes(indexes, completions);
    if ('error' in parsed)
      errors.push(invalidValue(`${at}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${parsed.error}`));
    else total = parsed.count;
  }
  if (typeof count !== 'number') return errors;
  errors.push(...nonNegative(rule, ['succeededCount'], at));
  const more = (limit: number, of: string): FieldError =>
    invalidValue(`${at}.succeededCount`, count, `must be less than or equal to ${limit} (the number of ${of})`);
  if (count > completions) errors.push(more(completions, 'specified completions'));
  if (typeof indexes === 'string' && count > total)
    errors.push(more(total, 'indexes in the specified succeededIndexes field'));
  return errors;
}

/** The errors of `podReplacementPolicy`: with a policy for failures there is no choice. */
export function replacementErrors(spec: JsonObject, path: string): FieldError[] {
  const policy = spec['podReplacementPolicy'];
  const known = getObject(spec, 'podFailurePolicy') ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return typeof policy !== 'string' || known.includes(policy)
    ? []
    : [notSupported(`${path}.podReplacementPolicy`, policy, known)];
}
