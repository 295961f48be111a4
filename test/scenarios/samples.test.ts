// The samples converge: every Kustomization becomes ready, by the loop alone, on a cluster that was empty.
import { expect, test } from 'vitest';
import { getString } from '../../src/model/json.ts';
import { isReady } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { createSample, SAMPLES } from '../../src/samples/createSample.ts';
import { openScenario, signal } from './cluster.ts';

const EXPECTED = { shop: 6, vote: 5 };

test.each(SAMPLES)('%s converges', async (name) => {
  const scenario = await openScenario((root) => createSample(name, root, signal));
  const type = await scenario.client.resourceType(KUSTOMIZATION, signal);
  let waiting = '';
  await scenario
    .until('everything is ready', async () => {
      const { items } = type ? await scenario.client.list(type, {}, signal) : { items: [] };
      waiting = items
        .filter((one) => !isReady(one))
        .map((one) => `${getString(one, 'metadata', 'name') ?? ''} ${JSON.stringify(one['status']).slice(0, 600)}`)
        .join('\n');
      return waiting === '' && items.length === EXPECTED[name];
    })
    .catch((error: unknown) => {
      throw new Error(`${String(error)}\n${waiting}`);
    });
  expect(waiting).toBe('');
});
