// The cluster and the account that a Kustomization is applied with: its own, those of spec.kubeConfig, or
// spec.serviceAccountName (fluxcd/pkg runtime/client, Impersonator). Applies nothing itself.
import { getObject, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeClient } from '../kube/client.ts';
import { StatusError } from '../kube/client.ts';
import type { LoopDeps } from './deps.ts';
import { StepFailure } from './run.ts';
import type { Target } from './run.ts';

type Deps = Pick<LoopDeps, 'client' | 'openKubeconfig'>;

/** Opens the target of a Kustomization. Throws StepFailure where it cannot be reached as the object asks. */
export async function openTarget(deps: Deps, object: JsonObject, signal: AbortSignal): Promise<Target> {
  const isRemote = getObject(object, 'spec', 'kubeConfig') !== undefined;
  const cluster = isRemote ? await openRemote(deps, object, signal) : deps.client;
  const account = accountOf(object);
  const client = account ? cluster.impersonate(`system:serviceaccount:${account.namespace}:${account.name}`) : cluster;
  return {
    client,
    watching: cluster,
    isRemote,
    dispose: () => {
      if (client !== cluster) client.dispose();
      if (isRemote) cluster.dispose();
    },
  };
}

/** False where the account to act as is gone: what it has made can then not be deleted in its name. */
export async function canImpersonate(deps: Deps, object: JsonObject, signal: AbortSignal): Promise<boolean> {
  const account = accountOf(object);
  return account === undefined || (await deps.client.get(account, signal)) !== undefined;
}

function accountOf(object: JsonObject): ObjectRef | undefined {
  const name = getString(object, 'spec', 'serviceAccountName');
  if (name === undefined || name === '') return undefined;
  return { group: '', version: 'v1', kind: 'ServiceAccount', namespace: refOf(object).namespace, name };
}

async function openRemote(
  { client, openKubeconfig }: Deps,
  object: JsonObject,
  signal: AbortSignal,
): Promise<KubeClient> {
  const name = getString(object, 'spec', 'kubeConfig', 'secretRef', 'name');
  if (name === undefined)
    throw new StepFailure(
      'ReconciliationFailed',
      'spec.kubeConfig.configMapRef asks a cloud for its credentials, which the local loop does not do; use secretRef',
    );
  if (!openKubeconfig)
    throw new StepFailure('ReconciliationFailed', 'spec.kubeConfig names another cluster, which is not reached here');
  const { namespace } = refOf(object);
  const text = await readKubeconfig(
    client,
    { namespace, name },
    getString(object, 'spec', 'kubeConfig', 'secretRef', 'key'),
    signal,
  );
  try {
    return await openKubeconfig(text);
  } catch (error) {
    if (error instanceof StatusError) throw new StepFailure('ReconciliationFailed', error.message);
    throw error;
  }
}

const DEFAULT_KEYS = ['value', 'value.yaml'];

async function readKubeconfig(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  key: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const secret = await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, signal);
  if (!secret)
    throw new StepFailure(
      'ReconciliationFailed',
      `unable to read KubeConfig secret '${namespace}/${name}' error: secrets "${name}" not found`,
    );
  const keys = key === undefined || key === '' ? DEFAULT_KEYS : [key];
  const data = keys.map((each) => getString(secret, 'data', each)).find((each) => each !== undefined);
  if (data === undefined)
    throw new StepFailure(
      'ReconciliationFailed',
      `KubeConfig secret '${namespace}/${name}' does not contain a '${keys[0] ?? ''}' key with a kubeconfig`,
    );
  return new TextDecoder().decode(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
}
