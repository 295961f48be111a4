// An apply from a plan that somebody cancels while it writes: nothing more is written, nothing is pruned, the inventory names
// what was made, and the next run ends where it would have ended without it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { KubeClient } from '../../src/kube/client.ts';
import { deferred } from '../../src/model/deferred.ts';
import { getList, getString } from '../../src/model/json.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import type { ApplyResult } from '../../src/workspace/plan/applying.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { configMap, kustomization, NAMESPACE, openRepository, signal } from './cluster.ts';
import { faults } from './faults.ts';
import type { Faults } from './faults.ts';
import { openOnCluster } from './openOnCluster.ts';

const PATIENCE = { timeout: 20_000 };
const namespace = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
const resources = (...paths: string[]): string => `resources:\n${paths.map((path) => `  - ${path}\n`).join('')}`;
const SLOW = `apiVersion: apps/v1
kind: Deployment
metadata: {name: slow, namespace: default}
spec:
  selector: {matchLabels: {app: slow}}
  template:
    metadata: {labels: {app: slow}, annotations: {embedded.plumbline.dev/ready-after: 600s}}
    spec: {containers: [{name: slow, image: slow}]}
`;
const PHASE = `Kustomization/${NAMESPACE}/app`;

interface Folder {
  readonly root: string;
  readonly workspace: Workspace;
  readonly client: KubeClient;
  readonly wrong: Faults;
}

/** `later` waits for `app`, which has the objects `one` and `two`. */
async function openFolder(...spec: string[]): Promise<Folder> {
  const root = await openRepository({
    'clusters/dev/app.yaml': kustomization('app', './app', ...spec),
    'clusters/dev/later.yaml': kustomization('later', './later', 'dependsOn: [{name: app}]'),
    'app/kustomization.yaml': resources('one.yaml', 'two.yaml'),
    'app/one.yaml': configMap('one', 'committed'),
    'app/two.yaml': configMap('two', 'committed'),
    'later/last.yaml': configMap('last', 'committed'),
  });
  const wrong = faults();
  const workspace = await openOnCluster(root, wrong.intercept);
  workspace.files.start();
  const client = workspace.clusters.get('dev')?.client;
  if (!client) throw new Error('not connected');
  return { root, workspace, client, wrong };
}

/** One object changed, one gone, one new in a namespace that is new too; and one of the Kustomization that waits. */
function edit(root: string): void {
  writeFileSync(join(root, 'app/kustomization.yaml'), resources('one.yaml', 'extra.yaml', 'three.yaml'));
  writeFileSync(join(root, 'app/one.yaml'), configMap('one', 'saved'));
  writeFileSync(join(root, 'app/extra.yaml'), namespace('extra'));
  writeFileSync(join(root, 'app/three.yaml'), configMap('three', 'saved').replace('default', 'extra'));
  writeFileSync(join(root, 'later/last.yaml'), configMap('last', 'saved'));
}

/** Applies the files as they are, and cancels while `one` is being written. */
async function applyAndCancel({ root, workspace, wrong }: Folder): Promise<ApplyResult> {
  edit(root);
  workspace.files.changed([
    'app/kustomization.yaml',
    'app/one.yaml',
    'app/extra.yaml',
    'app/three.yaml',
    'later/last.yaml',
  ]);
  const offer = await workspace.applying.offer('dev', signal);
  const gate = deferred<void>();
  onTestFinished(() => gate.resolve());
  wrong.add({ at: /^PATCH \/api\/v1\/namespaces\/default\/configmaps\/one\?(?!.*dryRun)/, does: gate.promise });
  const stop = new AbortController();
  const result = workspace.applying.apply(offer, () => undefined, stop.signal);
  await expect.poll(() => wrong.happened.length, PATIENCE).toBe(1);
  stop.abort(new Error('cancelled'));
  return result;
}

const valueOf = async (client: KubeClient, name: string): Promise<string | undefined> =>
  getString(
    await client.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name }, signal),
    'data',
    'value',
  );
const versionOf = async (client: KubeClient, name: string): Promise<string | undefined> =>
  getString(
    await client.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name }, signal),
    'metadata',
    'resourceVersion',
  );
const hasExtra = async (client: KubeClient): Promise<boolean> =>
  (await client.get({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'extra' }, signal)) !==
  undefined;
const inventory = async (client: KubeClient): Promise<string[]> =>
  (
    getList(
      await client.get({ ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' }, signal),
      'status',
      'inventory',
      'entries',
    ) ?? []
  ).map((entry) => getString(entry, 'id') ?? '');
const COMMITTED = ['default_one__ConfigMap', 'default_two__ConfigMap'];

/** All is as the last commit has it. */
async function isAsCommitted({ client }: Folder): Promise<void> {
  await expect
    .poll(
      async () => ({
        one: await valueOf(client, 'one'),
        two: await valueOf(client, 'two'),
        extra: await hasExtra(client),
        inventory: await inventory(client),
      }),
      PATIENCE,
    )
    .toEqual({ one: 'committed', two: 'committed', extra: false, inventory: COMMITTED });
}

test('the loop ends what it writes, goes back to the commit, and never touches what was not its turn', async () => {
  const folder = await openFolder();
  const { client, workspace } = folder;
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await expect.poll(() => valueOf(client, 'last'), PATIENCE).toBe('committed');
  const untouched = [await versionOf(client, 'two'), await versionOf(client, 'last')];

  expect(await applyAndCancel(folder)).toEqual({ kind: 'cancelled', begun: true, takenBack: true });
  await isAsCommitted(folder);
  expect([await versionOf(client, 'two'), await versionOf(client, 'last')]).toEqual(untouched);
}, 60_000);

test('without a loop what was made stays and is named, nothing is pruned, and the next apply goes on', async () => {
  const folder = await openFolder();
  const { client, workspace } = folder;
  const never = (): void => undefined;
  await workspace.applying.apply(await workspace.applying.offer('dev', signal), never, signal);
  const untouched = [await versionOf(client, 'two'), await versionOf(client, 'last')];

  expect(await applyAndCancel(folder)).toEqual({ kind: 'cancelled', begun: true, takenBack: false });
  expect(await hasExtra(client)).toBe(true);
  expect([await versionOf(client, 'two'), await versionOf(client, 'last')]).toEqual(untouched);
  expect(await inventory(client)).toEqual(expect.arrayContaining([...COMMITTED, '_extra__Namespace']));

  const next = await workspace.applying.apply(await workspace.applying.offer('dev', signal), never, signal);
  expect(next).toMatchObject({ kind: 'applied', results: [{ ready: true }, { ready: true }] });
  expect([await valueOf(client, 'one'), await valueOf(client, 'two'), await valueOf(client, 'last')]).toEqual([
    'saved',
    undefined,
    'saved',
  ]);
}, 60_000);

test('the plan of what a cancelled apply had written, and the loop took back, is made anew', async () => {
  const { root, workspace, client } = await openFolder('wait: true');
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await expect.poll(() => valueOf(client, 'last'), PATIENCE).toBe('committed');
  /** What the confirmed plan does with the first object: nothing more is on its way then. */
  const planned = (): string | undefined => {
    const plan = workspace.state.clusters[0]?.plans.get(`${NAMESPACE}/app`);
    if (plan?.kind !== 'made' || !plan.plan.confirmed) return undefined;
    return plan.plan.entries.find(({ ref }) => ref.name === 'one')?.action;
  };
  writeFileSync(join(root, 'app/kustomization.yaml'), resources('one.yaml', 'two.yaml', 'slow.yaml'));
  writeFileSync(join(root, 'app/one.yaml'), configMap('one', 'saved'));
  writeFileSync(join(root, 'app/slow.yaml'), SLOW);
  workspace.files.changed(['app/kustomization.yaml', 'app/one.yaml', 'app/slow.yaml']);
  await expect.poll(planned, PATIENCE).toBe('configure');

  const offer = await workspace.applying.offer('dev', signal);
  const stop = new AbortController();
  const result = workspace.applying.apply(offer, () => undefined, stop.signal);
  await expect.poll(() => workspace.state.clusters[0]?.phases.get(PHASE)?.phase, PATIENCE).toBe('waiting');
  // A plan that is made now finds all of it applied.
  workspace.files.changed(['app/one.yaml']);
  await expect.poll(planned, PATIENCE).toBe('unchanged');
  stop.abort(new Error('cancelled'));
  expect(await result).toMatchObject({ kind: 'cancelled', takenBack: true });
  await expect.poll(() => valueOf(client, 'one'), PATIENCE).toBe('committed');
  await expect.poll(planned, PATIENCE).toBe('configure');
}, 60_000);
