// The inventory of a Kustomization: ids of the objects that it owns, and the order in which objects are applied. Both
// are read by the real controllers after a hand-over: never re-encode an id, never reorder the table.
import { byCodePoint } from './byCodePoint.ts';
import type { ChangeSet } from './changeSet.ts';
import type { JsonValue } from './json.ts';
import { refOf } from './objectRef.ts';
import type { ObjectRef } from './objectRef.ts';

/** One line of `status.inventory.entries`: `<namespace>_<name>_<group>_<kind>` and the version of the API. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

/** What an id says of an object: everything but the version. */
export type ObjectId = Omit<ObjectRef, 'version'>;

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const RBAC_KINDS = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/** Prints an id as cli-utils does (object/objmetadata.go): colons, which only RBAC names may have, become `__`. */
export function inventoryId(ref: ObjectId): string {
  const rbac = ref.group === RBAC_GROUP && RBAC_KINDS.has(ref.kind);
  return [ref.namespace, rbac ? ref.name.replaceAll(':', '__') : ref.name, ref.group, ref.kind].join('_');
}

/** The id of an object. Group and kind are empty where its apiVersion has more than one slash, as apimachinery reads it. */
export function idOfObject(object: JsonValue): ObjectId {
  const { group, version, kind, namespace, name } = refOf(object);
  return version.includes('/') ? { group: '', kind: '', namespace, name } : { group, kind, namespace, name };
}

/** Reads an id; undefined where it has fewer than four parts. Every `__` of a name becomes `:`, whatever the kind. */
export function parseInventoryId(id: string): ObjectId | undefined {
  const first = id.indexOf('_');
  if (first < 0) return undefined;
  const rest = id.slice(first + 1);
  const last = rest.lastIndexOf('_');
  const middle = last < 0 ? -1 : rest.lastIndexOf('_', last - 1);
  if (last < 1 || middle < 0) return undefined;
  return {
    namespace: id.slice(0, first),
    name: rest.slice(0, middle).replaceAll('__', ':'),
    group: rest.slice(middle + 1, last),
    kind: rest.slice(last + 1),
  };
}

export function entryOf(ref: ObjectRef): InventoryEntry {
  return { id: inventoryId(ref), v: ref.version };
}

/** The reference of an entry; undefined where its id cannot be read. */
export function refOfEntry(entry: InventoryEntry): ObjectRef | undefined {
  const id = parseInventoryId(entry.id);
  return id && { ...id, version: entry.v };
}

/** The inventory that an apply leaves: its change set in order, skipped objects included. */
export function inventoryOf(changes: ChangeSet): InventoryEntry[] {
  return changes.map(({ ref }) => entryOf(ref));
}

/** What `before` holds and `after` does not, in apply order. A change of version alone is no difference. */
export function inventoryDiff(before: readonly InventoryEntry[], after: readonly InventoryEntry[]): ObjectRef[] {
  const kept = new Set(after.map((entry) => entry.id));
  const stale = before.filter((entry) => !kept.has(entry.id)).map(refOfEntry);
  return stale.filter((ref) => ref !== undefined).toSorted(compareApplyOrder);
}

/** Adds the objects that are missing: what could not be deleted stays owned (fluxcd/kustomize-controller#1664). */
export function mergeInventory(inventory: readonly InventoryEntry[], refs: readonly ObjectRef[]): InventoryEntry[] {
  const merged = [...inventory];
  const seen = new Set(inventory.map((entry) => entry.id));
  for (const entry of refs.map(entryOf)) {
    if (!seen.has(entry.id)) merged.push(entry);
    seen.add(entry.id);
  }
  return merged;
}

/** Kinds that are applied before all others, in this order (fluxcd/pkg/ssa, ReconcileOrder). Any group. */
export const APPLY_FIRST: readonly string[] = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];

/** Kinds that are applied after all others: a webhook may refuse what stands before it. */
export const APPLY_LAST: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const RANKS = new Map<string, number>([
  ...APPLY_FIRST.map((kind, index): [string, number] => [kind, index - APPLY_FIRST.length]),
  ...APPLY_LAST.map((kind, index): [string, number] => [kind, index + 1]),
]);

/** Orders objects for an apply: rank of the kind, then group, kind, namespace and name. Deletion is the exact reverse. */
export function compareApplyOrder(a: ObjectId, b: ObjectId): number {
  const ranks = (RANKS.get(a.kind) ?? 0) - (RANKS.get(b.kind) ?? 0);
  return (
    ranks ||
    byCodePoint(a.group, b.group) ||
    byCodePoint(a.kind, b.kind) ||
    byCodePoint(a.namespace, b.namespace) ||
    byCodePoint(a.name, b.name)
  );
}
