// A commit that would delete most of a large Kustomization: the loop asks first, and the plan says so. What few objects, a
// hand-over or a plan that was confirmed delete needs no question.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/model/clock.ts';
import { getList, getString } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { applyPlan } from '../../src/workspace/plan/applyPlan.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { commitWritten, planWith, plansOf } from './planning.ts';

const NAMES = Array.from({ length: 40 }, (_, at) => `c${String(at + 10)}`);
const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const SOON = 'retryInterval: 200ms';

const folder = (path: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${path}/${name}.yaml`, configMap(name, 'first')]));
const without = (names: readonly string[]): Record<string, null> =>
  Object.fromEntries(names.map((name) => [`app/${name}.yaml`, null]));

async function open(more: Readonly<Record<string, string>> = {}): Promise<Scenario> {
  const scenario = await openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app', SOON),
    ...folder('app', NAMES),
    ...more,
  });
  await scenario.ready('app');
  return scenario;
}

async function ready(scenario: Scenario): Promise<string> {
  const { reason, message } = getCondition((await scenario.kustomization('app')) ?? {}, 'Ready') ?? {};
  return `${reason}: ${message}`;
}

async function left(scenario: Scenario): Promise<number[]> {
  const found = await Promise.all(NAMES.map((name) => scenario.configMap(name)));
  const entries = getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? [];
  return [found.filter((one) => one !== undefined).length, entries.length];
}

const MOST = NAMES.slice(0, 21);
const ASKED =
  'PruneFailed: the build no longer has 21 of the 40 objects of the Kustomization, and they would be deleted ' +
  '(ConfigMap/default/c10, ConfigMap/default/c11, ConfigMap/default/c12 and 18 more): nothing of it is applied. If they are ' +
  'to go, apply the plan, or say: plumbline reconcile kustomization app --namespace flux-system --prune-all';

test('A31: a build that would delete most of a large inventory changes nothing until somebody says so', async () => {
  const scenario = await open();
  await scenario.commit({ ...without(MOST), 'app/c40.yaml': configMap('c40', 'second') });
  await scenario.until('it asks', async () => (await ready(scenario)).startsWith('PruneFailed'));
  expect([await ready(scenario), await left(scenario)]).toEqual([ASKED, [40, 40]]);
  await scenario.loop.reconcile(APP, {}, signal);
  await scenario.restart();
  await scenario.until('it has looked again', async () => (await ready(scenario)) === ASKED);
  expect(getString(await scenario.configMap('c40'), 'data', 'value')).toBe('first');
  await scenario.loop.reconcile(APP, { pruneAll: true }, signal);
  await scenario.ready('app');
  expect(await left(scenario)).toEqual([19, 19]);
  expect(getString(await scenario.configMap('c40'), 'data', 'value')).toBe('second');
});

test('A31: what comes back needs no word, and neither do few objects, or what is gone already', async () => {
  const scenario = await open();
  await scenario.commit(without(MOST));
  await scenario.until('it asks', async () => (await ready(scenario)) === ASKED);
  await scenario.commit({ 'app/c10.yaml': configMap('c10', 'first') });
  await scenario.until('the others are gone', async () => (await left(scenario)).join() === '20,20');
  await scenario.commit(without(NAMES.slice(21, 39)));
  await scenario.until('few are gone', async () => (await left(scenario)).join() === '2,2');
  await scenario.commit(folder('app', NAMES));
  await scenario.until('all are there', async () => (await left(scenario)).join() === '40,40');
  for (const name of MOST)
    await scenario.client.delete(
      { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name },
      {},
      signal,
    );
  await scenario.commit(without(MOST));
  await scenario.until('those that were gone are forgotten', async () => (await left(scenario)).join() === '19,19');
});

test('A31: most objects move to another Kustomization: they are handed over without a question', async () => {
  const scenario = await open({
    'clusters/dev/other.yaml': kustomization('other', './other', SOON),
    'other/x.yaml': configMap('x', 'first'),
  });
  await scenario.ready('other');
  await scenario.commit({ ...without(NAMES.slice(0, 30)), ...folder('other', NAMES.slice(0, 30)) });
  await scenario.ready('app', 'other');
  await scenario.until('they are handed over', async () => (await left(scenario)).join() === '40,10');
  expect(scenario.events.filter((event) => event.type === 'event' && event.message.includes('--prune-all'))).toEqual(
    [],
  );
});

test('A31: the plan says that most goes, and whoever applies it has been asked', async () => {
  const scenario = await open();
  const plan = await planWith(scenario, 'app', without(MOST));
  expect(plan.entries.flatMap(({ dangers }) => dangers ?? [])).toEqual([
    { code: 'data-loss', message: 'most of the Kustomization goes: 21 of its 40 objects are deleted' },
  ]);
  await commitWritten(scenario, without(MOST));
  await scenario.until('it asks', async () => (await ready(scenario)) === ASKED);
  scenario.loop.dispose();
  await scenario.loop.ended;
  const cacheDir = mkdtempSync(join(tmpdir(), 'plumbline-mass-prune-'));
  onTestFinished(() => rmSync(cacheDir, { recursive: true, force: true }));
  const { plans, tree, entry } = await plansOf({ root: scenario.root }, scenario.client);
  const applied = await applyPlan(
    {
      plans,
      tree,
      entry,
      cacheDir,
      schemas: builtinSchemas(),
      fetch: async () => ({ kind: 'refused', reason: 'nothing is fetched here' }),
      log: silentLog,
      clock: systemClock,
      identity: 'a test',
      timeoutMs: 20_000,
      onChanges: () => undefined,
    },
    scenario.client,
    signal,
  );
  expect(applied.map(({ ready: isReady }) => isReady)).toEqual([true]);
  expect(await left(scenario)).toEqual([19, 19]);
});
