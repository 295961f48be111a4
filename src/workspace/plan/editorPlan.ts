// The plan of one Kustomization of a cluster as the editor keeps it: of the live object and the rendering of the files as they
// are. Looks and asks where the loop would, and refuses what it would.
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import { isGateOn } from '../../model/featureGates.ts';
import { toJson } from '../../model/node.ts';
import type { Log } from '../../model/log.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import { planObjects } from '../../diff/plan/planObjects.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isFluxController } from '../../reconcile/entry/fluxControllers.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { clusterSchemas } from '../cluster/clusterSchemas.ts';
import type { ControllerChoice } from '../controllerChoice.ts';
import { neverApplied } from './neverApplied.ts';
import { inventoryOf } from './planAll.ts';
import { besides } from './planBeside.ts';
import { keyOfKustomization } from './planBuild.ts';
import type { MakePlan, PlanInput } from './planner.ts';
import { openPlanTarget } from './planTarget.ts';
import type { PlanTarget } from './planTarget.ts';
import { tellDifferences } from './predictions.ts';

export interface EditorPlanDeps {
  readonly schemas: () => SchemaSet;
  readonly controller: ControllerChoice;
  readonly openKubeconfig: (text: string) => Promise<KubeClient>;
  readonly log: Log;
}

export function editorPlan({ schemas, controller, openKubeconfig, log }: EditorPlanDeps): MakePlan {
  return async (input, signal) => {
    const { settings } = controller;
    const fault = neverApplied(input.kustomization, settings);
    if (fault !== undefined) return refused(input, fault);
    const schemasOf = (cluster: KubeClient): Promise<SchemaSet> => clusterSchemas(cluster, signal);
    const deps = { ...input, schemas: schemas(), schemasOf, openKubeconfig, settings };
    const target = await openPlanTarget(input.kustomization, deps, signal);
    if (typeof target === 'string') return refused(input, target);
    try {
      const plan = await planAt(target, input, settings, signal);
      tellDifferences(plan, log);
      return plan;
    } finally {
      target.dispose();
    }
  };
}

async function planAt(
  { reader, server, dryRun, schemas, isRemote }: PlanTarget,
  { kustomization, manifests, written, others, reader: near, revision, leaves, confirm }: PlanInput,
  settings: ControllerSettings,
  signal: AbortSignal,
): Promise<Plan> {
  const { early, ...beside } = await besides(written, others, near, signal);
  const plan = await planObjects(
    {
      kustomization,
      revision,
      manifests: manifests.filter((manifest) => !isFluxController(toJson(manifest.node))),
      // A prediction answers a keystroke: in whose name it is applied decides nothing before the server is asked.
      reader: confirm || isRemote ? reader : near,
      server,
      ...(dryRun ? { dryRun } : {}),
      inventory: inventoryOf(kustomization),
      schemas,
      leaves,
      overrideManagers: settings.overrideManagers ?? [],
      migrateApiVersion: isGateOn(settings, 'MigrateAPIVersion'),
      ...(isRemote ? {} : beside),
    },
    signal,
  );
  return { ...plan, findings: [...plan.findings, ...early(plan)] };
}

function refused({ kustomization, revision, client }: PlanInput, message: string): Plan {
  return {
    kustomization: keyOfKustomization(kustomization),
    revision,
    server: client.server,
    confirmed: false,
    entries: [],
    findings: [{ code: 'plan-note', severity: 'error', message }],
  };
}
