// plumbline plan: what the working tree would change in the cluster. Reads and dry-runs; changes nothing.
import { resolve } from 'node:path';
import { hasErrors } from '../../model/finding.ts';
import type { Finding } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import { getList, getObject, getString } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import { silentLog } from '../../model/log.ts';
import { toJson } from '../../model/node.ts';
import { refOf } from '../../model/objectRef.ts';
import { planObjects } from '../../diff/planObjects.ts';
import type { Plan } from '../../diff/plan.ts';
import { connect } from '../../kube/connect.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isFluxController } from '../../reconcile/fluxControllers.ts';
import { treeOf } from '../../reconcile/generatedTree.ts';
import { readVariables } from '../../reconcile/variables.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import { clusterSchemas } from '../clusterSchemas.ts';
import { diskSnapshot } from '../../source/disk.ts';
import { validate } from '../../validate/validate.ts';
import { planChanges, planText } from '../../present/planText.ts';
import type { Command, Invocation } from '../command.ts';
import { entryChoice, entryFlags } from '../entry.ts';
import { fetchFlags, renderAllowed } from '../fetching.ts';
import { readEntry } from '../loopSession.ts';
import { planJson } from '../planJson.ts';
import { resolveTarget, targetFlags } from '../target.ts';
import type { OpenClusters } from './cluster.ts';

/** Exit codes of `flux diff` and `kubectl diff`. */
const NOTHING = 0;
const CHANGES = 1;
const BLOCKED = 2;

export function planCommand(open: OpenClusters): Command {
  return {
    name: 'plan',
    summary: 'Show what the working tree would change in the cluster',
    operands: '[NAME...]',
    arity: [0, 100],
    description:
      'Show what the files as they are on disk would change in the cluster, object by object and field by field. Every entry is\n confirmed by a dry-run of the server; nothing is changed. The exit code is 0 without changes, 1 with changes, 2 on an error.',
    examples: [
      ['Every kustomization of the repository in this folder', 'plumbline plan'],
      ['One of them, for a program', 'plumbline plan apps-staging --output json'],
    ],
    flags: [
      ...targetFlags,
      { name: 'workspace', type: 'string', value: 'DIR', description: 'The repository. Default the current folder.' },
      ...entryFlags,
      ...fetchFlags,
      { name: 'output', short: 'o', type: 'string', choices: ['text', 'json'], description: 'Output format.' },
    ],
    run: (call) => run(open, call),
  };
}

async function run(open: OpenClusters, call: Invocation): Promise<number> {
  const { args, flags, io } = call;
  const workspace = resolve(io.cwd, flags.text('workspace') ?? '.');
  const entry = await readEntry(workspace, entryChoice(flags));
  const all = entry.objects.filter(
    (object) => refOf(object).kind === 'Kustomization' && refOf(object).group === 'kustomize.toolkit.fluxcd.io',
  );
  const chosen = args.length === 0 ? all : args.map((name) => named(all, name));
  if (chosen.length === 0)
    throw new Error(`${workspace} holds no Flux Kustomization: name the repository with --workspace`);
  const target = await resolveTarget(call, open(io), false);
  const client = await connect({
    kubeconfig: target.kubeconfig,
    ...(target.context === undefined ? {} : { context: target.context }),
    log: silentLog,
  });
  try {
    const plans: Plan[] = [];
    for (const kustomization of chosen) plans.push(await planOf(call, kustomization, entry.objects, workspace, client));
    if (flags.text('output') === 'json') io.stdout.write(`${stringifyJson(plans.map(planJson), 2)}\n`);
    else io.stdout.write(planText(plans, { cluster: target.name }));
    if (plans.some((plan) => hasErrors(plan.findings))) return BLOCKED;
    return planChanges(plans) ? CHANGES : NOTHING;
  } finally {
    client.dispose();
  }
}

function named(all: readonly JsonObject[], name: string): JsonObject {
  const [last = '', namespace] = name.split('/').reverse();
  const found = all.find(
    (object) => refOf(object).name === last && (namespace === undefined || refOf(object).namespace === namespace),
  );
  if (!found)
    throw new Error(
      `no Kustomization named "${name}" in the workspace: it has ${all.map((object) => refOf(object).name).join(', ')}`,
    );
  return found;
}

/** The plan of one Kustomization as its file has it, against the inventory of the one in the cluster. */
async function planOf(
  call: Invocation,
  kustomization: JsonObject,
  objects: readonly JsonObject[],
  workspace: string,
  client: KubeClient,
): Promise<Plan> {
  const { signal } = call;
  const disk = diskSnapshot(workspace);
  const snapshot = treeOf(kustomization, objects, disk);
  if (typeof snapshot === 'string')
    return blocked(kustomization, disk.revision, client, [
      { code: 'file-missing', severity: 'error', message: snapshot },
    ]);
  const schemas = await clusterSchemas(client, signal);
  const known = await client.resourceType(refOf(kustomization), signal);
  const live = known ? await client.get(refOf(kustomization), signal) : undefined;
  const variables = await readVariables(client, kustomization, signal);
  const rendering = await renderAllowed(call, (fetched) =>
    renderFlux(snapshot, kustomization, variables, { schemas, loadRestrictor: 'none', order: 'none', fetched }),
  );
  const findings: Finding[] = [...rendering.findings, ...validate(rendering.manifests, schemas)];
  if (hasErrors(findings)) return blocked(kustomization, snapshot.revision, client, findings);
  const status = getObject(live, 'status');
  const plan = await planObjects(
    {
      kustomization: status ? { ...kustomization, status } : kustomization,
      revision: snapshot.revision,
      manifests: rendering.manifests.filter((manifest) => !isFluxController(toJson(manifest.node))),
      reader: client,
      server: client.server,
      dryRun: client,
      inventory: inventoryOf(live),
      schemas,
    },
    signal,
  );
  return { ...plan, findings: [...findings, ...plan.findings] };
}

/** A build with errors has no plan: nothing of it would be applied. */
function blocked(kustomization: JsonObject, revision: string, client: KubeClient, findings: readonly Finding[]): Plan {
  const { namespace, name } = refOf(kustomization);
  return {
    kustomization: `${namespace}/${name}`,
    revision,
    server: client.server,
    confirmed: false,
    entries: [],
    findings,
  };
}

function inventoryOf(live: JsonObject | undefined): InventoryEntry[] {
  return (getList(live, 'status', 'inventory', 'entries') ?? []).map((entry) => ({
    id: getString(entry, 'id') ?? '',
    v: getString(entry, 'v') ?? '',
  }));
}
