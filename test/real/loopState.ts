// What a scenario has left in a cluster, with all that differs between two runs of it masked: names, ids, times, hashes.
import { equalJson, getList, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { KUSTOMIZATIONS } from './loopArbitrary.ts';

/** Objects by a name that does not depend on the run. */
export type State = ReadonlyMap<string, JsonValue>;

/** Hashes become numbers in the order in which they are met. */
export type Mask = (text: string) => string;

export function maskOf(token: string): Mask {
  const hashes = new Map<string, string>();
  return (text) =>
    text
      .replaceAll(token, 'TOKEN')
      .replace(/(sha1|sha256):[0-9a-f]{40,64}/g, (hash) => {
        const known = hashes.get(hash) ?? `hash-${hashes.size + 1}`;
        hashes.set(hash, known);
        return known;
      })
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
      .replace(/\b(after|in) [0-9][0-9a-zµ.]*s\b/g, '$1 <duration>')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, '<server>')
      // The controller builds in a random folder; ours says what is served instead, or what would bring the kind.
      .replace(/not found: stat \S+:/, 'not found: stat ...:')
      .replace(/(no matches for kind "[^"]*" in version "[^"]*");[^\n]*/, '$1');
}

const NAMESPACED = [
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'Secret'],
  ['', 'v1', 'Service'],
  ['', 'v1', 'ServiceAccount'],
  ['apps', 'v1', 'Deployment'],
  ['batch', 'v1', 'Job'],
  ['rbac.authorization.k8s.io', 'v1', 'Role'],
] as const;
const CLUSTER = [
  ['', 'v1', 'Namespace'],
  ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'],
] as const;

/** All objects of the cluster that a scenario can have made. */
export async function readObjects(client: KubeClient, token: string): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  const own = (name: string): boolean => name.includes(`${token}-`) || name.includes(`${token}.`);
  const list = async (group: string, version: string, kind: string, namespace?: string): Promise<void> => {
    const type = await client.resourceType({ group, version, kind });
    if (!type) return;
    const { items } = await client.list(type, namespace === undefined ? {} : { namespace });
    const apiVersion = group === '' ? version : `${group}/${version}`;
    found.push(...items.map((item) => ({ ...item, apiVersion, kind })));
  };
  for (const [group, version, kind] of CLUSTER) await list(group, version, kind);
  const clusterScoped = found.filter((item) => own(getString(item, 'metadata', 'name') ?? ''));
  found.length = 0;
  for (const object of clusterScoped) {
    if (object['kind'] !== 'Namespace') continue;
    for (const [group, version, kind] of NAMESPACED)
      await list(group, version, kind, getString(object, 'metadata', 'name') ?? '');
  }
  for (const object of clusterScoped) {
    if (object['kind'] !== 'CustomResourceDefinition') continue;
    client.forgetTypes();
    await list(getString(object, 'spec', 'group') ?? '', 'v1', 'Buoy').catch(() => undefined);
  }
  return [...clusterScoped, ...found.filter((item) => getString(item, 'metadata', 'name') !== 'kube-root-ca.crt')];
}

export function stateOf(
  objects: readonly JsonObject[],
  source: JsonObject | undefined,
  kustomizations: readonly JsonObject[],
  mask: Mask,
): State {
  const state = new Map<string, JsonValue>();
  const put = (key: string, value: JsonValue): void => void state.set(mask(key), masked(value, mask));
  put('GitRepository', fluxState(source));
  for (const name of KUSTOMIZATIONS)
    put(`Kustomization/${name}`, fluxState(kustomizations.find((one) => getString(one, 'metadata', 'name') === name)));
  const named = objects
    .map((object): [string, JsonObject] => [
      mask(
        `${String(object['kind'])}/${getString(object, 'metadata', 'namespace') ?? ''}/${getString(object, 'metadata', 'name') ?? ''}`,
      ),
      object,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, object] of named) put(key, stripped(object));
  return state;
}

function fluxState(object: JsonObject | undefined): JsonValue {
  if (!object) return null;
  const status = getPath(object, 'status');
  if (!isJsonObject(status)) return {};
  return {
    finalizers: getPath(object, 'metadata', 'finalizers') ?? null,
    observedGeneration: status['observedGeneration'] ?? null,
    lastAppliedRevision: status['lastAppliedRevision'] ?? null,
    lastAttemptedRevision: status['lastAttemptedRevision'] ?? null,
    artifact: getPath(status, 'artifact', 'revision') ?? null,
    conditions: (getList(status, 'conditions') ?? []).map(conditionState),
    inventory: getPath(status, 'inventory') ?? null,
    history: historyState(getList(status, 'history') ?? []),
  };
}

/** The last end of each build: what failed first and not again has met an object that was still on its way. */
function historyState(entries: readonly JsonValue[]): JsonValue {
  const ends = new Map<string, string>();
  for (const entry of entries) {
    const digest = getString(entry, 'digest') ?? '';
    if (!ends.has(digest)) ends.set(digest, getString(entry, 'lastReconciledStatus') ?? '');
  }
  return [...ends].map(([digest, end]) => `${digest} ${end}`);
}

/** The words of a failed build or health check are ours, with a place or a cause that upstream does not say. */
function conditionState(condition: JsonValue): JsonValue {
  const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map(
    (field) => getString(condition, field) ?? '',
  );
  const ours = reason === 'BuildFailed' || reason === 'HealthCheckFailed';
  return {
    type: type ?? '',
    status: status ?? '',
    reason: reason ?? '',
    message: ours ? '...' : reason === 'ReconciliationFailed' ? anyOf(message ?? '') : (message ?? ''),
  };
}

/** Objects are tried side by side: which of several that fail is the first one is chance. */
function anyOf(message: string): string {
  return / (dry-run failed|not found): /.test(message) ? 'an object is refused' : message;
}

const VOLATILE = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'time',
  'generation',
]);

function stripped(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const [key, child] of Object.entries(object)) {
    if (key === 'status') continue;
    if (key === 'metadata' && isJsonObject(child))
      copy[key] = {
        ...(withoutVolatile(child) as JsonObject),
        managedFields: managers(getList(child, 'managedFields') ?? []),
      };
    else copy[key] = withoutVolatile(child);
  }
  return copy;
}

function withoutVolatile(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutVolatile);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !VOLATILE.has(key))
      .map(([key, child]) => [key, withoutVolatile(child)]),
  );
}

function managers(entries: readonly JsonValue[]): JsonValue[] {
  return entries
    .filter(
      (entry) =>
        getString(entry, 'subresource') !== 'status' &&
        !['kube-controller-manager', 'kube-apiserver'].includes(getString(entry, 'manager') ?? ''),
    )
    .map(withoutVolatile)
    .sort((a, b) => (stringifyJson(a) < stringifyJson(b) ? -1 : 1));
}

function masked(value: JsonValue, mask: Mask): JsonValue {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [mask(key), masked(child, mask)]));
}

/** Differences in words. */
export function compareStates(theirs: State, ours: State): string[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) => {
    const [their, own] = [theirs.get(key), ours.get(key)];
    return differences(
      their,
      remembersMore(their, own) ? { ...own, inventory: getPath(their, 'inventory') ?? null } : own,
      key,
    );
  });
}

/** Where an apply fails half-way, the controller forgets the definitions that it has made, and ours does not (docs/differences.md). */
function remembersMore(theirs: JsonValue | undefined, ours: JsonValue | undefined): ours is JsonObject {
  if (!isJsonObject(theirs) || !isJsonObject(ours)) return false;
  const failed = (getList(ours, 'conditions') ?? []).some((one) => getString(one, 'reason') === 'ReconciliationFailed');
  const own = new Set((getList(ours, 'inventory', 'entries') ?? []).map(stringifyJson));
  return failed && (getList(theirs, 'inventory', 'entries') ?? []).every((entry) => own.has(stringifyJson(entry)));
}

function differences(theirs: JsonValue | undefined, ours: JsonValue | undefined, path: string): string[] {
  if (equalJson(theirs, ours)) return [];
  if (isJsonObject(theirs) && isJsonObject(ours))
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key) =>
      differences(theirs[key], ours[key], `${path}.${key}`),
    );
  const show = (value: JsonValue | undefined): string => (value === undefined ? 'none' : stringifyJson(value));
  return [`${path}\n    theirs ${show(theirs)}\n    ours   ${show(ours)}`];
}
