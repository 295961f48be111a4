// Where a plan looks and asks: in the name of spec.serviceAccountName or of the controller's account, on the cluster of
// spec.kubeConfig, as the loop goes there. Plans nothing.
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import type { JsonObject } from '../../model/json.ts';
import type { KubeClient, KubeReader } from '../../kube/client.ts';
import { StepFailure } from '../../reconcile/kustomization/run.ts';
import { openTarget } from '../../reconcile/kustomization/target.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';

/** Where the objects of a Kustomization go, and in whose name. */
export interface PlanTarget {
  readonly reader: KubeReader;
  readonly server: string;
  /** Undefined: what is planned is predicted only. */
  readonly dryRun: Pick<KubeClient, 'apply'> | undefined;
  readonly schemas: SchemaSet;
  readonly isRemote: boolean;
  dispose(): void;
}

export interface PlanTargetDeps {
  /** The cluster of the Kustomizations, and what is known of it without asking. */
  readonly client: KubeClient;
  readonly reader: KubeReader;
  readonly schemas: SchemaSet;
  /** The type facts of another cluster. */
  readonly schemasOf: (client: KubeClient) => Promise<SchemaSet>;
  readonly openKubeconfig: (text: string) => Promise<KubeClient>;
  readonly settings: ControllerSettings;
  /** False: nothing is asked of the server but what is there. */
  readonly confirm: boolean;
}

/** A sentence where it cannot be reached as the object asks. The caller disposes it. */
export async function openPlanTarget(
  kustomization: JsonObject,
  { client, reader, schemas, schemasOf, openKubeconfig, settings, confirm }: PlanTargetDeps,
  signal: AbortSignal,
): Promise<PlanTarget | string> {
  try {
    const target = await openTarget({ client, openKubeconfig, options: settings }, kustomization, signal);
    const own = target.client === client;
    return {
      reader: own ? reader : target.client,
      server: target.client.server,
      dryRun: confirm ? target.client : undefined,
      schemas: target.isRemote ? await schemasOf(target.watching) : schemas,
      isRemote: target.isRemote,
      dispose: () => target.dispose(),
    };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return error.message;
  }
}
