// Who owns what after an update or an apply, and what an apply prunes: structured-merge-diff's merge.Updater. Knows
// nothing of times, identities on the wire or the rules for metadata.
import type { JsonObject } from '../model/json.ts';
import { equalJson, isJsonObject } from '../model/json.ts';
import { combine } from './combine.ts';
import { compareTyped, withoutFields } from './compare.ts';
import type { Comparison } from './compare.ts';
import { differenceOf, intersectionOf, isEmptySet, pathsOf, recursiveDifferenceOf, unionOf } from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import type { Managed, ManagedEntry } from './managedFields.ts';
import { MergeError } from './mergeError.ts';
import type { Path } from './pathElement.ts';
import { reconcileWithSchema, removeFields, withNamedFields } from './remove.ts';
import { fieldsOf } from './typed.ts';
import { inVersion } from './versions.ts';
import type { KindVersions } from './versions.ts';

/** A field that another manager owns with another value. */
export interface Conflict {
  readonly entry: ManagedEntry;
  readonly path: Path;
}

export interface Ownership {
  readonly versions: KindVersions;
  /** Fields that a request of this kind cannot set, by API version; see resetFields.ts. */
  readonly resetFields: ReadonlyMap<string, FieldSet>;
}

export type Shift =
  | { readonly managed: Map<string, ManagedEntry>; readonly comparison: Comparison }
  | { readonly conflicts: readonly Conflict[] };

/** Takes changed and removed fields from all managers but `self`. Without force, changed fields of others are conflicts. */
function shift(
  before: JsonObject,
  after: JsonObject,
  apiVersion: string,
  managed: Managed,
  self: string,
  force: boolean,
  ownership: Ownership,
): Shift {
  const { versions, resetFields } = ownership;
  const comparisons = new Map<string, Comparison | undefined>();
  const comparisonIn = (version: string): Comparison | undefined => {
    if (!comparisons.has(version)) {
      const [a, b] = [
        inVersion(before, version, versions, 'failed to convert old object'),
        inVersion(after, version, versions, 'failed to convert new object'),
      ];
      comparisons.set(
        version,
        a && b && withoutFields(compareTyped(a.object, b.object, a.schema), resetFields.get(version)),
      );
    }
    return comparisons.get(version);
  };
  const out = new Map<string, ManagedEntry>();
  const conflicts: Conflict[] = [];
  for (const [id, entry] of managed) {
    if (id === self) {
      out.set(id, entry);
      continue;
    }
    const comparison = comparisonIn(entry.apiVersion);
    // Managers of a version that is no longer served are forgotten.
    if (!comparison) continue;
    const taken = intersectionOf(entry.set, unionOf(comparison.modified, comparison.added));
    if (!force) for (const path of pathsOf(taken)) conflicts.push({ entry, path });
    out.set(id, { ...entry, set: differenceOf(differenceOf(entry.set, taken), comparison.removed) });
  }
  if (conflicts.length > 0) return { conflicts };
  for (const [id, entry] of out) if (isEmptySet(entry.set)) out.delete(id);
  return { managed: out, comparison: comparisonIn(apiVersion) as Comparison };
}

/** Sets as they would be had they been written under today's schema. */
function reconciled(live: JsonObject, managed: Managed, { versions }: Ownership): Managed {
  return new Map(
    [...managed].flatMap(([id, entry]) => {
      const schema = inVersion(live, entry.apiVersion, versions)?.schema;
      return schema ? [[id, { ...entry, set: reconcileWithSchema(entry.set, schema) }] as const] : [];
    }),
  );
}

/** Managers after an object was written as a whole: the writer owns what it added and changed. */
export function shiftForUpdate(
  before: JsonObject,
  after: JsonObject,
  self: ManagedEntry,
  selfId: string,
  managed: Managed,
  ownership: Ownership,
): Managed {
  const known = reconciled(before, managed, ownership);
  const moved = shift(before, after, self.apiVersion, known, selfId, true, ownership);
  if ('conflicts' in moved) return managed;
  const { comparison, managed: out } = moved;
  const own = out.get(selfId)?.set ?? self.set;
  const changed = unionOf(unionOf(differenceOf(own, comparison.removed), comparison.modified), comparison.added);
  const reset = ownership.resetFields.get(self.apiVersion);
  const set = reset ? recursiveDifferenceOf(changed, reset) : changed;
  if (isEmptySet(set)) out.delete(selfId);
  else out.set(selfId, { ...self, set });
  return out;
}

export type ApplyOutcome =
  | { readonly object: JsonObject | undefined; readonly managed: Managed }
  | { readonly conflicts: readonly Conflict[] };

/** Applies a partial object. `object` is undefined where nothing changed. */
export function applyPartial(
  live: JsonObject,
  partial: JsonObject,
  self: ManagedEntry,
  selfId: string,
  managed: Managed,
  force: boolean,
  ownership: Ownership,
): ApplyOutcome {
  const { versions, resetFields } = ownership;
  const schema = versions.schemaOf(self.apiVersion);
  if (!schema) throw new MergeError(`no corresponding type for ${self.apiVersion}`);
  const known = reconciled(live, managed, ownership);
  const merged = combine(live, partial, schema) as JsonObject;
  const reset = resetFields.get(self.apiVersion);
  const all = fieldsOf(partial, schema);
  const set = reset ? recursiveDifferenceOf(all, reset) : all;
  const last = known.get(selfId);
  const next = new Map(known).set(selfId, { ...self, set });
  const pruned =
    last && mayPrune(last, set, next, self.apiVersion) ? prune(merged, next, self.apiVersion, last, versions) : merged;
  const moved = shift(live, pruned, self.apiVersion, next, selfId, force, ownership);
  if ('conflicts' in moved) return moved;
  return { object: equalJson(live, pruned) ? undefined : pruned, managed: moved.managed };
}

/**
 * Whether pruning can take anything. Where the applier keeps all that it owned, everything on the way to it is kept with it:
 * what prune would take is then put back, field by field. Conversions between versions have the last word, so not there.
 */
function mayPrune(last: ManagedEntry, set: FieldSet, managed: Managed, apiVersion: string): boolean {
  if (isEmptySet(last.set)) return false;
  const isOneVersion =
    last.apiVersion === apiVersion && [...managed.values()].every((entry) => entry.apiVersion === apiVersion);
  return !isOneVersion || !isEmptySet(differenceOf(last.set, set));
}

/** Takes out what the applier owned before, nobody owns now, and was there because of it. */
function prune(
  merged: JsonObject,
  managed: Managed,
  apiVersion: string,
  last: ManagedEntry,
  versions: KindVersions,
): JsonObject {
  const start = inVersion(
    merged,
    last.apiVersion,
    versions,
    'failed to prune fields: failed to convert merged object to last applied version',
  );
  if (!start) return merged;
  const removed = asObject(
    removeFields(start.object, withNamedFields(last.set, start.schema), start.schema),
    start.object,
  );
  const kept = addBackOwned(start.object, removed, last.apiVersion, managed, versions);
  const pruned = addBackDangling(start.object, kept, last, versions);
  return inVersion(pruned, apiVersion, versions, 'failed to prune fields')?.object ?? pruned;
}

/** Upstream cannot lose apiVersion and kind, since nobody owns them; neither can we. */
function asObject(value: unknown, from: JsonObject): JsonObject {
  return isJsonObject(value as JsonObject)
    ? (value as JsonObject)
    : { apiVersion: from['apiVersion'] ?? '', kind: from['kind'] ?? '' };
}

function addBackOwned(
  merged: JsonObject,
  removed: JsonObject,
  prunedVersion: string,
  managed: Managed,
  versions: KindVersions,
): JsonObject {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, set } of managed.values()) {
    const known = owned.get(apiVersion);
    owned.set(apiVersion, known ? unionOf(known, set) : set);
  }
  // The pruned version first, so that nothing is missing that a conversion needs.
  const order = [...owned.keys()].toSorted((a, b) => Number(b === prunedVersion) - Number(a === prunedVersion));
  let [whole, left] = [merged, removed];
  for (const version of order) {
    const step = (what: string): string =>
      `failed to prune fields: failed add back owned items: failed to convert ${what} object at version ${version}`;
    const [a, b] = [
      inVersion(whole, version, versions, step('merged')),
      inVersion(left, version, versions, step('pruned')),
    ];
    if (!a || !b) continue;
    const named = (set: FieldSet): FieldSet => withNamedFields(set, a.schema);
    const keep = unionOf(named(fieldsOf(b.object, a.schema)), named(owned.get(version) as FieldSet));
    whole = a.object;
    left = asObject(
      removeFields(a.object, differenceOf(named(fieldsOf(a.object, a.schema)), keep), a.schema),
      a.object,
    );
  }
  return left;
}

/** Puts back what was lost without having been the applier's: children of what is kept for another manager. */
function addBackDangling(
  merged: JsonObject,
  pruned: JsonObject,
  last: ManagedEntry,
  versions: KindVersions,
): JsonObject {
  const left = inVersion(
    pruned,
    last.apiVersion,
    versions,
    'failed to prune fields: failed add back dangling items: failed to convert pruned object to last applied version',
  );
  if (!left) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, left.schema);
  const lost = differenceOf(named(fieldsOf(merged, left.schema)), named(fieldsOf(left.object, left.schema)));
  return asObject(removeFields(merged, intersectionOf(lost, named(last.set)), left.schema), merged);
}
