// The plan held to the real controllers: made before each thing that they are about to see, predicted and confirmed, and
// compared with what they then did to the cluster, object by object and field by field.
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/diff/plan/plan.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { fluxStages } from '../../src/reconcile/stages.ts';
import { typesOfCrd } from '../../src/schema/crd.ts';
import type { SchemaSet } from '../../src/schema/schemaSet.ts';
import { diskSnapshot } from '../../src/source/disk.ts';
import { knownSchemas } from '../../src/workspace/cluster/clusterSchemas.ts';
import { planAll } from '../../src/workspace/plan/planAll.ts';
import type { PlanTarget } from '../../src/workspace/plan/planTarget.ts';
import { buildAll } from '../../src/workspace/plan/planBuild.ts';
import type { Built } from '../../src/workspace/plan/planBuild.ts';
import { compareWithPlans, isOwnCheck } from './loopPlanCompare.ts';
import type { PlanCounts } from './loopPlanCounts.ts';
import type { ObjectReader } from './loopObjects.ts';

export interface PlanSubject {
  readonly client: KubeClient;
  readonly reader: ObjectReader;
  /** The files that the source will have. */
  readonly folder: string;
  readonly revision: string;
  readonly source: JsonObject;
  /** All Kustomizations as they will be. */
  readonly kustomizations: readonly JsonObject[];
  /** The names of those that are about to be reconciled. */
  readonly acting: readonly string[];
  /** What they end as. */
  readonly ended: (name: string) => JsonObject | undefined;
  readonly counts: PlanCounts;
}

let known: SchemaSet | undefined;

/** Makes the plans; the answer is to be called when everything has been done, and gives the differences in words. */
export async function planAhead(subject: PlanSubject): Promise<() => Promise<string[]>> {
  const { client, reader, counts } = subject;
  const before = await reader.read();
  // A definition that moved is deleted by its old owner in the midst of it (docs/differences.md): nobody can say what follows.
  if (before.some((one) => getPath(one, 'metadata', 'deletionTimestamp') !== undefined)) {
    const why = 'a cluster in which something is being deleted';
    counts.left.set(why, (counts.left.get(why) ?? 0) + 1);
    return async () => [];
  }
  const definitions = before.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const schemas = (known ??= knownSchemas()).with(definitions.flatMap((one) => typesOfCrd(one)));
  const signal = AbortSignal.timeout(300_000);
  const built = await build(subject, schemas, signal);
  const predicted = await plan(subject, built, schemas, undefined, signal);
  // The server is asked about everything; what our own checks refuse (docs/differences.md) is left to the prediction.
  const confirmed = await plan(subject, built.map(unjudged), schemas, client, signal);
  return async () => {
    const after = await reader.read();
    const lines: string[] = [];
    for (const [kind, plans] of [
      ['predicted', predicted],
      ['confirmed', confirmed],
    ] as const) {
      const world = { before, after, built, plans, schemas, ...subject };
      const wrong = compareWithPlans(world, kind);
      lines.push(...wrong.map((line) => `plan (${kind}): ${line}`));
      counts[`${kind}Wrong`] += wrong.length;
    }
    for (const { prediction } of confirmed) {
      counts.compared += prediction?.compared ?? 0;
      counts.differing += prediction?.differing.length ?? 0;
      for (const { object, paths } of prediction?.differing ?? [])
        lines.push(`prediction: the server says otherwise of ${object}: ${paths.join(', ')}`);
    }
    return lines;
  };
}

async function build(
  { client, folder, revision, source, kustomizations }: PlanSubject,
  schemas: SchemaSet,
  signal: AbortSignal,
): Promise<Built[]> {
  const stages = fluxStages(schemas);
  const objects = [source, ...kustomizations];
  const deps = {
    tree: { root: folder, snapshot: diskSnapshot(folder), revision },
    entry: { folder: '', why: '', objects, root: undefined, missing: [], made: [] },
    schemas,
    reader: client,
    isLocal: async () => true,
    render: (...[snapshot, kustomization, variables]: Parameters<Parameters<typeof buildAll>[0]['render']>) =>
      stages.render(snapshot, kustomization, variables, signal),
  };
  return buildAll(deps, signal);
}

function unjudged(one: Built): Built {
  return { ...one, findings: one.findings.filter(({ code }) => !isOwnCheck(code)) };
}

function plan(
  { client, revision }: PlanSubject,
  built: readonly Built[],
  schemas: SchemaSet,
  dryRun: KubeClient | undefined,
  signal: AbortSignal,
): Promise<Plan[]> {
  const { server } = client;
  const target: PlanTarget = { reader: client, server, dryRun, schemas, isRemote: false, dispose: () => undefined };
  return planAll({ built, revision, reader: client, server, target: async () => target, first: [] }, signal);
}
