// The plan of one object: found or not, left alone or not, and what an apply would do with it.
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ResourceType } from '../../model/resourceType.ts';
import type { StatusError } from '../../kube/client.ts';
import { withoutInvalidCaBundle } from '../desired/caBundle.ts';
import { createDangers } from './danger.ts';
import { refused, unreadable } from '../findings.ts';
import { skipReason } from '../desired/metadata.ts';
import { askServer, entryMaker } from './planEntry.ts';
import type { Item, Make, PlanContext, PlannedEntry } from './planEntry.ts';
import { LEFT_DRIFT } from './plan.ts';
import type { Danger } from './plan.ts';
import { planUpdate } from './planUpdate.ts';
import { predictCreate } from './predict.ts';
import { asStatusError } from './refusal.ts';

/** @throws StatusError where the cluster cannot be reached */
export async function planOne(item: Item, context: PlanContext, signal?: AbortSignal): Promise<PlannedEntry> {
  const desired = withoutInvalidCaBundle(item.desired);
  const found = await find(desired, item, context, signal);
  if ('entry' in found) return found;
  const { live, type } = found;
  const known = type?.namespaced === false ? { ...desired, metadata: withoutNamespace(desired) } : desired;
  const make = entryMaker(known, live, item.manifest.node.origin);
  const skip = skipReason(known, live);
  if (skip !== undefined) return { entry: make('skip', skip, []), confirmed: true };
  if (context.leaves?.(item.desired) === true) return { entry: make('skip', LEFT_DRIFT, []), confirmed: true };
  if (!live) return planCreate(known, make, item, context, found, signal);
  return planUpdate(known, live, make, item, context, signal);
}

function withoutNamespace(object: JsonObject): JsonObject {
  const { namespace: _, ...metadata } = object['metadata'] as JsonObject;
  return metadata;
}

interface Found {
  readonly live: JsonObject | undefined;
  /** Undefined where neither the cluster nor the batch knows the kind. */
  readonly type: ResourceType | undefined;
  /** The cluster serves the kind in this version. */
  readonly served: boolean;
}

async function find(
  desired: JsonObject,
  item: Item,
  context: PlanContext,
  signal?: AbortSignal,
): Promise<Found | PlannedEntry> {
  const ref = refOf(desired);
  try {
    return (
      (await findServed(ref, context, signal)) ?? {
        ...(await findArriving(desired, ref, context, signal)),
        served: false,
      }
    );
  } catch (error) {
    const status = asStatusError(error);
    if (!status || status.code === 0 || status.code === 401) throw error;
    const message = await whyUnreadable(desired, status, context, signal);
    context.findings.push(unreadable(item.manifest, ref, message));
    return {
      entry: entryMaker(desired, undefined, item.manifest.node.origin)(
        'skip',
        `it cannot be read: ${status.message}`,
        [],
      ),
      confirmed: false,
    };
  }
}

/** An apply asks by dry-run before it minds what it could not read: a refusal of that is what it says. */
async function whyUnreadable(
  desired: JsonObject,
  status: StatusError,
  { dryRun }: PlanContext,
  signal?: AbortSignal,
): Promise<string> {
  const answer = dryRun && (await askServer(desired, undefined, dryRun, signal));
  if (answer && 'refusal' in answer) return answer.message;
  return `${printRef(refOf(desired))} query failed: ${status.message}`;
}

/** Undefined where the kind is not served, or was until just now: its definition may come back with this very batch. */
async function findServed(ref: ObjectRef, { reader }: PlanContext, signal?: AbortSignal): Promise<Found | undefined> {
  const type = await reader.resourceType(ref, signal);
  if (!type) return undefined;
  try {
    return { live: await reader.get(scoped(ref, type), signal), type, served: true };
  } catch (error) {
    if (asStatusError(error)?.reason === 'NoKindMatch') return undefined;
    throw error;
  }
}

/** A version that the batch adds to a kind: the object may be there already, in a version that is served now. */
async function findArriving(
  desired: JsonObject,
  ref: ObjectRef,
  { batch, reader }: PlanContext,
  signal?: AbortSignal,
): Promise<Omit<Found, 'served'>> {
  const type = batch.typeOf(ref);
  if (!type) return { live: undefined, type };
  const now = (await reader.resourceTypes(signal)).find((one) => one.group === ref.group && one.kind === ref.kind);
  const live = now && (await reader.get({ ...scoped(ref, now), version: now.version }, signal));
  return { live: live && { ...live, apiVersion: desired['apiVersion'] ?? '' }, type };
}

function scoped(ref: ObjectRef, type: ResourceType): ObjectRef {
  return type.namespaced ? ref : { ...ref, namespace: '' };
}

async function planCreate(
  desired: JsonObject,
  make: Make,
  item: Item,
  context: PlanContext,
  { type, served }: Found,
  signal?: AbortSignal,
): Promise<PlannedEntry> {
  const ref = refOf(desired);
  const { batch } = context;
  if (!type) {
    const version = ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;
    context.findings.push(refused(item.manifest, ref, `the cluster does not serve ${ref.kind} in ${version}`));
    return { entry: make('create', 'the cluster does not serve its kind', []), confirmed: false };
  }
  const after = predictCreate(desired, batch.schemas);
  const dangers = createDangers(after);
  const reason = served ? '' : 'its kind is defined by this plan';
  // What it needs is not there yet for a dry-run.
  const waits = !served || batch.definesAnew(ref) || batch.makesNamespace(ref.namespace);
  if (!context.dryRun || waits) {
    const arrives = !type.namespaced || batch.makesNamespace(ref.namespace);
    const lack = arrives ? undefined : await context.lacksNamespace?.(ref, signal);
    if (lack !== undefined) return refusedCreate(lack, { make, item, context, ref, dangers }, waits);
    return { entry: make('create', reason, [], { after, dangers }), confirmed: waits };
  }
  const answer = await askServer(desired, undefined, context.dryRun, signal);
  if ('refusal' in answer) return refusedCreate(answer.message, { make, item, context, ref, dangers }, true);
  return { entry: make('create', '', [], { after: answer.object, dangers }), confirmed: true };
}

function refusedCreate(
  message: string,
  {
    make,
    item,
    context,
    ref,
    dangers,
  }: {
    readonly make: Make;
    readonly item: Item;
    readonly context: PlanContext;
    readonly ref: ObjectRef;
    readonly dangers: readonly Danger[];
  },
  confirmed: boolean,
): PlannedEntry {
  context.findings.push(refused(item.manifest, ref, message));
  return { entry: make('create', message, [], { dangers }), confirmed };
}
