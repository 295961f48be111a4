// Whether a policy or a webhook is about a write: rules, scopes, selectors, equivalent versions
// (k8s.io/apiserver/pkg/admission/plugin/policy/matching and webhook/predicates). Evaluates no expression.
import { getList, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Act, Api } from '../api.ts';
import type { ServedResource } from '../served.ts';
import { isEmptySelector, selectorMatches } from '../validation/selector.ts';

const NAMESPACES = '/namespaces';

/** The namespace of a request: that of a namespace is its own name. */
export function namespaceOf({ target, name }: Act): string {
  return target.resource.stored === NAMESPACES ? name : target.namespace;
}

/** The version of the resource in which a write matches, or undefined. A missing constraint matches everything. */
export function matchedResource(api: Api, constraints: JsonObject | undefined, act: Act): ServedResource | undefined {
  if (!constraints) return act.target.resource;
  if (!inNamespaces(api, getObject(constraints, 'namespaceSelector'), act)) return undefined;
  if (!hasLabels(getObject(constraints, 'objectSelector'), act)) return undefined;
  const isFuzzy = getString(constraints, 'matchPolicy') === 'Equivalent';
  const matched = (field: string): ServedResource | undefined =>
    byRules(api, getList(constraints, field) ?? [], isFuzzy, act);
  if (matched('excludeResourceRules')) return undefined;
  return (getList(constraints, 'resourceRules') ?? []).length === 0 ? act.target.resource : matched('resourceRules');
}

function inNamespaces(api: Api, selector: JsonObject | undefined, act: Act): boolean {
  const namespace = namespaceOf(act);
  const isNamespace = act.target.resource.stored === NAMESPACES;
  if ((namespace === '' && !isNamespace) || !selector || isEmptySelector(selector)) return true;
  const own = isNamespace && act.target.subresource === '' && act.object ? act.object : undefined;
  const found = own ?? api.store.get(NAMESPACES, '', namespace);
  return selectorMatches(selector, getObject(found, 'metadata', 'labels'));
}

function hasLabels(selector: JsonObject | undefined, { object, old }: Act): boolean {
  if (!selector || isEmptySelector(selector)) return true;
  return [object, old].some((each) => each && selectorMatches(selector, getObject(each, 'metadata', 'labels')));
}

/** The request's own version first, then the others under which the same objects are served. */
function byRules(api: Api, rules: readonly JsonValue[], isFuzzy: boolean, act: Act): ServedResource | undefined {
  const { resource } = act.target;
  const others = isFuzzy
    ? api
        .served()
        .resources()
        .filter((each) => each.stored === resource.stored && each !== resource)
    : [];
  if (rules.some((rule) => fitsRule(rule, resource, act))) return resource;
  for (const rule of rules) {
    const found = others.find((other) => fitsRule(rule, other, act));
    if (found) return found;
  }
  return undefined;
}

function fitsRule(rule: JsonValue, { type, stored }: ServedResource, act: Act): boolean {
  if (!isJsonObject(rule)) return false;
  const texts = (field: string): string[] => (getList(rule, field) ?? []).map(String);
  const has = (field: string, wanted: string): boolean => texts(field).some((item) => item === '*' || item === wanted);
  const scope = getString(rule, 'scope') ?? '*';
  const isCluster = stored === NAMESPACES || namespaceOf(act) === '';
  if (scope !== '*' && (scope === 'Cluster') !== isCluster) return false;
  const names = texts('resourceNames');
  return (
    has('operations', act.operation) &&
    has('apiGroups', type.group) &&
    has('apiVersions', type.version) &&
    texts('resources').some((item) => isResource(item, type.plural, act.target.subresource)) &&
    (names.length === 0 || names.includes(act.name))
  );
}

function isResource(item: string, plural: string, subresource: string): boolean {
  const slash = item.indexOf('/');
  const [resource, sub] = slash < 0 ? [item, ''] : [item.slice(0, slash), item.slice(slash + 1)];
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource);
}
