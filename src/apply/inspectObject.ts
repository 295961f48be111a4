// Finds out what an apply of one object would do: reads it, asks the server by dry-run, takes over what kubectl owned.
// Deletes and applies nothing.
import type { Action, ChangeSetEntry } from '../model/changeSet.ts';
import type { JsonObject } from '../model/json.ts';
import { getString } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { withoutInvalidCaBundle } from '../diff/caBundle.ts';
import { hasDrifted } from '../diff/compare.ts';
import { adoptIgnored, ignoredPaths, withoutPaths } from '../diff/ignoreRules.ts';
import type { IgnoreRule } from '../diff/ignoreRules.ts';
import { forceWanted, skipReason } from '../diff/metadata.ts';
import { asStatusError } from '../diff/refusal.ts';
import { isReplaceable } from '../diff/replaceable.ts';
import { FIELD_MANAGER, migrationPatch, takeoverPatch } from '../diff/takeover.ts';
import type { KubeClient } from '../kube/client.ts';
import { ApplyFailure, dryRunFailure, stepFailure } from './failure.ts';

export interface InspectOptions {
  readonly force?: boolean;
  readonly ignore?: readonly IgnoreRule[];
  readonly overrideManagers?: readonly string[];
  /** Moves managedFields to the version that is applied before anything else (the controller's MigrateAPIVersion; off by default). */
  readonly migrateApiVersion?: boolean;
}

/** What is to be done with one object. */
export interface Inspection {
  readonly desired: JsonObject;
  readonly entry: ChangeSetEntry;
  /** What to send; undefined where nothing is to be written. */
  readonly payload: JsonObject | undefined;
  /** The live object, where the server has confirmed that nothing is to be written. */
  readonly confirmed?: JsonObject;
  /** The live object that must be deleted first, because a field of it is immutable. */
  readonly replaces?: JsonObject;
}

/** Throws ApplyFailure where the server refuses the object. */
export async function inspectObject(
  object: JsonObject,
  client: KubeClient,
  options: InspectOptions,
  signal?: AbortSignal,
): Promise<Inspection> {
  const desired = withoutInvalidCaBundle(object);
  const { live: found, readError } = await read(desired, client, signal);
  if (skipReason(desired, found) !== undefined) return inspection(desired, found ?? desired, 'skipped', undefined);
  const migration =
    found && options.migrateApiVersion ? migrationPatch(found, getString(desired, 'apiVersion') ?? '') : [];
  const live =
    migration.length === 0
      ? found
      : await patchLive(desired, migration, 'failed to migrate API version', client, signal);
  let dryRun: JsonObject;
  try {
    dryRun = await client.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }, signal);
  } catch (error) {
    const forced = live && forceWanted(desired, live, options.force ?? false);
    if (!forced || !(await isReplaceable(desired, error, client, signal))) throw dryRunFailure(refOf(desired), error);
    // Upstream deletes at once; we wait until the whole stage has passed its dry-run, so that a mistake beside it costs nothing.
    return { ...inspection(desired, live, 'created', desired), replaces: live };
  }
  // Nothing may be compared with a live object that could not be read.
  if (readError !== undefined) throw stepFailure(refOf(desired), 'query failed', readError);
  if (!live) return inspection(desired, dryRun, 'created', desired);
  return compare(desired, live, dryRun, migration.length > 0, client, options, signal);
}

async function read(
  desired: JsonObject,
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<{ live?: JsonObject; readError?: unknown }> {
  try {
    const live = await client.get(refOf(desired), signal);
    return live ? { live } : {};
  } catch (error) {
    // The dry-run will fail for the same reason, and its message is the one that Flux reports.
    if (!asStatusError(error)) throw error;
    return { readError: error };
  }
}

async function compare(
  desired: JsonObject,
  live: JsonObject,
  dryRun: JsonObject,
  migrated: boolean,
  client: KubeClient,
  options: InspectOptions,
  signal: AbortSignal | undefined,
): Promise<Inspection> {
  const ref = refOf(desired);
  const patch = takeoverPatch(desired, live, options.overrideManagers ?? []);
  const current =
    patch.length === 0
      ? live
      : await patchLive(desired, patch, 'metadata.managedFields cleanup failed', client, signal);
  const paths = ignoredPaths(options.ignore ?? [], dryRun);
  if (patch.length === 0 && !migrated && !hasDrifted(withoutPaths(current, paths), withoutPaths(dryRun, paths))) {
    return { ...inspection(desired, dryRun, 'unchanged', undefined), confirmed: current };
  }
  const payload = adoptIgnored(desired, current, dryRun, paths, FIELD_MANAGER);
  if (typeof payload === 'string') throw new ApplyFailure(ref, payload);
  return inspection(desired, dryRun, 'configured', payload);
}

async function patchLive(
  desired: JsonObject,
  patch: JsonObject[],
  step: string,
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<JsonObject> {
  try {
    return await client.patch(
      refOf(desired),
      'application/json-patch+json',
      patch,
      { fieldManager: FIELD_MANAGER },
      signal,
    );
  } catch (error) {
    throw stepFailure(refOf(desired), step, error);
  }
}

/** An object that is known to be there as it is desired. */
export function settledObject(desired: JsonObject, live: JsonObject): Inspection {
  const action = skipReason(desired, live) === undefined ? 'unchanged' : 'skipped';
  return inspection(desired, live, action, undefined);
}

/** The entry names the object as the server knows it: a cluster-scoped object has no namespace, whatever Git says. */
function inspection(
  desired: JsonObject,
  known: JsonObject,
  action: Action,
  payload: JsonObject | undefined,
): Inspection {
  return { desired, entry: { ref: refOf(known), action }, payload };
}
