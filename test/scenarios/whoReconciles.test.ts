// What the engine knows of who reconciles a cluster: Flux's own controller, or its loop and the sources that this reads from the folder.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { ClusterState } from '../../src/workspace/state.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { configMap, kustomization, openRepository, signal } from './cluster.ts';
import { openOnCluster } from './openOnCluster.ts';

const PATIENCE = { timeout: 20_000 };
const controller = (replicas: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'kustomize-controller',
    namespace: 'flux-system',
    labels: { 'app.kubernetes.io/version': 'v2.9.1' },
  },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'kustomize-controller' } },
    template: {
      metadata: { labels: { app: 'kustomize-controller' } },
      spec: { containers: [{ name: 'manager', image: 'kustomize-controller:v1.9.0' }] },
    },
  },
});

async function openFolder(): Promise<{ workspace: Workspace; dev: () => ClusterState | undefined }> {
  const root = await openRepository({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'a'),
  });
  const workspace = await openOnCluster(root);
  return { workspace, dev: () => workspace.state.clusters[0] };
}

test("Flux's controller is seen when it comes, and when it is scaled to nothing", async () => {
  const { workspace, dev } = await openFolder();
  const write = (object: JsonObject) =>
    workspace.clusters.get('dev')?.client.apply(object, { fieldManager: 'flux' }, signal);
  expect(dev()?.flux).toBeUndefined();
  await write({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } });
  await write(controller(1));
  await expect.poll(() => dev()?.flux, PATIENCE).toEqual({ version: '2.9.1' });
  await write(controller(0));
  await expect.poll(() => dev()?.flux, PATIENCE).toBeUndefined();
});

test('the loop says which sources it reads from the folder', async () => {
  const { workspace, dev } = await openFolder();
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await expect.poll(() => [...(dev()?.served ?? [])], PATIENCE).toHaveLength(1);
  expect([...(dev()?.served ?? [])][0]).toContain('GitRepository');
});
