// The loop on a cluster: what is in Git comes to be, stays, goes; what is wrong changes nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/model/clock.ts';
import { getPath, getString } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { createLoop } from '../../src/reconcile/loop.ts';
import { createSources } from '../../src/reconcile/gitRepository/sources.ts';
import { fluxStages } from '../../src/reconcile/stages.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import {
  configMap,
  kustomization,
  NAMESPACE,
  openCluster,
  openRepository,
  openScenario,
  signal,
  URL,
} from './cluster.ts';
import type { Scenario } from './cluster.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };

function openApp(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<Scenario> {
  return openScenario({ 'clusters/dev/app.yaml': kustomization('app', './app', ...spec), ...files });
}

const valueOf = async (scenario: Scenario, name: string): Promise<string | undefined> =>
  getString(await scenario.configMap(name), 'data', 'value');

test('a commit is followed: changed, added and removed files', async () => {
  const scenario = await openApp({
    'app/one.yaml': configMap('one', 'first'),
    'app/two.yaml': configMap('two', 'first'),
  });
  await scenario.ready('app');
  expect(await valueOf(scenario, 'one')).toBe('first');

  await scenario.commit({
    'app/one.yaml': configMap('one', 'second'),
    'app/two.yaml': null,
    'app/three.yaml': configMap('three', 'first'),
  });
  await scenario.until('three is there', async () => (await valueOf(scenario, 'three')) === 'first');
  await scenario.ready('app');
  expect(await valueOf(scenario, 'one')).toBe('second');
  expect(await scenario.configMap('two')).toBeUndefined();
});

test('A31: a broken commit changes nothing, says why, and the next one heals', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const before = getPath(await scenario.kustomization('app'), 'status', 'inventory');

  await scenario.commit({ 'app/one.yaml': configMap('one', 'second'), 'app/two.yaml': 'kind: [\n' });
  await scenario.until(
    'the build failed',
    async () => getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.reason === 'BuildFailed',
  );
  expect(await valueOf(scenario, 'one')).toBe('first');
  expect(getPath(await scenario.kustomization('app'), 'status', 'inventory')).toEqual(before);
  expect(getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message).toContain('app/two.yaml');

  await scenario.commit({ 'app/two.yaml': configMap('two', 'first') });
  await scenario.ready('app');
  expect(await valueOf(scenario, 'one')).toBe('second');
});

test('A36: a dependent waits for its dependency, and goes on the moment that it is ready', async () => {
  const scenario = await openScenario({
    'clusters/dev/a.yaml': kustomization('a', './a', 'dependsOn:', '  - name: b'),
    'clusters/dev/b.yaml': kustomization('b', './b'),
    'a/one.yaml': configMap('one', 'first'),
    'b/two.yaml': 'kind: [\n',
  });
  await scenario.until(
    'a waits for b',
    async () => getCondition((await scenario.kustomization('a')) ?? {}, 'Ready')?.reason === 'DependencyNotReady',
  );
  expect(await scenario.configMap('one')).toBeUndefined();
  await scenario.commit({ 'b/two.yaml': configMap('two', 'first') });
  await scenario.ready('b', 'a');
  expect(await valueOf(scenario, 'one')).toBe('first');
});

test('G9: a branch whose last commit was amended is followed, and that is told', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const branch = join(scenario.root, '.git/refs/heads/main');
  const parent = readFileSync(branch, 'utf8');
  const told = (): string[] =>
    scenario.events.flatMap((one) => (one.type === 'event' && one.reason === 'HistoryRewritten' ? [one.message] : []));
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until('it is followed', async () => (await valueOf(scenario, 'one')) === 'second');
  expect(told()).toEqual([]);
  await scenario.loop.suspend(APP, signal);
  writeFileSync(branch, parent);
  await scenario.commit({ 'app/one.yaml': configMap('one', 'amended') });
  await scenario.loop.resume(APP, signal);
  await scenario.until('it is followed', async () => (await valueOf(scenario, 'one')) === 'amended');
  expect(told().at(-1)).toMatch(/^history rewritten: main@sha1:\w+ is no longer behind main@sha1:/);
});

test('suspended, nothing is followed; resumed, what was missed is', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  await scenario.loop.suspend(APP, signal);
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until(
    'the commit was seen',
    () => scenario.events.filter((event) => event.type === 'event' && event.reason === 'NewArtifact').length > 1,
  );
  await scenario.loop.idle();
  expect(await valueOf(scenario, 'one')).toBe('first');
  await scenario.loop.resume(APP, signal);
  expect(await valueOf(scenario, 'one')).toBe('second');
});

test('a deleted Kustomization takes its objects along', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  await scenario.client.delete(APP, {}, signal);
  await scenario.until('the Kustomization is gone', async () => (await scenario.kustomization('app')) === undefined);
  expect(await scenario.configMap('one')).toBeUndefined();
});

test('an out-of-band change is marked as drift, and a reconciliation heals it', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const one = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  const drifts = (): number[] =>
    scenario.events.flatMap((event) => (event.type === 'drift' ? [event.changes.length] : []));
  await scenario.client.patch(
    one,
    'application/merge-patch+json',
    { data: { value: 'edited' } },
    { fieldManager: 'kubectl-edit' },
    signal,
  );
  await scenario.until('the drift is seen', () => drifts().length > 0);
  expect(drifts()).toEqual([1]);
  await scenario.loop.reconcile(APP, {}, signal);
  expect(await valueOf(scenario, 'one')).toBe('first');
  await scenario.until('the drift is gone', () => drifts().at(-1) === 0);
});

test('variables come from the cluster, and a watched ConfigMap that changes is followed', async () => {
  const variables = configMap('variables', 'blue')
    .replace('namespace: default', `namespace: ${NAMESPACE}\n  labels:\n    reconcile.fluxcd.io/watch: Enabled`)
    .replace('value:', 'colour:');
  const scenario = await openApp(
    { 'app/one.yaml': configMap('one', '${colour}'), 'clusters/dev/variables.yaml': variables },
    'postBuild:',
    '  substituteFrom:',
    '    - kind: ConfigMap',
    '      name: variables',
  );
  await scenario.ready('app');
  expect(await valueOf(scenario, 'one')).toBe('blue');
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'variables' };
  await scenario.client.patch(
    ref,
    'application/merge-patch+json',
    { data: { colour: 'green' } },
    { fieldManager: 'test' },
    signal,
  );
  await scenario.until('the new value is there', async () => (await valueOf(scenario, 'one')) === 'green');
});

test('P4: two loops on one cluster: the second observes, and takes over when the first ends', async () => {
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  const sources = createSources({
    workspace: { root: scenario.root, mode: 'head' },
    log: silentLog,
    clock: systemClock,
  });
  const states: string[] = [];
  const clock = {
    now: () => Date.now(),
    after: (ms: number, callback: () => void) => systemClock.after(Math.min(ms, 20), callback),
  };
  const second = createLoop({
    client: scenario.client,
    sources,
    stages: fluxStages(builtinSchemas()),
    log: silentLog,
    clock,
    options: { identity: 'second' },
  });
  onTestFinished(() => {
    second.dispose();
    sources.dispose();
  });
  second.onState((state) => states.push(state));
  await second.start(signal);
  await scenario.until('the second observes', () => second.state === 'observing');
  scenario.loop.dispose();
  await scenario.until('the second has taken over', () => second.state === 'controlling');
  expect(states).toEqual(['observing', 'controlling']);
  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until('the commit is followed', async () => (await valueOf(scenario, 'one')) === 'second');
});

test('the files on disk, saved but not committed, are followed where the loop serves the working tree', async () => {
  const root = await openRepository({ 'app/one.yaml': configMap('one', 'first') });
  const sources = createSources({ workspace: { root, mode: 'tree' }, log: silentLog, clock: systemClock });
  onTestFinished(() => sources.dispose());
  const repository = { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', spec: { url: URL } };
  const first = await sources.fetch(repository, { credentials: async () => ({}) }, signal);
  expect(first.revision).toMatch(/^worktree@sha256:[0-9a-f]{64}$/);
  const noticed = new Promise<void>((resolve) => void sources.onChange((serves) => serves(repository) && resolve()));
  writeFileSync(join(root, 'app/one.yaml'), configMap('one', 'second'));
  await noticed;
  const second = await sources.fetch(repository, { credentials: async () => ({}) }, signal);
  expect(first.snapshot.text('app/one.yaml')).toContain('first');
  expect(second.snapshot.text('app/one.yaml')).toContain('second');
  expect(second.revision).not.toBe(first.revision);
  execFileSync('git', ['-C', root, 'sparse-checkout', 'set', 'clusters'], { stdio: 'ignore' });
  await expect(sources.fetch(repository, { credentials: async () => ({}) }, signal)).rejects.toThrow(
    'files that git has taken out of it would count as deleted',
  );
});

test('spec.kubeConfig: the objects go to the cluster that a Secret names, and leave it again', async () => {
  const { client: other, kubeconfig } = await openCluster();
  const scenario = await openApp({ 'app/one.yaml': configMap('one', 'far') }, 'kubeConfig: {secretRef: {name: far}}');
  await scenario.until(
    'the Secret is missed',
    async () =>
      getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message ===
      `unable to read KubeConfig secret '${NAMESPACE}/far' error: secrets "far" not found`,
  );
  const value = Buffer.from(readFileSync(kubeconfig)).toString('base64');
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'far', namespace: NAMESPACE }, data: { value } };
  await scenario.client.create(secret, { fieldManager: 'test' }, signal);
  await scenario.loop.reconcile(APP, {}, signal);
  await scenario.ready('app');
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' };
  expect(getString(await other.get(ref, signal), 'data', 'value')).toBe('far');
  expect(await scenario.configMap('one')).toBeUndefined();

  await scenario.client.delete(APP, {}, signal);
  await scenario.until('it is gone there', async () => (await other.get(ref, signal)) === undefined);
});
