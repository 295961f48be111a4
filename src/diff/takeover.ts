// What Flux takes from other managers before it applies: fields of kubectl become our own, so that what left Git leaves
// the cluster, and the bookkeeping of client-side apply goes (fluxcd/pkg/ssa, patch.go; kustomize-controller, apply).
import { cloneJson, getKey, getList, getString, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { hasControl, textMap } from './desired/metadata.ts';

/** The field manager of the real controller: load-bearing, a hand-over depends on it. */
export const FIELD_MANAGER = 'kustomize-controller';

const CLEANED_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'fluxcd.io/sync-checksum',
];
const CLEANED_LABELS = ['fluxcd.io/sync-gc-mark'];

/** Managers whose fields are taken over, by the start of their name and the operation. */
const TAKEN: readonly { readonly prefix: string; readonly operation: 'Apply' | 'Update' }[] = [
  { prefix: 'kubectl', operation: 'Apply' },
  { prefix: 'kubectl', operation: 'Update' },
  { prefix: 'before-first-apply', operation: 'Update' },
  { prefix: FIELD_MANAGER, operation: 'Update' },
];

/**
 * The JSON patch that prepares a live object for our apply; empty where nothing is to be taken. `managers` are further
 * names (`--override-manager`). An object with `ssa: Merge`, in Git or live, keeps its managers.
 */
export function takeoverPatch(desired: JsonObject, live: JsonObject, managers: readonly string[]): JsonObject[] {
  if (hasControl(desired, 'ssa', 'Merge') || hasControl(live, 'ssa', 'Merge')) return [];
  const removed = (field: 'annotations' | 'labels', keys: readonly string[]): JsonObject[] =>
    keys
      .filter((key) => textMap(live, field).has(key))
      .map((key) => ({ op: 'remove', path: `/metadata/${field}/${key.replaceAll('/', '~1')}` }));
  const fields = takenFields(live, managers);
  return [
    ...removed('annotations', CLEANED_ANNOTATIONS),
    ...removed('labels', CLEANED_LABELS),
    ...(fields ? [{ op: 'replace', path: '/metadata/managedFields', value: fields }] : []),
  ];
}

/** The JSON patch that moves every manager to the version that is applied now; empty where all are there (PatchMigrateToVersion). */
export function migrationPatch(live: JsonObject, apiVersion: string): JsonObject[] {
  const entries = (getList(live, 'metadata', 'managedFields') ?? []).filter(isJsonObject);
  if (entries.every((entry) => getKey(entry, 'apiVersion') === apiVersion)) return [];
  const value = entries.map((entry) => Object.assign({}, entry, { apiVersion }));
  return [{ op: 'replace', path: '/metadata/managedFields', value }];
}

/** The live object as it stands after {@link migrationPatch}, itself where that is empty: for predictions. */
export function migrated(desired: JsonObject, live: JsonObject): JsonObject {
  const [patch] = migrationPatch(live, getString(desired, 'apiVersion') ?? '');
  const metadata = getKey(live, 'metadata');
  if (!patch || !isJsonObject(metadata)) return live;
  return { ...live, metadata: { ...metadata, managedFields: patch['value'] ?? [] } };
}

/** The live object as it stands after {@link takeoverPatch}: for predictions. */
export function takenOver(desired: JsonObject, live: JsonObject, managers: readonly string[]): JsonObject {
  const patch = takeoverPatch(desired, live, managers);
  if (patch.length === 0) return live;
  const copy = cloneJson(live);
  const metadata = getKey(copy, 'metadata');
  if (!isJsonObject(metadata)) return copy;
  for (const [field, keys] of [
    ['annotations', CLEANED_ANNOTATIONS],
    ['labels', CLEANED_LABELS],
  ] as const) {
    const map = getKey(metadata, field);
    if (isJsonObject(map)) for (const key of keys) delete map[key];
  }
  const fields = takenFields(live, managers);
  if (fields) setKey(metadata, 'managedFields', fields);
  return copy;
}

const isOurs = (entry: JsonObject): boolean =>
  getString(entry, 'manager') === FIELD_MANAGER && getString(entry, 'operation') === 'Apply';

/** The managedFields after the takeover; undefined where no manager is taken over. */
function takenFields(live: JsonObject, managers: readonly string[]): JsonValue[] | undefined {
  const entries = (getList(live, 'metadata', 'managedFields') ?? []).filter(isJsonObject);
  // The last one wins, as upstream has it: an entry of our own for a subresource would count too.
  let ours = entries.findLast(isOurs);
  const previous = ours;
  const kept: JsonValue[] = [];
  let edited = false;
  for (const entry of entries) {
    if (entry === previous) continue;
    if (!isTaken(entry, managers)) {
      kept.push(entry);
      continue;
    }
    edited = true;
    ours = ours
      ? { ...ours, fieldsV1: unionFields(getKey(ours, 'fieldsV1'), getKey(entry, 'fieldsV1')) }
      : { ...entry, manager: FIELD_MANAGER, operation: 'Apply' };
  }
  return edited && ours ? [...kept, ours] : undefined;
}

/** The managedFields entries whose fields an apply takes over. */
export function takenEntries(live: JsonObject | undefined, managers: readonly string[] = []): JsonObject[] {
  const entries = (getList(live, 'metadata', 'managedFields') ?? []).filter(isJsonObject);
  return entries.filter((entry) => isTaken(entry, managers));
}

function isTaken(entry: JsonObject, managers: readonly string[]): boolean {
  if (getString(entry, 'subresource')) return false;
  const name = getString(entry, 'manager') ?? '';
  const operation = getString(entry, 'operation');
  return (
    TAKEN.some((one) => one.operation === operation && name.startsWith(one.prefix)) ||
    managers.some((prefix) => name.startsWith(prefix))
  );
}

/** The union of two sets in the form of fieldsV1. An empty map is a member; `.` marks a member that has children too. */
export function unionFields(a: JsonValue | undefined, b: JsonValue | undefined): JsonObject {
  if (!isJsonObject(a)) return isJsonObject(b) ? b : {};
  if (!isJsonObject(b)) return a;
  const union: JsonObject = {};
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [left, right] = [getKey(a, key), getKey(b, key)];
    if (left === undefined || right === undefined) setKey(union, key, left ?? right ?? {});
    else setKey(union, key, key === '.' ? {} : unionMembers(left, right));
  }
  return union;
}

const isLeaf = (value: JsonValue): boolean => isJsonObject(value) && Object.keys(value).length === 0;

function unionMembers(left: JsonValue, right: JsonValue): JsonObject {
  if (isLeaf(left) && isLeaf(right)) return {};
  const both = unionFields(left, right);
  return isLeaf(left) || isLeaf(right) ? { '.': {}, ...both } : both;
}
