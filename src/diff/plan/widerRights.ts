// Whether a change of RBAC gives more rights than before. Compares rules by what they cover; asks no cluster what a role means
// that a binding names.
import { getList, getObject, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { Danger } from './plan.ts';

/** One right: a verb on a resource of a group, on one name or all; or a verb on a path. */
interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string;
}

const SHOWN = 3;
/** Verbs by which rights beyond the role's own are had. */
const POWERS = new Set(['escalate', 'bind', 'impersonate']);
const STRANGERS = new Set(['system:anonymous', 'system:unauthenticated', 'system:authenticated']);

/** The dangers of a role or a binding. Without `before` only what is all-powerful is one: a new role is no surprise. */
export function widerRights(before: JsonObject | undefined, after: JsonObject): Danger[] {
  const { group, kind } = refOf(after);
  if (group !== 'rbac.authorization.k8s.io') return [];
  if (kind === 'Role' || kind === 'ClusterRole') return ofRole(before, after, kind);
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding' ? ofBinding(before, after, kind) : [];
}

const danger = (message: string): Danger[] => [{ code: 'wider-rbac', message }];

function ofRole(before: JsonObject | undefined, after: JsonObject, kind: string): Danger[] {
  const had = before ? rightsOf(before) : [];
  const added = rightsOf(after).filter((right) => !had.some((one) => covers(one, right)));
  const told = before ? added : added.filter(isPower);
  if (told.length === 0) return [];
  const shown = told.slice(0, SHOWN).map(printRight).join(', ');
  const more = told.length > SHOWN ? ` and ${told.length - SHOWN} more` : '';
  return danger(`the ${kind} ${before ? 'allows more' : 'allows much'}: ${shown}${more}`);
}

function isPower({ verb, group, resource }: Right): boolean {
  return POWERS.has(verb) || (verb === '*' && resource === '*' && (group === '*' || group === ''));
}

function rightsOf(role: JsonObject): Right[] {
  return (getList(role, 'rules') ?? []).flatMap((rule) => {
    const texts = (field: string): string[] =>
      (getList(rule, field) ?? []).filter((one): one is string => typeof one === 'string');
    const names = texts('resourceNames');
    const onResources = texts('verbs').flatMap((verb) =>
      texts('apiGroups').flatMap((group) =>
        texts('resources').flatMap((resource) =>
          (names.length === 0 ? ['*'] : names).map((name) => ({ verb, group, resource, name })),
        ),
      ),
    );
    const onPaths = texts('verbs').flatMap((verb) =>
      texts('nonResourceURLs').map((path) => ({ verb, group: ' ', resource: path, name: '*' })),
    );
    return [...onResources, ...onPaths];
  });
}

function covers(one: Right, other: Right): boolean {
  const within = (mine: string, theirs: string): boolean => mine === '*' || mine === theirs;
  // Paths are a world of their own: the star of groups does not reach them.
  if ((one.group === ' ') !== (other.group === ' ')) return false;
  const path = one.group === ' ' && one.resource.endsWith('*') && other.resource.startsWith(one.resource.slice(0, -1));
  return (
    within(one.verb, other.verb) &&
    within(one.group, other.group) &&
    (path || within(one.resource, other.resource)) &&
    within(one.name, other.name)
  );
}

function printRight({ verb, group, resource, name }: Right): string {
  const where = group === ' ' || group === '' ? '' : `.${group}`;
  return `${verb} ${resource}${where}${name === '*' ? '' : ` "${name}"`}`;
}

function ofBinding(before: JsonObject | undefined, after: JsonObject, kind: string): Danger[] {
  const role = `${getString(after, 'roleRef', 'kind') ?? ''} ${getString(after, 'roleRef', 'name') ?? ''}`;
  const had = new Set((getList(before, 'subjects') ?? []).map(printSubject));
  const changed =
    before !== undefined &&
    getString(getObject(before, 'roleRef'), 'name') !== getString(getObject(after, 'roleRef'), 'name');
  const subjects = getList(after, 'subjects') ?? [];
  const added = subjects.filter((one) => changed || !had.has(printSubject(one)));
  if (added.length === 0) return [];
  const powerful =
    role === 'ClusterRole cluster-admin' || added.some((one) => STRANGERS.has(getString(one, 'name') ?? ''));
  if (!before && !powerful) return [];
  return danger(`the ${kind} gives ${role} to ${added.map(printSubject).join(', ')}`);
}

function printSubject(subject: JsonValue): string {
  const namespace = getString(subject, 'namespace');
  return `${getString(subject, 'kind') ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${getString(subject, 'name') ?? ''}`;
}
