// Every action of a plan, predicted and confirmed alike; a start on an empty cluster; an apply of exactly what was planned.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KubeClient } from '../../src/kube/client.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { getPath } from '../../src/model/json.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { planChanges } from '../../src/present/plan/planText.ts';
import { applyPlan } from '../../src/workspace/plan/applyPlan.ts';
import type { Applied } from '../../src/workspace/plan/applyPlan.ts';
import type { MadePlans } from '../../src/workspace/plan/makePlans.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { writeFiles } from '../folder.ts';
import type { Files } from '../folder.ts';
import { configMap, kustomization, NAMESPACE, openCluster, openRepository, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { entryOf, errors, lines, plansOf, planWith } from './planning.ts';

function open(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<Scenario> {
  return openScenario({
    'clusters/dev/a.yaml': kustomization('a', './a', ...spec),
    'a/one.yaml': configMap('one', 'first'),
    ...files,
  });
}

/** The lines of a plan, which must be the same predicted and confirmed. */
async function linesOf(scenario: Scenario, name: string, files: Files): Promise<string[]> {
  const predicted = await planWith(scenario, name, files, false);
  const { plans } = await plansOf({ root: scenario.root }, scenario.client);
  const confirmed = plans.find(({ kustomization: key }) => key === predicted.kustomization);
  expect(confirmed?.prediction?.differing ?? []).toEqual([]);
  expect(confirmed && lines(confirmed)).toEqual(lines(predicted));
  return lines(predicted);
}

test('an object that moves is handed over, and said on both sides', async () => {
  const scenario = await open({
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'a/more.yaml': configMap('more', 'x'),
    'b/two.yaml': configMap('two', 'x'),
  });
  await scenario.ready('a', 'b');
  const files = { 'a/more.yaml': null, 'b/more.yaml': configMap('more', 'x') };
  expect(await linesOf(scenario, 'a', files)).toEqual([
    'ConfigMap/default/one unchanged',
    'ConfigMap/default/more handover: it moves to flux-system/b',
  ]);
  expect(await linesOf(scenario, 'b', {})).toEqual([
    'ConfigMap/default/more configure: it moves here from flux-system/a',
    'ConfigMap/default/two unchanged',
  ]);
});

test('what stays in the cluster and what is left alone says why', async () => {
  const annotated = (name: string, annotation: string): string =>
    configMap(name, 'x').replace(
      'namespace: default',
      `namespace: default\n  annotations: {kustomize.toolkit.fluxcd.io/${annotation}}`,
    );
  const scenario = await open({
    'a/kept.yaml': annotated('kept', 'prune: disabled'),
    'a/once.yaml': annotated('once', 'ssa: IfNotPresent'),
  });
  await scenario.ready('a');
  const once = annotated('once', 'ssa: IfNotPresent').replace('value: x', 'value: y');
  expect(await linesOf(scenario, 'a', { 'a/kept.yaml': null, 'a/once.yaml': once })).toEqual([
    'ConfigMap/default/once skip: it exists, and ssa is IfNotPresent',
    'ConfigMap/default/one unchanged',
    'ConfigMap/default/kept orphan: prune is disabled on it',
  ]);
});

test('spec.ignore: a field of another Apply manager is left to it, any other is kept as ours', async () => {
  const text = (value: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: default}\ndata: {theirs: git, somebodys: git, value: ${value}}\n`;
  const scenario = await open({ 'a/two.yaml': text('x') }, 'ignore: [{paths: [/data/theirs, /data/somebodys]}]');
  await scenario.ready('a');
  const two = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two', namespace: 'default' } };
  await scenario.client.apply({ ...two, data: { theirs: 'scaler' } }, { fieldManager: 'scaler', force: true });
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'two' };
  await scenario.client.patch(
    ref,
    'application/merge-patch+json',
    { data: { somebodys: 'edited' } },
    { fieldManager: 'editor' },
  );
  expect((await planWith(scenario, 'a', {})).entries.every(({ action }) => action === 'unchanged')).toBe(true);
  const plan = await planWith(scenario, 'a', { 'a/two.yaml': text('y') });
  expect(entryOf(plan, 'two')?.changes.map(({ path, after, fate }) => [path, after, fate])).toEqual([
    ['data.value', 'y', undefined],
    ['data.theirs', 'scaler', 'strip'],
    ['data.somebodys', 'edited', 'adopt'],
  ]);
});

test('a rule of spec.ignore that cannot be read is an error of the plan', async () => {
  const scenario = await open({}, 'ignore: [{paths: [/data], target: {labelSelector: "a in"}}]');
  const said = async () => getCondition((await scenario.kustomization('a')) ?? {}, 'Ready');
  await scenario.until('a has failed', async () => (await said())?.reason === 'ReconciliationFailed');
  const sentence = 'failed to create ignore rule selector: invalid label selector: unable to parse "a in"';
  expect([(await said())?.message.trim(), await scenario.configMap('one')]).toEqual([sentence, undefined]);
  expect(errors(await planWith(scenario, 'a', { 'a/one.yaml': configMap('one', 'y') }))).toEqual([sentence]);
});

test('a Kustomization that leaves takes its objects along, and that is a danger', async () => {
  const scenario = await open({
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'b/two.yaml': configMap('two', 'x'),
  });
  await scenario.ready('root', 'a', 'b');
  expect(await linesOf(scenario, 'b', { 'clusters/dev/b.yaml': null })).toEqual(['ConfigMap/default/two prune']);
  const { plans } = await plansOf({ root: scenario.root }, scenario.client);
  const entry = plans
    .flatMap(({ entries }) => entries)
    .find(({ ref }) => ref.kind === 'Kustomization' && ref.name === 'b');
  expect([entry?.action, entry?.dangers?.map(({ message }) => message)]).toEqual([
    'prune',
    ['a Kustomization is deleted, and the 1 object of its inventory with it'],
  ]);
});

test('a Kustomization that leaves takes along what the Kustomizations that it made have made', async () => {
  const scenario = await openScenario({
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    'clusters/dev/middle.yaml': kustomization('middle', './middle'),
    'middle/leaf.yaml': kustomization('leaf', './leaf'),
    'middle/far.yaml': kustomization('far', './far'),
    'leaf/one.yaml': configMap('one', 'x'),
    'far/two.yaml': configMap('two', 'x'),
  });
  await scenario.ready('root', 'middle', 'leaf', 'far');
  const far = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'far' };
  const elsewhere = { spec: { kubeConfig: { secretRef: { name: 'nowhere' } } } };
  await scenario.client.patch(far, 'application/merge-patch+json', elsewhere, { fieldManager: 'test' }, signal);
  writeFiles(scenario.root, { 'clusters/dev/middle.yaml': null, 'middle/leaf.yaml': null, 'middle/far.yaml': null });
  const { plans } = await plansOf({ root: scenario.root }, scenario.client);
  const said = new Map(plans.map((plan) => [plan.kustomization.split('/')[1], lines(plan)]));
  expect(said.get('middle')).toContain(`Kustomization/${NAMESPACE}/leaf prune`);
  expect(said.get('leaf')).toEqual(['ConfigMap/default/one prune']);
  expect(plans.find((plan) => plan.kustomization.endsWith('/far'))?.findings[0]?.message).toContain(
    'this Kustomization is deleted, and what it has made cannot be looked at (1 in its inventory): unable to read',
  );
});

test('what two Kustomizations build, a circle, an expression that is none, and a suspended one are said', async () => {
  const scenario = await open({
    'clusters/dev/f.yaml': kustomization(
      'f',
      './c',
      'healthCheckExprs: [{apiVersion: v1, kind: Secret, current: has(data)}]',
    ),
    'clusters/dev/b.yaml': kustomization('b', './a'),
    'clusters/dev/c.yaml': kustomization('c', './c', 'dependsOn: [{name: d}]'),
    'clusters/dev/d.yaml': kustomization('d', './c', 'dependsOn: [{name: c}]'),
    'clusters/dev/e.yaml': kustomization('e', './c', 'suspend: true'),
    'c/two.yaml': configMap('two', 'x'),
  });
  const said = async (name: string): Promise<string> =>
    (await planWith(scenario, name, {})).findings.map(({ message }) => message).join('\n');
  expect(await said('a')).toContain('ConfigMap one is built by flux-system/b too');
  expect(await said('c')).toContain('in a circle: flux-system/c -> flux-system/d -> flux-system/c');
  expect(await said('e')).toContain('it is suspended');
  expect(await said('f')).toContain('terminally due to configuration error: failed to create custom status evaluator');
  expect((await planWith(scenario, 'f', {})).entries).toEqual([]);
});

test('what needs a namespace that another Kustomization brings is warned of, unless it waits for that one', async () => {
  const scenario = await open({});
  // Not committed: the loop would bring the namespace meanwhile.
  const files = {
    'clusters/dev/a-first.yaml': kustomization('a-first', './e'),
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'clusters/dev/c.yaml': kustomization('c', './c'),
    'clusters/dev/d.yaml': kustomization('d', './d', 'dependsOn: [{name: b}]'),
    'e/five.yaml': configMap('five', 'x').replace('namespace: default', 'namespace: later'),
    'b/later.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: later}\n',
    'c/three.yaml': configMap('three', 'x').replace('namespace: default', 'namespace: later'),
    'd/four.yaml': configMap('four', 'x').replace('namespace: default', 'namespace: later'),
  };
  const said = async (name: string): Promise<string[]> =>
    (await planWith(scenario, name, files)).findings.map(({ message }) => message);
  // Which of two is planned first has no meaning for a cluster.
  expect(await said('a-first')).toEqual([expect.stringContaining('ConfigMap/later/five needs Namespace/later')]);
  expect(await said('c')).toEqual([
    'ConfigMap/later/three needs Namespace/later, which flux-system/b brings: without dependsOn it may come too early, and is tried again after spec.retryInterval',
  ]);
  expect(await said('d')).toEqual([]);
});

test('a Namespace of a group or version that nobody serves is refused in the plan of its own Kustomization alone', async () => {
  const scenario = await open({});
  const files = {
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'clusters/dev/c.yaml': kustomization('c', './c'),
    'b/odd.yaml': 'apiVersion: absent.example.dev/v1\nkind: Namespace\nmetadata: {name: later}\n',
    'c/old.yaml': 'apiVersion: v9\nkind: Namespace\nmetadata: {name: later}\n',
  };
  expect(errors(await planWith(scenario, 'a', files))).toEqual([]);
  expect(errors(await planWith(scenario, 'b', {}))).toEqual([
    'the cluster does not serve Namespace in absent.example.dev/v1',
  ]);
  expect(errors(await planWith(scenario, 'c', {}))).toEqual(['the cluster does not serve Namespace in v9']);
});

const carryOut = (made: MadePlans, client: KubeClient): Promise<Applied[]> =>
  applyPlan(
    {
      ...made,
      cacheDir: join(made.tree.root, '.cache'),
      schemas: builtinSchemas(),
      fetch: async () => ({ kind: 'refused', reason: 'nothing is fetched here' }),
      log: silentLog,
      clock: systemClock,
      identity: 'plan-test',
      timeoutMs: 20_000,
      onChanges: () => undefined,
    },
    client,
    signal,
  );

test('a cluster without Flux: everything is planned, applied as it was planned, and then there is nothing to do', async () => {
  const root = await openRepository({
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    'clusters/dev/a.yaml': kustomization('a', './a'),
    'a/one.yaml': configMap('one', 'first'),
  });
  const { client } = await openCluster();
  const made = await plansOf({ root }, client);
  expect(made.plans.flatMap(errors)).toEqual([]);
  expect(made.plans.map(({ kustomization: key }) => key)).toEqual(['bootstrap', 'flux-system/root', 'flux-system/a']);
  // What is saved after the plan is not applied.
  const text = made.tree.snapshot.text('a/one.yaml');
  writeFiles(root, { 'a/one.yaml': configMap('one', 'later') });
  expect(text).toContain('first');
  expect(await carryOut(made, client)).toMatchObject([
    { kustomization: 'flux-system/root', ready: true },
    { kustomization: 'flux-system/a', ready: true },
  ]);
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  expect(getPath(await client.get(ref), 'data', 'value')).toBe('first');
  writeFiles(root, { 'a/one.yaml': configMap('one', 'first') });
  expect(planChanges((await plansOf({ root }, client)).plans)).toBe(false);
});

test('an apply is refused beside another loop, and beside a Kustomization that was not planned', async () => {
  const scenario = await open({ 'other/c.yaml': kustomization('c', './a') });
  await scenario.ready('a');
  const made = await plansOf({ root: scenario.root }, scenario.client);
  await expect(carryOut(made, scenario.client)).rejects.toThrow('another loop reconciles this cluster');
  const plans = made.plans.filter(({ kustomization: key }) => key !== 'flux-system/a');
  await expect(carryOut({ ...made, plans }, scenario.client)).rejects.toThrow('which this plan does not hold');
});
