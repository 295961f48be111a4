// What happens to a cluster while the loop works on it: objects that cannot go, definitions and namespaces that go away,
// another loop that takes over, a server that is killed. The numbers are those of the list of faults.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../src/kube/connect.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { getPath, getString } from '../../src/model/json.ts';
import { refOf } from '../../src/model/objectRef.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { withFolder } from '../folder.ts';
import { configMap, inventoryNames, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario, ScenarioOptions } from './cluster.ts';
import { faults } from './faults.ts';
import { plumbline } from './program.ts';

const SOON = 'retryInterval: 200ms';
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default' };
const LEASE = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespace: 'kube-system',
  name: 'plumbline-loop',
};

function open(
  files: Readonly<Record<string, string>>,
  list = faults(),
  options: ScenarioOptions = {},
  ...spec: string[]
): Promise<Scenario> {
  return openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', ...spec).replace('retryInterval: 1m', SOON),
      ...files,
    },
    {},
    { intercept: list.intercept, ...options },
  );
}

const message = async (scenario: Scenario): Promise<string> =>
  getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message ?? '';

const merge = (
  client: KubeClient,
  ref: Parameters<KubeClient['patch']>[0],
  patch: Parameters<KubeClient['patch']>[2],
) => client.patch(ref, 'application/merge-patch+json', patch, { fieldManager: 'test' }, signal);

test('P5: a loop that has lost the Lease writes nothing more, not even what it had begun', async () => {
  const list = faults();
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  list.add({ at: /PATCH .*\/configmaps\/one\?.*dryRun=All/, does: held });
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') }, list);
  await scenario.until('it is at work', () => list.happened.length === 1);
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  await merge(scenario.client, LEASE, { spec: { holderIdentity: 'another', renewTime } });
  await scenario.until('it observes', () => scenario.loop.state === 'observing');
  goOn();
  await scenario.loop.idle();
  const writes = scenario.requests.filter((request) => request.startsWith('PATCH') && request.includes('/configmaps/'));
  expect([writes.length, await scenario.configMap('one')]).toEqual([1, undefined]);
});

test('P5: a loop that was stopped for a minute asks for its Lease before it goes on: another one has it', async () => {
  const list = faults();
  let [goOn, slept] = [(): void => undefined, 0];
  list.add({ at: /PATCH .*\/configmaps\/one\?.*dryRun=All/, does: new Promise<void>((resolve) => (goOn = resolve)) });
  const clock = { ...systemClock, now: () => Date.now() + slept };
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') }, list, { clock });
  await scenario.until('it is at work', () => list.happened.length === 1);
  slept = 60_000;
  const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
  await merge(scenario.client, LEASE, { spec: { holderIdentity: 'another', renewTime } });
  goOn();
  await scenario.until('it observes', () => scenario.loop.state === 'observing');
  await scenario.loop.idle();
  expect(await scenario.configMap('one')).toBeUndefined();
});

test('P5: whoever cannot renew its Lease writes nothing, and goes on when it can', async () => {
  const list = faults();
  let [goOn, slept] = [(): void => undefined, 0];
  list.add({ at: /PATCH .*\/configmaps\/one\?.*dryRun=All/, does: new Promise<void>((resolve) => (goOn = resolve)) });
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') }, list, {
    clock: { ...systemClock, now: () => Date.now() + slept },
  });
  await scenario.until('it is at work', () => list.happened.length === 1);
  list.add({ at: /leases\/plumbline-loop/, does: 'cut', times: 4 });
  slept = 60_000;
  const dryRun = 'PATCH /api/v1/namespaces/default/configmaps/one';
  goOn();
  await scenario.until('the Lease was asked for', () => list.happened.length > 1);
  expect(scenario.requests.filter((line) => line === dryRun)).toHaveLength(1);
  await scenario.ready('app');
});

test('A23: a definition that another one deleted: its objects leave the inventory without an error', async () => {
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;
  const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: default}\n';
  const scenario = await open({
    'app/crd.yaml': crd,
    'app/widget.yaml': widget,
    'app/one.yaml': configMap('one', 'first'),
  });
  await scenario.ready('app');
  expect(await inventoryNames(scenario)).toEqual(['one', 'w', 'widgets.example.com']);
  const definition = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '' };
  await scenario.client.delete({ ...definition, name: 'widgets.example.com' }, {}, signal);
  await scenario.commit({ 'app/crd.yaml': null, 'app/widget.yaml': null });
  await scenario.until('they are forgotten', async () => (await inventoryNames(scenario)).join() === 'one');
  await scenario.ready('app');
});

test('A29: a namespace that is missing or going away is named; once it is there, all is well', async () => {
  const scenario = await open({
    'app/one.yaml': configMap('one', 'first').replace('namespace: default', 'namespace: shop'),
  });
  await scenario.until('it is missed', async () => (await message(scenario)).includes('namespaces "shop" not found'));
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  await scenario.client.create(shop, { fieldManager: 'test' }, signal);
  await scenario.ready('app');
  const held = { name: 'held', namespace: 'shop', finalizers: ['example.com/hold'] };
  await scenario.client.create(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: held },
    { fieldManager: 'test' },
    signal,
  );
  await scenario.client.delete({ ...refOf(shop) }, {}, signal);
  await scenario.until('all else is gone', async () => (await scenario.configMap('one', 'shop')) === undefined);
  await scenario.commit({ 'app/two.yaml': configMap('two', 'first') });
  await scenario.until('it is told', async () =>
    (await message(scenario)).includes('namespace shop because it is being terminated'),
  );
  await merge(scenario.client, { ...CONFIG_MAP, namespace: 'shop', name: 'held' }, { metadata: { finalizers: null } });
  await scenario.until('it can be made again', () =>
    scenario.client.create(shop, { fieldManager: 'test' }, signal).then(
      () => true,
      () => false,
    ),
  );
  await scenario.ready('app');
  expect(await scenario.configMap('one', 'shop')).toBeDefined();
});

test('A30: an object whose finalizer holds it is deleted as far as it can be, and the next looks go on', async () => {
  const held = configMap('held', 'x').replace(
    'namespace: default',
    'namespace: default\n  finalizers: [example.com/hold]',
  );
  const scenario = await open({ 'app/held.yaml': held, 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  await scenario.commit({ 'app/held.yaml': null, 'app/one.yaml': configMap('one', 'second') });
  await scenario.until('it is being deleted', async () => {
    const found = await scenario.configMap('held');
    return getString(found, 'metadata', 'deletionTimestamp') !== undefined;
  });
  await scenario.ready('app');
  expect(scenario.events.flatMap((event) => (event.type === 'event' ? [event.message] : []))).toContain(
    'ConfigMap/default/held is being deleted, and waits for its finalizers: example.com/hold',
  );
  expect(getPath(await scenario.configMap('one'), 'data', 'value')).toBe('second');
  await merge(scenario.client, { ...CONFIG_MAP, name: 'held' }, { metadata: { finalizers: null } });
  await scenario.until('it is gone', async () => (await scenario.configMap('held')) === undefined);
});

test('A31: a build that renders nothing deletes nothing until somebody says so; what comes back needs no word', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first'), 'app/two.yaml': configMap('two', 'first') });
  await scenario.ready('app');
  await scenario.commit({ 'app/kustomization.yaml': 'resources: []\n' });
  await scenario.until('it asks', async () => (await message(scenario)).includes('all 2 that are in the cluster'));
  expect(await message(scenario)).toContain(
    'ConfigMap/default/one, ConfigMap/default/two): they stay. If they are to go, apply the plan, or say: plumbline reconcile kustomization app --namespace flux-system --prune-all',
  );
  expect(await inventoryNames(scenario)).toEqual(['one', 'two']);
  const app = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
  await scenario.loop.reconcile(app, {}, signal);
  expect([await scenario.configMap('one'), await scenario.configMap('two')]).not.toContain(undefined);
  await scenario.commit({ 'app/kustomization.yaml': 'resources: [one.yaml]\n' });
  await scenario.until('two is gone', async () => (await inventoryNames(scenario)).join() === 'one');
  await scenario.commit({ 'app/kustomization.yaml': null });
  await scenario.until('two is back', async () => (await inventoryNames(scenario)).join() === 'one,two');
  await scenario.commit({ 'app/kustomization.yaml': 'resources: []\n' });
  await scenario.until('it asks again', async () => (await message(scenario)).includes('all 2 that are'));
  await scenario.loop.reconcile(app, { pruneAll: true }, signal);
  await scenario.ready('app');
  expect([await scenario.configMap('one'), await scenario.configMap('two')]).toEqual([undefined, undefined]);
});

test('G10, G12: a branch or a range that leads nowhere is said, nothing is deleted, and it comes back', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const source = { ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'test' };
  const said = async (): Promise<string> => {
    const found = await scenario.client.get(source, signal);
    return getCondition(found ?? {}, 'FetchFailed')?.message ?? '';
  };
  for (const [ref, words] of [
    [{ name: 'refs/heads/gone' }, 'refs/heads/gone'],
    [{ name: null, semver: '>=1.0.0' }, 'no match found for semver: >=1.0.0'],
  ] as const) {
    await merge(scenario.client, source, { spec: { ref } });
    await scenario.until(words, async () => (await said()).includes(words));
    expect([await inventoryNames(scenario), getPath(await scenario.configMap('one'), 'data', 'value')]).toEqual([
      ['one'],
      'first',
    ]);
  }
  await merge(scenario.client, source, { spec: { ref: { semver: null } } });
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until(
    'it goes on',
    async () => getPath(await scenario.configMap('one'), 'data', 'value') === 'second',
  );
});

test('A31: a build that fails deletes nothing', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first'), 'app/two.yaml': configMap('two', 'first') });
  await scenario.ready('app');
  await scenario.commit({ 'app/kustomization.yaml': 'resources: [missing.yaml]\n' });
  await scenario.until('it has failed', async () => (await message(scenario)).includes('kustomize build failed'));
  expect(await inventoryNames(scenario)).toEqual(['one', 'two']);
  expect([await scenario.configMap('one'), await scenario.configMap('two')]).not.toContain(undefined);
});

test('A32: an object that carries the labels of another owner is not pruned', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first'), 'app/two.yaml': configMap('two', 'first') });
  await scenario.ready('app');
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'theirs' };
  await merge(scenario.client, { ...CONFIG_MAP, name: 'two' }, { metadata: { labels } });
  await scenario.commit({ 'app/two.yaml': null });
  await scenario.until('it is forgotten', async () => (await inventoryNames(scenario)).join() === 'one');
  expect(await scenario.configMap('two')).toBeDefined();
});

test('A32: where Flux itself works on the cluster the loop only observes, and goes on when that has ended', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const ref = { ...LEASE, namespace: NAMESPACE, name: 'kustomize-controller-leader-election' };
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  await scenario.client.create(
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: ref.name, namespace: ref.namespace },
      spec: { holderIdentity: 'kustomize-controller-1', leaseDurationSeconds: 35, renewTime },
    },
    { fieldManager: 'test' },
    signal,
  );
  await scenario.restart();
  await scenario.until('it observes', () => scenario.loop.state === 'observing');
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until(
    'it has looked again',
    () => scenario.requests.filter((line) => line.endsWith(ref.name)).length > 3,
  );
  expect(getPath(await scenario.configMap('one'), 'data', 'value')).toBe('first');
  await merge(scenario.client, ref, { spec: { holderIdentity: '' } });
  await scenario.until(
    'it goes on',
    async () => getPath(await scenario.configMap('one'), 'data', 'value') === 'second',
  );
});

test('A35: a new revision ends the wait for the health of the old one', async () => {
  const web = (annotation: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {${annotation}}}
    spec: {containers: [{name: web, image: web}]}
`;
  const scenario = await open(
    { 'app/web.yaml': web('embedded.plumbline.dev/fail: ImagePullBackOff') },
    faults(),
    {},
    'wait: true',
    'timeout: 5m',
  );
  await scenario.until('it waits', () =>
    scenario.events.some((event) => event.type === 'phase' && event.phase === 'waiting'),
  );
  await scenario.commit({ 'app/web.yaml': web('fixed: "yes"') });
  await scenario.ready('app');
});

test('P1, P17: a cluster that is killed comes back with all that it had said it had stored', () =>
  withFolder(async (home) => {
    const create = (): ReturnType<typeof plumbline> => plumbline(['cluster', 'create', 'one'], { home });
    expect(await create()).toMatchObject({ code: 0 });
    try {
      const folder = join(home, 'clusters', 'one');
      const { pid } = JSON.parse(readFileSync(join(folder, 'serving.json'), 'utf8')) as { pid: number };
      const client = await connect({ kubeconfig: join(folder, 'kubeconfig'), log: silentLog });
      const stored: string[] = [];
      const writing = (async () => {
        for (let i = 0; ; i++) {
          const metadata = { name: `c${i}`, namespace: 'default' };
          await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata }, { fieldManager: 'test' }, signal);
          stored.push(metadata.name);
          if (stored.length === 20) process.kill(pid, 'SIGKILL');
        }
      })();
      await expect(writing).rejects.toMatchObject({ code: 0 });
      client.dispose();
      expect(await create()).toMatchObject({ code: 0 });
      const again = await connect({ kubeconfig: join(folder, 'kubeconfig'), log: silentLog });
      const type = await again.resourceType(CONFIG_MAP, signal);
      const found = type && (await again.list(type, { namespace: 'default' }, signal));
      const names = found?.items.map((item) => getString(item, 'metadata', 'name'));
      again.dispose();
      expect(names).toEqual(expect.arrayContaining(stored));
    } finally {
      await plumbline(['cluster', 'delete', 'one', '--yes'], { home });
    }
  }));
