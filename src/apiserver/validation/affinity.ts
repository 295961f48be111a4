// What makes the affinity and the tolerations of a pod invalid (k8s.io/kubernetes pkg/apis/core/validation).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { labelNameErrors, labelValueErrors, qualifiedNameErrors } from '../../model/names.ts';
import { selectorErrors } from './selector.ts';
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
      : terms.flatMap(({ item, at: term }) => termErrors(item, term));
  const preferred = eachItem(affinity, PREFERRED, at).flatMap(({ item, at: one }) => [
    ...weightErrors(item, one),
    ...termErrors(getObject(item, 'preference') ?? {}, `${one}.preference`),
  ]);
  return [...errors, ...preferred];
}

function termErrors(term: JsonObject, at: string): FieldError[] {
  return eachItem(term, 'matchExpressions', at).flatMap(({ item, at: rule }) =>
    qualifiedNameErrors(textAt(item, 'key')).map((error) => invalidValue(`${rule}.key`, textAt(item, 'key'), error)),
  );
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
