// The cluster and the account that a Kustomization is applied with: its own, those of spec.kubeConfig, or
// spec.serviceAccountName (fluxcd/pkg runtime/client, Impersonator). Applies nothing itself.
import { getObject, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeClient } from '../../kube/client.ts';
import { StatusError } from '../../kube/client.ts';
import type { LoopDeps } from '../deps.ts';
import { StepFailure } from './run.ts';
import type { Target } from './run.ts';

type Deps = Pick<LoopDeps, 'client' | 'openKubeconfig' | 'options'>;

/** Opens the target of a Kustomization. Throws StepFailure where it cannot be reached as the object asks. */
export async function openTarget(deps: Deps, object: JsonObject, signal: AbortSignal): Promise<Target> {
  const isRemote = getObject(object, 'spec', 'kubeConfig') !== undefined;
  const cluster = isRemote ? await openRemote(deps, object, signal) : deps.client;
  const account = accountOf(deps, object);
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
  const account = accountOf(deps, object);
  return account === undefined || (await deps.client.get(account, signal)) !== undefined;
}

function accountOf({ options }: Deps, object: JsonObject): ObjectRef | undefined {
  const name = getString(object, 'spec', 'serviceAccountName') || options?.defaultServiceAccount;
  if (name === undefined || name === '') return undefined;
  return { group: '', version: 'v1', kind: 'ServiceAccount', namespace: refOf(object).namespace, name };
}

async function openRemote(
  { client, openKubeconfig }: Deps,
  object: JsonObject,
  signal: AbortSignal,
): Promise<KubeClient> {
  const { namespace } = refOf(object);
  const name = getString(object, 'spec', 'kubeConfig', 'secretRef', 'name');
  if (name === undefined) throw noClient(await whyNoProvider(client, object, signal));
  const key = getString(object, 'spec', 'kubeConfig', 'secretRef', 'key');
  const text = await readKubeconfig(client, { namespace, name }, key, signal);
  if (!openKubeconfig) throw noClient('spec.kubeConfig names another cluster, which is not reached here');
  try {
    return await openKubeconfig(text);
  } catch (error) {
    if (error instanceof StatusError)
      throw noClient(`invalid KubeConfig in secret '${namespace}/${name}': ${error.message}`);
    throw error;
  }
}

function noClient(message: string): StepFailure {
  return new StepFailure('ReconciliationFailed', message, `failed to build kube client: ${message}`);
}

const PROVIDERS = new Set(['aws', 'azure', 'gcp', 'generic']);

/** spec.kubeConfig.configMapRef: each of its providers logs in as somebody that a local loop is not. */
async function whyNoProvider(client: KubeClient, object: JsonObject, signal: AbortSignal): Promise<string> {
  const { namespace } = refOf(object);
  const name = getString(object, 'spec', 'kubeConfig', 'configMapRef', 'name') ?? '';
  const found = await client.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace, name }, signal);
  if (!found) return `failed to get configmap ${namespace}/${name}: configmaps "${name}" not found`;
  const provider = getString(found, 'data', 'provider') ?? '';
  if (!PROVIDERS.has(provider)) return `provider '${provider}' not implemented`;
  return `spec.kubeConfig.configMapRef logs in by the provider '${provider}' as the controller in its cluster, which the local loop is not: use secretRef`;
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
    throw noClient(`unable to read KubeConfig secret '${namespace}/${name}' error: secrets "${name}" not found`);
  const keys = key === undefined || key === '' ? DEFAULT_KEYS : [key];
  const data = keys.map((each) => getString(secret, 'data', each)).find((each) => each !== undefined);
  if (data === undefined)
    throw noClient(
      `KubeConfig secret '${namespace}/${name}' does not contain a '${keys[0] ?? ''}' key with a kubeconfig`,
    );
  return new TextDecoder().decode(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
}
