// The Flux objects of the loop's benchmarks: makes them, asks for their reconciliation, waits until they are ready.
import type { KubeClient } from '../../src/kube/client.ts';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { isTrue } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION, REQUESTED_AT } from '../../src/reconcile/fluxKinds.ts';

export const NAMESPACE = 'flux-system';
export const MANAGER = 'bench';
const READY_LIMIT_MS = 90_000;

/** A GitRepository and the Kustomization of its folder `app`. */
export function fluxObjects(name: string, url: string): JsonObject[] {
  const metadata = { name, namespace: NAMESPACE };
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: { interval: '10m', url, ref: { branch: 'main' } },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: { interval: '10m', path: './app', prune: true, sourceRef: { kind: 'GitRepository', name } },
    },
  ];
}

export async function createFlux(client: KubeClient, name: string, url: string): Promise<void> {
  for (const object of fluxObjects(name, url)) await client.create(object, { fieldManager: MANAGER });
}

const KINDS = { GitRepository: GIT_REPOSITORY, Kustomization: KUSTOMIZATION };

export async function request(client: KubeClient, kind: keyof typeof KINDS, name: string, at: string): Promise<void> {
  await client.patch(
    { ...KINDS[kind], namespace: NAMESPACE, name },
    'application/merge-patch+json',
    { metadata: { annotations: { [REQUESTED_AT]: at } } },
    { fieldManager: MANAGER },
  );
}

/** Resolves when the Kustomization is ready at a revision and, where one is given, has handled a request. */
export async function settled(
  client: KubeClient,
  name: string,
  revision: string,
  handled: string | undefined,
): Promise<void> {
  const type = await client.resourceType(KUSTOMIZATION);
  if (!type) throw new Error('the cluster serves no Kustomizations');
  const cache = client.watch(type, { namespace: NAMESPACE });
  const isDone = (): boolean => {
    const object = cache.get(NAMESPACE, name);
    return (
      object !== undefined &&
      isTrue(object, 'Ready') &&
      getString(object, 'status', 'lastAppliedRevision') === revision &&
      (handled === undefined || getString(object, 'status', 'lastHandledReconcileAt') === handled)
    );
  };
  await cache.synced();
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(
      () =>
        reject(
          new Error(
            `${name} was not ready within 90 s: ${JSON.stringify(getPath(cache.get(NAMESPACE, name), 'status'))}`,
          ),
        ),
      READY_LIMIT_MS,
    );
    const look = (): void => {
      if (!isDone()) return;
      clearTimeout(limit);
      listener.dispose();
      resolve();
    };
    const listener = cache.onChange(look);
    look();
  });
  cache.dispose();
}
