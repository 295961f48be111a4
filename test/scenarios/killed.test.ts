// Processes that end in the middle: the loop at every request, the cluster by SIGKILL, the disk when it is full. What comes
// after finds a state that it can go on from, and ends where an undisturbed run would have ended.
import { expect, test } from 'vitest';
import type { Intercept } from '../../src/apiserver/server.ts';
import { equalJson, getList, getPath, getString } from '../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, inventoryNames, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const TYPE = { group: '', version: 'v1', kind: 'ConfigMap' };

/** What the Kustomization has in the cluster, with the values, and what its inventory names. */
async function state(scenario: Scenario): Promise<{ live: string[]; inventory: string[] }> {
  const type = await scenario.client.resourceType(TYPE, signal);
  if (!type) throw new Error('no ConfigMaps');
  const labelSelector = 'kustomize.toolkit.fluxcd.io/name=app';
  const { items } = await scenario.client.list(type, { labelSelector }, signal);
  return {
    live: items.map((one) => `${getString(one, 'metadata', 'name') ?? ''}=${String(getPath(one, 'data', 'value'))}`),
    inventory: await inventoryNames(scenario),
  };
}

/** One object is changed, one is new, one is gone in each round. */
const files = (round: number): Record<string, string | null> => ({
  'app/kept.yaml': configMap('kept', `r${round}`),
  [`app/r${round}.yaml`]: configMap(`r${round}`, 'new'),
  ...(round === 0 ? {} : { [`app/r${round - 1}.yaml`]: null }),
});

async function settled(scenario: Scenario, round: number): Promise<void> {
  const wanted = { live: [`kept=r${round}`, `r${round}=new`], inventory: ['kept', `r${round}`] };
  await scenario.until(`all is as in round ${round}`, async () => equalJson(await state(scenario), wanted));
  await scenario.ready('app');
}

interface Mortal {
  readonly intercept: Intercept;
  /**
   * Lets the loop die at the n-th write of what `begin` begins, and another one start after it; false where it came to the
   * `end` before. The next loop does not wait for the Lease of this one: that is tested with the Lease.
   */
  killedAt(n: number, scenario: Scenario, begin: () => Promise<unknown>, end: () => Promise<unknown>): Promise<boolean>;
}

/** A loop that dies at one of its writes; `isCarriedOut` says whether that one still is. */
function mortal(isCarriedOut: () => boolean): Mortal {
  let [countdown, isDead, die] = [Infinity, false, (): void => undefined];
  return {
    intercept({ method, path }, carryOut) {
      if (isDead) return undefined;
      const isWork = method !== 'GET' && !path.includes('/leases/') && !path.endsWith('/events');
      if (!isWork || --countdown > 0) return carryOut();
      isDead = true;
      if (isCarriedOut()) carryOut();
      die();
      return undefined;
    },
    async killedAt(n, scenario, begin, end) {
      const death = new Promise<true>((resolve) => (die = () => resolve(true)));
      countdown = n;
      await begin();
      // Looks that were cut off by the death are no answer.
      const ended = end().then(
        () => false as const,
        () => death,
      );
      const isKilled = await Promise.race([death, ended]);
      countdown = Infinity;
      if (isKilled) await scenario.restart(() => (isDead = false));
      return isKilled;
    },
  };
}

test.each(['before', 'after'])(
  'P1, P3: killed %s each request that it makes of the cluster, the next loop ends where it would have ended',
  async (when) => {
    const loop = mortal(() => when === 'after');
    const scenario = await openScenario(
      {
        'clusters/dev/app.yaml': kustomization('app', './app'),
        ...(files(0) as Record<string, string>),
      },
      {},
      { intercept: loop.intercept },
    );
    await settled(scenario, 0);
    let round = 0;
    for (let n = 1, isKilled = true; isKilled; n++) {
      round++;
      isKilled = await loop.killedAt(
        n,
        scenario,
        () => scenario.commit(files(round)),
        () => settled(scenario, round),
      );
      await settled(scenario, round);
    }
    // Its source, its progress, three dry-runs or applies and more: otherwise nothing was killed.
    expect(round).toBeGreaterThan(6);
  },
);

const CRD = (size: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, description: ${size}, x-kubernetes-preserve-unknown-fields: true}}}]
`;
const CLASS = (round: number): string =>
  `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast-${round}}\nprovisioner: example.com/disk\n`;
const NAMESPACE_OF = (round: number): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-${round}}\n`;
const WIDGET = (round: number): string =>
  `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop-${round}}\nspec: {size: ${round}}\n`;

/** Something of every stage is new, something is changed and something goes: a definition, namespaces, a class, the rest. */
const staged = (round: number): Record<string, string> => ({
  'app/all.yaml': [
    CRD(`r${round}`),
    NAMESPACE_OF(round),
    CLASS(round),
    WIDGET(round),
    configMap(`r${round}`, 'new'),
    configMap('kept', `r${round}`),
  ].join('---\n'),
});

const WANTED = (round: number): string[] => [
  'ConfigMap/kept',
  `ConfigMap/r${round}`,
  'CustomResourceDefinition/widgets.example.com',
  `Namespace/shop-${round}`,
  `StorageClass/fast-${round}`,
  `Widget/w`,
];

/** All that carries the owner's labels, of the kinds that were ever applied. */
async function owned(scenario: Scenario): Promise<string[]> {
  const kinds = [
    ['', 'v1', 'ConfigMap'],
    ['', 'v1', 'Namespace'],
    ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'],
    ['storage.k8s.io', 'v1', 'StorageClass'],
    ['example.com', 'v1', 'Widget'],
  ] as const;
  const lists = kinds.map(async ([group, version, kind]) => {
    const type = await scenario.client.resourceType({ group, version, kind }, signal);
    const labelSelector = 'kustomize.toolkit.fluxcd.io/name=app';
    // The definition may go between the two questions.
    const found = await (type && scenario.client.list(type, { labelSelector }, signal).catch(() => undefined));
    return (found?.items ?? []).map((one) => `${kind}/${getString(one, 'metadata', 'name')}`);
  });
  return (await Promise.all(lists)).flat().toSorted();
}

const known = async (scenario: Scenario): Promise<string[]> =>
  (getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? [])
    .map((entry) => (getString(entry, 'id') ?? '').split('_'))
    .map(([, name, , kind]) => `${kind}/${name}`)
    .toSorted();

test('P1: killed at every request of a rollout in stages, and of the deletion of all of it, the next loop ends it', async () => {
  let round = 0;
  // Every other time the request is carried out, and nobody hears of it.
  const loop = mortal(() => round % 2 === 0);
  const scenario = await openScenario(
    { 'clusters/dev/app.yaml': kustomization('app', './app'), ...staged(0) },
    {},
    { intercept: loop.intercept },
  );
  const settledAt = (at: number): Promise<void> =>
    scenario.until(`all is as in round ${at}`, async () =>
      equalJson([await owned(scenario), await known(scenario)], [WANTED(at), WANTED(at)]),
    );
  await settledAt(0);
  for (let n = 1, isKilled = true; isKilled; n++) {
    round++;
    isKilled = await loop.killedAt(
      n,
      scenario,
      () => scenario.commit(staged(round)),
      () => settledAt(round),
    );
    await settledAt(round);
  }
  expect(round).toBeGreaterThan(15);
  // The finalizer of the Kustomization, too: all of it goes, whenever the loop dies.
  const app = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
  const gone = (): Promise<void> =>
    scenario.until(
      'all is gone',
      async () => !(await scenario.kustomization('app')) && (await owned(scenario)).length === 0,
    );
  const text = (await scenario.kustomization('app')) ?? {};
  for (let n = 1, isKilled = true; isKilled; n++) {
    round++;
    // The first request is our own.
    isKilled = await loop.killedAt(n + 1, scenario, () => scenario.client.delete(app, {}, signal), gone);
    await gone();
    const { apiVersion, kind, spec } = text as Record<string, JsonValue>;
    const metadata = { name: 'app', namespace: NAMESPACE };
    if (!isKilled) break;
    await scenario.client.create({ apiVersion, kind, metadata, spec } as JsonObject, { fieldManager: 'test' }, signal);
    await scenario.until(
      'all is back',
      async () => equalJson(await known(scenario), await owned(scenario)) && (await known(scenario)).length === 6,
    );
  }
});
