// The plan of an open folder where a Kustomization only detects drift: it says what an apply does, which leaves the drift.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PlanAction } from '../../src/diff/plan/plan.ts';
import { getString } from '../../src/model/json.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openRepository, signal } from './cluster.ts';
import { openOnCluster } from './openOnCluster.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };
const PATIENCE = { timeout: 20_000 };
const ref = (name: string) => ({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name });

test('drift that is only detected is skipped by the plan and by the apply, until Git or somebody asks for more', async () => {
  const root = await openRepository({
    'clusters/dev/app.yaml': kustomization('app', './app'),
    'app/one.yaml': configMap('one', 'committed'),
    'app/two.yaml': configMap('two', 'committed'),
  });
  const workspace = await openOnCluster(root);
  workspace.files.start();
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  const client = workspace.clusters.get('dev')?.client;
  const valueOf = async (name: string) => getString(await client?.get(ref(name), signal), 'data', 'value');
  await expect.poll(() => valueOf('two'), PATIENCE).toBe('committed');
  await workspace.setDriftMode('dev', APP, 'detect', signal);
  await workspace.simulateDrift('dev', ref('one'), signal);
  const drifted = await valueOf('one');

  const actionsOf = async (): Promise<PlanAction[]> => {
    const { plans } = await workspace.applying.offer('dev', signal);
    return plans
      .flatMap(({ entries }) => entries)
      .filter((entry) => entry.ref.kind === 'ConfigMap')
      .map(({ action }) => action);
  };
  const shown = (): readonly PlanAction[] => {
    const plan = workspace.state.clusters[0]?.plans.get('flux-system/app');
    return plan?.kind === 'made' ? plan.plan.entries.map(({ action }) => action) : [];
  };
  await expect.poll(actionsOf, PATIENCE).toEqual(['skip', 'unchanged']);
  await expect.poll(shown, PATIENCE).toEqual(['skip', 'unchanged']);

  writeFileSync(join(root, 'app/two.yaml'), configMap('two', 'saved'));
  workspace.files.changed(['app/two.yaml']);
  expect(await actionsOf()).toEqual(['skip', 'configure']);
  const offer = await workspace.applying.offer('dev', signal);
  expect(await workspace.applying.apply(offer, () => undefined, signal)).toMatchObject({ kind: 'applied' });
  expect([await valueOf('one'), await valueOf('two')]).toEqual([drifted, 'saved']);

  await workspace.setDriftMode('dev', APP, 'heal', signal);
  expect(await valueOf('one')).toBe('committed');
  await expect.poll(actionsOf, PATIENCE).toEqual(['unchanged', 'unchanged']);
}, 60_000);
