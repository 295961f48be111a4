// managedFields across the scale subresource: a Scale owns `spec.replicas`, its object owns the field that this stands
// for (apimachinery's scalehandler.go).
import type { JsonObject, JsonValue } from '../model/json.ts';
import { differenceOf, hasPath, isEmptySet, setOf } from './fieldSet.ts';
import { decodeManagedFields, encodeManagedFields } from './managedFields.ts';
import type { Managed, ManagedEntry } from './managedFields.ts';
import { fieldElement } from './pathElement.ts';
import type { Path } from './pathElement.ts';

const SCALE_VERSION = 'autoscaling/v1';
const REPLICAS_IN_SCALE: Path = [fieldElement('spec'), fieldElement('replicas')];

/** Where each API version of a kind keeps its replicas; undefined for a version without scale. */
export type ReplicasPaths = ReadonlyMap<string, Path | undefined>;

/** A path of a CRD's `specReplicasPath` (`.spec.replicas`), as a path of fields. */
export function replicasPath(dotted: string): Path {
  return dotted
    .split('.')
    .filter((name) => name !== '')
    .map(fieldElement);
}

/** `managedFields` of the Scale of an object with these. Throws nothing: an unreadable list counts as none. */
export function managedFieldsOfScale(ofObject: readonly JsonValue[] | undefined, paths: ReplicasPaths): JsonObject[] {
  const scale = new Map<string, ManagedEntry>();
  for (const [id, entry] of decoded(ofObject)) {
    const path = paths.get(entry.apiVersion);
    if (path && hasPath(entry.set, path))
      scale.set(id, { ...entry, apiVersion: SCALE_VERSION, set: setOf(REPLICAS_IN_SCALE) });
  }
  return encodeManagedFields(scale);
}

/**
 * `managedFields` of the object after its Scale was written: who lost replicas there loses them here, who owns them there
 * owns them here in `apiVersion`. Upstream gives an entry that comes from the Scale no time of its own.
 */
export function managedFieldsFromScale(
  ofObject: readonly JsonValue[] | undefined,
  ofScale: readonly JsonValue[] | undefined,
  apiVersion: string,
  paths: ReplicasPaths,
): JsonObject[] {
  const object = decoded(ofObject);
  const scale = new Map(decoded(ofScale));
  const out = new Map<string, ManagedEntry>();
  for (const [id, entry] of object) {
    if (!paths.has(entry.apiVersion)) continue;
    const path = paths.get(entry.apiVersion);
    if (!path || !hasPath(entry.set, path) || scale.delete(id)) {
      out.set(id, entry);
      continue;
    }
    const left = differenceOf(entry.set, setOf(path));
    if (!isEmptySet(left)) out.set(id, { ...entry, set: left });
  }
  const path = paths.get(apiVersion);
  for (const [id, { time: _, ...entry }] of scale) {
    if (!path || !hasPath(entry.set, REPLICAS_IN_SCALE)) continue;
    const time = object.get(id)?.time;
    out.set(id, { ...entry, apiVersion, set: setOf(path), ...(time === undefined ? {} : { time }) });
  }
  return encodeManagedFields(out);
}

function decoded(list: readonly JsonValue[] | undefined): Managed {
  const managed = decodeManagedFields(list);
  return 'error' in managed ? new Map() : managed;
}
