// What makes the constraints of a pod's spread invalid, and the keys of its own labels in selectors (k8s.io/kubernetes
// pkg/apis/core/validation validateTopologySpreadConstraints, ValidateMatchLabelKeysAndMismatchLabelKeys).
import { getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { qualifiedNameErrors } from '../../model/names.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, requiredValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';
import { selectorErrors } from './selector.ts';
import { eachItem, textAt } from './values.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const NODE_POLICIES = ['Honor', 'Ignore'];

/** The errors of `spec.topologySpreadConstraints`. */
export function spreadErrors(spec: JsonObject, path: string): FieldError[] {
  const constraints = eachItem(spec, 'topologySpreadConstraints', path);
  return constraints.flatMap(({ item, at }, i) => {
    const skew = Number(item['maxSkew'] ?? 0);
    const [key, action] = [textAt(item, 'topologyKey'), textAt(item, 'whenUnsatisfiable')];
    const isRepeated = constraints
      .slice(i + 1)
      .some(({ item: other }) => textAt(other, 'topologyKey') === key && textAt(other, 'whenUnsatisfiable') === action);
    return [
      ...(skew > 0 ? [] : [invalidValue(`${at}.maxSkew`, skew, 'must be greater than zero')]),
      ...(key === '' ? [requiredValue(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(ACTIONS.includes(action) ? [] : [notSupported(`${at}.whenUnsatisfiable`, action, ACTIONS)]),
      ...(isRepeated ? [duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${action}}`)] : []),
      ...domainErrors(item, action, `${at}.minDomains`),
      ...['nodeAffinityPolicy', 'nodeTaintsPolicy'].flatMap((field) => {
        const policy = item[field];
        return typeof policy !== 'string' || NODE_POLICIES.includes(policy)
          ? []
          : [notSupported(`${at}.${field}`, policy, NODE_POLICIES)];
      }),
      ...labelKeyErrors(item, at),
      ...selectorErrors(getObject(item, 'labelSelector'), `${at}.labelSelector`),
    ];
  });
}

function domainErrors(constraint: JsonObject, action: string, at: string): FieldError[] {
  const least = constraint['minDomains'];
  if (typeof least !== 'number') return [];
  const errors = least > 0 ? [] : [invalidValue(at, least, 'must be greater than zero')];
  if (action === 'DoNotSchedule') return errors;
  const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
  return [...errors, invalidValue(at, least, why)];
}

/** Keys that become requirements of the selector beside them. */
export function labelKeyErrors(term: JsonObject, at: string): FieldError[] {
  const [own, other] = ['matchLabelKeys', 'mismatchLabelKeys'].map((field) =>
    (getList(term, field) ?? []).map(String),
  ) as [string[], string[]];
  const selector = getObject(term, 'labelSelector');
  const named = (keys: readonly string[], field: string): FieldError[] => {
    if (keys.length === 0) return [];
    if (!selector) return [forbiddenField(field, 'must not be specified when labelSelector is not set')];
    return keys.flatMap((key, i) =>
      qualifiedNameErrors(key).map((error) => invalidValue(`${field}[${i}]`, key, error)),
    );
  };
  return [
    ...named(own, `${at}.matchLabelKeys`),
    ...named(other, `${at}.mismatchLabelKeys`),
    ...repeatedErrors(own, selector, at),
    ...own.flatMap((key, i) =>
      other.includes(key)
        ? [invalidValue(`${at}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
        : [],
    ),
  ];
}

/** A key is in the selector already, for which its expressions are looked at only. */
function repeatedErrors(keys: readonly string[], selector: JsonObject | undefined, at: string): FieldError[] {
  const seen = new Set(Object.keys(getObject(selector, 'matchLabels') ?? {}));
  return eachItem(selector, 'matchExpressions', at).flatMap(({ item }) => {
    const key = textAt(item, 'key');
    const index = keys.lastIndexOf(key);
    const isRepeated = index >= 0 && seen.has(key);
    seen.add(key);
    return isRepeated ? [invalidValue(`${at}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : [];
  });
}
