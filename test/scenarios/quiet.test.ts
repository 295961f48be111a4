// Nothing changed costs nothing: what the loop asks the cluster for, counted at the wire.
import { expect, test } from 'vitest';
import type { ChangeSetEntry } from '../../src/model/changeSet.ts';
import { systemClock } from '../../src/model/clock.ts';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { refOf } from '../../src/model/objectRef.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`app/c${i}.yaml`, configMap(`c${i}`, 'first')]));

function open(...spec: string[]): Promise<Scenario> {
  return openScenario({ 'clusters/dev/app.yaml': kustomization('app', './app', ...spec), ...files });
}

const isConfigured = ({ action }: ChangeSetEntry): boolean => action === 'configured';

/** Resolves when the Kustomization was looked at that often and nothing was to be done. */
async function looks(scenario: Scenario, count: number): Promise<void> {
  const done = (): number => scenario.events.filter((event) => event.type === 'phase' && event.phase === 'idle').length;
  const start = done();
  await scenario.until('it was looked at', () => done() >= start + count);
}

/** What was asked for besides Leases while `act` ran: `PATCH configmaps`, ... */
async function asked(scenario: Scenario, act: () => Promise<void>): Promise<string[]> {
  const before = scenario.requests.length;
  await act();
  return scenario.requests.slice(before).filter((request) => !request.includes('leases'));
}

test.each([[[]], [['wait: true']]])('the interval passes and nothing is to be done: no request (%j)', async (spec) => {
  const scenario = await open('interval: 500ms', ...spec);
  await scenario.ready('app');
  // The first look after the work may find that a watch was behind.
  await looks(scenario, 2);
  expect(await asked(scenario, () => looks(scenario, 3))).toEqual([]);
});

test.each([7_200_000, -7_200_000])(
  'P7: a clock that jumps by %i ms: no object is written or deleted, intervals go on, and the next commit is followed',
  async (jump) => {
    let skew = 0;
    const clock = { ...systemClock, now: () => Date.now() + skew };
    const scenario = await openScenario(
      {
        'clusters/dev/app.yaml': kustomization('app', './app', 'interval: 300ms', 'timeout: 1s'),
        ...files,
      },
      {},
      { clock },
    );
    await scenario.ready('app');
    await looks(scenario, 2);
    const state = async (): Promise<unknown[]> => [
      getPath(await scenario.kustomization('app'), 'status', 'inventory'),
      await Promise.all(Object.keys(files).map((_, i) => scenario.configMap(`c${i}`))),
    ];
    const before = await state();
    skew = jump;
    await looks(scenario, 3);
    // The server may be asked anew; that an object is the same includes its version.
    expect(await state()).toEqual(before);
    await scenario.commit({ 'app/c7.yaml': configMap('c7', 'second'), 'app/c8.yaml': null });
    await scenario.until('it is followed', async () => (await scenario.configMap('c8')) === undefined);
    await scenario.ready('app');
  },
);

test('one changed object of twenty is the only one that is asked about', async () => {
  const scenario = await open();
  await scenario.ready('app');
  const requests = await asked(scenario, async () => {
    await scenario.commit({ 'app/c7.yaml': configMap('c7', 'second') });
    await scenario.until('it is applied', () =>
      scenario.events.some((event) => event.type === 'applied' && event.changes.some(isConfigured)),
    );
  });
  const objects = requests.filter((request) => request.includes('/configmaps/'));
  expect(new Set(objects.map((request) => request.split('/').at(-1)))).toEqual(new Set(['c7']));
  expect(objects.length).toBeLessThanOrEqual(3);
});

test('a first apply asks for each object by dry-run and applies it, and reads none', async () => {
  const scenario = await open();
  await scenario.ready('app');
  const objects = scenario.requests.filter((request) => request.includes('/configmaps/c'));
  expect(objects.filter((request) => request.startsWith('GET'))).toEqual([]);
  expect(objects.filter((request) => request.startsWith('PATCH')).length).toBe(40);
});

test('what another one changed is seen and healed at the next look, and only that', async () => {
  const scenario = await open('interval: 1s');
  await scenario.ready('app');
  const found = (await scenario.configMap('c3')) as JsonObject;
  await scenario.client.patch(
    refOf(found),
    'application/merge-patch+json',
    { data: { value: 'other' } },
    { fieldManager: 'someone' },
    signal,
  );
  await scenario.until(
    'it is healed',
    async () => JSON.stringify((await scenario.configMap('c3'))?.['data']) === '{"value":"first"}',
  );
});

test('a Kustomization reads ConfigMaps for its variables again, though nothing else has changed', async () => {
  const scenario = await open(
    'interval: 1s',
    'postBuild: {substituteFrom: [{kind: ConfigMap, name: values, optional: true}], substitute: {a: b}}',
  );
  await scenario.ready('app');
  await scenario.commit({ 'app/c1.yaml': configMap('c1', '${word:=none}') });
  await scenario.until('the default', async () => JSON.stringify(await scenario.configMap('c1')).includes('none'));
  const values = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'values', namespace: NAMESPACE } };
  await scenario.client.create({ ...values, data: { word: 'found' } }, { fieldManager: 'test' }, signal);
  await scenario.until('the value', async () => JSON.stringify(await scenario.configMap('c1')).includes('found'));
});
