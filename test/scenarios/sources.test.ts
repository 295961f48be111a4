// GitRepositories on a cluster: what they include from each other, and what is said when they cannot.
import { expect, test } from 'vitest';
import { getPath, getString } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { getCondition, isReady } from '../../src/reconcile/conditions.ts';
import { GIT_REPOSITORY } from '../../src/reconcile/fluxKinds.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal, URL } from './cluster.ts';

const refTo = (name: string): typeof GIT_REPOSITORY & { namespace: string; name: string } => ({
  ...GIT_REPOSITORY,
  namespace: NAMESPACE,
  name,
});

const LIB: JsonObject = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'lib', namespace: NAMESPACE },
  spec: { interval: '1h', url: URL, ref: { branch: 'main' } },
};

test('an include waits for its source, is put into the artifact, and is followed', async () => {
  const app = kustomization('app', './app').replace('name: test', 'name: whole');
  const scenario = await openScenario({
    'clusters/dev/app.yaml': app,
    'app/one.yaml': configMap('one', 'own'),
    'lib/two.yaml': configMap('two', 'included'),
  });
  const { client } = scenario;
  const source = (name: string): Promise<JsonObject | undefined> => client.get(refTo(name), signal);
  const include = [{ repository: { name: 'lib' }, fromPath: 'lib', toPath: 'app/lib' }];
  const patch = (name: string, spec: JsonObject): Promise<JsonObject> =>
    client.patch(refTo(name), 'application/merge-patch+json', { spec }, { fieldManager: 'test' }, signal);
  await patch('whole', { include });
  await scenario.until('the include is missed', async () => {
    const condition = getCondition((await source('whole')) ?? {}, 'IncludeUnavailable');
    return condition?.reason === 'NotFound' && condition.message.startsWith("could not get resource for include 'lib'");
  });
  await client.create(LIB, { fieldManager: 'test' }, signal);
  await scenario.loop.reconcile(refTo('whole'), {}, signal);
  await scenario.until('both are there', async () => {
    return Boolean((await scenario.configMap('one')) && (await scenario.configMap('two')));
  });
  const whole = (await source('whole')) ?? {};
  expect(isReady(whole)).toBe(true);
  expect(getPath(whole, 'status', 'observedInclude')).toEqual(include);
  expect(getPath(whole, 'status', 'includedArtifacts', 0, 'revision')).toBe(
    getPath(await source('lib'), 'status', 'artifact', 'revision'),
  );

  await patch('lib', { ignore: '/lib/two.yaml' });
  await scenario.until('the content of the include is followed', async () => {
    const condition = getCondition((await source('whole')) ?? {}, 'StorageOperationFailed');
    return condition?.reason === 'CopyFailure' && condition.message.includes('from lib to app/lib');
  });
  expect(getString(await scenario.configMap('two'), 'data', 'value')).toBe('included');
});
