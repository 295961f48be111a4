// Foretells what an apply would make of a live object, before a server has been asked: takeover, then the server's own merge.
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import { apply } from '../../merge/apply.ts';
import { deduced } from '../../merge/atom.ts';
import { singleVersion } from '../../merge/versions.ts';
import { defaultMerged } from '../../schema/defaults.ts';
import { pruneUnknown } from '../../schema/prune.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { withAtomicDefaults } from '../fields/atomicDefaults.ts';
import { isGoTyped } from '../desired/goTyped.ts';
import { withTargetPorts } from '../desired/normalize.ts';
import { withReturningDefaults } from '../fields/returningDefaults.ts';
import { FIELD_MANAGER, takenOver } from '../takeover.ts';

/** Times in a prediction mean nothing: it is never stored. */
const NO_TIME = '1970-01-01T00:00:00Z';

/**
 * The predicted object, or the sentence with which the server would refuse the apply. Defaults of fields that are new to the
 * object are not in it, nor what webhooks would change.
 */
export function predictApply(
  desired: JsonObject,
  live: JsonObject,
  schemas: SchemaSet,
  managers: readonly string[] = [],
): JsonObject | string {
  const merged = merge(withTargetPorts(desired), takenOver(desired, asServed(live, schemas), managers), schemas);
  return typeof merged === 'string' ? merged : withReturningDefaults(merged, live);
}

/** A custom resource as it is read under its definition: a definition that changes drops what it does not name any more. */
function asServed(live: JsonObject, schemas: SchemaSet): JsonObject {
  const ref = refOf(live);
  const schema = isGoTyped(ref.group) ? undefined : schemas.schemaOf(ref);
  return schema ? pruneUnknown(live, schema).object : live;
}

/** A new object as the server would keep it, as far as its definition says so. Built-in defaults are not in it. */
export function predictCreate(desired: JsonObject, schemas: SchemaSet): JsonObject {
  const ref = refOf(desired);
  const schema = isGoTyped(ref.group) ? undefined : schemas.schemaOf(ref);
  return schema ? defaultMerged(desired, schema) : withTargetPorts(desired);
}

/** An object as a server would keep it that never had it, with our managedFields; as it is where it fits no schema. */
export function predictStored(desired: JsonObject, schemas: SchemaSet): JsonObject {
  const stored = merge(withTargetPorts(desired), undefined, schemas);
  return typeof stored === 'string' ? desired : stored;
}

function merge(desired: JsonObject, live: JsonObject | undefined, schemas: SchemaSet): JsonObject | string {
  const ref = refOf(desired);
  const apiVersion = apiVersionOf(ref);
  const schema = schemas.schemaOf(ref) ?? deduced;
  const versions = singleVersion(apiVersion, schema);
  const applied = live ? withAtomicDefaults(desired, live, schema) : desired;
  const result = apply({
    live,
    applied,
    manager: FIELD_MANAGER,
    force: true,
    now: NO_TIME,
    apiVersion,
    kind: ref.kind,
    versions,
    builtin: isGoTyped(ref.group),
  });
  // Custom resources get the defaults of their definition after the merge (apiextensions-apiserver, structural defaulting).
  if ('object' in result)
    return isGoTyped(ref.group) || schema === deduced ? result.object : defaultMerged(result.object, schema);
  return 'error' in result ? result.error.message : 'another manager owns a field of it';
}
