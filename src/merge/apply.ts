// Server-side apply as kube-apiserver does it: the merged object with its new managedFields, or why not. Pure: no
// defaulting, no validation, no admission, no store.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getList, getString, isJsonObject } from '../model/json.ts';
import { allowedByLastApplied, updateLastApplied } from './lastApplied.ts';
import { decodeManagedFields, managedFieldsOf, managerId, withManaged, withoutManaged } from './managedFields.ts';
import type { Managed } from './managedFields.ts';
import { MergeError } from './mergeError.ts';
import {
  mustBeTyped,
  managerOf,
  newObjectOf,
  ownershipOf,
  printKind,
  printObject,
  recordUpdate,
  stripMeta,
} from './ownership.ts';
import type { WrittenKind } from './ownership.ts';
import { hasPath } from './fieldSet.ts';
import { applyPartial } from './updater.ts';
import type { Conflict } from './updater.ts';

export interface ApplyRequest extends WrittenKind {
  /** The stored object in the request's version; undefined when it does not exist. */
  readonly live: JsonObject | undefined;
  /** The body of the request. It is not changed. */
  readonly applied: JsonObject;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339, to the second. */
  readonly now: string;
}

export type ApplyResult =
  /** `changed` is false where the apply moved nothing but ownership. */
  | { readonly object: JsonObject; readonly changed: boolean }
  | { readonly conflicts: readonly Conflict[] }
  /** What a request gets instead: a message in upstream's words, with status 400 or 500. */
  | { readonly error: { readonly code: 400 | 500; readonly message: string } };

/**
 * Applies an object. The result has managedFields and everything that defaulting and validation would still change or
 * refuse. Order of managers, times and pruning as in apimachinery's managedfields and structured-merge-diff.
 */
export function apply(request: ApplyRequest): ApplyResult {
  try {
    return applyOrThrow(request);
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

function applyOrThrow(request: ApplyRequest): ApplyResult {
  const { applied, manager, kind } = request;
  const live = request.live ?? newObjectOf(request);
  const managed = decodeManagedFields(managedFieldsOf(live));
  if ('error' in managed) throw new MergeError(`failed to decode managed fields: ${managed.error}`);
  if (getString(applied, 'apiVersion') !== request.apiVersion || getString(applied, 'kind') !== kind) {
    throw new MergeError(`invalid object type: ${printKind(applied)}`, 400);
  }
  const bare = withoutManaged(live);
  // An object that nobody manages yet belongs to whoever wrote it before.
  const known =
    managed.size > 0
      ? managed
      : recordUpdate(newObjectOf(request), bare, managed, 'before-first-apply', request, request.now);
  let outcome = applyAs(request, bare, known, request.force);
  if ('conflicts' in outcome && manager === 'kubectl') {
    const allowed = allowedByLastApplied(bare, request);
    const left = allowed ? outcome.conflicts.filter(({ path }) => !hasPath(allowed, path)) : outcome.conflicts;
    if (left.length > 0) return { conflicts: left };
    outcome = applyAs(request, bare, known, true);
  }
  if ('conflicts' in outcome) return outcome;
  const object = manager === 'kubectl' ? updateLastApplied(outcome.object, applied) : outcome.object;
  return { object: withManaged(object, outcome.managed), changed: outcome.changed };
}

type Outcome =
  | { readonly object: JsonObject; readonly managed: Managed; readonly changed: boolean }
  | { readonly conflicts: readonly Conflict[] };

function applyAs(request: ApplyRequest, live: JsonObject, managed: Managed, force: boolean): Outcome {
  const { applied } = request;
  if (getList(applied, 'metadata', 'managedFields') !== undefined)
    throw new MergeError('metadata.managedFields must be nil', 400);
  mustBeTyped(applied, request, `failed to create typed patch object (${printObject(applied)})`, 'refused');
  mustBeTyped(live, request, `failed to create typed live object (${printObject(live)})`, 'allowed');
  const self = managerOf(request, request.manager, 'Apply');
  const id = managerId(self);
  const time = managed.get(id)?.time;
  const outcome = applyPartial(
    live,
    applied,
    time === undefined ? self : { ...self, time },
    id,
    managed,
    force,
    ownershipOf(request),
  );
  if ('conflicts' in outcome) return outcome;
  const next = stripMeta(outcome.managed, id);
  if (outcome.object === undefined) return { object: live, managed: next, changed: false };
  const entry = next.get(id);
  if (entry) next.set(id, { ...entry, time: request.now });
  return { object: withoutNullMaps(outcome.object, live), managed: next, changed: true };
}

/** Keeps metadata an object: pruning a map down to nothing leaves null. */
function withoutNullMaps(object: JsonObject, live: JsonObject): JsonObject {
  const metadata: JsonValue | undefined = object['metadata'];
  return metadata === undefined || isJsonObject(metadata) ? object : { ...object, metadata: live['metadata'] ?? {} };
}
