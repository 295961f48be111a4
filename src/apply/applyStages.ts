// Applies objects server-side in stages, as fluxcd/pkg/ssa ApplyAllStaged does for kustomize-controller. Never renders,
// never prunes, writes no status; what was done is returned even when a later object fails.
import type { ChangeSetEntry } from '../model/changeSet.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { refOf } from '../model/objectRef.ts';
import { reasonOf } from '../model/reason.ts';
import { concurrently } from '../diff/concurrently.ts';
import { desiredObject } from '../diff/desired/desired.ts';
import type { DesiredOptions } from '../diff/desired/desired.ts';
import { ignoreFault } from '../diff/ignoreRules.ts';
import type { IgnoreRule } from '../diff/ignoreRules.ts';
import type { Stage } from '../diff/plan/plan.ts';
import { inStage, STAGES } from '../diff/desired/stages.ts';
import { takeoverPatch } from '../diff/takeover.ts';
import type { KubeClient } from '../kube/client.ts';
import { applyObject } from './applyObject.ts';
import { ApplyFailure, failureOf } from './failure.ts';
import { inspectObject, settledObject } from './inspectObject.ts';
import type { Inspection } from './inspectObject.ts';
import { waitServed } from './served.ts';

export interface ApplyStagesOptions extends DesiredOptions {
  /** spec.force: an immutable change deletes and recreates the object. */
  readonly force?: boolean;
  /** spec.ignore; see readIgnoreRules. */
  readonly ignore?: readonly IgnoreRule[];
  readonly migrateApiVersion?: boolean;
  /** Further managers whose fields are taken over, by the start of their name (`--override-manager`). */
  readonly overrideManagers?: readonly string[];
  /** `group/Kind` of what is applied before the rest, which does not wait for it (`--custom-apply-stage-kinds`). */
  readonly customStageKinds?: readonly string[];
  /**
   * Waits until the objects of a stage are ready, and says in one sentence why they are not. Called after definitions and
   * after classes, with a limit of {@link STAGE_TIMEOUT}; give it health/wait.ts.
   */
  readonly waitReady: (
    refs: readonly ObjectRef[],
    timeout: number,
    signal?: AbortSignal,
  ) => Promise<string | undefined>;
  /** Told what a stage will do before it does it, so that an inventory can be written first. */
  readonly beforeStage?: (changes: readonly ChangeSetEntry[], signal?: AbortSignal) => Promise<void>;
  /** See InspectOptions. */
  readonly seen?: (desired: JsonObject) => JsonObject | undefined;
  /** An object as it is, where it is known to be there as desired: then the server is not asked. */
  readonly settled?: (desired: JsonObject) => JsonObject | undefined;
  /** Told of each object that the server has confirmed to be there as desired, as it is there. */
  readonly onConfirmed?: (desired: JsonObject, live: JsonObject) => void;
  /** Told of each object as soon as it is settled. */
  readonly onChange?: (entry: ChangeSetEntry) => void;
}

export interface ApplyResult {
  /** What was done, in apply order; with failures, as far as it came. */
  readonly changes: readonly ChangeSetEntry[];
  /** The objects as they were sent or compared, in the order in which they were given. */
  readonly desired: readonly JsonObject[];
  /** Empty when everything was applied. The first message is the one that Flux would report. */
  readonly failures: readonly ApplyFailure[];
}

/** How long a stage may take to become ready (fluxcd/pkg/ssa, DefaultApplyOptions). */
export const STAGE_TIMEOUT = 60_000;
const CONCURRENCY = 4;

/**
 * Applies rendered objects. Objects that would not change are not written. A failed dry-run applies nothing of its stage
 * and nothing of the later ones. Cancellation ends with a failure too, so that the changes made until then are not lost.
 */
export async function applyStages(
  objects: readonly JsonObject[],
  client: KubeClient,
  options: ApplyStagesOptions,
  signal?: AbortSignal,
): Promise<ApplyResult> {
  const changes: ChangeSetEntry[] = [];
  const desired = objects.map((object) => desiredObject(object, options));
  const fault = objects.length > 0 ? ignoreFault(options.ignore ?? []) : undefined;
  if (fault !== undefined) return { changes, desired, failures: [new ApplyFailure(undefined, fault)] };
  for (const [stage, members] of stagesOf(desired, options.customStageKinds ?? [])) {
    if (members.length === 0) continue;
    const settled = members.map((object) => options.settled?.(object));
    const failures = await applyStage(members, settled, client, options, changes, signal);
    if (failures.length > 0) return { changes, desired, failures };
    // What was there before is served and was waited for when it came.
    if (stage === 'rest' || settled.every((live) => live !== undefined)) continue;
    const refs = members.map(refOf);
    const problem = await stageProblem(refs, members, client, options, signal);
    if (problem !== undefined) return { changes, desired, failures: [new ApplyFailure(undefined, problem)] };
  }
  return { changes, desired, failures: [] };
}

function stagesOf(desired: readonly JsonObject[], customKinds: readonly string[]): [Stage, JsonObject[]][] {
  return STAGES.flatMap((stage): [Stage, JsonObject[]][] => {
    const members = inStage(desired, stage, refOf);
    if (stage !== 'rest' || customKinds.length === 0) return [[stage, members]];
    const isCustom = (object: JsonObject): boolean => customKinds.includes(groupKindOf(refOf(object)));
    return [
      [stage, members.filter(isCustom)],
      [stage, members.filter((object) => !isCustom(object))],
    ];
  });
}

const groupKindOf = ({ group, kind }: ObjectRef): string => (group === '' ? kind : `${group}/${kind}`);

/** Why the next stage cannot begin: what came is not ready, or somebody has cancelled. */
async function stageProblem(
  refs: readonly ObjectRef[],
  objects: readonly JsonObject[],
  client: KubeClient,
  options: ApplyStagesOptions,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const problem = await options.waitReady(refs, STAGE_TIMEOUT, signal);
    if (problem === undefined) await waitServed(objects, client, signal);
    return problem;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    return reasonOf(signal.reason);
  }
}

async function applyStage(
  objects: readonly JsonObject[],
  settled: readonly (JsonObject | undefined)[],
  client: KubeClient,
  options: ApplyStagesOptions,
  changes: ChangeSetEntry[],
  signal: AbortSignal | undefined,
): Promise<ApplyFailure[]> {
  const inspections = await concurrently([...objects.entries()], CONCURRENCY, ([at, object]) =>
    settle(async () => {
      const live = settled[at];
      return live ? settledObject(object, live) : inspectObject(object, client, options, signal);
    }, object),
  );
  const failures = inspections.filter((one) => one instanceof ApplyFailure);
  if (failures.length > 0) return failures;
  const ready = inspections.filter((one): one is Inspection => !(one instanceof ApplyFailure));
  await options.beforeStage?.(
    ready.map((one) => one.entry),
    signal,
  );
  const applying = ready.map((inspection, at) => ({ object: objects[at] as JsonObject, inspection }));
  for (const group of ofOneKind(applying)) {
    const failed = await applyGroup(group, client, options, changes, signal);
    if (failed) return [failed];
  }
  return [];
}

interface Applying {
  /** The object as it was given, before what the inspection made of it. */
  readonly object: JsonObject;
  readonly inspection: Inspection;
}

/**
 * Neighbours of one kind go together: upstream applies one after the other, and an order that means something is one of
 * kinds (a LimitRange before its Pods). After a failure nothing more is begun; what was under way is waited for.
 */
async function applyGroup(
  group: readonly Applying[],
  client: KubeClient,
  options: ApplyStagesOptions,
  changes: ChangeSetEntry[],
  signal: AbortSignal | undefined,
): Promise<ApplyFailure | undefined> {
  const failures = new Map<number, ApplyFailure>();
  const done = await concurrently([...group.entries()], CONCURRENCY, async ([at, { object, inspection }]) => {
    if (failures.size > 0) return undefined;
    const live = await settle(() => applyObject(inspection, client, signal), inspection.desired);
    if (live instanceof ApplyFailure) {
      failures.set(at, live);
      return undefined;
    }
    // What lost its `ssa: Merge` just now has fields of kubectl left for the next apply to take over.
    if (live && takeoverPatch(inspection.desired, live, options.overrideManagers ?? []).length === 0)
      options.onConfirmed?.(object, live);
    options.onChange?.(inspection.entry);
    return inspection.entry;
  });
  changes.push(...done.filter((entry) => entry !== undefined));
  return failures.get(Math.min(...failures.keys()));
}

function ofOneKind(all: readonly Applying[]): Applying[][] {
  const groups: Applying[][] = [];
  for (const one of all) {
    const last = groups.at(-1);
    if (last && last[0]?.object['kind'] === one.object['kind']) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** Failures as values: a request that fails must not lose what the others did. */
async function settle<T>(step: () => Promise<T>, object: JsonObject): Promise<T | ApplyFailure> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ApplyFailure) return error;
    return failureOf({ desired: object }, reasonOf(error), error);
  }
}
