// Objects that do not stay as they were applied, or do not fit: other controllers, definitions that move on, an inventory
// that is too large. The numbers are those of the list of faults.
import { expect, test } from 'vitest';
import type { Intercept } from '../../src/apiserver/server.ts';
import { getList, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { faults, refusal } from './faults.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default' };
const MERGE = 'application/merge-patch+json';

function open(files: Readonly<Record<string, string>>, intercept?: Intercept): Promise<Scenario> {
  return openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app').replace('retryInterval: 1m', 'retryInterval: 200ms'),
      ...files,
    },
    {},
    intercept ? { intercept } : {},
  );
}

const inventory = async (scenario: Scenario): Promise<string[]> =>
  (getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? []).map(
    (entry) => `${getString(entry, 'id') ?? ''} ${getString(entry, 'v') ?? ''}`,
  );

const ready = async (scenario: Scenario): Promise<string> =>
  getCondition((await scenario.kustomization('app')) ?? {}, 'Ready')?.message ?? '';

const definition = (...versions: readonly (readonly [name: string, storage: boolean])[]): string =>
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
${versions
  .map(
    ([name, storage]) =>
      `  - {name: ${name}, served: true, storage: ${storage}, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}\n`,
  )
  .join('')}`;

const widget = (version: string, fields: string): string =>
  `apiVersion: example.com/${version}\nkind: Widget\nmetadata: {name: w, namespace: default}\nspec: {${fields}}\n`;

const web = (app: string, ...annotations: string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default, annotations: {${annotations.join()}}}
spec:
  selector: {matchLabels: {app: ${app}}}
  template: {metadata: {labels: {app: ${app}}}, spec: {containers: [{name: web, image: web}]}}
`;

test('A3: an immutable field is named and the object left alone; force makes it anew', async () => {
  const scenario = await open({ 'app/web.yaml': web('a') });
  await scenario.ready('app');
  const found = (): Promise<JsonObject | undefined> =>
    scenario.client.get(
      { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'web' },
      signal,
    );
  const uid = getString(await found(), 'metadata', 'uid');
  await scenario.commit({ 'app/web.yaml': web('b'), 'app/one.yaml': configMap('one', 'first') });
  await scenario.until('it is refused', async () => (await ready(scenario)).includes('spec.selector: Invalid value'));
  expect(await ready(scenario)).toMatch(/^Deployment\/default\/web dry-run failed \(Invalid\).*field is immutable/s);
  expect([getString(await found(), 'metadata', 'uid'), await scenario.configMap('one')]).toEqual([uid, undefined]);
  await scenario.commit({ 'app/web.yaml': web('b', 'kustomize.toolkit.fluxcd.io/force: enabled') });
  await scenario.until(
    'it is another',
    async () => ![uid, undefined].includes(getString(await found(), 'metadata', 'uid')),
  );
  await scenario.ready('app');
  expect(await scenario.configMap('one')).toBeDefined();
});

test('A22: a definition and its object in one commit: the object is asked about when its kind is served', async () => {
  const list = faults();
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') }, list.intercept);
  await scenario.ready('app');
  list.add({ at: /^GET \/apis\?/, does: refusal(503, 'ServiceUnavailable', 'not now') });
  await scenario.commit({ 'app/a.yaml': widget('v1', 'size: 1'), 'app/crd.yaml': definition(['v1', true]) });
  // Who looks here may be the one that is refused.
  await scenario.until('both are there', async () => (await inventory(scenario).catch(() => [])).length === 3);
  await scenario.ready('app');
  const first = scenario.requests.find((line) => line.startsWith('PATCH') && /widgets/.test(line));
  expect(first).toContain('/customresourcedefinitions/');
  expect(scenario.events.filter((event) => event.type === 'event' && event.severity === 'Warning')).toEqual([]);
});

test('A24: a definition whose version goes away: objects move on, with what Flux owns of them and without being made anew', async () => {
  const scenario = await open({
    'app/crd.yaml': definition(['v1', true]),
    'app/w.yaml': widget('v1', 'size: 1, old: yes'),
  });
  await scenario.ready('app');
  const of = (version: string): Promise<JsonObject | undefined> =>
    scenario.client.get({ group: 'example.com', version, kind: 'Widget', namespace: 'default', name: 'w' }, signal);
  const uid = getString(await of('v1'), 'metadata', 'uid');
  await scenario.commit({
    'app/crd.yaml': definition(['v1', false], ['v2', true]),
    'app/w.yaml': widget('v2', 'size: 2'),
  });
  await scenario.until('it has moved', async () =>
    (await inventory(scenario)).includes('default_w_example.com_Widget v2'),
  );
  await scenario.ready('app');
  const crd = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', namespace: '' };
  await scenario.client.patch(
    { ...crd, name: 'widgets.example.com' },
    MERGE,
    { status: { storedVersions: ['v2'] } },
    { fieldManager: 'migrator', subresource: 'status' },
    signal,
  );
  await scenario.commit({ 'app/crd.yaml': definition(['v2', true]), 'app/w.yaml': widget('v2', 'size: 3') });
  await scenario.until(
    'it is changed',
    async () => getPath(await of('v2').catch(() => undefined), 'spec', 'size') === 3,
  );
  await scenario.ready('app');
  const found = await of('v2');
  const managers = (getList(found, 'metadata', 'managedFields') ?? []).map((one) => getString(one, 'apiVersion'));
  expect([getPath(found, 'spec'), managers, getString(found, 'metadata', 'uid')]).toEqual([
    { size: 3 },
    ['example.com/v2'],
    uid,
  ]);
});

test('A28: what another controller changes after each heal is told at the third time, with field and manager', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'ours') });
  await scenario.ready('app');
  const flaps = (): string[] =>
    scenario.events.flatMap((event) =>
      event.type === 'event' && event.reason === 'DriftFlapping' ? [event.message] : [],
    );
  for (let time = 1; time <= 3; time++) {
    expect(flaps()).toEqual([]);
    const drifts = (): number =>
      scenario.events.filter((event) => event.type === 'drift' && event.changes.length > 0).length;
    const before = drifts();
    await scenario.client.patch(
      { ...CONFIG_MAP, name: 'one' },
      MERGE,
      { data: { value: 'theirs' } },
      { fieldManager: 'their-operator' },
      signal,
    );
    await scenario.until('the drift is seen', () => drifts() > before);
    await scenario.loop.reconcile(APP, {}, signal);
    await scenario.until(
      'it is healed',
      async () => getPath(await scenario.configMap('one'), 'data', 'value') === 'ours',
    );
    await scenario.until('the heal is seen', () => {
      const last = scenario.events.findLast((event) => event.type === 'drift');
      return last?.type === 'drift' && last.changes.length === 0;
    });
  }
  expect(flaps()).toEqual([
    "ConfigMap/default/one: their-operator and Git have overwritten each other's data.value 3 times: stop the other side, leave the field out of Git, or name it in spec.ignore",
  ]);
});

test('A33: an inventory of 10,000 objects has room, and is read', async () => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  await scenario.client.patch(APP, MERGE, { spec: { prune: false } }, { fieldManager: 'test' }, signal);
  const many = Array.from({ length: 10_000 }, (_, at) => ({
    id: `default_a-config-map-with-a-longer-name-${at}__ConfigMap`,
    v: 'v1',
  }));
  const known = { id: 'default_one__ConfigMap', v: 'v1' };
  await scenario.client.patch(
    APP,
    MERGE,
    { status: { inventory: { entries: [...many, known] } } },
    { fieldManager: 'test', subresource: 'status' },
    signal,
  );
  expect(JSON.stringify(await scenario.kustomization('app')).length).toBeLessThan(1024 * 1024);
  expect(await inventory(scenario)).toHaveLength(10_001);
  await scenario.loop.reconcile(APP, {}, signal);
  await scenario.ready('app');
  expect(await inventory(scenario)).toEqual(['default_one__ConfigMap v1']);
});

test('A33: nothing is applied that an inventory has no room for, and it is said', async () => {
  const isTooLarge = (body: string): boolean => body.includes('default_two__ConfigMap');
  let isFull = true;
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') }, (request, carryOut) =>
    isFull && request.path.endsWith('/kustomizations/app/status') && isTooLarge(Buffer.from(request.body).toString())
      ? refusal(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728')
      : carryOut(),
  );
  await scenario.ready('app');
  await scenario.commit({ 'app/two.yaml': configMap('two', 'first') });
  await scenario.until('it is said', async () => (await ready(scenario)).includes('too large'));
  expect([await scenario.configMap('two'), await inventory(scenario)]).toEqual([
    undefined,
    ['default_one__ConfigMap v1'],
  ]);
  isFull = false;
  await scenario.until('there is room', async () => (await inventory(scenario)).length === 2);
  await scenario.ready('app');
});

test('A36: a chain of a hundred goes through link by link without waiting; what depends on nothing that is there says so', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `link-${at}`);
  const files = names.map((name, at) => [
    `clusters/dev/${name}.yaml`,
    kustomization(name, './app', ...(at === 0 ? [] : ['dependsOn:', `- name: link-${at - 1}`])).replace(
      'prune: true',
      `prune: true\n  namePrefix: ${name}-`,
    ),
  ]);
  const scenario = await openScenario({
    ...(Object.fromEntries(files) as Record<string, string>),
    'clusters/dev/lost.yaml': kustomization('lost', './app', 'dependsOn:', '- name: nowhere'),
    'app/one.yaml': configMap('one', 'first'),
  });
  await scenario.ready(...names);
  const order = scenario.events.flatMap((event) =>
    event.type === 'event' && event.reason === 'ReconciliationSucceeded' ? [event.owner.name] : [],
  );
  expect(order.filter((name) => name.startsWith('link-'))).toEqual(names);
  const lost = getCondition((await scenario.kustomization('lost')) ?? {}, 'Ready');
  expect([lost?.reason, lost?.message]).toEqual([
    'DependencyNotReady',
    expect.stringContaining("'flux-system/nowhere'"),
  ]);
});
