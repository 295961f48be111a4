// The loop against a cluster that refuses, breaks off or keeps waiting. Whatever fails: nothing is lost, nothing is left
// over, and the next look heals. The numbers are those of the list of faults.
import { expect, test } from 'vitest';
import { getString } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY, KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, inventoryNames, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { faults, refusal } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { entryOf, planWith } from './planning.ts';

const NAMES = ['c0', 'c1', 'c2', 'c3'];
const FILES = Object.fromEntries(NAMES.map((name) => [`app/${name}.yaml`, configMap(name, 'first')]));
const DRY_RUN = (name: string): RegExp => new RegExp(`PATCH .*/configmaps/${name}\\?.*dryRun=All`);
const APPLY = (name: string): RegExp => new RegExp(`PATCH .*/configmaps/${name}\\?(?!.*dryRun)`);

interface World extends Scenario {
  readonly faults: Faults;
}

/** A Kustomization of four ConfigMaps beside another one, and what goes wrong from the start. */
async function open(wrong: readonly Fault[] = [], spec: readonly string[] = []): Promise<World> {
  const list = faults();
  list.add(...wrong);
  const scenario = await openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', ...spec).replace(
        'retryInterval: 1m',
        'retryInterval: 200ms',
      ),
      'clusters/dev/other.yaml': kustomization('other', './other'),
      'other/x.yaml': configMap('x', 'first'),
      ...FILES,
    },
    {},
    { intercept: list.intercept },
  );
  return Object.assign(scenario, { faults: list });
}

async function live(scenario: Scenario): Promise<string[]> {
  const found = await Promise.all(NAMES.map(async (name) => ((await scenario.configMap(name)) ? [name] : [])));
  return found.flat();
}

/** The failures of the Kustomization so far, one line each. */
const failures = (scenario: Scenario): string[] =>
  scenario.events.flatMap((event) =>
    event.type === 'event' && event.severity === 'Warning' ? [event.message.split('\n')[0] ?? ''] : [],
  );

/** All is there and known, whatever went wrong before. */
async function healed(scenario: World, happened: number): Promise<void> {
  await scenario.ready('app', 'other');
  expect(scenario.faults.happened).toHaveLength(happened);
  expect([await live(scenario), await inventoryNames(scenario)]).toEqual([NAMES, NAMES]);
}

const INVALID = refusal(422, 'Invalid', 'ConfigMap "c2" is invalid: data: Invalid value: "x"', { name: 'c2' });

test('A4: one of many is refused at its dry-run: nothing is applied, the object is named, the next look heals', async () => {
  let heal = (): void => undefined;
  const seen = new Promise<void>((resolve) => (heal = resolve));
  const scenario = await open([
    { at: DRY_RUN('c2'), does: INVALID },
    { at: DRY_RUN('c2'), does: seen },
  ]);
  await scenario.until('it has failed', () => failures(scenario).length > 0);
  expect(failures(scenario)[0]).toContain('ConfigMap/default/c2 dry-run failed (Invalid): ConfigMap "c2" is invalid');
  expect([await live(scenario), await inventoryNames(scenario)]).toEqual([[], []]);
  heal();
  await healed(scenario, 2);
});

test.each(NAMES.flatMap((name) => (['cut', 'lost'] as const).map((does) => [name, does] as const)))(
  'A9, A10: the connection breaks at the apply of %s (%s): what may be there stands in the inventory, the next look heals',
  async (name, does) => {
    let known: string[] = [];
    const scenario = await open([{ at: APPLY(name), does }]);
    await scenario.until('it has failed', async () => {
      known = await inventoryNames(scenario);
      return failures(scenario).length > 0;
    });
    expect(known).toEqual(NAMES);
    await healed(scenario, 1);
  },
);

test.each([400, 401, 403, 409, 422, 500, 502, 503, 504])(
  'A6, A7, A8: an apply that is answered with %i is tried again',
  async (code) => {
    const scenario = await open([{ at: APPLY('c1'), does: refusal(code, '', 'not now') }]);
    await healed(scenario, 1);
    expect(failures(scenario)[0]).toContain('ConfigMap/default/c1 apply failed: not now');
  },
);

test('A5: 429 with Retry-After is no failure: the apply waits and goes through', async () => {
  const busy = refusal(429, 'TooManyRequests', 'busy', {}, { 'Retry-After': '0' });
  const scenario = await open([{ at: APPLY('c1'), does: busy, times: 3 }]);
  await healed(scenario, 3);
  expect(failures(scenario)).toEqual([]);
});

test.each([409, 500, 'cut', 'lost'] as const)(
  'A2: a write of the status that fails with %s never wedges the loop',
  async (way) => {
    const does = typeof way === 'number' ? refusal(way, '', 'not now') : way;
    const scenario = await open([{ at: /PATCH .*\/kustomizations\/app\/status/, times: 2, does }]);
    await healed(scenario, 2);
  },
);

test('A2: however often somebody else writes to the Kustomization meanwhile, the loop meets no conflict', async () => {
  const scenario = await open();
  await scenario.ready('app');
  const app = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
  const over = new AbortController();
  let writes = 0;
  const writing = (async () => {
    while (!over.signal.aborted) {
      const body = { metadata: { annotations: { 'example.com/count': `${writes++}` } } };
      await scenario.client.patch(app, 'application/merge-patch+json', body, { fieldManager: 'other' }, signal);
    }
  })();
  for (const value of ['second', 'third', 'fourth', 'fifth']) {
    await scenario.commit({ 'app/c1.yaml': configMap('c1', value) });
    await scenario.until(value, async () => getString(await scenario.configMap('c1'), 'data', 'value') === value);
  }
  over.abort();
  await writing;
  await scenario.ready('app');
  expect(writes).toBeGreaterThan(20);
  expect(failures(scenario)).toEqual([]);
});

test('A7: a login that is refused everywhere for a while: nothing is lost, and the loop goes on by itself', async () => {
  const scenario = await open();
  await scenario.ready('app', 'other');
  const refused = refusal(401, 'Unauthorized', 'Unauthorized');
  scenario.faults.add({ at: /(PATCH|GET|DELETE) .*\/(configmaps|kustomizations)\//, does: refused, times: 6 });
  await scenario.commit({ 'app/c1.yaml': null, 'app/c0.yaml': configMap('c0', 'second') });
  await scenario.until('all was refused', () => scenario.faults.happened.length === 6);
  await scenario.until('c1 is gone', async () => (await inventoryNames(scenario)).length === 3);
  expect(await live(scenario)).toEqual(['c0', 'c2', 'c3']);
});

test.each([403, 500, 'cut', 'lost'] as const)(
  'A6, A8: a deletion that fails with %s stays in the inventory until it is done',
  async (way) => {
    const does = typeof way === 'number' ? refusal(way, '', 'not now') : way;
    const scenario = await open();
    await scenario.ready('app');
    let known: string[] = [];
    scenario.faults.add({ at: /DELETE .*\/configmaps\/c1/, does });
    await scenario.commit({ 'app/c1.yaml': null, 'app/c0.yaml': configMap('c0', 'second') });
    await scenario.until(
      'it has failed',
      async () => failures(scenario).length > 0 && (known = await inventoryNames(scenario)).length > 0,
    );
    await scenario.ready('app');
    expect(known).toContain('c1');
    expect([await live(scenario), await inventoryNames(scenario)]).toEqual([
      ['c0', 'c2', 'c3'],
      ['c0', 'c2', 'c3'],
    ]);
  },
);

test('A26: a webhook that denies one object: its words and the object are told, other Kustomizations go on', async () => {
  const words = 'admission webhook "policy.example.com" denied the request: no value "first"';
  const scenario = await open([{ at: DRY_RUN('c2'), does: refusal(403, 'Forbidden', words), times: Infinity }]);
  await scenario.ready('other');
  await scenario.until('it has failed', () => failures(scenario).length > 0);
  expect(failures(scenario)[0]).toContain('ConfigMap/default/c2');
  expect(failures(scenario)[0]).toContain(words);
  expect(await live(scenario)).toEqual([]);
});

test('A27: a webhook that does not answer: its name is told, and the next look heals', async () => {
  const words = 'Internal error occurred: failed calling webhook "policy.example.com": context deadline exceeded';
  const scenario = await open([{ at: DRY_RUN('c2'), does: refusal(500, 'InternalError', words) }]);
  await healed(scenario, 1);
  expect(failures(scenario)[0]).toContain('failed calling webhook "policy.example.com"');
});

test('A1: a conflict of field managers names the field and its owner, the plan says what is taken from whom, others go on', async () => {
  const said = 'Apply failed with 1 conflict: conflict with "their-operator" using v1: .data.value';
  const causes = [
    { reason: 'FieldManagerConflict', message: 'conflict with "their-operator" using v1', field: '.data.value' },
  ];
  const scenario = await open([{ at: DRY_RUN('c2'), does: refusal(409, 'Conflict', said, { causes }) }]);
  await scenario.ready('other');
  await healed(scenario, 1);
  expect(failures(scenario)[0]).toContain(`ConfigMap/default/c2 dry-run failed (FieldManagerConflict): ${said}`);

  const theirs = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c2', namespace: 'default' },
    data: { value: 'theirs' },
  };
  await scenario.client.apply(theirs, { fieldManager: 'their-operator', force: true }, signal);
  const changes = entryOf(await planWith(scenario, 'app', {}), 'c2')?.changes ?? [];
  expect(changes.map(({ path, before, after, owner }) => [path, before, after, owner?.manager])).toEqual([
    ['data.value', 'theirs', 'first', 'their-operator'],
  ]);
});

test('A8: no permission for one kind: it is named, other Kustomizations go on', async () => {
  const words = 'configmaps "c1" is forbidden: User "u" cannot patch resource "configmaps"';
  const scenario = await open([{ at: DRY_RUN('c1'), does: refusal(403, 'Forbidden', words), times: Infinity }]);
  await scenario.ready('other');
  await scenario.until('it has failed', () => failures(scenario).length > 0);
  expect(failures(scenario)[0]).toContain(words);
});

test.each([403, 500, 503])(
  'A6, A8: objects that may not be listed or watched (%i) are applied, changed and pruned all the same',
  async (code) => {
    const never = {
      at: /GET .*\/(configmaps|mutatingwebhookconfigurations)\?/,
      does: refusal(code, '', 'not to be listed'),
      times: Infinity,
    };
    const scenario = await open([never]);
    await scenario.ready('app', 'other');
    await scenario.commit({ 'app/c1.yaml': null, 'app/c0.yaml': configMap('c0', 'second') });
    await scenario.until('c1 is gone', async () => (await inventoryNames(scenario)).length === 3);
    expect([await live(scenario), getString(await scenario.configMap('c0'), 'data', 'value')]).toEqual([
      ['c0', 'c2', 'c3'],
      'second',
    ]);
  },
);

test.each(['kustomizations', 'gitrepositories'])(
  'A8: who may not list %s is told so, and waits for nothing',
  async (kind) => {
    const words = `${kind} is forbidden: User "u" cannot list resource "${kind}"`;
    const at = new RegExp(`GET .*/${kind}\\?`);
    await expect(open([{ at, does: refusal(403, 'Forbidden', words), times: Infinity }])).rejects.toThrow(words);
  },
);

test('A14, A20: while a request hangs, the rest goes on; ending the loop ends them', async () => {
  const scenario = await open([{ at: DRY_RUN('c1'), does: new Promise(() => undefined) }]);
  await scenario.ready('other');
  scenario.loop.dispose();
  await scenario.loop.ended;
  expect(await live(scenario)).toEqual([]);
});

test('A36: a circle of dependencies is named, what is not in it goes on; broken open, it goes through at once', async () => {
  const list = faults();
  const dependsOn = (name: string): string[] => ['dependsOn:', `- name: ${name}`];
  const scenario = await openScenario(
    {
      'clusters/dev/a.yaml': kustomization('app', './app', ...dependsOn('b')),
      'clusters/dev/b.yaml': kustomization('b', './b', ...dependsOn('app')),
      'clusters/dev/c.yaml': kustomization('apart', './b'),
      'b/x.yaml': configMap('x', 'first'),
      ...FILES,
    },
    {},
    { intercept: list.intercept },
  );
  const message = async (name: string): Promise<string | undefined> =>
    getCondition((await scenario.kustomization(name)) ?? {}, 'Ready')?.message;
  const circle = 'the dependencies go in a circle: flux-system/app -> flux-system/b -> flux-system/app';
  await scenario.until('it is named', async () => (await message('app'))?.endsWith(circle) === true);
  expect(await message('app')).toBe(`dependency 'flux-system/b' is not ready: ${circle}`);
  await scenario.ready('apart');
  const ref = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'b' };
  await scenario.client.patch(
    ref,
    'application/merge-patch+json',
    { spec: { dependsOn: null } },
    { fieldManager: 'test' },
    signal,
  );
  await scenario.ready('app', 'b');
});

test('a source that fails ends the request for a reconciliation with it, and says why', async () => {
  const scenario = await open();
  await scenario.ready('app');
  const source = { ...GIT_REPOSITORY, namespace: NAMESPACE, name: 'test' };
  const spec = { url: 'https://127.0.0.1:1/missing.git' };
  await scenario.client.patch(source, 'application/merge-patch+json', { spec }, { fieldManager: 'test' }, signal);
  const ref = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
  await expect(scenario.loop.reconcile(ref, { withSource: true }, signal)).rejects.toThrow(
    /^GitRepository\/flux-system\/test is not ready: .*missing/,
  );
});
