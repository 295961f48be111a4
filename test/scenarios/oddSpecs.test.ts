// Fields of a spec that few people use, and what becomes of each, in the words of the controllers (test/real/fluxCases.ts holds
// the loop to those with many more).
import { expect, test } from 'vitest';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import type { LoopOptions } from '../../src/reconcile/deps.ts';
import { isUpToDate } from '../../src/reconcile/upToDate.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal, URL } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { entryOf, errors, lines, planWith } from './planning.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const REPOSITORY = { ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'test' };

function open(
  files: Readonly<Record<string, string>>,
  spec: readonly string[],
  loop: LoopOptions = {},
): Promise<Scenario> {
  return openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', ...spec),
      'app/one.yaml': configMap('one', 'x'),
      ...files,
    },
    {},
    { loop },
  );
}

const readyOf = async (scenario: Scenario): Promise<string> => {
  const condition = getCondition((await scenario.kustomization('app')) ?? {}, 'Ready');
  return `${condition?.reason ?? ''}: ${condition?.message ?? ''}`;
};
const patch = (scenario: Scenario, ref: typeof APP, body: JsonObject): Promise<JsonObject> =>
  scenario.client.patch(ref, 'application/merge-patch+json', body, { fieldManager: 'test' }, signal);

test.each([
  [
    'decryption: {provider: sops, serviceAccountName: x}',
    'FeatureGateDisabled: to use spec.decryption.serviceAccountName',
  ],
  ['decryption: {provider: sops, secretRef: {name: nothing}}', 'BuildFailed: secrets "nothing" not found'],
  [
    'kubeConfig: {configMapRef: {name: nothing}}',
    `ReconciliationFailed: failed to get configmap ${NAMESPACE}/nothing: configmaps "nothing" not found`,
  ],
  [
    'ignore: [{paths: [/data], target: {name: "("}}]',
    'ReconciliationFailed: failed to create ignore rule selector: invalid name regex: error parsing regexp: missing closing ): `^(?:()$`',
  ],
  [
    'healthChecks: [{apiVersion: v7, kind: ConfigMap, name: one, namespace: default}]',
    'ReconciliationSucceeded: Applied revision',
  ],
])('%s', async (spec, expected) => {
  const scenario = await open({}, [spec]);
  await scenario.until(expected, async () => (await readyOf(scenario)).startsWith(expected));
});

test('a source in a namespace that is empty is one of its own namespace', async () => {
  const scenario = await open({}, []);
  await scenario.ready('app');
  await patch(scenario, APP, { spec: { sourceRef: { namespace: '' } } });
  await scenario.loop.reconcile(APP, {}, signal);
  expect(await readyOf(scenario)).toMatch(/^ReconciliationSucceeded: /);
});

test('health of nothing but itself is healthy', async () => {
  const self = `healthChecks: [{apiVersion: ${KUSTOMIZATION.group}/v1, kind: Kustomization, name: app, namespace: ${NAMESPACE}}]`;
  const scenario = await open({}, [self]);
  await scenario.ready('app');
  expect(getCondition((await scenario.kustomization('app')) ?? {}, 'Healthy')?.status).toBe('True');
});

test('a kubeconfig that is watched is read again when it changes', async () => {
  const scenario = await open({}, ['kubeConfig: {secretRef: {name: far}}', 'retryInterval: 1h']);
  await scenario.until('it is missed', async () => (await readyOf(scenario)).includes('secrets "far" not found'));
  const metadata = { name: 'far', namespace: NAMESPACE, labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } };
  await scenario.client.create({ apiVersion: 'v1', kind: 'Secret', metadata }, { fieldManager: 'test' }, signal);
  await scenario.until('it is looked at', async () =>
    (await readyOf(scenario)).includes("does not contain a 'value' key"),
  );
});

test('a folder of a sparse checkout that is not there fails the source, and is said by the plan', async () => {
  const scenario = await open({ '.sourceignore': 'app/one.yaml\n' }, []);
  await patch(scenario, REPOSITORY, { spec: { sparseCheckout: ['app', 'nothing'] } });
  const said = "failed to sparse checkout directories : sparse checkout dir 'nothing' does not exist in repository";
  await scenario.until('the source has failed', async () => {
    const condition = getCondition((await scenario.client.get(REPOSITORY, signal)) ?? {}, 'FetchFailed');
    return condition?.reason === 'GitOperationFailed' && condition.message === said;
  });
  // The root's .sourceignore is not checked out.
  await patch(scenario, REPOSITORY, { spec: { sparseCheckout: ['app'] } });
  await scenario.until('the file is seen', async () => (await scenario.configMap('one')) !== undefined);
});

test('the account that somebody told the controller applies where a Kustomization names none', async () => {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deployer, namespace: flux-system}\n';
  const settings = { defaultServiceAccount: 'deployer' };
  const scenario = await open({ 'clusters/dev/account.yaml': account }, ['retryInterval: 1h'], settings);
  const user = `system:serviceaccount:${NAMESPACE}:deployer`;
  await scenario.until('it is refused', async () => (await readyOf(scenario)).includes(user));
  expect(await scenario.configMap('one')).toBeUndefined();
  expect(errors(await planWith(scenario, 'app', {}, true, settings))[0]).toContain(user);
});

test('the fields of a manager that is overridden go, and the plan says that they are taken', async () => {
  const settings = { overrideManagers: ['dashboard'] };
  const scenario = await open({}, [], settings);
  await scenario.ready('app');
  const one = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  const patchBy = (fieldManager: string, data: JsonObject): Promise<JsonObject> =>
    scenario.client.patch(one, 'application/merge-patch+json', { data }, { fieldManager }, signal);
  await patchBy('dashboard-7', { extra: 'x' });
  await patchBy('other', { kept: 'y' });
  const { changes } = entryOf(await planWith(scenario, 'app', {}, true, settings), 'one') ?? {};
  expect(changes?.map(({ path, fate }) => [path, fate])).toEqual([['data.extra', 'takeover']]);
  await scenario.loop.reconcile(APP, {}, signal);
  expect(getPath(await scenario.configMap('one'), 'data')).toEqual({ value: 'x', kept: 'y' });
});

test('kinds of the custom stage are applied before the rest is tried', async () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\nspec: {ports: [{port: 80}]}\n';
  const scenario = await open({ 'app/web.yaml': service }, [], { customStageKinds: ['Service'] });
  await scenario.ready('app');
  const applies = scenario.requests.filter((request) => /^PATCH .*\/(services\/web|configmaps\/one)$/.test(request));
  expect(applies.map((request) => /services|configmaps/.exec(request)?.[0])).toEqual([
    'services',
    'services',
    'configmaps',
    'configmaps',
  ]);
});

test('where namespaces are kept apart the plan refuses what the loop refuses', async () => {
  const settings = { noCrossNamespaceRefs: true };
  const scenario = await open({}, ['dependsOn: [{name: base, namespace: elsewhere}]'], settings);
  const said = "can't access dependency 'elsewhere/base', cross-namespace references have been blocked";
  await scenario.until('it is refused', async () => (await readyOf(scenario)) === `DependencyNotReady: ${said}`);
  expect(errors(await planWith(scenario, 'app', {}, true, settings))).toEqual([said]);
});

test('what a source includes is planned with it; what it includes from elsewhere is not guessed', async () => {
  const repository = (name: string, url: string, spec: string): string =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}, namespace: ${NAMESPACE}}\nspec: {interval: 1h, url: "${url}"${spec}}\n`;
  const scenario = await openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app').replace('name: test', 'name: whole'),
    'clusters/dev/lib.yaml': repository('lib', URL, ''),
    'clusters/dev/whole.yaml': repository(
      'whole',
      URL,
      ', include: [{repository: {name: lib}, fromPath: lib, toPath: app/lib}]',
    ),
    'app/one.yaml': configMap('one', 'x'),
    'lib/two.yaml': configMap('two', 'x'),
  });
  await scenario.until('it is included', async () => (await scenario.configMap('two')) !== undefined);
  expect(lines(await planWith(scenario, 'app', { 'lib/three.yaml': configMap('three', 'x') }))).toEqual([
    'ConfigMap/default/one unchanged',
    'ConfigMap/default/three create',
    'ConfigMap/default/two unchanged',
  ]);
  const another = { 'clusters/dev/lib.yaml': repository('lib', 'https://example.com/another.git', '') };
  const plan = await planWith(scenario, 'app', another);
  expect([plan.idle, plan.findings[0]?.message]).toEqual([
    true,
    expect.stringContaining('what its source includes, GitRepository/flux-system/lib is another repository') as unknown,
  ]);
});

test('what a source leaves out from now on goes at the next interval, at the revision that is there already', async () => {
  const scenario = await open({ 'app/two.yaml': configMap('two', 'x') }, []);
  await scenario.ready('app');
  await patch(scenario, APP, { spec: { interval: '1s' } });
  await scenario.until('the interval is known', async () => isUpToDate((await scenario.kustomization('app')) ?? {}));
  await patch(scenario, REPOSITORY, { spec: { ignore: '/app/two.yaml' } });
  await scenario.until('it is gone', async () => (await scenario.configMap('two')) === undefined);
});

test('an event lists every object, however many they are', async () => {
  const names = Array.from({ length: 60 }, (_, at) => `a-rather-long-name-of-an-object-${at}`);
  const scenario = await open(Object.fromEntries(names.map((name) => [`app/${name}.yaml`, configMap(name, 'x')])), []);
  await scenario.ready('app');
  const type = await scenario.client.resourceType({ group: '', version: 'v1', kind: 'Event' }, signal);
  await scenario.until('the event is there', async () => {
    const { items } = type ? await scenario.client.list(type, { namespace: NAMESPACE }, signal) : { items: [] };
    return items.some((one) => names.every((name) => String(getPath(one, 'message')).includes(`/${name} created`)));
  });
});
