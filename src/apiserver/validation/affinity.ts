// What makes the affinity and the tolerations of a pod invalid (k8s.io/kubernetes pkg/apis/core/validation).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { labelNameErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../model/names.ts';
import { selectorErrors } from './selector.ts';
import { labelKeyErrors } from './topologySpread.ts';
import { eachItem, textAt } from './values.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** The errors of `spec.affinity`. */
export function affinityErrors(spec: JsonObject, path: string): FieldError[] {
  const affinity = getObject(spec, 'affinity');
  const at = `${path}.affinity`;
  return [
    ...nodeErrors(getObject(affinity, 'nodeAffinity') ?? {}, `${at}.nodeAffinity`),
    ...['podAffinity', 'podAntiAffinity'].flatMap((kind) =>
      podErrors(getObject(affinity, kind) ?? {}, `${at}.${kind}`),
    ),
  ];
}

/** Where pods must go, there is at least one term that says so. */
function nodeErrors(affinity: JsonObject, at: string): FieldError[] {
  const needed = getObject(affinity, REQUIRED);
  const terms = needed ? eachItem(needed, 'nodeSelectorTerms', `${at}.${REQUIRED}`) : [];
  const errors =
    needed && terms.length === 0
      ? [requiredValue(`${at}.${REQUIRED}.nodeSelectorTerms`, 'must have at least one node selector term')]
      : terms.flatMap(({ item, at: term }) => termErrors(item, term, 'labels'));
  const preferred = eachItem(affinity, PREFERRED, at).flatMap(({ item, at: one }) => [
    ...weightErrors(item, one),
    ...termErrors(getObject(item, 'preference') ?? {}, `${one}.preference`, 'any'),
  ]);
  return [...errors, ...preferred];
}

/** What is only preferred may ask for values that no label has. */
function termErrors(term: JsonObject, at: string, values: 'labels' | 'any'): FieldError[] {
  return [
    ...eachItem(term, 'matchExpressions', at).flatMap(({ item, at: rule }) => requirementErrors(item, rule, values)),
    ...eachItem(term, 'matchFields', at).flatMap(({ item, at: rule }) => fieldRequirementErrors(item, rule)),
  ];
}

const NO_OPERATOR = 'not a valid selector operator';
const COUNTS: Readonly<Record<string, (count: number, at: string) => FieldError[]>> = {
  In: needsValues,
  NotIn: needsValues,
  Exists: needsNone,
  DoesNotExist: needsNone,
  Gt: needsOne,
  Lt: needsOne,
};

function needsValues(count: number, at: string): FieldError[] {
  return count > 0 ? [] : [requiredValue(at, "must be specified when `operator` is 'In' or 'NotIn'")];
}

function needsNone(count: number, at: string): FieldError[] {
  return count === 0 ? [] : [forbiddenField(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
}

function needsOne(count: number, at: string): FieldError[] {
  return count === 1 ? [] : [requiredValue(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
}

function requirementErrors(requirement: JsonObject, at: string, valid: 'labels' | 'any'): FieldError[] {
  const [operator, key] = [textAt(requirement, 'operator'), textAt(requirement, 'key')];
  const values = (getList(requirement, 'values') ?? []).map(String);
  const count = Object.hasOwn(COUNTS, operator) ? COUNTS[operator] : undefined;
  return [
    ...(count ? count(values.length, `${at}.values`) : [invalidValue(`${at}.operator`, operator, NO_OPERATOR)]),
    ...qualifiedNameErrors(key).map((error) => invalidValue(`${at}.key`, key, error)),
    ...(valid === 'any' ? [] : values).flatMap((value, i) =>
      labelValueErrors(value).map((error) => invalidValue(`${at}.values[${i}]`, value, error)),
    ),
  ];
}

/** A node is selected by one field only, its name. */
function fieldRequirementErrors(requirement: JsonObject, at: string): FieldError[] {
  const [operator, key] = [textAt(requirement, 'operator'), textAt(requirement, 'key')];
  const values = (getList(requirement, 'values') ?? []).map(String);
  const onlyOne = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  const errors =
    operator !== 'In' && operator !== 'NotIn'
      ? [invalidValue(`${at}.operator`, operator, NO_OPERATOR)]
      : values.length === 1
        ? []
        : [requiredValue(`${at}.values`, onlyOne)];
  if (key !== 'metadata.name') return [...errors, invalidValue(`${at}.key`, key, 'not a valid field selector key')];
  const names = values.flatMap((name, i) =>
    subdomainErrors(name).map((error) => invalidValue(`${at}.values[${i}]`, name, error)),
  );
  return [...errors, ...names];
}

function weightErrors(item: JsonObject, at: string): FieldError[] {
  const weight = Number(item['weight'] ?? 0);
  return weight > 0 && weight <= 100 ? [] : [invalidValue(`${at}.weight`, weight, 'must be in the range 1-100')];
}

function podErrors(affinity: JsonObject, at: string): FieldError[] {
  return [
    ...eachItem(affinity, REQUIRED, at).flatMap(({ item, at: term }) => podTermErrors(item, term)),
    ...eachItem(affinity, PREFERRED, at).flatMap(({ item, at: one }) => [
      ...weightErrors(item, one),
      ...podTermErrors(getObject(item, 'podAffinityTerm') ?? {}, `${one}.podAffinityTerm`),
    ]),
  ];
}

function podTermErrors(term: JsonObject, at: string): FieldError[] {
  const key = textAt(term, 'topologyKey');
  const namespaces = (getList(term, 'namespaces') ?? []).map(String);
  return [
    ...selectorErrors(getObject(term, 'labelSelector'), `${at}.labelSelector`),
    ...selectorErrors(getObject(term, 'namespaceSelector'), `${at}.namespaceSelector`),
    ...namespaces.flatMap((name) => labelNameErrors(name).map((error) => invalidValue(`${at}.namespace`, name, error))),
    ...labelKeyErrors(term, at),
    ...(key === '' ? [requiredValue(`${at}.topologyKey`, 'can not be empty')] : []),
    ...qualifiedNameErrors(key).map((error) => invalidValue(`${at}.topologyKey`, key, error)),
  ];
}

/** The errors of `spec.tolerations`. */
export function tolerationErrors(spec: JsonObject, path: string): FieldError[] {
  return eachItem(spec, 'tolerations', path).flatMap(({ item, at }) => {
    const [key, operator, effect, value] = ['key', 'operator', 'effect', 'value'].map((field) =>
      textAt(item, field),
    ) as [string, string, string, string];
    const errors = key === '' ? [] : qualifiedNameErrors(key).map((error) => invalidValue(`${at}.key`, key, error));
    const matchesAll = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    if (key === '' && operator !== 'Exists') errors.push(invalidValue(`${at}.operator`, operator, matchesAll));
    if (item['tolerationSeconds'] !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    errors.push(...operatorErrors(operator, value, `${at}.operator`));
    if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
    return errors;
  });
}

function operatorErrors(operator: string, value: string, at: string): FieldError[] {
  if (operator === 'Exists')
    return value === '' ? [] : [invalidValue(at, value, "value must be empty when `operator` is 'Exists'")];
  if (operator !== '' && operator !== 'Equal') return [notSupported(at, operator, ['Equal', 'Exists'])];
  const errors = labelValueErrors(value);
  return errors.length === 0 ? [] : [invalidValue(at, value, errors.join(';'))];
}
