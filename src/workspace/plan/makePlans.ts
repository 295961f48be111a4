// From a repository and a cluster, or from two revisions, to the plans of all its Kustomizations: for commands. The editor
// keeps plans of its own (planner.ts).
import { hasErrors } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../../model/clock.ts';
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import type { Log } from '../../model/log.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import type { KubeClient, KubeReader } from '../../kube/client.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { startObjects } from '../../reconcile/entry/fluxEntry.ts';
import { createSources } from '../../reconcile/gitRepository/sources.ts';
import type { EntryChoice } from '../../reconcile/entry/workspaceEntry.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { LeavesDrift } from './leftDrift.ts';
import { planAll } from './planAll.ts';
import { appliedObjects, clusterOf, schemasWith } from './planBase.ts';
import { buildAll } from './planBuild.ts';
import type { BuildDeps, Built } from './planBuild.ts';
import { entryOf, openTree } from './planRevision.ts';
import type { PlannedTree } from './plannedTree.ts';
import { namespacesOf, planStart } from './planStart.ts';
import { openPlanTarget } from './planTarget.ts';
import type { PlanTarget } from './planTarget.ts';
import { tellDifferences } from './predictions.ts';

export interface PlanQuery {
  readonly root: string;
  readonly choice: EntryChoice;
  /** The revision that is planned; the files on disk without it. */
  readonly to?: string | undefined;
  /** What is planned, where it was opened already. */
  readonly tree?: PlannedTree | undefined;
  /** The revision that it is compared with, instead of a cluster. */
  readonly from?: string | undefined;
}

export interface PlanWorld {
  /** Needed where nothing is compared but revisions. */
  readonly client: KubeClient | undefined;
  readonly openKubeconfig: (text: string) => Promise<KubeClient>;
  /** Type facts without a cluster, and those of one. */
  readonly schemas: SchemaSet;
  readonly schemasOf: (client: KubeClient) => Promise<SchemaSet>;
  readonly render: BuildDeps['render'];
  /** What the loop that applies the plan would leave as it is. */
  readonly leaves?: LeavesDrift;
  readonly settings?: ControllerSettings | undefined;
  /** False: nothing is asked of the server but what is there. */
  readonly confirm: boolean;
  readonly log: Log;
  readonly clock: Clock;
}

export interface MadePlans {
  readonly plans: readonly Plan[];
  readonly tree: PlannedTree;
  readonly entry: FluxEntry;
  /** The revision that was compared with. */
  readonly before?: string;
}

/** Undefined where the tree holds no Flux Kustomization. Throws GitError for a revision that is none, StatusError without a cluster. */
export async function makePlans(
  query: PlanQuery,
  world: PlanWorld,
  signal: AbortSignal,
): Promise<MadePlans | undefined> {
  const tree = query.tree ?? (await openTree(query.root, query.to, signal));
  const entry = await entryOf(tree, query.choice, world.schemas);
  if (!entry) return undefined;
  const sources = createSources({ workspace: { root: query.root, mode: 'head' }, log: world.log, clock: world.clock });
  try {
    const isLocal = (repository: JsonObject): Promise<boolean> => sources.isLocal(repository);
    const deps = { render: world.render, isLocal };
    if (query.from !== undefined)
      return await compareRevisions(query, query.from, { tree, entry }, world, deps, signal);
    if (!world.client) throw new Error('a plan needs a cluster, or a revision to compare with');
    const plans = await againstCluster({ tree, entry }, world, world.client, deps, signal);
    for (const plan of plans) tellDifferences(plan, world.log);
    return { plans, tree, entry };
  } finally {
    sources.dispose();
  }
}

type Begun = Pick<MadePlans, 'tree' | 'entry'>;
type Deps = Pick<BuildDeps, 'render' | 'isLocal'>;

async function againstCluster(
  { tree, entry }: Begun,
  world: PlanWorld,
  client: KubeClient,
  deps: Deps,
  signal: AbortSignal,
): Promise<Plan[]> {
  const schemas = await world.schemasOf(client);
  const { revision } = tree;
  const start = await planStart(entry, client, { revision, server: client.server, schemas }, signal);
  const built = await buildAll({ ...deps, tree, entry, schemas, reader: start.reader }, signal);
  const { missing: first, reader } = start;
  const { leaves, settings = {} } = world;
  const target = (kustomization: JsonObject): Promise<PlanTarget | string> =>
    openPlanTarget(kustomization, { ...world, client, reader, schemas, settings }, signal);
  const request = { built, revision, reader, server: client.server, target, first, leaves, settings };
  const plans = await planAll(request, signal);
  return start.plan ? [start.plan, ...plans] : plans;
}

async function compareRevisions(
  query: PlanQuery,
  from: string,
  { tree, entry }: Begun,
  world: PlanWorld,
  deps: Deps,
  signal: AbortSignal,
): Promise<MadePlans> {
  const base = await openTree(query.root, from, signal);
  const baseEntry = await entryOf(base, query.choice, world.schemas);
  const outside = withVariables(clusterOf([], world.schemas), world.client);
  const begun = baseEntry
    ? await buildAll({ ...deps, tree: base, entry: baseEntry, schemas: world.schemas, reader: outside }, signal)
    : [];
  refuseBroken(begun, base.revision);
  const schemas = schemasWith(begun, world.schemas);
  const begins = baseEntry ? [...namespacesOf(startObjects(baseEntry)), ...startObjects(baseEntry)] : [];
  const { revision } = tree;
  const cluster = clusterOf(appliedObjects(begun, begins, schemas), schemas);
  const start = await planStart(entry, cluster, { revision, server: '', schemas }, signal);
  const { reader } = start;
  const built = await buildAll({ ...deps, tree, entry, schemas, reader: withVariables(reader, world.client) }, signal);
  const target: PlanTarget = {
    reader,
    server: '',
    dryRun: undefined,
    schemas,
    isRemote: false,
    dispose: () => undefined,
  };
  const { missing: first } = start;
  const { settings } = world;
  const request = { built, revision, reader, server: '', target: async () => target, first, settings };
  const plans = await planAll(request, signal);
  return { plans: start.plan ? [start.plan, ...plans] : plans, tree, entry, before: base.revision };
}

/** ConfigMaps and Secrets that neither revision writes come from the cluster, where there is one. */
function withVariables(reader: KubeReader, client: KubeClient | undefined): KubeReader {
  if (!client) return reader;
  return {
    ...reader,
    get: async (ref, signal) => {
      const found = await reader.get(ref, signal);
      const isVariable = ref.group === '' && (ref.kind === 'ConfigMap' || ref.kind === 'Secret');
      return found ?? (isVariable ? client.get(ref, signal) : undefined);
    },
  };
}

function refuseBroken(built: readonly Built[], revision: string): void {
  const broken = built.find(({ findings }) => hasErrors(findings));
  const [first] = broken?.findings.filter(({ severity }) => severity === 'error') ?? [];
  if (broken && first)
    throw new Error(`${revision} cannot be compared with: ${broken.key} cannot be built: ${first.message}`);
}
