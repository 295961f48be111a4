// Who a request acts as, and whether that one may: impersonation, then access control. Throws 403 in upstream's words.
import type { Api } from '../api.ts';
import { forbidden, forbiddenPath } from '../errors.ts';
import type { ApiRequest, User } from '../http/message.ts';
import { isPublic } from '../paths.ts';
import { verbOf } from '../resourceRequest.ts';
import type { Route } from '../route.ts';
import { mayDo } from './rbac.ts';
import type { Act } from './rule.ts';

const MASTERS = 'system:masters';
const AUTHENTICATED = 'system:authenticated';

/** The user that a request acts as: the one who asks, or the one of its Impersonate headers. Throws ApiError. */
export function actingUser(api: Api, { user, headers }: Pick<ApiRequest, 'user' | 'headers'>): User {
  const name = headers['impersonate-user'];
  if (name === undefined || name === '') return user;
  const groups = (headers['impersonate-group'] ?? '').split(',').filter((group) => group !== '');
  for (const [resource, what] of [['users', name], ...groups.map((group) => ['groups', group])] as const)
    requireImpersonation(api, user, resource ?? '', what ?? '');
  const own = groups.length > 0 ? groups : groupsOf(name);
  const all = [...new Set([...own, AUTHENTICATED])];
  return { name, groups: all, admin: all.includes(MASTERS) };
}

function requireImpersonation(api: Api, user: User, kind: string, what: string): void {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(what);
  const [resource, namespace, name] =
    kind === 'users' && account ? ['serviceaccounts', account[1] ?? '', account[2] ?? ''] : [kind, '', what];
  const act: Act = { verb: 'impersonate', group: '', resource, subresource: '', namespace, name };
  if (!mayDo(api, user, act)) throw forbidden({ group: '', plural: resource }, name, refusal(user, act));
}

/** A service account is in the groups of all of them and of its namespace. */
function groupsOf(user: string): string[] {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user)?.[1];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** Throws where the user may not do what the request asks for. */
export function authorize(api: Api, user: User, request: ApiRequest, route: Route): void {
  if (user.admin) return;
  if (route.kind === 'other') {
    const act = { verb: request.method.toLowerCase(), path: route.path };
    if (isPublic(route.path) || (isDiscovery(route.path) && user.groups.includes(AUTHENTICATED))) return;
    if (mayDo(api, user, act)) return;
    throw forbiddenPath(`User ${quoted(user.name)} cannot ${act.verb} path ${quoted(route.path)}`);
  }
  const { group, resource, subresource, name } = route;
  // A namespace is in itself, for the rules of its own.
  const namespace = resource === 'namespaces' ? name : route.namespace;
  const act: Act = { verb: verbOf(request, route), group, resource, subresource, namespace, name };
  if (!mayDo(api, user, act)) throw forbidden({ group, plural: resource }, name, refusal(user, act));
}

/** The role system:discovery, which everybody who is known has. */
function isDiscovery(path: string): boolean {
  return /^\/(api|apis|openapi)(\/|$)/.test(path);
}

function refusal(user: User, act: Exclude<Act, { path: string }>): string {
  const where = act.namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(act.namespace)}`;
  const what = act.subresource === '' ? act.resource : `${act.resource}/${act.subresource}`;
  return `User ${quoted(user.name)} cannot ${act.verb} resource ${quoted(what)} in API group ${quoted(act.group)} ${where}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
