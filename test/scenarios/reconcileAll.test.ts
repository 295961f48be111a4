// Reconcile All on a cluster: it ends when all is ready, what waits for others too, and says who keeps the rest from it.
import { expect, test } from 'vitest';
import { refOf } from '../../src/model/objectRef.ts';
import { fluxState } from '../../src/present/fluxState.ts';
import { reconcileAll } from '../../src/server/reconcileAll.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { kustomization, openRepository, signal } from './cluster.ts';
import { openOnCluster } from './openOnCluster.ts';

const SLOW =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: default}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata:\n      labels: {app: web}\n      annotations: {embedded.plumbline.dev/ready-after: 2s}\n    spec:\n      containers: [{name: main, image: web:1}]\n';

/** Three Kustomizations, each of which waits for the one before; the first has one file. */
async function open(file: string): Promise<Workspace> {
  const root = await openRepository({
    'clusters/dev/infra.yaml': kustomization('infra', './infra', 'wait: true'),
    'clusters/dev/api.yaml': kustomization('api', './empty', 'dependsOn:', '  - name: infra'),
    'clusters/dev/web.yaml': kustomization('web', './empty', 'dependsOn:', '  - name: api'),
    'infra/web.yaml': file,
    'empty/kustomization.yaml': 'resources: []\n',
  });
  const workspace = await openOnCluster(root);
  workspace.files.start();
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  return workspace;
}

function words(workspace: Workspace): string[] {
  const known = workspace.state.clusters.flatMap(({ kustomizations }) => kustomizations);
  return known.map((one) => `${refOf(one).name} ${fluxState(one).word}`).toSorted();
}

async function askAll(workspace: Workspace): Promise<{ lines: string[]; unready: string | undefined }> {
  const lines: string[] = [];
  const targets = workspace.state.clusters.flatMap(({ name, kustomizations }) =>
    kustomizations.map((one) => ({ cluster: name, ref: refOf(one) })),
  );
  const unready = await reconcileAll(workspace, targets, (line) => lines.push(line), signal);
  return { lines, unready };
}

test('what waits for others is counted as such until it is ready itself', async () => {
  const workspace = await open(SLOW);
  await expect.poll(() => words(workspace).length, { timeout: 10_000 }).toBe(3);
  const { lines, unready } = await askAll(workspace);
  expect(unready).toBeUndefined();
  expect(lines).toContain('0 of 3 ready · 2 wait for infra');
  expect(lines.at(-1)).toBe('3 of 3 ready');
  expect(words(workspace)).toEqual(['api ready', 'infra ready', 'web ready']);
});

test('what fails ends it, with who waits for that and why it fails', async () => {
  const workspace = await open('kind: [\n');
  await expect.poll(() => words(workspace), { timeout: 15_000 }).toContain('infra failed');
  const { lines, unready } = await askAll(workspace);
  expect(unready).toMatch(
    /^0 of 3 ready · 2 wait for infra · 1 failed: infra does not build -> infra\/web\.yaml:\d+: /,
  );
  expect(lines.at(-1)).toBe('0 of 3 ready · 2 wait for infra · 1 failed');
});
