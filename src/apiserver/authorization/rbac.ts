// Role based access control: whether the roles and bindings of the cluster let a user do something, as
// pkg/registry/rbac/validation does. Reads the store; refuses nothing itself.
import { getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Api } from '../api.ts';
import type { User } from '../http/message.ts';
import { selectorMatches } from '../validation/selector.ts';
import { defaultRoles } from './defaultRoles.ts';
import type { Act, Rule } from './rule.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Whether a user may do it. Members of system:masters may do everything, whatever is stored. */
export function mayDo(api: Api, user: User, act: Act): boolean {
  return user.admin || rulesOf(api, user, 'path' in act ? '' : act.namespace).some((rule) => allows(rule, act));
}

/** All rules that hold for a user: of the whole cluster, and those of a namespace where one is given. */
export function rulesOf(api: Api, user: User, namespace: string): readonly Rule[] {
  const everywhere = stored(api, 'clusterrolebindings').flatMap((binding) => boundRules(api, user, binding, ''));
  if (namespace === '') return everywhere;
  const here = stored(api, 'rolebindings', namespace).flatMap((binding) => boundRules(api, user, binding, namespace));
  return [...everywhere, ...here];
}

function stored(api: Api, plural: string, namespace?: string): readonly JsonObject[] {
  const resource = api.served().at(GROUP, 'v1', plural);
  return resource ? api.store.list(resource.stored, namespace) : [];
}

function boundRules(api: Api, user: User, binding: JsonObject, namespace: string): readonly Rule[] {
  const subjects = getList(binding, 'subjects') ?? [];
  if (!subjects.some((subject) => isSubject(subject, user, namespace))) return [];
  const name = getString(binding, 'roleRef', 'name') ?? '';
  if (getString(binding, 'roleRef', 'kind') === 'ClusterRole') return clusterRoleRules(api, name);
  const role = stored(api, 'roles', namespace).find((each) => getString(each, 'metadata', 'name') === name);
  return readRules(role);
}

function isSubject(subject: JsonValue, user: User, namespace: string): boolean {
  const name = getString(subject, 'name') ?? '';
  switch (getString(subject, 'kind')) {
    case 'User':
      return user.name === name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount': {
      const own = getString(subject, 'namespace') || namespace;
      return own !== '' && user.name === `system:serviceaccount:${own}:${name}`;
    }
    default:
      return false;
  }
}

/** The rules of a ClusterRole, with those of the roles that it gathers by label. */
function clusterRoleRules(api: Api, name: string): readonly Rule[] {
  const roles = stored(api, 'clusterroles');
  const role = roles.find((each) => getString(each, 'metadata', 'name') === name);
  if (!role) return defaultRoles.get(name) ?? [];
  const selectors = (getList(role, 'aggregationRule', 'clusterRoleSelectors') ?? []).filter(isJsonObject);
  if (selectors.length === 0) return readRules(role);
  return roles
    .filter((each) =>
      selectors.some((selector) => selectorMatches(selector, getObject(each, 'metadata', 'labels') ?? {})),
    )
    .flatMap(readRules);
}

function readRules(role: JsonObject | undefined): Rule[] {
  const texts = (rule: JsonValue, field: string): string[] =>
    (getList(rule, field) ?? []).filter((each) => typeof each === 'string');
  return (getList(role, 'rules') ?? []).map((rule) => ({
    verbs: texts(rule, 'verbs'),
    apiGroups: texts(rule, 'apiGroups'),
    resources: texts(rule, 'resources'),
    resourceNames: texts(rule, 'resourceNames'),
    nonResourceURLs: texts(rule, 'nonResourceURLs'),
  }));
}

function allows(rule: Rule, act: Act): boolean {
  if (!has(rule.verbs, act.verb)) return false;
  if ('path' in act) return rule.nonResourceURLs.some((url) => isPath(url, act.path));
  const { group, resource, subresource, name } = act;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const named = rule.resourceNames.length === 0 || rule.resourceNames.includes(name);
  const fits = has(rule.resources, whole) || (subresource !== '' && rule.resources.includes(`*/${subresource}`));
  return has(rule.apiGroups, group) && fits && named;
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

function isPath(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}
