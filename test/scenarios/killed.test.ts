// Processes that end in the middle: the loop at every request, the cluster by SIGKILL, the disk when it is full. What comes
// after finds a state that it can go on from, and ends where an undisturbed run would have ended.
import { expect, test } from 'vitest';
import { equalJson, getList, getPath, getString } from '../../src/model/json.ts';
import { configMap, kustomization, makeRepository, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';

const TYPE = { group: '', version: 'v1', kind: 'ConfigMap' };

/** What the Kustomization has in the cluster, with the values, and what its inventory names. */
async function state(scenario: Scenario): Promise<{ live: string[]; inventory: string[] }> {
  const type = await scenario.client.resourceType(TYPE, signal);
  if (!type) throw new Error('no ConfigMaps');
  const labelSelector = 'kustomize.toolkit.fluxcd.io/name=app';
  const { items } = await scenario.client.list(type, { labelSelector }, signal);
  const entries = getList(await scenario.kustomization('app'), 'status', 'inventory', 'entries') ?? [];
  return {
    live: items.map((one) => `${getString(one, 'metadata', 'name') ?? ''}=${String(getPath(one, 'data', 'value'))}`),
    inventory: entries.map((entry) => getString(entry, 'id')?.split('_')[1] ?? '').toSorted(),
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

test.each(['before', 'after'])(
  'P1, P3: killed %s each request that it makes of the cluster, the next loop ends where it would have ended',
  async (when) => {
    let countdown = Infinity;
    let die = (): void => undefined;
    let isDead = false;
    const scenario = await openScenario(
      (root) =>
        makeRepository(root, {
          'clusters/dev/app.yaml': kustomization('app', './app'),
          ...(files(0) as Record<string, string>),
        }),
      {},
      {
        // The next loop does not wait for the Lease of this one: that is tested with the Lease.
        intercept: ({ method, path }, carryOut) => {
          if (isDead) return undefined;
          const isWork = method !== 'GET' && !path.includes('/leases/') && !path.endsWith('/events');
          if (!isWork || --countdown > 0) return carryOut();
          isDead = true;
          if (when === 'after') carryOut();
          die();
          return undefined;
        },
      },
    );
    await settled(scenario, 0);
    let round = 0;
    for (let at = 1, isDone = false; !isDone; at++) {
      round++;
      const death = new Promise<'killed'>((resolve) => (die = () => resolve('killed')));
      countdown = at;
      await scenario.commit(files(round));
      // Looks that were cut off by the death are no answer.
      const undisturbed = settled(scenario, round)
        .then(() => 'ready' as const)
        .catch(() => death);
      isDone = (await Promise.race([death, undisturbed])) === 'ready';
      countdown = Infinity;
      if (!isDone) await scenario.restart(() => (isDead = false));
      await settled(scenario, round);
    }
    // Its source, its progress, three dry-runs or applies and more: otherwise nothing was killed.
    expect(round).toBeGreaterThan(6);
  },
);
