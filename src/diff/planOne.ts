// The plan of one object: what an apply would do with it, and why.
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { getList, getString } from '../model/json.ts';
import { keyOf, printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { KubeClient, KubeReader } from '../kube/client.ts';
import { withoutInvalidCaBundle } from './caBundle.ts';
import { hasDrifted } from './compare.ts';
import { replaceDanger } from './danger.ts';
import { diffDocuments } from './documents.ts';
import { fieldChanges } from './fieldChanges.ts';
import { refused, unreadable } from './findings.ts';
import { ignoredPaths, withoutPaths } from './ignoreRules.ts';
import { immutableChange } from './immutableFields.ts';
import { FLUX_GROUP, forceWanted, skipReason, textMap } from './metadata.ts';
import type { FieldChange, PlanAction, PlanEntry } from './plan.ts';
import type { ApplySpec } from './planOwner.ts';
import { predictApply } from './predict.ts';
import { asStatusError, dryRunMessage, isImmutableRefusal } from './refusal.ts';
import { stageOf } from './stages.ts';
import { FIELD_MANAGER, takeoverPatch } from './takeover.ts';

export interface PlanContext {
  readonly reader: KubeReader;
  readonly dryRun?: Pick<KubeClient, 'apply'>;
  readonly schemas: SchemaSet;
  readonly spec: ApplySpec;
  /** All objects of the plan: some make room for others (a Namespace, a CRD). */
  readonly planned: readonly JsonObject[];
  /** What the server refuses is added here. */
  readonly findings: Finding[];
}

export interface PlannedEntry {
  readonly entry: PlanEntry;
  /** False where the server was not asked, or could not be yet. */
  readonly confirmed: boolean;
}

interface Item {
  readonly manifest: Manifest;
  readonly desired: JsonObject;
}

/** @throws StatusError where the cluster cannot be reached */
export async function planOne(item: Item, context: PlanContext, signal?: AbortSignal): Promise<PlannedEntry> {
  const desired = withoutInvalidCaBundle(item.desired);
  const found = await find(desired, item, context, signal);
  if ('entry' in found) return found;
  const { live, served } = found;
  const known = { ...desired };
  if (served === 'cluster') known['metadata'] = withoutNamespace(desired);
  const make = entryMaker(known, live);
  const skip = skipReason(known, live);
  if (skip !== undefined) return { entry: make('skip', skip, []), confirmed: true };
  if (!live) return planCreate(known, make, item, context, served, signal);
  return planUpdate(known, live, make, item, context, signal);
}

type Make = (
  action: PlanAction,
  reason: string,
  changes: readonly FieldChange[],
  more?: { danger?: string; after?: JsonObject },
) => PlanEntry;

function entryMaker(desired: JsonObject, live: JsonObject | undefined): Make {
  const ref = refOf(desired);
  return (action, reason, changes, more = {}) => {
    const documents = diffDocuments(more.after ?? desired, live);
    return {
      ref,
      action,
      stage: stageOf(ref),
      reason,
      changes,
      ...(more.danger === undefined ? {} : { danger: more.danger }),
      ...(documents.desired ? { desired: documents.desired } : {}),
      ...(documents.live ? { live: documents.live } : {}),
    };
  };
}

function withoutNamespace(object: JsonObject): JsonObject {
  const { namespace: _, ...metadata } = object['metadata'] as JsonObject;
  return metadata;
}

async function find(
  desired: JsonObject,
  item: Item,
  context: PlanContext,
  signal?: AbortSignal,
): Promise<{ live: JsonObject | undefined; served: 'namespaced' | 'cluster' | 'no' } | PlannedEntry> {
  const ref = refOf(desired);
  try {
    const type = await context.reader.resourceType(ref, signal);
    if (!type) return { live: undefined, served: 'no' };
    const live = await context.reader.get(type.namespaced ? ref : { ...ref, namespace: '' }, signal);
    return { live, served: type.namespaced ? 'namespaced' : 'cluster' };
  } catch (error) {
    const status = asStatusError(error);
    if (!status || status.code === 0 || status.code === 401) throw error;
    context.findings.push(unreadable(item.manifest, ref, status.message));
    return {
      entry: entryMaker(desired, undefined)('skip', `it cannot be read: ${status.message}`, []),
      confirmed: false,
    };
  }
}

async function planCreate(
  desired: JsonObject,
  make: Make,
  item: Item,
  context: PlanContext,
  served: string,
  signal?: AbortSignal,
): Promise<PlannedEntry> {
  const ref = refOf(desired);
  if (served === 'no') {
    const defined = context.planned.some((one) => definesKind(one, ref));
    if (!defined)
      context.findings.push(
        refused(
          item.manifest,
          ref,
          `the cluster does not serve ${ref.kind} in ${ref.group || 'the core group'}/${ref.version}`,
        ),
      );
    return {
      entry: make('create', defined ? 'its kind is defined by this plan' : 'the cluster does not serve its kind', []),
      confirmed: defined,
    };
  }
  // A namespace that this plan makes is not there yet for a dry-run.
  const waits = context.planned.some((one) => keyOf(refOf(one)) === `/Namespace//${ref.namespace}`);
  if (!context.dryRun || waits) return { entry: make('create', '', []), confirmed: waits };
  const answer = await dryRun(desired, context.dryRun, signal);
  if ('refusal' in answer) {
    context.findings.push(refused(item.manifest, ref, answer.message));
    return { entry: make('create', answer.message, []), confirmed: true };
  }
  return { entry: make('create', '', [], { after: answer.object }), confirmed: true };
}

function definesKind(object: JsonObject, ref: ObjectRef): boolean {
  if (
    object['kind'] !== 'CustomResourceDefinition' ||
    getString(object, 'spec', 'group') !== ref.group ||
    getString(object, 'spec', 'names', 'kind') !== ref.kind
  )
    return false;
  return (getList(object, 'spec', 'versions') ?? []).some((version) => getString(version, 'name') === ref.version);
}

async function planUpdate(
  desired: JsonObject,
  live: JsonObject,
  make: Make,
  item: Item,
  context: PlanContext,
  signal?: AbortSignal,
): Promise<PlannedEntry> {
  const { schemas, spec, findings } = context;
  const ref = refOf(desired);
  const taken = takeoverPatch(desired, live, []).length > 0;
  const predicted = predictApply(desired, live, schemas);
  const answer = context.dryRun ? await dryRun(desired, context.dryRun, signal) : undefined;
  // The server cannot foretell a takeover: what the prediction has without the fields of kubectl is what will be.
  const after =
    answer && 'object' in answer && !taken ? answer.object : typeof predicted === 'string' ? desired : predicted;
  const paths = ignoredPaths(spec.ignore, after);
  const [before, result] = [withoutPaths(live, paths), withoutPaths(after, paths)];
  const changes = fieldChanges(before, result, { live, schema: schemas.schemaOf(ref), manifest: item.manifest });
  const owned = otherOwner(live, spec);
  if (answer && 'refusal' in answer)
    return { entry: refusedEntry(answer, desired, live, make, changes, item, context), confirmed: true };
  if (typeof predicted === 'string' && !answer) {
    findings.push(refused(item.manifest, ref, predicted));
    return { entry: make('configure', predicted, changes), confirmed: false };
  }
  const frozen = answer ? undefined : immutableChange(live, changes);
  if (frozen) return { entry: frozenEntry(frozen.path, desired, live, make, changes, spec), confirmed: false };
  if (!taken && !hasDrifted(before, result))
    return { entry: make('unchanged', '', [], { after }), confirmed: answer !== undefined };
  const reason = owned ?? (changes.length === 0 && taken ? 'fields are taken over from kubectl' : '');
  return { entry: make('configure', reason, changes, { after }), confirmed: answer !== undefined };
}

function otherOwner(live: JsonObject, { owner }: ApplySpec): string | undefined {
  const labels = textMap(live, 'labels');
  const [namespace, name] = [labels.get(`${FLUX_GROUP}/namespace`), labels.get(`${FLUX_GROUP}/name`)];
  const other = name !== undefined && (name !== owner.name || namespace !== owner.namespace);
  return other ? `it moves here from ${namespace ?? ''}/${name}` : undefined;
}

function frozenEntry(
  path: string,
  desired: JsonObject,
  live: JsonObject,
  make: Make,
  changes: readonly FieldChange[],
  spec: ApplySpec,
): PlanEntry {
  if (forceWanted(desired, live, spec.force))
    return make('replace', `${path} is immutable, and force is on`, changes, { danger: replaceDanger(live) });
  return make('configure', `${path} is immutable: the server will refuse this unless force is on`, changes);
}

type Answer =
  | { readonly object: JsonObject }
  | { readonly refusal: NonNullable<ReturnType<typeof asStatusError>>; readonly message: string };

async function dryRun(desired: JsonObject, client: Pick<KubeClient, 'apply'>, signal?: AbortSignal): Promise<Answer> {
  try {
    return { object: await client.apply(desired, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }, signal) };
  } catch (error) {
    const refusal = asStatusError(error);
    if (!refusal || refusal.code === 0 || refusal.code === 401) throw error;
    return { refusal, message: dryRunMessage(refOf(desired), refusal) };
  }
}

function refusedEntry(
  answer: Extract<Answer, { message: string }>,
  desired: JsonObject,
  live: JsonObject,
  make: Make,
  changes: readonly FieldChange[],
  item: Item,
  context: PlanContext,
): PlanEntry {
  const { refusal, message } = answer;
  if (isImmutableRefusal(refusal) && forceWanted(desired, live, context.spec.force)) {
    return make('replace', 'a field that changes is immutable, and force is on', changes, {
      danger: replaceDanger(live),
    });
  }
  context.findings.push(refused(item.manifest, refOf(desired), message));
  return make('configure', message.replace(`${printRef(refOf(desired))} `, ''), changes);
}
