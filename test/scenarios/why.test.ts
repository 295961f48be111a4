// Why something is not ready, on a cluster: the sentence from the outside in, down to the line and the commit; of the engine,
// which only watches, and of the command line, which reads once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { keyOf } from '../../src/model/objectRef.ts';
import type { ObjectRef } from '../../src/model/objectRef.ts';
import { whySentence } from '../../src/present/why/chain.ts';
import { whyNotReady } from '../../src/present/why/why.ts';
import { KUSTOMIZATION } from '../../src/reconcile/fluxKinds.ts';
import { askWhy } from '../../src/terminal/why.ts';
import { kustomization, NAMESPACE, openRepository, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { openOnCluster } from './openOnCluster.ts';
import { plumbline } from './program.ts';

const ref = (name: string): ObjectRef => ({ ...KUSTOMIZATION, namespace: NAMESPACE, name });

/** A Deployment whose pods fail in the way that is asked for. */
function deployment(name: string, fail: string, container = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: default}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata:
      labels: {app: ${name}}
      annotations: {embedded.plumbline.dev/fail: ${fail}}
    spec:
      containers:
      - name: main
        image: example/${name}:1.0.0
${container}`;
}

async function why(scenario: Scenario, name: string): Promise<string> {
  const question = { cluster: 'test', reader: scenario.client, root: scenario.root };
  const found = await (await askWhy(question, { ready: false }, signal)).of(ref(name));
  return found ? whySentence(found.links) : 'ready';
}

/** The sentence, once it is as it should be; what it was last where it never is. */
async function whyBecomes(scenario: Scenario, name: string, wanted: RegExp): Promise<void> {
  let said = '';
  await scenario
    .until('', async () => wanted.test((said = await why(scenario, name))))
    .catch(() => expect(said).toMatch(wanted));
}

const FILES = {
  'clusters/dev/apps.yaml': kustomization('apps', './apps', 'dependsOn:', '  - name: infra'),
  'clusters/dev/infra.yaml': kustomization('infra', './infra', 'wait: true'),
  'apps/kustomization.yaml': 'resources: []\n',
  'infra/kustomization.yaml': 'resources: [web.yaml]\n',
  'infra/web.yaml': deployment('web', 'ImagePullBackOff'),
};
const TAGGED = 'resources: [web.yaml]\nimages:\n- name: example/web\n  newTag: v1.19.x\n';

test('a dependency, its Deployment, its pod, the tag, the line and the commit', async () => {
  const scenario = await openScenario(FILES);
  await scenario.commit({ 'infra/kustomization.yaml': TAGGED });
  await whyBecomes(
    scenario,
    'apps',
    /^apps waits for infra -> Deployment default\/web has 0 of 1 replicas -> its pod cannot pull "example\/web:v1\.19\.x" -> that tag was set in infra\/kustomization\.yaml:4 by [0-9a-f]{7} \(just now\)\.$/,
  );
  // What the files say by now is not what was applied, and is nobody's commit yet.
  writeFileSync(join(scenario.root, 'infra/kustomization.yaml'), TAGGED.replace('v1.19.x', 'v1.19.1'));
  expect(await why(scenario, 'infra')).toMatch(
    /^infra is not healthy -> .* -> the files as they are now say "example\/web:v1\.19\.1" in infra\/kustomization\.yaml:4\.$/,
  );
});

test('a build that fails, to its line, and a ConfigMap that is missing, to the line that names it', async () => {
  const environment = '        envFrom:\n        - configMapRef: {name: web-config}\n';
  const scenario = await openScenario({
    ...FILES,
    'infra/web.yaml': deployment('web', 'CreateContainerConfigError', environment),
    'clusters/dev/broken.yaml': kustomization('broken', './broken'),
    'broken/one.yaml': 'kind: [\n',
  });
  await whyBecomes(
    scenario,
    'broken',
    /^broken does not build -> broken\/one\.yaml:1: .*\(written by [0-9a-f]{7}, just now\)\.$/,
  );
  await whyBecomes(
    scenario,
    'infra',
    /^infra is not healthy -> Deployment default\/web has 0 of 1 replicas -> its pod cannot start container main: configmap "web-config" not found -> that name is set in infra\/web\.yaml:15 by [0-9a-f]{7} \(just now\)\.$/,
  );
});

test('what is refused, suspended, in a circle, or names what is not there', async () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: default}\nspec:\n  clusterIP: 300.1.2.3\n  ports: [{port: 80}]\n';
  const scenario = await openScenario({
    'clusters/dev/a.yaml': kustomization('a', './x', 'dependsOn:', '  - name: b'),
    'clusters/dev/b.yaml': kustomization('b', './x', 'dependsOn:', '  - name: a'),
    'clusters/dev/lonely.yaml': kustomization('lonely', './x', 'dependsOn:', '  - name: nobody'),
    'clusters/dev/lost.yaml': kustomization('lost', './nowhere'),
    'clusters/dev/refused.yaml': kustomization('refused', './x'),
    'clusters/dev/still.yaml': kustomization('still', './x', 'suspend: true'),
    'x/service.yaml': service,
  });
  await whyBecomes(scenario, 'a', /^a waits for b -> b waits for a -> the dependencies go in a circle: a, b, a\.$/);
  await whyBecomes(
    scenario,
    'lonely',
    /^lonely waits for nobody -> the cluster has no Kustomization flux-system\/nobody -> it is named in clusters\/dev\/lonely\.yaml:15 by /,
  );
  await whyBecomes(
    scenario,
    'lost',
    /^lost cannot read its source -> kustomization path not found: .* -> spec\.path is set in clusters\/dev\/lost\.yaml:12 by /,
  );
  await whyBecomes(
    scenario,
    'refused',
    /^refused cannot be applied -> Service default\/x is refused: spec\.clusterIPs\[0\]: Invalid value: .* -> it is written in x\/service\.yaml:5 by /,
  );
  await whyBecomes(
    scenario,
    'still',
    /^still is suspended -> spec\.suspend is set in clusters\/dev\/still\.yaml:14 by /,
  );
});

test('the engine knows it from its watches, and lets go of the pods once they are fine', async () => {
  const root = await openRepository({ ...FILES, 'infra/kustomization.yaml': TAGGED });
  const workspace = await openOnCluster(root);
  workspace.files.start();
  await workspace.clusters.startLoop('dev', () => undefined, signal);
  const said = (): string => {
    const [cluster] = workspace.state.clusters;
    const found = cluster && whyNotReady(workspace.state, cluster, ref('apps'));
    return found ? whySentence(found.links) : 'ready';
  };
  await expect
    .poll(said, { timeout: 10_000 })
    .toBe(
      'apps waits for infra -> Deployment default/web has 0 of 1 replicas -> its pod cannot pull "example/web:v1.19.x" -> that tag was set in infra/kustomization.yaml:4.',
    );
  const web = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'web' };
  const client = workspace.clusters.get('dev')?.client;
  const template = { metadata: { annotations: { 'embedded.plumbline.dev/fail': null } } };
  const patch = { spec: { template } };
  await client?.patch(web, 'application/merge-patch+json', patch, { fieldManager: 'test' }, signal);
  await expect.poll(said, { timeout: 15_000 }).toBe('ready');
  await expect.poll(() => workspace.state.clusters[0]?.pods.get(keyOf(web)), { timeout: 10_000 }).toBeUndefined();
});

test('plumbline why says it, and its exit code whether there is something to say', async () => {
  const scenario = await openScenario({ ...FILES, 'infra/kustomization.yaml': TAGGED });
  await whyBecomes(scenario, 'infra', /its pod/);
  const kubeconfig = scenario.kubeconfig;
  const call = (...words: string[]): ReturnType<typeof plumbline> =>
    plumbline(['why', ...words, '--kubeconfig', kubeconfig], { cwd: join(scenario.root, 'apps') });
  const apps = await call('apps');
  expect([apps.code, apps.stderr]).toEqual([1, '']);
  expect(apps.stdout).toMatch(
    /^apps waits for infra -> .* infra\/kustomization\.yaml:4 by [0-9a-f]{7} \(just now\)\.\n$/,
  );
  const object = await call('deployment/default/web', '-o', 'json');
  expect(object.code).toBe(1);
  expect(JSON.parse(object.stdout)).toMatchObject([
    {
      object: 'Deployment/default/web',
      ready: false,
      links: [
        { object: 'Deployment/default/web' },
        { text: 'its pod cannot pull "example/web:v1.19.x"' },
        { file: 'infra/kustomization.yaml', line: 4 },
        { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
      ],
    },
  ]);
  const source = await call('gitrepository/test', '-n', 'flux-system');
  expect([source.code, source.stdout]).toEqual([0, 'GitRepository flux-system/test is ready.\n']);
  const all = await call();
  expect(all.stdout).toMatch(/^infra is not healthy -> .*\n  apps waits for infra\.\n$/);
  const nobody = await call('nobody');
  expect([nobody.code, nobody.stderr]).toEqual([
    1,
    expect.stringMatching(/has no Kustomization flux-system\/nobody: it has flux-system\/apps, /),
  ]);
  expect((await call('a/b/c/d')).code).toBe(2);
});

test('a Service that selects no pods is noted, and everything is ready all the same', async () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\nspec:\n  ports: [{port: 80}]\n  selector: {app: wbe}\n';
  const scenario = await openScenario({
    'clusters/dev/shop.yaml': kustomization('shop', './shop', 'wait: true'),
    'shop/service.yaml': service,
    'shop/web.yaml': deployment('web', ''),
  });
  await scenario.until('shop is ready', async () => (await why(scenario, 'shop')) === 'ready');
  const call = (...words: string[]): ReturnType<typeof plumbline> =>
    plumbline(['why', ...words, '--kubeconfig', scenario.kubeconfig], { cwd: scenario.root });
  const note =
    /Note: Service default\/web selects no pods -> no pod that is rendered or runs in default has app=wbe -> its selector is set in shop\/service\.yaml:6 by [0-9a-f]{7} \(just now\)\.\n$/;
  const all = await call();
  expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(note)]);
  const own = await call('Service/default/web', '-o', 'json');
  expect([own.code, JSON.parse(own.stdout)]).toMatchObject([0, [{ ready: true }, { note: expect.any(String) }]]);
  // Pods that nobody's files make are pods.
  const { client } = scenario;
  const pod = (name: string, labels: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'example/web:1.0.0' }] },
  });
  await client.apply(pod('alone', { app: 'wbe' }), { fieldManager: 'test' });
  expect((await call()).stdout).toMatch(/^Everything in .* is ready\.\n$/);
});

test('what fails in run and in reconcile ends with it', async () => {
  const scenario = await openScenario({
    'clusters/dev/apps.yaml': kustomization('apps', './apps', 'dependsOn:', '  - name: broken'),
    'clusters/dev/broken.yaml': kustomization('broken', './broken'),
    'apps/kustomization.yaml': 'resources: []\n',
    'broken/one.yaml': 'kind: [\n',
  });
  const call = (...words: string[]): ReturnType<typeof plumbline> =>
    plumbline([...words, '--kubeconfig', scenario.kubeconfig], { cwd: scenario.root });
  const chain = String.raw`broken does not build -> broken\/one\.yaml:1: .* \(written by [0-9a-f]{7}, just now\)\.`;
  const ran = await call('run', '--workspace', '.', '--once', '--output', 'lines');
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(new RegExp(`^✗ Kustomization flux-system/broken: failed: ${chain}$`, 'm'));
  expect(ran.stdout).toMatch(
    new RegExp(`^► Kustomization flux-system/apps: waiting: apps waits for broken -> ${chain}$`, 'm'),
  );
  const reconciled = await call('reconcile', 'kustomization', 'broken');
  expect([reconciled.code, reconciled.stdout]).toEqual([1, expect.stringMatching(new RegExp(`^✗ ${chain}\n$`))]);
});
