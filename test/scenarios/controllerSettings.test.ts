// What a person tells the local controller in the settings of an editor: the loop, the plan and its apply are told alike.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { KubeClient } from '../../src/kube/client.ts';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/diff/plan/plan.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { configMap, kustomization, makeRepository, NAMESPACE, signal } from './cluster.ts';
import { openEngine, until } from './editorEngine.ts';
import { openOnCluster } from './openOnCluster.ts';
import { errors } from './planning.ts';

const PATIENCE = { timeout: 20_000 };
const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const ONE = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };

interface Folder {
  readonly workspace: Workspace;
  readonly client: KubeClient;
  readonly requests: string[];
}

async function openFolder(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<Folder> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-controller-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const requests: string[] = [];
  await makeRepository(root, {
    'clusters/dev/app.yaml': kustomization('app', './app', ...spec),
    'app/one.yaml': configMap('one', 'first'),
    ...files,
  });
  const workspace = await openOnCluster(root, (request, carryOut) => {
    requests.push(`${request.method} ${request.path}`);
    return carryOut();
  });
  workspace.files.start();
  const client = workspace.clusters.get('dev')?.client;
  if (!client) throw new Error('not connected');
  return { workspace, client, requests };
}

const offered = async ({ workspace }: Folder): Promise<Plan> => {
  const { plans } = await workspace.applying.offer('dev', signal);
  const plan = plans.find((one) => one.kustomization === `${NAMESPACE}/app`);
  if (!plan) throw new Error('no plan');
  return plan;
};
const fatesIn = (plan: Plan | undefined): unknown[] =>
  (plan?.entries ?? []).flatMap(({ changes }) => changes.map(({ path, fate }) => [path, fate]));
/** What the view of plans shows. */
const viewed = ({ workspace }: Folder): Plan | undefined => {
  const plan = workspace.state.clusters[0]?.plans.get(`${NAMESPACE}/app`);
  return plan?.kind === 'made' ? plan.plan : undefined;
};
const dataOf = async ({ client }: Folder): Promise<unknown> => getPath(await client.get(ONE, signal), 'data');
const readyOf = async ({ client }: Folder): Promise<string> =>
  getCondition((await client.get(APP, signal)) ?? {}, 'Ready')?.message ?? '';
const patchBy = ({ client }: Folder, fieldManager: string, data: JsonObject): Promise<JsonObject> =>
  client.patch(ONE, 'application/merge-patch+json', { data }, { fieldManager }, signal);
const applied = async (folder: Folder): Promise<string> => {
  const result = await folder.workspace.applying.apply(
    await folder.workspace.applying.offer('dev', signal),
    () => undefined,
    signal,
  );
  return result.kind;
};

test('a manager that is overridden: the offer, the view and the apply of a plan take its fields', async () => {
  const folder = await openFolder({});
  expect(await applied(folder)).toBe('applied');
  await patchBy(folder, 'dashboard-7', { extra: 'x' });
  expect(fatesIn(await offered(folder))).toEqual([]);
  folder.workspace.tellController({ overrideManagers: ['dashboard'] });
  const taken = [['data.extra', 'takeover']];
  expect(fatesIn(await offered(folder))).toEqual(taken);
  await vi.waitFor(() => expect(fatesIn(viewed(folder))).toEqual(taken), PATIENCE);
  expect(await applied(folder)).toBe('applied');
  expect(await dataOf(folder)).toEqual({ value: 'first' });
});

test('a loop that runs begins anew with what it is told, once', async () => {
  const folder = await openFolder({});
  const { workspace } = folder;
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await vi.waitFor(async () => expect(await dataOf(folder)).toEqual({ value: 'first' }), PATIENCE);
  await patchBy(folder, 'dashboard-7', { extra: 'x' });
  const before = workspace.clusters.get('dev')?.loop;
  workspace.tellController({ overrideManagers: [] });
  workspace.tellController({ overrideManagers: ['dashboard'] });
  await vi.waitFor(async () => expect(await dataOf(folder)).toEqual({ value: 'first' }), PATIENCE);
  const after = workspace.clusters.get('dev')?.loop;
  expect(after).not.toBe(before);
  workspace.tellController({ overrideManagers: ['dashboard'], noCrossNamespaceRefs: false });
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  expect(workspace.clusters.get('dev')?.loop).toBe(after);
});

test('the account of the controller: the view and the offer are refused what the loop is refused', async () => {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deployer, namespace: flux-system}\n';
  const folder = await openFolder({ 'clusters/dev/account.yaml': account }, 'retryInterval: 1h');
  folder.workspace.tellController({ defaultServiceAccount: 'deployer' });
  await folder.workspace.clusters.startLoop('dev', () => undefined, signal);
  const user = `system:serviceaccount:${NAMESPACE}:deployer`;
  await vi.waitFor(async () => expect(await readyOf(folder)).toContain(user), PATIENCE);
  await vi.waitFor(() => expect(errors(viewed(folder) ?? fail())[0]).toContain(user), PATIENCE);
  expect(errors(await offered(folder))[0]).toContain(user);
});

test('namespaces kept apart: the view and the offer say what the loop says', async () => {
  const folder = await openFolder({}, 'dependsOn: [{name: base, namespace: elsewhere}]');
  folder.workspace.tellController({ noCrossNamespaceRefs: true });
  await folder.workspace.clusters.startLoop('dev', () => undefined, signal);
  const said = "can't access dependency 'elsewhere/base', cross-namespace references have been blocked";
  await vi.waitFor(async () => expect(await readyOf(folder)).toBe(said), PATIENCE);
  await vi.waitFor(() => expect(errors(viewed(folder) ?? fail())).toEqual([said]), PATIENCE);
  expect(errors(await offered(folder))).toEqual([said]);
});

test('kinds of the custom stage: an apply from the plan writes them before the rest', async () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\nspec: {ports: [{port: 80}]}\n';
  const folder = await openFolder({ 'app/web.yaml': service });
  folder.workspace.tellController({ customStageKinds: ['Service'] });
  expect(await applied(folder)).toBe('applied');
  const writes = folder.requests.filter((request) => /^PATCH .*\/(services\/web|configmaps\/one)$/.test(request));
  expect(writes.map((request) => /services|configmaps/.exec(request)?.[0]).slice(-4)).toEqual([
    'services',
    'services',
    'configmaps',
    'configmaps',
  ]);
});

test('a gate that is none: no loop begins, and the view says why; switched off again, all goes on', async () => {
  const folder = await openFolder({});
  const { workspace } = folder;
  const said = "feature-gate 'Nope' not supported";
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  await vi.waitFor(() => expect(viewed(folder)?.entries).toHaveLength(1), PATIENCE);
  workspace.tellController({ featureGates: new Map([['Nope', true]]) });
  await vi.waitFor(() => expect(errors(viewed(folder) ?? fail())).toEqual([said]), PATIENCE);
  await vi.waitFor(
    () =>
      expect(workspace.state.clusters[0]).toMatchObject({
        loop: 'none',
        message: expect.stringContaining(said) as unknown,
      }),
    PATIENCE,
  );
  await expect(workspace.clusters.startLoop('dev', () => undefined, signal)).rejects.toThrow(said);
  workspace.tellController({});
  await vi.waitFor(() => expect(errors(viewed(folder) ?? fail())).toEqual([]), PATIENCE);
  await vi.waitFor(() => expect(workspace.state.clusters[0]?.loop).toBe('controlling'), PATIENCE);
});

test('variables that are not set: the rendering follows what the controller is told', async () => {
  const folder = await openFolder(
    { 'app/one.yaml': configMap('one', 'is-${nowhere}') },
    'postBuild: {substitute: {a: "1"}}',
  );
  const found = (): number =>
    [...folder.workspace.state.renderings.values()].flatMap(({ root, findings }) =>
      root.kind === 'flux' ? findings : [],
    ).length;
  await vi.waitFor(() => expect(found()).toBe(1), PATIENCE);
  folder.workspace.tellController({ featureGates: new Map([['StrictPostBuildSubstitutions', false]]) });
  await vi.waitFor(() => expect(found()).toBe(0), PATIENCE);
  expect(await applied(folder)).toBe('applied');
  expect(await dataOf(folder)).toEqual({ value: 'is-' });
});

test('what goes to another cluster is planned in the view where it goes', async () => {
  const folder = await openFolder({}, 'kubeConfig: {secretRef: {name: nowhere}}');
  await folder.workspace.clusters.startLoop('dev', () => undefined, signal);
  const said = /unable to read KubeConfig secret 'flux-system\/nowhere'/;
  await vi.waitFor(async () => expect(await readyOf(folder)).toMatch(said), PATIENCE);
  await vi.waitFor(() => expect(errors(viewed(folder) ?? fail())[0]).toMatch(said), PATIENCE);
});

test('the engine asks the editor for the settings before it begins the loop', async () => {
  const url = 'https://github.com/example/test.git';
  const source = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: test, namespace: ${NAMESPACE}}\nspec: {interval: 10m, url: "${url}", ref: {branch: main}}\n`;
  const engine = await openEngine({
    url,
    files: {
      'clusters/dev/source.yaml': source,
      'clusters/dev/app.yaml': kustomization('app', './app', 'retryInterval: 1h'),
      'app/one.yaml': configMap('one', 'first'),
    },
    capabilities: { workspace: { configuration: true } },
    settings: { controller: { defaultServiceAccount: 'nobody' } },
  });
  onTestFinished(() => engine.end());
  const user = `system:serviceaccount:${NAMESPACE}:nobody`;
  await until(async () =>
    getCondition((await engine.kube.get(APP)) ?? {}, 'Ready')?.message.includes(user) ? true : undefined,
  );
  expect(await engine.kube.get(ONE)).toBeUndefined();
});

function fail(): never {
  throw new Error('no plan is shown yet');
}
