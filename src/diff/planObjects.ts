// The plan: rendered objects against the live ones, as an apply would meet them. Predicted at once, or confirmed by dry-run.
// Changes nothing in the cluster.
import type { Finding } from '../model/finding.ts';
import { compareApplyOrder, entryOf, inventoryDiff } from '../model/inventory.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { toJson } from '../model/node.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { KubeClient, KubeReader } from '../kube/client.ts';
import { concurrently } from './concurrently.ts';
import { pruneDanger } from './danger.ts';
import { desiredObject } from './desired.ts';
import { diffDocuments } from './documents.ts';
import type { Plan, PlanEntry } from './plan.ts';
import { planOne } from './planOne.ts';
import type { PlanContext } from './planOne.ts';
import { applySpecOf } from './planOwner.ts';
import { keepReason } from './prunable.ts';
import { inStage, STAGES, stageOf } from './stages.ts';

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
}

const CONCURRENCY = 8;

/** Makes the plan. Throws StatusError where the cluster cannot be reached; what the server refuses of one object is a finding. */
export async function planObjects(request: PlanRequest, signal?: AbortSignal): Promise<Plan> {
  const spec = applySpecOf(request.kustomization);
  const items = request.manifests.map((manifest) => {
    const rendered = request.objectOf?.(manifest) ?? (toJson(manifest.node) as JsonObject);
    return { manifest, desired: desiredObject(rendered, { ...spec, schemas: request.schemas }) };
  });
  const ordered = STAGES.flatMap((stage) => inStage(items, stage, ({ desired }) => refOf(desired)));
  const findings: Finding[] = [];
  const context: PlanContext = { ...request, spec, findings, planned: items.map(({ desired }) => desired) };
  const planned = await concurrently(ordered, CONCURRENCY, (item) => planOne(item, context, signal), signal);
  const stale = inventoryDiff(
    request.inventory,
    planned.map(({ entry }) => entryOf(entry.ref)),
  );
  const pruned = await planPrune(stale, context, signal);
  return {
    kustomization: `${spec.owner.namespace}/${spec.owner.name}`,
    revision: request.revision,
    server: request.server,
    confirmed: request.dryRun !== undefined && planned.every(({ confirmed }) => confirmed),
    entries: [...planned.map(({ entry }) => entry), ...pruned],
    findings,
  };
}

/** What left the inventory, in the order of deletion. What is gone already is no entry. */
async function planPrune(
  stale: readonly ObjectRef[],
  { reader, spec }: PlanContext,
  signal: AbortSignal | undefined,
): Promise<PlanEntry[]> {
  const order = stale.toSorted((a, b) => compareApplyOrder(b, a));
  const entries = await concurrently(
    order,
    CONCURRENCY,
    async (ref): Promise<PlanEntry | undefined> => {
      const live = (await reader.resourceType(ref, signal)) && (await reader.get(ref, signal));
      if (!live) return undefined;
      const keep = spec.prune ? keepReason(live, spec.owner) : 'prune is off';
      const document = diffDocuments(undefined, live).live;
      const common = { ref, stage: stageOf(ref), changes: [], ...(document ? { live: document } : {}) };
      if (keep !== undefined) return { ...common, action: 'orphan', reason: keep };
      const danger = pruneDanger(live);
      return { ...common, action: 'prune', reason: '', ...(danger === undefined ? {} : { danger }) };
    },
    signal,
  );
  return entries.filter((entry) => entry !== undefined);
}
