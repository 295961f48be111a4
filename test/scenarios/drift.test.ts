// Drift and what becomes of it: healed object by object, left where a Kustomization only detects it, and told apart from a fight.
import { expect, test } from 'vitest';
import { getString } from '../../src/model/json.ts';
import { DRIFT_ANNOTATION } from '../../src/model/driftMode.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const config = (name: string) => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name });

async function openApp(): Promise<Scenario> {
  const scenario = await openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'first'),
    'app/two.yaml': configMap('two', 'first'),
  });
  await scenario.ready('app');
  return scenario;
}

const valueOf = async (scenario: Scenario, name: string): Promise<string | undefined> =>
  getString(await scenario.configMap(name), 'data', 'value');

/** Changes an object as somebody with kubectl does, and waits until the loop has seen it. */
async function edit(scenario: Scenario, name: string, value: string): Promise<void> {
  const before = scenario.events.length;
  await scenario.client.patch(
    config(name),
    'application/merge-patch+json',
    { data: { value } },
    { fieldManager: 'kubectl-edit' },
    signal,
  );
  await scenario.until(`drift of ${name}`, () =>
    scenario.events.slice(before).some((event) => event.type === 'drift' && event.ref.name === name),
  );
}

async function detectOnly(scenario: Scenario): Promise<void> {
  const body = { metadata: { annotations: { [DRIFT_ANNOTATION]: 'detect' } } };
  await scenario.client.patch(APP, 'application/merge-patch+json', body, { fieldManager: 'kubectl-edit' }, signal);
}

/** A run that nobody has asked for: as after an interval. */
async function runAgain(scenario: Scenario): Promise<void> {
  await scenario.restart();
  await scenario.loop.idle();
}

test('one object is healed, the other stays as it was changed', async () => {
  const scenario = await openApp();
  await edit(scenario, 'one', 'edited');
  await edit(scenario, 'two', 'edited');
  await scenario.loop.heal(APP, config('one'), signal);
  expect(await valueOf(scenario, 'one')).toBe('first');
  expect(await valueOf(scenario, 'two')).toBe('edited');
});

test('what somebody changes while its Kustomization waits for health is drift once that ends', async () => {
  const never = `apiVersion: batch/v1
kind: Job
metadata: { name: never, namespace: default }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: one, image: one }] } } }
`;
  const scenario = await openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app', 'wait: true', 'timeout: 2s'),
    'app/one.yaml': configMap('one', 'first'),
    'app/never.yaml': never,
  });
  await scenario.until('it waits', () =>
    scenario.events.some((event) => event.type === 'phase' && event.owner.name === 'app' && event.phase === 'waiting'),
  );
  await edit(scenario, 'one', 'edited');
  expect(await valueOf(scenario, 'one')).toBe('edited');
});

test('an object that was deleted is made again', async () => {
  const scenario = await openApp();
  await scenario.client.delete(config('one'), {}, signal);
  await scenario.loop.heal(APP, config('one'), signal);
  expect(await valueOf(scenario, 'one')).toBe('first');
});

test('what the loop has not applied, and what is suspended, is not healed', async () => {
  const scenario = await openApp();
  await expect(scenario.loop.heal(APP, config('other'), signal)).rejects.toThrow(/was not applied by this loop/);
  await scenario.loop.suspend(APP, signal);
  await scenario.until('the watch says so', async () =>
    scenario.loop.heal(APP, config('one'), signal).then(
      () => false,
      (error: unknown) => /is suspended: resume it first/.test(String(error)),
    ),
  );
});

test('without the annotation a run heals drift; with it a run leaves it, after a restart too', async () => {
  const scenario = await openApp();
  await edit(scenario, 'one', 'edited');
  await runAgain(scenario);
  await scenario.until('it is healed', async () => (await valueOf(scenario, 'one')) === 'first');

  await detectOnly(scenario);
  await scenario.loop.idle();
  await edit(scenario, 'one', 'edited again');
  await runAgain(scenario);
  expect(await valueOf(scenario, 'one')).toBe('edited again');
});

test('where drift is only detected, a commit changes what it changes, and a request heals', async () => {
  const scenario = await openApp();
  await detectOnly(scenario);
  await edit(scenario, 'one', 'edited');
  await scenario.commit({ 'app/two.yaml': configMap('two', 'second') });
  await scenario.until('the commit is followed', async () => (await valueOf(scenario, 'two')) === 'second');
  await scenario.ready('app');
  expect(await valueOf(scenario, 'one')).toBe('edited');

  await scenario.commit({ 'app/one.yaml': configMap('one', 'second') });
  await scenario.until('what Git changes is applied', async () => (await valueOf(scenario, 'one')) === 'second');

  await edit(scenario, 'two', 'edited');
  await scenario.loop.reconcile(APP, {}, signal);
  expect(await valueOf(scenario, 'two')).toBe('second');
});

test('a field that is changed after each healing is called a fight, with who and how often', async () => {
  const scenario = await openApp();
  for (const value of ['a', 'b', 'c']) {
    await edit(scenario, 'one', value);
    await scenario.loop.reconcile(APP, {}, signal);
  }
  const last = scenario.events.findLast((event) => event.type === 'drift' && event.changes.length > 0);
  expect(last).toMatchObject({ flapping: { path: 'data.value', manager: 'kubectl-edit', times: 3 } });
});
