// Canary values of Secrets through the loop and the plan: whatever is refused, changed or healed, they are in no event, no
// condition, no line of the log and no plan, in none of their forms.
import { expect, test } from 'vitest';
import { getList, getPath } from '../../src/model/json.ts';
import type { Log } from '../../src/model/log.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { planJson } from '../../src/terminal/planJson.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { faults, refusal } from './faults.ts';
import type { Faults } from './faults.ts';
import { planWith } from './planning.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const SECRET = { group: '', version: 'v1', kind: 'Secret', namespace: 'default', name: 's' };
const WRITTEN = 'canary-of-git-7f3a';
const THEIRS = 'canary-of-the-cluster-91c2';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const secret = (value = WRITTEN): string => `apiVersion: v1
kind: Secret
metadata: {name: s, namespace: default}
stringData: {password: ${value}}
data: {token: ${btoa(value)}}
`;

interface World extends Scenario {
  readonly faults: Faults;
  /** Every place where a canary can be read, with the canary. */
  leaks(...more: readonly unknown[]): Promise<string[]>;
}

async function open(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<World> {
  const list = faults();
  const lines: unknown[] = [];
  const write = (...line: unknown[]): void => void lines.push(line);
  const log: Log = { info: write, warn: write, error: write };
  const scenario = await openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', 'retryInterval: 200ms', ...spec),
      ...files,
    },
    {},
    { intercept: list.intercept, log },
  );
  return Object.assign(scenario, {
    faults: list,
    async leaks(...more: readonly unknown[]) {
      const type = await scenario.client.resourceType({ group: '', version: 'v1', kind: 'Event' }, signal);
      const recorded = type ? (await scenario.client.list(type, {}, signal)).items : [];
      // Whole objects are for whoever compares them (present/diffDocuments.test.ts masks them); nobody prints them.
      const said = scenario.events
        .filter(({ type: kind }) => kind !== 'rendered')
        .map((event) => (event.type === 'drift' ? { ...event, desired: undefined, live: undefined } : event));
      const places = { said, recorded, lines, status: await scenario.kustomization('app'), more };
      return Object.entries(places).flatMap(([place, value]) =>
        [WRITTEN, THEIRS].flatMap((canary) =>
          [canary, btoa(canary)].filter((form) => print(value).includes(form)).map((form) => `${place}: ${form}`),
        ),
      );
    },
  });
}

/** All that somebody could print of a value, the causes of errors included. */
function print(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return String(one);
    if (one instanceof Map || one instanceof Set) return [...(one as Iterable<unknown>)];
    return one instanceof Error ? [one.message, one.stack, one.cause] : one;
  });
}

const quoting = (...values: string[]): string => `Secret "s" is invalid: ${values.map((one) => `"${one}"`).join(', ')}`;
const REFUSED = refusal(422, 'Invalid', quoting(WRITTEN, btoa(WRITTEN)), {
  causes: [{ message: quoting(WRITTEN), field: 'data' }],
});

test.each([
  ['its dry-run', /PATCH .*\/secrets\/s\?.*dryRun=All/],
  ['its apply', /PATCH .*\/secrets\/s\?(?!.*dryRun)/],
])('a Secret that is refused at %s: the words of the server come without its values', async (_, at) => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  scenario.faults.add({ at, does: REFUSED });
  await scenario.commit({ 'app/s.yaml': secret() });
  await scenario.until('it was refused', () => scenario.faults.happened.length === 1);
  const said = (): string[] => scenario.events.flatMap((event) => (event.type === 'event' ? [event.message] : []));
  await scenario.until('it is told', () => said().some((message) => message.includes('Secret/default/s')));
  await scenario.ready('app');
  expect(said().join('\n')).toContain('Secret "s" is invalid: "•••", "•••"');
  expect(await scenario.leaks()).toEqual([]);
});

test('a Secret that somebody changed, as drift, as a plan and as it is healed', async () => {
  const scenario = await open({ 'app/s.yaml': secret() });
  await scenario.ready('app');
  const last = JSON.stringify({ kind: 'Secret', data: { token: btoa(THEIRS) } });
  await scenario.client.patch(
    SECRET,
    'application/merge-patch+json',
    { metadata: { annotations: { [LAST_APPLIED]: last } }, data: { token: btoa(THEIRS), more: btoa(THEIRS) } },
    { fieldManager: 'kubectl-client-side-apply' },
    signal,
  );
  await scenario.until('the drift is seen', () => scenario.events.some(({ type }) => type === 'drift'));
  const plan = await planWith(scenario, 'app', { 'app/s.yaml': secret('canary-of-git-7f3a-changed') });
  expect(plan.entries.map(({ action }) => action)).toEqual(['configure']);
  expect(plan.entries[0]?.changes.map(({ path }) => path)).toContain('data.token');
  scenario.faults.add({
    at: /PATCH .*\/secrets\/s\?/,
    does: refusal(422, 'Invalid', quoting(btoa(THEIRS))),
    times: 2,
  });
  const refused = await planWith(scenario, 'app', {});
  await expect(scenario.loop.heal(APP, SECRET, signal)).rejects.toThrow('•••');
  await scenario.loop.reconcile(APP, {}, signal);
  expect(getPath(await scenario.client.get(SECRET, signal), 'data', 'token')).toBe(btoa(WRITTEN));
  expect(await scenario.leaks(planJson(plan), planJson(refused))).toEqual([]);
});

test('a deletion that is refused with the values of the Secret', async () => {
  const scenario = await open({ 'app/s.yaml': secret(), 'app/one.yaml': configMap('one', 'first') });
  await scenario.ready('app');
  scenario.faults.add({ at: /DELETE .*\/secrets\/s/, does: refusal(422, 'Invalid', quoting(WRITTEN, btoa(WRITTEN))) });
  await scenario.commit({ 'app/s.yaml': null });
  await scenario.until('it is gone', async () => (await scenario.client.get(SECRET, signal)) === undefined);
  expect(scenario.faults.happened).toHaveLength(1);
  expect(await scenario.leaks()).toEqual([]);
});

test.each([
  ['no YAML', `clusters: [\n${THEIRS}`],
  ['no kubeconfig', `users: ${THEIRS}\n`],
  ['a wrong token', `current-context: a\nusers: [{name: a, user: {token: [${THEIRS}]}}]\ncontexts: {}\n`],
])('a Secret with the kubeconfig of another cluster that is %s', async (_, text) => {
  const scenario = await open({ 'app/one.yaml': configMap('one', 'far') }, 'kubeConfig: {secretRef: {name: far}}');
  const metadata = { name: 'far', namespace: NAMESPACE };
  const data = { value: btoa(text) };
  await scenario.client.create({ apiVersion: 'v1', kind: 'Secret', metadata, data }, { fieldManager: 'test' }, signal);
  await scenario.loop.reconcile(APP, {}, signal).catch(() => undefined);
  const conditions = getList(await scenario.kustomization('app'), 'status', 'conditions') ?? [];
  expect(print(conditions)).toMatch(/kubeconfig/i);
  expect(await scenario.leaks()).toEqual([]);
});

test('variables of a Secret that break the build', async () => {
  const substitute = 'postBuild: {substituteFrom: [{kind: Secret, name: variables}]}';
  const variables = `apiVersion: v1\nkind: Secret\nmetadata: {name: variables, namespace: ${NAMESPACE}}\nstringData: {a: "${THEIRS}: [", b: "${THEIRS}"}\n`;
  const scenario = await open(
    {
      'clusters/dev/variables.yaml': variables,
      'app/one.yaml': configMap('one', '"${a}"'),
      'app/two.yaml': configMap('two', '${b}').replace('data:', 'immutable: ${b}\ndata:'),
    },
    substitute,
  );
  await scenario.until('it has failed', () =>
    scenario.events.some((event) => event.type === 'event' && event.severity === 'Warning'),
  );
  expect(await scenario.leaks()).toEqual([]);
});
