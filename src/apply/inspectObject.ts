// Finds out what an apply of one object would do: asks the server by dry-run, reads the object, takes over what kubectl owned.
// Deletes and applies nothing.
import type { Action, ChangeSetEntry } from '../model/changeSet.ts';
import type { JsonObject } from '../model/json.ts';
import { getString } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { withoutInvalidCaBundle } from '../diff/desired/caBundle.ts';
import { hasDrifted } from '../diff/compare.ts';
import { adoptIgnored, ignoredPaths, withoutPaths } from '../diff/ignoreRules.ts';
import type { IgnoreRule } from '../diff/ignoreRules.ts';
import { forceWanted, skipReason } from '../diff/desired/metadata.ts';
import { asStatusError } from '../diff/plan/refusal.ts';
import { isReplaceable } from '../diff/plan/replaceable.ts';
import { FIELD_MANAGER, migrationPatch, takeoverPatch } from '../diff/takeover.ts';
import type { KubeClient } from '../kube/client.ts';
import { ApplyFailure, dryRunFailure, stepFailure } from './failure.ts';

export interface InspectOptions {
  readonly force?: boolean;
  readonly ignore?: readonly IgnoreRule[];
  readonly overrideManagers?: readonly string[];
  /** Moves managedFields to the version that is applied before anything else (the controller's MigrateAPIVersion; off by default). */
  readonly migrateApiVersion?: boolean;
  /**
   * An object as a watch has it. Where this is given, the dry-run comes first, and the object is read only where that says
   * that it is there and otherwise than the watch has it. Not for an account that may apply what it may not read: upstream
   * reads first, and is refused.
   */
  readonly seen?: (desired: JsonObject) => JsonObject | undefined;
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
  const first = isAskedFirst(desired, options) ? await askServer(desired, client, signal) : undefined;
  // A server gives a resourceVersion to what it has stored only, and a dry-run's answer has that of the stored object.
  if (first?.object && versionOf(first.object) === undefined)
    return inspection(desired, first.object, 'created', desired);
  const seen = first?.object && sameVersion(options.seen?.(desired), first.object);
  const { live: found, readError } = seen ? { live: seen } : await read(desired, client, signal);
  if (skipReason(desired, found) !== undefined) return inspection(desired, found ?? desired, 'skipped', undefined);
  const migration =
    found && options.migrateApiVersion ? migrationPatch(found, getString(desired, 'apiVersion') ?? '') : [];
  const live =
    migration.length === 0
      ? found
      : await patchLive(desired, migration, 'failed to migrate API version', client, signal);
  const { object: dryRun, refusal } = first ?? (await askServer(desired, client, signal));
  if (!dryRun) {
    const forced = live && forceWanted(desired, live, options.force ?? false);
    if (!forced || !(await isReplaceable(desired, refusal, client, signal)))
      throw dryRunFailure({ desired, live }, refusal);
    // Upstream deletes at once; we wait until the whole stage has passed its dry-run, so that a mistake beside it costs nothing.
    return { ...inspection(desired, live, 'created', desired), replaces: live };
  }
  // Nothing may be compared with a live object that could not be read.
  if (readError !== undefined) throw stepFailure({ desired }, 'query failed', readError);
  if (!live) return inspection(desired, dryRun, 'created', desired);
  return compare(desired, live, dryRun, migration.length > 0, client, options, signal);
}

/** What Git says to leave alone is not asked about, and a migration changes what a dry-run says. */
function isAskedFirst(desired: JsonObject, { seen, migrateApiVersion }: InspectOptions): boolean {
  return seen !== undefined && migrateApiVersion !== true && skipReason(desired, desired) === undefined;
}

/** The answer of a dry-run, or why there is none. */
async function askServer(
  desired: JsonObject,
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<{ readonly object?: JsonObject; readonly refusal?: unknown }> {
  try {
    return { object: await client.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }, signal) };
  } catch (refusal) {
    return { refusal };
  }
}

const versionOf = (object: JsonObject): string | undefined => getString(object, 'metadata', 'resourceVersion');

/** What a watch has, where it is what the server had when it answered. */
function sameVersion(seen: JsonObject | undefined, answer: JsonObject): JsonObject | undefined {
  const isSame =
    seen !== undefined &&
    versionOf(seen) === versionOf(answer) &&
    getString(seen, 'metadata', 'uid') === getString(answer, 'metadata', 'uid');
  return isSame ? seen : undefined;
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
    throw stepFailure({ desired }, step, error);
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
