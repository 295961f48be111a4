// What the loop puts into a cluster before its first round (reconcile/entry/bootstrap.ts): Flux's definitions and the first Flux
// objects of the repository, where they are missing. Plans it; applies nothing.
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { diffDocuments } from '../../diff/documents.ts';
import type { Plan, PlanEntry } from '../../diff/plan/plan.ts';
import { predictStored } from '../../diff/plan/predict.ts';
import { inStage, STAGES, stageOf } from '../../diff/desired/stages.ts';
import type { KubeReader } from '../../kube/client.ts';
import { startObjects } from '../../reconcile/entry/fluxEntry.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { KUSTOMIZATION } from '../../reconcile/fluxKinds.ts';
import { fluxCrds } from '../../schema/data/flux-crds.ts';
import { typesOfCrd } from '../../schema/crd.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { read, readerOf } from './planBuild.ts';

export interface Start {
  /** Undefined where everything is there. */
  readonly plan: Plan | undefined;
  /** What is missing, in the order in which it is made. */
  readonly missing: readonly JsonObject[];
  /** The cluster as it is after the start. */
  readonly reader: KubeReader;
}

/** The name of the plan of a start, where others have that of a Kustomization. */
export const START = 'bootstrap';

export async function planStart(
  entry: FluxEntry,
  cluster: KubeReader,
  { revision, server, schemas }: { readonly revision: string; readonly server: string; readonly schemas: SchemaSet },
  signal: AbortSignal,
): Promise<Start> {
  const served = (await cluster.resourceType(KUSTOMIZATION, signal)) !== undefined;
  const wanted = [...(served ? [] : fluxCrds()), ...namespacesOf(startObjects(entry)), ...startObjects(entry)];
  const missing: JsonObject[] = [];
  for (const object of unique(wanted)) if (!(await read(cluster, refOf(object), signal))) missing.push(object);
  if (missing.length === 0) return { plan: undefined, missing, reader: cluster };
  const why = served ? 'the loop starts with it' : 'Flux is not in the cluster yet';
  const entries = STAGES.flatMap((stage) => inStage(missing, stage, refOf)).map((object) => entryFor(object, why));
  const plan: Plan = { kustomization: START, revision, server, confirmed: true, entries, findings: [] };
  return { plan, missing, reader: started(cluster, missing, schemas) };
}

function entryFor(object: JsonObject, reason: string): PlanEntry {
  const ref = refOf(object);
  const { desired } = diffDocuments(object, undefined);
  return { ref, action: 'create', stage: stageOf(ref), reason, changes: [], ...(desired ? { desired } : {}) };
}

/** The namespaces that objects stand in. */
export function namespacesOf(objects: readonly JsonObject[]): JsonObject[] {
  const names = new Set(objects.map((object) => refOf(object).namespace).filter((name) => name !== ''));
  return [...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

function unique(objects: readonly JsonObject[]): JsonObject[] {
  return [...new Map(objects.map((object) => [keyOf(refOf(object)), object])).values()];
}

/** A cluster with the missing objects in it and their kinds served. */
function started(cluster: KubeReader, missing: readonly JsonObject[], schemas: SchemaSet): KubeReader {
  const made = new Map(missing.map((object) => [keyOf(refOf(object)), predictStored(object, schemas)]));
  const types = missing
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .flatMap((definition) => typesOfCrd(definition).map(({ resource }) => resource));
  const arriving = (ref: Pick<ObjectRef, 'group' | 'version' | 'kind'>): (typeof types)[number] | undefined =>
    types.find(({ group, version, kind }) => group === ref.group && version === ref.version && kind === ref.kind);
  return {
    ...readerOf(cluster),
    resourceType: async (gvk, signal) => (await cluster.resourceType(gvk, signal)) ?? arriving(gvk),
    resourceTypes: async (signal) => [...(await cluster.resourceTypes(signal)), ...types],
    get: async (ref, signal) =>
      made.get(keyOf(ref)) ?? (arriving(ref) === undefined ? cluster.get(ref, signal) : undefined),
  };
}
