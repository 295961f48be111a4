// What the real controllers do and a simpler loop would not, one case for each point: dependencies and their revisions, sources
// and Kustomizations that are suspended, deletion, other clusters, references that are not allowed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { getList, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition, isReady } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario, ScenarioOptions } from './cluster.ts';
import { faults } from './faults.ts';

const SOURCE = { ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'test' };
const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const MERGE = 'application/merge-patch+json';

const open = (files: Readonly<Record<string, string>>, options?: ScenarioOptions): Promise<Scenario> =>
  openScenario(files, {}, options);

const value = async (scenario: Scenario, name: string): Promise<string | undefined> =>
  getString(await scenario.configMap(name), 'data', 'value');

const becomes = (scenario: Scenario, name: string, wanted: string): Promise<void> =>
  scenario.until(`${name} is ${wanted}`, async () => (await value(scenario, name)) === wanted);

const ready = async (scenario: Scenario, name: string): Promise<string> => {
  const { reason, message } = getCondition((await scenario.kustomization(name)) ?? {}, 'Ready') ?? {};
  return `${reason}: ${message}`;
};

const patch = (scenario: Scenario, ref: typeof APP, body: JsonObject): Promise<JsonObject> =>
  scenario.client.patch(ref, MERGE, body, { fieldManager: 'test' }, signal);

const remove = async (scenario: Scenario): Promise<void> => {
  await scenario.client.delete(APP, {}, signal);
  await scenario.until('it is gone', async () => (await scenario.kustomization('app')) === undefined);
};

test('a dependency of the same source must have applied the same revision, not only be ready', async () => {
  const list = faults();
  const scenario = await open(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', 'dependsOn: [{name: base}]'),
      'clusters/dev/base.yaml': kustomization('base', './base'),
      'app/one.yaml': configMap('one', 'first'),
      'base/two.yaml': configMap('two', 'first'),
    },
    { intercept: list.intercept },
  );
  await scenario.ready('app', 'base');
  let goOn = (): void => undefined;
  list.add({ at: /PATCH .*\/configmaps\/two\?/, does: new Promise<void>((resolve) => (goOn = resolve)) });
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second'), 'base/two.yaml': configMap('two', 'second') });
  await scenario.until('it waits', async () => (await ready(scenario, 'app')).startsWith('DependencyNotReady: '));
  expect(await value(scenario, 'one')).toBe('first');
  goOn();
  await becomes(scenario, 'one', 'second');
});

test('an expression of a dependency stands in for the built-in check', async () => {
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization(
      'app',
      './app',
      `dependsOn: [{name: base, readyExpr: "has(dep.metadata.labels) && dep.metadata.labels['go'] == self.metadata.name"}]`,
    ),
    'clusters/dev/base.yaml': kustomization('base', './nowhere'),
    'app/one.yaml': configMap('one', 'first'),
  });
  await scenario.until('it waits', async () => (await ready(scenario, 'app')).startsWith('DependencyNotReady: '));
  await patch(scenario, { ...APP, name: 'base' }, { metadata: { labels: { go: 'app' } } });
  await scenario.loop.reconcile(APP, {}, signal);
  await becomes(scenario, 'one', 'first');
  expect(isReady((await scenario.kustomization('base')) ?? {})).toBe(false);
});

test('a suspended source keeps its artifact, and what is new is built from that', async () => {
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'first'),
    'other/two.yaml': configMap('two', 'first'),
  });
  await scenario.ready('app');
  await patch(scenario, SOURCE, { spec: { suspend: true } });
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second'), 'other/two.yaml': configMap('two', 'second') });
  const late = { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' };
  const spec = { interval: '10m', path: './other', prune: true, sourceRef: { kind: 'GitRepository', name: 'test' } };
  await scenario.client.create(
    { ...late, metadata: { name: 'late', namespace: NAMESPACE }, spec },
    { fieldManager: 'test' },
    signal,
  );
  await becomes(scenario, 'two', 'first');
  await scenario.loop.reconcile(APP, {}, signal);
  expect(await value(scenario, 'one')).toBe('first');
  await patch(scenario, SOURCE, { spec: { suspend: false } });
  await becomes(scenario, 'one', 'second');
});

test('a Kustomization that is deleted while it is suspended leaves all that it made', async () => {
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'first'),
  });
  await scenario.ready('app');
  await scenario.loop.suspend(APP, signal);
  await remove(scenario);
  expect(await value(scenario, 'one')).toBe('first');
});

test('deletionPolicy: Delete deletes where prune is off, and WaitForTermination waits for what a finalizer holds', async () => {
  const held = configMap('one', 'first').replace(
    'namespace: default',
    'namespace: default\n  finalizers: [example.com/hold]',
  );
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization('app', './app', 'prune: false', 'deletionPolicy: WaitForTermination'),
    'clusters/dev/other.yaml': kustomization('other', './other', 'prune: false', 'deletionPolicy: Delete'),
    'app/one.yaml': held,
    'other/two.yaml': configMap('two', 'first'),
  });
  await scenario.ready('app', 'other');
  for (const name of ['app', 'other']) await scenario.client.delete({ ...APP, name }, {}, signal);
  await scenario.until('other is gone', async () => (await scenario.kustomization('other')) === undefined);
  expect(await scenario.configMap('two')).toBeUndefined();
  const deleted = async (): Promise<boolean> =>
    getString(await scenario.configMap('one'), 'metadata', 'deletionTimestamp') !== undefined;
  await scenario.until('one is being deleted', deleted);
  expect(await scenario.kustomization('app')).toBeDefined();
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  await patch(scenario, ref, { metadata: { finalizers: null } });
  await scenario.until('app is gone', async () => (await scenario.kustomization('app')) === undefined);
});

test('a Kustomization that applies itself and waits for all that it applies does not wait for itself', async () => {
  const scenario = await open({
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev', 'wait: true'),
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'first'),
  });
  await scenario.ready('root', 'app');
});

test('what is left alone or made only once stays in the inventory, and is not deleted when Git says so no more', async () => {
  const alone = (name: string, ssa: string): string =>
    configMap(name, 'git').replace(
      'namespace: default',
      `namespace: default\n  annotations: {kustomize.toolkit.fluxcd.io/ssa: ${ssa}}`,
    );
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': alone('one', 'IfNotPresent'),
    'app/two.yaml': alone('two', 'ignore'),
    'app/three.yaml': configMap('three', 'git'),
  });
  await scenario.ready('app');
  const inventory = async (): Promise<string[]> =>
    (getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? []).map(
      (entry) => getString(entry, 'id')?.split('_')[1] ?? '',
    );
  expect([await value(scenario, 'one'), await value(scenario, 'two'), (await inventory()).toSorted()]).toEqual([
    'git',
    undefined,
    ['one', 'three', 'two'],
  ]);
  await patch(
    scenario,
    { ...APP, group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' },
    { data: { value: 'edited' } },
  );
  await scenario.loop.reconcile(APP, {}, signal);
  expect(await value(scenario, 'one')).toBe('edited');
});

test('a source of another namespace is not read where that is not allowed, and siblings go on', async () => {
  const scenario = await open(
    {
      'clusters/dev/app.yaml': kustomization('app', './app'),
      'clusters/dev/near.yaml': kustomization('near', './app'),
      'app/one.yaml': configMap('one', 'first'),
    },
    { loop: { noCrossNamespaceRefs: true } },
  );
  await scenario.ready('app', 'near');
  await patch(scenario, APP, { spec: { sourceRef: { namespace: 'elsewhere' } } });
  await scenario.until('it is refused', async () => (await ready(scenario, 'app')).startsWith('AccessDenied: '));
  expect(await ready(scenario, 'app')).toContain('cross-namespace references have been blocked');
});

test('a kubeconfig of a Secret may run no program, read no file, and comes from the keys that Flux reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-marker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const marker = join(folder, 'pwned');
  const scenario = await open({
    'clusters/dev/app.yaml': kustomization('app', './app', 'kubeConfig: {secretRef: {name: far}}'),
    'app/one.yaml': configMap('one', 'far'),
  });
  const kubeconfig = (user: string): string =>
    `current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {server: "https://127.0.0.1:1"}}]\nusers: [{name: u, user: ${user}}]\n`;
  const write = (data: JsonObject): Promise<JsonObject> =>
    scenario.client.apply(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'far', namespace: NAMESPACE }, data },
      { fieldManager: 'test', force: true },
      signal,
    );
  const said = async (data: JsonObject): Promise<string> => {
    await write(data);
    await scenario.loop.reconcile(APP, {}, signal);
    return ready(scenario, 'app');
  };
  const program = `{exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: ["${marker}"], interactiveMode: Never}}`;
  expect(await said({ value: btoa(kubeconfig(program)) })).toMatch(/^ReconciliationFailed: .*(program|exec)/);
  expect(await said({ value: btoa(kubeconfig('{tokenFile: /etc/hostname}')) })).toMatch(
    /^ReconciliationFailed: .*file/i,
  );
  expect(await said({ other: btoa('x') })).toBe(
    `ReconciliationFailed: KubeConfig secret '${NAMESPACE}/far' does not contain a 'value' key with a kubeconfig`,
  );
  expect(await said({ 'value.yaml': btoa(kubeconfig('{token: t}')) })).toMatch(/127\.0\.0\.1:1.*refused/);
  expect([existsSync(marker), await scenario.configMap('one')]).toEqual([false, undefined]);
});
