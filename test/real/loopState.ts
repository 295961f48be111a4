// What a scenario has left in a cluster, with all that differs between two runs of it masked: names, ids, times, hashes.
import { getList, getObject, getPath, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { stringifyJson } from '../../src/model/jsonText.ts';
import { refOf } from '../../src/model/objectRef.ts';
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
    .map((object): [string, JsonObject] => [stateKey(object, mask), object])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, object] of named) put(key, stripped(object));
  return state;
}

/** The uids of objects, by the keys of a state. */
export function uidsOf(objects: readonly JsonObject[], mask: Mask): Map<string, string> {
  return new Map(objects.map((object) => [stateKey(object, mask), getString(object, 'metadata', 'uid') ?? '']));
}

function stateKey(object: JsonObject, mask: Mask): string {
  const { namespace, name } = refOf(object);
  return mask(`${String(object['kind'])}/${namespace}/${name}`);
}

function fluxState(object: JsonObject | undefined): JsonValue {
  if (!object) return null;
  const status = getObject(object, 'status') ?? {};
  return {
    finalizers: getPath(object, 'metadata', 'finalizers') ?? null,
    managedFields: managers(getList(object, 'metadata', 'managedFields') ?? []),
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
  const ends = new Map<string, JsonValue>();
  for (const entry of entries) {
    const digest = getString(entry, 'digest') ?? '';
    const end = { digest, status: getString(entry, 'lastReconciledStatus') ?? '' };
    if (!ends.has(digest)) ends.set(digest, { ...end, metadata: getPath(entry, 'metadata') ?? null });
  }
  return [...ends.values()];
}

function conditionState(condition: JsonValue): JsonValue {
  const { lastTransitionTime: _, ...said } = condition as JsonObject;
  return said;
}

const VOLATILE = new Set([
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'time',
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
  return inOrder(
    entries
      .filter(
        (entry) =>
          getString(entry, 'subresource') !== 'status' &&
          !['kube-controller-manager', 'kube-apiserver'].includes(getString(entry, 'manager') ?? ''),
      )
      .map(withoutVolatile),
  );
}

/** Their order is that of their times. */
export function inOrder(entries: readonly JsonValue[]): JsonValue[] {
  return entries.toSorted((a, b) => (stringifyJson(a) < stringifyJson(b) ? -1 : 1));
}

function masked(value: JsonValue, mask: Mask): JsonValue {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, mask));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [mask(key), masked(child, mask)]));
}
