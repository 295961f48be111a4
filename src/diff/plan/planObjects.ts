// The plan: rendered objects against the live ones, as an apply would meet them. Predicted at once, or confirmed by dry-run.
// Changes nothing in the cluster.
import type { Finding } from '../../model/finding.ts';
import { compareApplyOrder, entryOf, inventoryDiff } from '../../model/inventory.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { KubeClient, KubeReader } from '../../kube/client.ts';
import { concurrently } from '../concurrently.ts';
import { createBatch } from './batch.ts';
import { pruneDangers } from './danger.ts';
import { desiredObject } from '../desired/desired.ts';
import { diffDocuments } from '../documents.ts';
import { awaitedInVain } from '../findings.ts';
import { isMassPrune } from './massPrune.ts';
import type { Danger, Plan, PlanEntry } from './plan.ts';
import type { PlanContext, PlannedEntry } from './planEntry.ts';
import { namespaceLookup } from './planNamespace.ts';
import { planOne } from './planOne.ts';
import { applySpecOf } from './planOwner.ts';
import type { ApplySpec } from './planOwner.ts';
import { keepReason } from '../desired/prunable.ts';
import { inStage, STAGES, stageOf } from '../desired/stages.ts';

export interface PlanRequest {
  /** The Flux Kustomization: its namespace, name, and the flags of its spec. */
  readonly kustomization: JsonObject;
  /** What was rendered. */
  readonly revision: string;
  readonly manifests: readonly Manifest[];
  /** How a manifest reaches the cluster: what Flux reads from its printed text. Default: the value as it was built. */
  readonly objectOf?: (manifest: Manifest) => JsonObject;
  readonly reader: KubeReader;
  /** The cluster's address, for the plan's head. */
  readonly server: string;
  /** With it each object is confirmed by a dry-run of the server. */
  readonly dryRun?: Pick<KubeClient, 'apply'>;
  /** `status.inventory.entries` of the Kustomization. */
  readonly inventory: readonly InventoryEntry[];
  readonly schemas: SchemaSet;
  /** What others bring to the cluster before these objects, where it is not there yet or changes. */
  readonly upcoming?: readonly JsonObject[];
  /** Who takes an object that leaves this Kustomization, as `namespace/name`; undefined where nobody does. */
  readonly taker?: (ref: ObjectRef) => string | undefined;
  /** Whether an apply leaves the object as it is, drifted: where drift is only detected, and the wish is the one of before. */
  readonly leaves?: (desired: JsonObject) => boolean;
  /** See ControllerSettings. */
  readonly overrideManagers?: readonly string[];
  /** Fields of all managers move to the version that is applied (the gate MigrateAPIVersion). */
  readonly migrateApiVersion?: boolean;
}

const CONCURRENCY = 8;

/** Makes the plan. Throws StatusError where the cluster cannot be reached; what the server refuses of one object is a finding. */
export async function planObjects(request: PlanRequest, signal?: AbortSignal): Promise<Plan> {
  const spec = applySpecOf(request.kustomization);
  const items = request.manifests.map((manifest) => {
    const rendered = request.objectOf?.(manifest) ?? (toJson(manifest.node) as JsonObject);
    return { manifest, desired: desiredObject(rendered, { ...spec, schemas: request.schemas }) };
  });
  const findings: Finding[] = [];
  const predictions: PlanContext['predictions'] = { compared: 0, differing: [] };
  const desired = items.map((item) => item.desired);
  const batch = createBatch(desired, request.upcoming ?? [], request.schemas);
  const lookup = request.server === '' ? {} : { lacksNamespace: namespaceLookup(request.reader) };
  const context: PlanContext = { ...request, ...lookup, spec, findings, predictions, batch };
  const planned: PlannedEntry[] = [];
  for (const stage of STAGES) {
    const members = inStage(items, stage, (item) => refOf(item.desired));
    // Findings of each object by itself: their order is that of the objects, whichever answer came first.
    const own = members.map((): Finding[] => []);
    const done = await concurrently(
      members,
      CONCURRENCY,
      (item, at) => planOne(item, { ...context, findings: own[at] ?? [] }, signal),
      signal,
    );
    for (const { entry } of done) if (isArriving(entry)) batch.arrives(entry.ref);
    planned.push(...done);
    findings.push(...own.flat());
    if (stage !== 'rest' && request.server !== '') findings.push(...awaited(members, done, request.upcoming ?? []));
  }
  const stale = inventoryDiff(
    request.inventory,
    planned.map(({ entry }) => entryOf(entry.ref)),
  );
  const pruned = withMuchGone(await planPrune(stale, request, spec, signal), planned.length, request.inventory.length);
  return {
    kustomization: `${spec.owner.namespace}/${spec.owner.name}`,
    revision: request.revision,
    server: request.server,
    confirmed: request.dryRun !== undefined && planned.every(({ confirmed }) => confirmed),
    entries: [...planned.map(({ entry }) => entry), ...pruned],
    findings,
    ...(predictions.compared === 0 ? {} : { prediction: predictions }),
  };
}

/** The members of a stage that are skipped and not there, nor brought by others before. */
function awaited(
  members: readonly { readonly manifest: Manifest }[],
  done: readonly PlannedEntry[],
  upcoming: readonly JsonObject[],
): Finding[] {
  const coming = new Set(upcoming.map((object) => keyOf(refOf(object))));
  return members.flatMap(({ manifest }, at) => {
    const { entry, confirmed } = done[at] ?? {};
    const lacks = entry?.action === 'skip' && confirmed && !entry.live && !coming.has(keyOf(entry.ref));
    return lacks ? [awaitedInVain(manifest, entry.ref)] : [];
  });
}

/** Whether what comes after an entry cannot be asked of the server yet: it makes the object, or changes a definition. */
export function isArriving({ action, ref }: PlanEntry): boolean {
  return (
    action === 'create' || action === 'replace' || (action === 'configure' && ref.kind === 'CustomResourceDefinition')
  );
}

/** All or most of what was there goes: the loop asks before it deletes that (reconcile/kustomization/emptied.ts, massPrune.ts). */
function withMuchGone(pruned: PlanEntry[], rendered: number, inventory: number): PlanEntry[] {
  const gone = pruned.filter(({ action }) => action === 'prune').length;
  const isEmptied = rendered === 0 && gone > 1;
  if (!isEmptied && !isMassPrune(gone, inventory)) return pruned;
  const danger: Danger = {
    code: 'data-loss',
    message: isEmptied
      ? `nothing is rendered any more: all ${gone} objects of the Kustomization are deleted`
      : `most of the Kustomization goes: ${gone} of its ${inventory} objects are deleted`,
  };
  const first = pruned.find(({ action }) => action === 'prune');
  return pruned.map((entry) => (entry === first ? { ...entry, dangers: [danger, ...(entry.dangers ?? [])] } : entry));
}

/** What left the inventory, in the order of deletion. What is gone already is no entry. */
async function planPrune(
  stale: readonly ObjectRef[],
  { reader, taker }: PlanRequest,
  spec: ApplySpec,
  signal: AbortSignal | undefined,
): Promise<PlanEntry[]> {
  const order = stale.toSorted((a, b) => compareApplyOrder(b, a));
  const entries = await concurrently(
    order,
    CONCURRENCY,
    async (ref): Promise<PlanEntry | undefined> => {
      const live = (await reader.resourceType(ref, signal)) && (await reader.get(ref, signal));
      if (!live) return undefined;
      return prunedEntry(ref, live, spec, taker?.(ref));
    },
    signal,
  );
  return entries.filter((entry) => entry !== undefined);
}

function prunedEntry(ref: ObjectRef, live: JsonObject, spec: ApplySpec, taker: string | undefined): PlanEntry {
  const keep = spec.prune ? keepReason(live, spec.owner) : 'prune is off';
  const document = diffDocuments(undefined, live).live;
  const common = { ref, stage: stageOf(ref), changes: [], ...(document ? { live: document } : {}) };
  if (keep !== undefined) return { ...common, action: 'orphan', reason: keep };
  if (taker !== undefined) return { ...common, action: 'handover', reason: `it moves to ${taker}` };
  const dangers = pruneDangers(live);
  return { ...common, action: 'prune', reason: '', ...(dangers.length === 0 ? {} : { dangers }) };
}
