// The feature gates of kustomize-controller that change what is left on a cluster: the loop and its plan are told alike, and a
// gate that is none is refused. What the real controller does behind them: test/real/fluxCases/gateCases.ts.
import { expect, test } from 'vitest';
import type { ControllerSettings } from '../../src/model/controllerSettings.ts';
import { readFeatureGates } from '../../src/model/featureGates.ts';
import { getPath } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { makeLocalLoop } from '../../src/workspace/cluster/startLoop.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import type { Files } from '../folder.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { commitWritten, entryOf, errors, foretoldAndDone, planWith } from './planning.ts';
import { plumbline } from './program.ts';

const APP = { ...KUSTOMIZATION, namespace: NAMESPACE, name: 'app' };

function switched(gates: string): ControllerSettings {
  const featureGates = readFeatureGates([gates]);
  if (typeof featureGates === 'string') throw new Error(featureGates);
  return { featureGates };
}

const open = (
  files: Readonly<Record<string, string>>,
  spec: string[],
  settings: ControllerSettings,
): Promise<Scenario> =>
  openScenario(
    {
      'clusters/dev/app.yaml': kustomization('app', './app', ...spec),
      'app/one.yaml': configMap('one', 'first'),
      ...files,
    },
    {},
    { loop: settings },
  );

async function foretold(scenario: Scenario, files: Files, settings: ControllerSettings): Promise<void> {
  const plan = await planWith(scenario, 'app', files, true, settings);
  expect(errors(plan)).toEqual([]);
  await commitWritten(scenario, files);
  await scenario.until('the commit is applied', () => scenario.events.some(({ type }) => type === 'applied'));
  await scenario.ready('app');
  const { foretold: said, done } = foretoldAndDone(scenario, 'app', plan);
  expect(done).toEqual(said);
}

const scaler = (version: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: `autoscaling/${version}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'default', ...more },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
});
const WEB = { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler', namespace: 'default', name: 'web' };
const versionsOf = async ({ client }: Scenario): Promise<unknown> =>
  (getPath(await client.get(WEB, signal), 'metadata', 'managedFields') as JsonObject[]).map(
    ({ manager, apiVersion }) => [manager, apiVersion],
  );

test('StrictPostBuildSubstitutions=false: a variable that is not set is empty, in the plan and on the cluster', async () => {
  const settings = switched('StrictPostBuildSubstitutions=false');
  const scenario = await open({}, ['postBuild: {substitute: {a: "1"}}'], settings);
  await scenario.ready('app');
  await foretold(scenario, { 'app/one.yaml': configMap('one', 'is-${a}${nowhere}') }, settings);
  expect(getPath(await scenario.configMap('one'), 'data', 'value')).toBe('is-1');
});

test('MigrateAPIVersion=true: fields that others wrote at another version move, and the plan says it', async () => {
  const settings = switched('MigrateAPIVersion=true');
  const scenario = await open({ 'app/web.yaml': JSON.stringify(scaler('v2')) }, [], settings);
  await scenario.ready('app');
  const annotated = scaler('v1', { annotations: { by: 'other' } });
  await scenario.client.apply(annotated, { fieldManager: 'other', force: true }, signal);
  expect(await versionsOf(scenario)).toContainEqual(['other', 'autoscaling/v1']);

  const without = await planWith(scenario, 'app', {});
  expect(entryOf(without, 'web')?.action).toBe('unchanged');
  const plan = await planWith(scenario, 'app', {}, true, settings);
  expect(entryOf(plan, 'web')).toMatchObject({
    action: 'configure',
    reason: 'its managed fields move to autoscaling/v2',
    changes: [],
  });
  scenario.events.length = 0;
  await scenario.loop.reconcile(APP, {}, signal);
  const { foretold: said, done } = foretoldAndDone(scenario, 'app', plan);
  expect(done).toEqual(said);
  expect(await versionsOf(scenario)).toEqual([
    ['kustomize-controller', 'autoscaling/v2'],
    ['other', 'autoscaling/v2'],
  ]);
  expect(entryOf(await planWith(scenario, 'app', {}, true, settings), 'web')?.action).toBe('unchanged');
});

test('AdditiveCELDependencyCheck=true: an expression that holds is not enough', async () => {
  const broken = kustomization('base', './nowhere');
  const dependsOn = 'dependsOn: [{name: base, readyExpr: "true"}]';
  const scenario = await open(
    { 'clusters/dev/base.yaml': broken },
    [dependsOn],
    switched('AdditiveCELDependencyCheck=true'),
  );
  await scenario.until('it waits', async () => {
    const ready = getCondition((await scenario.kustomization('app')) ?? {}, 'Ready');
    return ready?.message === `dependency '${NAMESPACE}/base' is not ready`;
  });
  expect(await scenario.configMap('one')).toBeUndefined();
});

test('DisableConfigWatchers=true: a labelled ConfigMap that changes wakes nobody', async () => {
  const vars = configMap('vars', 'old').replace(
    'namespace: default',
    `namespace: ${NAMESPACE}\n  labels: {reconcile.fluxcd.io/watch: Enabled}`,
  );
  const scenario = await open(
    { 'app/one.yaml': configMap('one', '${value}'), 'clusters/dev/vars.yaml': vars },
    ['postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}'],
    switched('DisableConfigWatchers=true'),
  );
  await scenario.ready('app');
  expect(scenario.requests.filter((request) => request.includes('labelSelector=reconcile.fluxcd.io'))).toEqual([]);
});

test('ExternalArtifact=false: plan and loop refuse the source in the words of the controller', async () => {
  const settings = switched('ExternalArtifact=false');
  const spec = kustomization('app', './app').replace('kind: GitRepository', 'kind: ExternalArtifact');
  const scenario = await open({ 'clusters/dev/app.yaml': spec }, [], settings);
  const said = `can't access 'ExternalArtifact/${NAMESPACE}/test', ExternalArtifact feature gate is disabled`;
  await scenario.until('it is refused', async () => {
    const ready = getCondition((await scenario.kustomization('app')) ?? {}, 'Ready');
    return ready?.reason === 'AccessDenied' && ready.message === said;
  });
});

test('a gate that the controller does not know is refused by commands, by the loop and by the plan', async () => {
  const said = "feature-gate 'Nope' not supported";
  for (const command of ['run', 'plan', 'apply']) {
    const { code, stderr } = await plumbline([command, '--feature-gates=Nope=true']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  }
  const settings = switched('Nope=true');
  const scenario = await open({}, [], {});
  await scenario.ready('app');
  expect(errors(await planWith(scenario, 'app', {}, true, settings))).toEqual([said]);
  const local = { folder: scenario.root, mode: 'head' as const, cacheDir: '', schemas: builtinSchemas(), settings };
  const loop = makeLocalLoop(
    { ...local, log: silentLog, clock: systemClock, identity: 'x' },
    scenario.client,
    undefined,
    signal,
  );
  await expect(loop).rejects.toThrow(said);
});
