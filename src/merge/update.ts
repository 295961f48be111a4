// managedFields after a create, an update or a patch that is no apply: the object is as the request made it, and its
// writer owns what changed.
import type { JsonObject } from '../model/json.ts';
import { equalJson, getList, getString, isJsonObject } from '../model/json.ts';
import {
  decodeManagedFields,
  decodeOrNobody,
  isReset,
  managedFieldsOf,
  nobody,
  withManaged,
  withoutManaged,
} from './managedFields.ts';
import type { Managed } from './managedFields.ts';
import { MergeError } from './mergeError.ts';
import { newObjectOf, recordUpdate } from './ownership.ts';
import type { WrittenKind } from './ownership.ts';

export interface UpdateRequest extends WrittenKind {
  /** The stored object in the request's version; undefined for a create. */
  readonly live: JsonObject | undefined;
  /** The object after defaulting, as it is about to be admitted. Its managedFields are what the user sent. */
  readonly updated: JsonObject;
  readonly manager: string;
  /** RFC 3339, to the second. */
  readonly now: string;
}

/**
 * The object with its new managedFields. Never fails: what structured merge cannot read loses its managedFields, as
 * upstream's UpdateNoErrors has it.
 */
export function updateManaged(request: UpdateRequest): JsonObject {
  const live = request.live ?? newObjectOf(request);
  const managed = knownManagers(request);
  const updated = withoutManaged(request.updated);
  // Objects that nobody manages stay so until the first apply.
  if (managed.size === 0 && (getString(live, 'metadata', 'uid') ?? '') !== '') return updated;
  try {
    return withManaged(
      updated,
      recordUpdate(withoutManaged(live), updated, managed, request.manager, request, request.now),
    );
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    return updated;
  }
}

/** The managers before the request: what the user sent, if that is a readable list, else what is stored. */
function knownManagers({ live, updated, subresource, builtin }: UpdateRequest): Managed {
  const stored = (): Managed => decodeOrNobody(managedFieldsOf(live));
  if (subresource !== undefined && subresource !== '') return stored();
  const sent = getList(updated, 'metadata', 'managedFields');
  // An empty list reads as none at all for custom resources.
  if (isReset(sent) && (builtin || sent?.length === 1)) return nobody;
  const managed = decodeManagedFields(sent);
  return 'error' in managed || managed.size === 0 ? stored() : managed;
}

/**
 * The object with the stored times, when nothing but the times of its managedFields differs from the stored object: a
 * request without effect then writes nothing (fieldmanager/equality.go). To be called last before the store.
 */
export function keepTimes(stored: JsonObject, written: JsonObject): JsonObject {
  const [before, after] = [managedFieldsOf(stored), managedFieldsOf(written)];
  if (!before || !after || after.length === 0 || before.length !== after.length) return written;
  const timed = after.map((entry, i) => {
    const time = getString(before[i], 'time');
    if (!isJsonObject(entry)) return entry;
    const { time: _, ...rest } = entry;
    return time === undefined ? rest : { ...rest, time };
  });
  if (!equalJson(timed, before)) return written;
  if (!equalJson(withoutManaged(stored), withoutManaged(written))) return written;
  return { ...written, metadata: { ...(written['metadata'] as JsonObject), managedFields: before } };
}
