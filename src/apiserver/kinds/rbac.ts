// Roles and their bindings: defaults and rules (k8s.io/kubernetes pkg/apis/rbac).
import { equalJson, getList, getObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { pathSegmentErrors, subdomainErrors } from '../../model/names.ts';
import { isUsable, selectorErrors } from '../validation/selector.ts';
import { eachItem, requiredText, textAt } from '../validation/values.ts';
import { itemsAt, setDefault, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';

const RBAC = 'rbac.authorization.k8s.io';
const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

const isNamespaced = (object: JsonObject): boolean => object['kind'] === 'Role' || object['kind'] === 'RoleBinding';

export const role: KindRules = {
  createOnUpdate: true,
  validateName: pathSegmentErrors,
  validate: (object) => [
    ...eachRule(object).flatMap(({ item, at }) => ruleErrors(item, at, isNamespaced(object))),
    ...aggregationErrors(object),
  ],
};

/** The rules stand at the top: their path has no parent. */
function eachRule(object: JsonObject): { readonly item: JsonObject; readonly at: string }[] {
  return itemsAt(object, 'rules').map((item, i) => ({ item, at: `rules[${i}]` }));
}

function ruleErrors(rule: JsonObject, path: string, namespaced: boolean): FieldError[] {
  const has = (field: string): boolean => (getList(rule, field) ?? []).length > 0;
  const errors = has('verbs') ? [] : [requiredValue(`${path}.verbs`, 'verbs must contain at least one value')];
  if (has('nonResourceURLs')) {
    const [at, urls] = [`${path}.nonResourceURLs`, rule['nonResourceURLs']];
    if (namespaced) errors.push(invalidValue(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if (['apiGroups', 'resources', 'resourceNames'].some(has))
      errors.push(invalidValue(at, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (!has('apiGroups'))
    errors.push(requiredValue(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (!has('resources'))
    errors.push(requiredValue(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

function aggregationErrors(object: JsonObject): FieldError[] {
  const rule = getObject(object, 'aggregationRule');
  if (!rule) return [];
  const selectors = eachItem(rule, 'clusterRoleSelectors', 'aggregationRule');
  if (selectors.length === 0)
    return [
      requiredValue(
        'aggregationRule.clusterRoleSelectors',
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      ),
    ];
  return selectors.flatMap(({ item, at }) => [
    ...selectorErrors(item, at),
    ...(isUsable(item) ? [] : [invalidValue(at, null, 'invalid label selector.')]),
  ]);
}

/** Bindings name the groups of their role and subjects. */
export const roleBinding: KindRules = {
  createOnUpdate: true,
  validateName: pathSegmentErrors,
  default: (object) => {
    const ref = structAt(object, 'roleRef');
    if (textAt(ref, 'apiGroup') === '') ref['apiGroup'] = RBAC;
    for (const subject of itemsAt(object, 'subjects'))
      if (subject['kind'] === 'User' || subject['kind'] === 'Group') setDefault(subject, 'apiGroup', RBAC);
  },
  validate: (object) => [
    ...roleRefErrors(object),
    ...itemsAt(object, 'subjects').flatMap((subject, i) =>
      subjectErrors(subject, `subjects[${i}]`, isNamespaced(object)),
    ),
  ],
  validateUpdate: (object, old) =>
    equalJson(printedRef(object), printedRef(old))
      ? []
      : [invalidValue('roleRef', printedRef(object), 'cannot change roleRef')],
};

/** As Go prints the internal struct. */
function printedRef(object: JsonObject): JsonObject {
  const ref = getObject(object, 'roleRef');
  return { APIGroup: textAt(ref, 'apiGroup'), Kind: textAt(ref, 'kind'), Name: textAt(ref, 'name') };
}

function roleRefErrors(object: JsonObject): FieldError[] {
  const ref = getObject(object, 'roleRef') ?? {};
  const [group, kind, name] = [textAt(ref, 'apiGroup'), textAt(ref, 'kind'), textAt(ref, 'name')];
  const errors: FieldError[] = group === RBAC ? [] : [notSupported('roleRef.apiGroup', group, [RBAC])];
  const kinds = isNamespaced(object) ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  errors.push(
    ...(name === ''
      ? [requiredValue('roleRef.name')]
      : pathSegmentErrors(name).map((error) => invalidValue('roleRef.name', name, error))),
  );
  return errors;
}

function subjectErrors(subject: JsonObject, path: string, namespaced: boolean): FieldError[] {
  const [kind, group, name] = [textAt(subject, 'kind'), textAt(subject, 'apiGroup'), textAt(subject, 'name')];
  const errors = requiredText(subject, 'name', path);
  if (!SUBJECTS.includes(kind)) return [...errors, notSupported(`${path}.kind`, kind, SUBJECTS)];
  if (kind !== 'ServiceAccount')
    return group === RBAC ? errors : [...errors, notSupported(`${path}.apiGroup`, group, [RBAC])];
  if (name !== '') errors.push(...subdomainErrors(name).map((error) => invalidValue(`${path}.name`, name, error)));
  if (group !== '') errors.push(notSupported(`${path}.apiGroup`, group, ['']));
  if (!namespaced && textAt(subject, 'namespace') === '') errors.push(requiredValue(`${path}.namespace`));
  return errors;
}
