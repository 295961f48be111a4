// What is taken away, and above all what is not.
import { expect, test } from 'vitest';
import { getList, getPath, getString } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

function open(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<Scenario> {
  return openScenario({
    'clusters/dev/a.yaml': kustomization('a', './a', ...spec),
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'a/one.yaml': configMap('one', 'first'),
    'b/two.yaml': configMap('two', 'first'),
    ...files,
  });
}

const owner = async (scenario: Scenario, name: string): Promise<unknown> =>
  getPath(await scenario.configMap(name), 'metadata', 'labels', 'kustomize.toolkit.fluxcd.io/name');

const reasonOf = async (scenario: Scenario, name: string): Promise<string | undefined> =>
  getCondition((await scenario.kustomization(name)) ?? {}, 'Ready')?.reason;

test('A32: an object that moves to another Kustomization is handed over, not deleted', async () => {
  const scenario = await open({ 'a/more.yaml': configMap('more', 'first') });
  await scenario.ready('a', 'b');
  const uid = getString(await scenario.configMap('more'), 'metadata', 'uid');
  await scenario.commit({ 'a/more.yaml': null, 'b/more.yaml': configMap('more', 'first') });
  await scenario.ready('a', 'b');
  await scenario.until('it is of b', async () => (await owner(scenario, 'more')) === 'b');
  expect(getString(await scenario.configMap('more'), 'metadata', 'uid')).toBe(uid);
  const count = async (name: string): Promise<number> =>
    (getList(await scenario.kustomization(name), 'status', 'inventory', 'entries') ?? []).length;
  await scenario.until('a has forgotten it', async () => (await count('a')) === 1 && (await count('b')) === 2);
});

test('what says prune: disabled stays', async () => {
  const kept = configMap('kept', 'first').replace(
    'namespace: default',
    'namespace: default\n  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}',
  );
  const scenario = await open({ 'a/kept.yaml': kept, 'a/gone.yaml': configMap('gone', 'first') });
  await scenario.ready('a');
  await scenario.commit({ 'a/kept.yaml': null, 'a/gone.yaml': null });
  await scenario.until('gone is gone', async () => (await scenario.configMap('gone')) === undefined);
  await scenario.ready('a');
  expect(await scenario.configMap('kept')).toBeDefined();
});

test('A31: a path that vanished prunes nothing', async () => {
  const scenario = await open({});
  await scenario.ready('a', 'b');
  await scenario.commit({ 'a/one.yaml': null, 'b/two.yaml': configMap('two', 'second') });
  await scenario.until('a has failed', async () => (await reasonOf(scenario, 'a')) === 'ArtifactFailed');
  await scenario.ready('b');
  expect(await scenario.configMap('one')).toBeDefined();
});

test('a suspended Kustomization prunes nothing, and does when it is resumed', async () => {
  const scenario = await open({ 'a/more.yaml': configMap('more', 'first') });
  await scenario.ready('a', 'b');
  const a = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'a' };
  await scenario.loop.suspend(a, signal);
  await scenario.commit({ 'a/more.yaml': null, 'b/two.yaml': configMap('two', 'second') });
  await scenario.until(
    'b has followed',
    async () => getString(await scenario.configMap('two'), 'data', 'value') === 'second',
  );
  await scenario.loop.idle();
  expect(await scenario.configMap('more')).toBeDefined();
  await scenario.loop.resume(a, signal);
  expect(await scenario.configMap('more')).toBeUndefined();
});

test('deletionPolicy: Orphan leaves the objects of a deleted Kustomization', async () => {
  const scenario = await open({}, 'deletionPolicy: Orphan');
  await scenario.ready('a', 'b');
  for (const name of ['a', 'b'])
    await scenario.client.delete({ ...KUSTOMIZATION, namespace: NAMESPACE, name }, {}, signal);
  await scenario.until(
    'both are gone',
    async () => !(await scenario.kustomization('a')) && !(await scenario.kustomization('b')),
  );
  expect(await scenario.configMap('one')).toBeDefined();
  expect(await scenario.configMap('two')).toBeUndefined();
});
