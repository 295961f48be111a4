// What apply.ts and update.ts share: the kind that is written, metadata that nobody owns, and the step that records who
// wrote what when.
import { getObject, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { emptyObject, withNullsOf } from './emptyObject.ts';
import { differenceOf, emptySet, isEmptySet, setOf, unionOf } from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import { managerId } from './managedFields.ts';
import type { Managed, ManagedEntry } from './managedFields.ts';
import { MergeError } from './mergeError.ts';
import { fieldElement } from './pathElement.ts';
import { checkTyped, printTypeErrors } from './typed.ts';
import { shiftForUpdate } from './updater.ts';
import type { Ownership } from './updater.ts';
import type { KindVersions } from './versions.ts';

/** What is written and how it is served. */
export interface WrittenKind {
  /** The version that the request speaks, such as `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly versions: KindVersions;
  /** Built-in kinds are Go structs: they have fields even when nothing is set, and `managedFields: []` resets them. */
  readonly builtin: boolean;
  /** Fields that requests to this (sub)resource cannot set, by API version. */
  readonly resetFields?: ReadonlyMap<string, FieldSet>;
  /** `status`, `scale`, ...; absent for the object itself. */
  readonly subresource?: string;
}

export function ownershipOf(kind: WrittenKind): Ownership {
  return { versions: kind.versions, resetFields: kind.resetFields ?? new Map() };
}

/** An object of the kind before anything is set. */
export function newObjectOf(kind: WrittenKind): JsonObject {
  const schema = kind.versions.schemaOf(kind.apiVersion);
  const bare = { apiVersion: kind.apiVersion, kind: kind.kind };
  return kind.builtin && schema ? { ...emptyObject(schema), ...bare } : bare;
}

const META = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];
const NEVER_OWNED = setOf(
  ...['apiVersion', 'kind', 'metadata'].map((name) => [fieldElement(name)]),
  ...META.map((name) => [fieldElement('metadata'), fieldElement(name)]),
);

/** Takes identity and server-set metadata out of one manager's fields. */
export function stripMeta(managed: Managed, id: string): Map<string, ManagedEntry> {
  const out = new Map(managed);
  const entry = out.get(id);
  if (!entry) return out;
  const set = differenceOf(entry.set, NEVER_OWNED);
  if (isEmptySet(set)) out.delete(id);
  else out.set(id, { ...entry, set });
  return out;
}

/** The manager of a request. Without a name it is `unknown`. */
export function managerOf(kind: WrittenKind, manager: string, operation: 'Apply' | 'Update'): ManagedEntry {
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    apiVersion: kind.apiVersion,
    subresource: kind.subresource ?? '',
    set: emptySet,
  };
}

/** Throws {@link MergeError} where an object does not have its schema's types. */
export function mustBeTyped(
  object: JsonObject,
  kind: WrittenKind,
  what: string,
  duplicates: 'allowed' | 'refused',
): void {
  const schema = kind.versions.schemaOf(kind.apiVersion);
  if (!schema) throw new MergeError(`${what}: no corresponding type for ${printKind(object)}`);
  const errors = checkTyped(object, schema, duplicates);
  if (errors.length > 0) throw new MergeError(`${what}: ${printTypeErrors(errors)}`);
}

/** `ns/name; apps/v1, Kind=Deployment`, as the messages of kube-apiserver name an object. */
export function printObject(object: JsonObject): string {
  const metadata = getObject(object, 'metadata');
  return `${getString(metadata, 'namespace') ?? ''}/${getString(metadata, 'name') ?? ''}; ${printKind(object)}`;
}

export function printKind(object: JsonObject): string {
  const apiVersion = getString(object, 'apiVersion') ?? '';
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${getString(object, 'kind') ?? ''}`;
}

/** The managers after `manager` wrote `after` over `before`; both without managedFields. */
export function recordUpdate(
  before: JsonObject,
  after: JsonObject,
  managed: Managed,
  manager: string,
  kind: WrittenKind,
  now: string,
): Managed {
  mustBeTyped(after, kind, `failed to convert new object (${printObject(after)}) to smd typed`, 'allowed');
  mustBeTyped(before, kind, `failed to convert live object (${printObject(before)}) to smd typed`, 'allowed');
  // The request has an identity of its own at first, so that only what it changed moves its time.
  const [from, to] = kind.builtin ? [withNullsOf(before, after), withNullsOf(after, before)] : [before, after];
  const current = 'current-operation';
  const self = managerOf(kind, manager, 'Update');
  const id = managerId(self);
  const out = stripMeta(shiftForUpdate(from, to, self, current, managed, ownershipOf(kind)), current);
  const written = out.get(current);
  if (written) {
    out.delete(current);
    const previous = out.get(id);
    out.set(id, { ...self, set: previous ? unionOf(written.set, previous.set) : written.set, time: now });
  }
  return capUpdaters(out);
}

const MAX_UPDATERS = 10;

function ageOf(entry: ManagedEntry): number {
  return entry.time === undefined ? 0 : Date.parse(entry.time);
}

/** Folds the oldest updaters into one entry per API version while there are more than ten. */
function capUpdaters(managed: Managed): Managed {
  const updaters = [...managed].filter(([, entry]) => entry.operation === 'Update');
  if (updaters.length <= MAX_UPDATERS) return managed;
  updaters.sort(([a, left], [b, right]) => ageOf(left) - ageOf(right) || (a < b ? -1 : 1));
  const out = new Map(managed);
  const first = new Map<string, string>();
  let count = updaters.length;
  for (const [id, entry] of updaters) {
    if (count <= MAX_UPDATERS) break;
    const oldest = first.get(entry.apiVersion);
    if (oldest === undefined) {
      first.set(entry.apiVersion, id);
      continue;
    }
    const bucket: ManagedEntry = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: entry.apiVersion,
      subresource: '',
      set: emptySet,
    };
    const bucketId = managerId(bucket);
    const known = out.get(bucketId) ?? out.get(oldest);
    if (!out.has(bucketId)) out.delete(oldest);
    // The merged entry is as young as the youngest in it.
    out.set(bucketId, {
      ...bucket,
      set: unionOf(entry.set, known?.set ?? emptySet),
      ...(entry.time === undefined ? {} : { time: entry.time }),
    });
    if (id !== bucketId) out.delete(id);
    count--;
  }
  return out;
}
