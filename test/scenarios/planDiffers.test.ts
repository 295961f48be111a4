// Where `flux build` and `flux diff` differ from kustomize-controller, the plan is on the controller's side: one test for each
// difference, in the words of what the loop then does.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getPath } from '../../src/model/json.ts';
import { getCondition } from '../../src/reconcile/conditions.ts';
import { writeFiles } from '../folder.ts';
import type { Files } from '../folder.ts';
import { configMap, kustomization, NAMESPACE, openScenario, signal } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { commitWritten, entryOf, errors, foretoldAndDone, lines, plansOf, planWith } from './planning.ts';

function open(files: Readonly<Record<string, string>>, ...spec: string[]): Promise<Scenario> {
  return openScenario({
    'clusters/dev/app.yaml': kustomization('app', './app', ...spec),
    'app/one.yaml': configMap('one', 'first'),
    ...files,
  });
}

const readyMessage = async (scenario: Scenario, reason: string): Promise<string> => {
  const condition = async () => getCondition((await scenario.kustomization('app')) ?? {}, 'Ready');
  await scenario.until(reason, async () => (await condition())?.reason === reason);
  return (await condition())?.message ?? '';
};

/** Plans the files, commits them, and holds what was done to what was foretold. */
async function foretold(scenario: Scenario, files: Files): Promise<void> {
  const plan = await planWith(scenario, 'app', files);
  expect(errors(plan)).toEqual([]);
  await commitWritten(scenario, files);
  await scenario.until('the commit is applied', () => scenario.events.some(({ type }) => type === 'applied'));
  await scenario.ready('app');
  const result = foretoldAndDone(scenario, 'app', plan);
  expect(result.done).toEqual(result.foretold);
}

const JOB = (image: string): string => `apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: default}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: ${image}}]}}}
`;

test('1 a variable that is not set fails the plan, as it fails the build', async () => {
  const scenario = await open({}, 'postBuild: {substitute: {a: "1"}}');
  await scenario.ready('app');
  const files = { 'app/one.yaml': configMap('one', '${nowhere}') };
  const plan = await planWith(scenario, 'app', files);
  expect(plan.entries).toEqual([]);
  expect(errors(plan)[0]).toContain('nowhere');
  await commitWritten(scenario, files);
  expect(await readyMessage(scenario, 'BuildFailed')).toContain(errors(plan)[0]);
});

test('2 an encrypted Secret is refused and never shown', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  const files = {
    'app/secret.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\ndata: {a: "ENC[AES256_GCM,data:x]"}\nsops: {mac: x}\n',
  };
  const plan = await planWith(scenario, 'app', files);
  expect(errors(plan)[0]).toContain('Secret/default/s is encrypted with SOPS');
  expect(plan.entries).toEqual([]);
  expect(errors(plan).join()).not.toContain('AES256');
  await commitWritten(scenario, files);
  const refused = 'Secret/default/s is SOPS encrypted, configuring decryption is required';
  expect(await readyMessage(scenario, 'ReconciliationFailed')).toContain(refused);
  expect(scenario.events.filter(({ type }) => type === 'applied')).toEqual([]);
  const messages = scenario.events.flatMap((event) => ('message' in event ? [event.message] : []));
  expect(messages.join()).not.toContain('AES256');
});

test('3 variables come from ConfigMaps of the cluster, and from those that the same plan brings', async () => {
  const substitute =
    'postBuild: {substituteFrom: [{kind: ConfigMap, name: variables}, {kind: Secret, name: outside, optional: true}]}';
  const scenario = await open({
    'clusters/dev/variables.yaml': configMap('variables', 'old').replace(
      'namespace: default',
      `namespace: ${NAMESPACE}`,
    ),
    'clusters/dev/root.yaml': kustomization('root', './clusters/dev'),
    // What brings the variables comes first: else it is chance which of them are read.
    'clusters/dev/app.yaml': kustomization('app', './app', substitute, 'dependsOn: [{name: root}]'),
    'app/one.yaml': configMap('one', '${value} ${other:=none}'),
  });
  await scenario.ready('root', 'app');
  const outside = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'outside', namespace: NAMESPACE } };
  await scenario.client.create({ ...outside, stringData: { other: 'here' } }, { fieldManager: 'test' }, signal);
  const files = {
    'clusters/dev/variables.yaml': configMap('variables', 'new').replace(
      'namespace: default',
      `namespace: ${NAMESPACE}`,
    ),
  };
  const plan = await planWith(scenario, 'app', files);
  expect(entryOf(plan, 'one')?.changes).toMatchObject([{ path: 'data.value', before: 'old none', after: 'new here' }]);
  await foretold(scenario, files);
  expect(getPath(await scenario.configMap('one'), 'data', 'value')).toBe('new here');
});

test.for([
  ['spec.force', 'force: true', ''],
  ['the annotation', 'wait: false', 'annotations: {kustomize.toolkit.fluxcd.io/force: Enabled}, '],
])(
  '4 a forced change of an immutable field is a replacement with its fields: %s',
  async ([, spec = '', annotation = '']) => {
    const job = (image: string): string => JOB(image).replace('{name: migrate,', `{${annotation}name: migrate,`);
    const scenario = await open({ 'app/job.yaml': job('one:1') }, spec);
    await scenario.ready('app');
    const files = { 'app/job.yaml': job('two:2') };
    const entry = entryOf(await planWith(scenario, 'app', files), 'migrate');
    expect(entry?.action).toBe('replace');
    expect(entry?.changes).toMatchObject([
      { path: 'spec.template.spec.containers[c].image', before: 'one:1', after: 'two:2' },
    ]);
    expect(entry?.dangers?.map(({ code }) => code)).toEqual(['replacement']);
    await foretold(scenario, files);
  },
);

test('5 fields of kubectl that the controller will remove are shown', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  await scenario.client.create(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'two', namespace: 'default' },
      data: { value: 'x', extra: 'y' },
    },
    { fieldManager: 'kubectl-create' },
  );
  const files = { 'app/two.yaml': configMap('two', 'x') };
  const entry = entryOf(await planWith(scenario, 'app', files), 'two');
  expect(entry?.changes).toContainEqual(
    expect.objectContaining({ path: 'data.extra', before: 'y', fate: 'takeover' }) as unknown,
  );
  await foretold(scenario, files);
  expect(getPath(await scenario.configMap('two'), 'data')).toEqual({ value: 'x' });
});

test('6 what would be deleted is told although another object is refused', async () => {
  const scenario = await open({ 'app/gone.yaml': configMap('gone', 'x') });
  await scenario.ready('app');
  const bad = configMap('bad', 'x').replace('namespace: default', 'namespace: nowhere');
  const files = { 'app/gone.yaml': null, 'app/bad.yaml': bad };
  const plan = await planWith(scenario, 'app', files);
  expect(errors(plan)[0]).toContain('ConfigMap/nowhere/bad');
  expect(lines(plan)).toContain('ConfigMap/default/gone prune');
  await commitWritten(scenario, files);
  expect(await readyMessage(scenario, 'ReconciliationFailed')).toContain(errors(plan)[0]);
  expect(await scenario.configMap('gone')).toBeDefined();
  // What was told goes once nothing is refused any more.
  await foretold(scenario, { 'app/bad.yaml': configMap('bad', 'x') });
  expect(await scenario.configMap('gone')).toBeUndefined();
});

test('7 objects whose kind and namespace arrive with them are planned, not errors', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  const schema =
    '{type: object, properties: {spec: {type: object, properties: {size: {type: integer}, tier: {type: string, default: small}}}}}';
  const files = {
    'app/definition.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ${schema}}}]
`,
    'app/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: later}\n',
    'app/widget.yaml':
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: later}\nspec: {size: 3}\n',
    'app/two.yaml': configMap('two', 'x').replace('namespace: default', 'namespace: later'),
  };
  const plan = await planWith(scenario, 'app', files);
  expect(lines(plan)).toEqual([
    'CustomResourceDefinition/widgets.example.com create',
    'Namespace/later create',
    'ConfigMap/default/one unchanged',
    'ConfigMap/later/two create',
    'Widget/later/w create: its kind is defined by this plan',
  ]);
  expect(getPath(entryOf(plan, 'w')?.desired, 'spec')).toEqual({ size: 3, tier: 'small' });
  await foretold(scenario, files);
});

const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: deployer, namespace: flux-system}\n';
const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deployer, namespace: default}
rules: [{apiGroups: [""], resources: [configmaps], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: deployer, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
subjects: [{kind: ServiceAccount, name: deployer, namespace: flux-system}]
`;

test('8 the plan is made in the name of spec.serviceAccountName', async () => {
  const byDeployer = ['serviceAccountName: deployer', 'retryInterval: 1h', 'dependsOn: [{name: accounts}]'];
  const scenario = await open({
    'clusters/dev/accounts.yaml': kustomization('accounts', './accounts'),
    'clusters/dev/app.yaml': kustomization('app', './app', ...byDeployer),
    'accounts/account.yaml': ACCOUNT,
  });
  await scenario.ready('accounts');
  const plan = await planWith(scenario, 'app', {});
  expect(errors(plan)[0]).toContain('system:serviceaccount:flux-system:deployer');
  const said = await readyMessage(scenario, 'ReconciliationFailed');
  expect(said).toContain(errors(plan)[0]);

  // Of ConfigMaps it may do everything, of Secrets nothing.
  await scenario.commit({ 'accounts/role.yaml': ROLE });
  await scenario.ready('accounts', 'app');
  await foretold(scenario, { 'app/two.yaml': configMap('two', 'x') });
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {a: b}\n';
  const more = { 'app/secret.yaml': secret, 'app/two.yaml': configMap('two', 'y') };
  const refused = await planWith(scenario, 'app', more);
  expect(errors(refused)).toHaveLength(1);
  await commitWritten(scenario, more);
  expect(await readyMessage(scenario, 'ReconciliationFailed')).toContain(errors(refused)[0]);
  expect(getPath(await scenario.configMap('two'), 'data', 'value')).toBe('x');
});

test('9 the artifact is planned: what Flux would not see is not there', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  const files = {
    '.sourceignore': 'app/hidden.yaml\n',
    'app/hidden.yaml': configMap('hidden', 'x'),
    'app/seen.yaml': configMap('seen', 'x'),
  };
  const plan = await planWith(scenario, 'app', files);
  expect(plan.entries.map(({ ref }) => ref.name)).toEqual(['one', 'seen']);
  await foretold(scenario, files);
});

test('10 a plan writes nothing into the tree', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  const look = (): string[] =>
    readdirSync(scenario.root, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.git/') && statSync(join(scenario.root, path)).isFile())
      .map(
        (path) =>
          `${path} ${statSync(join(scenario.root, path)).mtimeMs} ${readFileSync(join(scenario.root, path), 'utf8')}`,
      );
  const files = { 'app/one.yaml': configMap('one', 'second'), 'app/two.yaml': configMap('two', 'x') };
  writeFiles(scenario.root, files);
  const before = look();
  const { plans } = await plansOf({ root: scenario.root }, scenario.client);
  expect(look()).toEqual(before);
  await commitWritten(scenario, files);
  await scenario.until('the commit is applied', () => scenario.events.some(({ type }) => type === 'applied'));
  await scenario.ready('app');
  const plan = plans.find(({ kustomization: name }) => name === `${NAMESPACE}/app`);
  if (!plan) throw new Error('no plan');
  const result = foretoldAndDone(scenario, 'app', plan);
  expect(result.done).toEqual(result.foretold);
});

test('11 the objects of a Kustomization that is itself new are planned', async () => {
  const scenario = await open({ 'clusters/dev/root.yaml': kustomization('root', './clusters/dev') });
  await scenario.ready('root', 'app');
  const files = {
    'clusters/dev/child.yaml': kustomization('child', './child', 'targetNamespace: default'),
    'child/two.yaml': configMap('two', 'x'),
  };
  const plan = await planWith(scenario, 'child', files);
  expect(lines(plan)).toEqual(['ConfigMap/default/two create']);
  await commitWritten(scenario, files);
  await scenario.ready('root', 'child');
  const { foretold: said, done } = foretoldAndDone(scenario, 'child', plan);
  expect(done).toEqual(said);
});

test('12 what is foretold is applied, and what then is not healthy says why, and of which pod', async () => {
  const scenario = await open({}, 'wait: true', 'retryInterval: 1h');
  await scenario.ready('app');
  const files = { 'app/web.yaml': FAILING, 'app/two.yaml': configMap('two', 'x') };
  const plan = await planWith(scenario, 'app', files);
  expect(lines(plan)).toEqual([
    'ConfigMap/default/one unchanged',
    'ConfigMap/default/two create',
    'Deployment/default/web create',
  ]);
  await commitWritten(scenario, files);
  const said = await readyMessage(scenario, 'HealthCheckFailed');
  const result = foretoldAndDone(scenario, 'app', plan);
  expect(result.done).toEqual(result.foretold);
  // `flux` prints "Deployment/default/web status: 'Failed'", and no more.
  expect(said).toContain("Deployment/default/web status: 'Failed'");
  expect(said).toContain('ImagePullBackOff');
});

const FAILING = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 3
  progressDeadlineSeconds: 1
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}, annotations: {embedded.plumbline.dev/fail: ImagePullBackOff}}
    spec: {containers: [{name: c, image: "x:1"}]}
`;

test('the same plan from a range, without a cluster', async () => {
  const scenario = await open({ 'app/gone.yaml': configMap('gone', 'x') });
  await scenario.commit({
    'app/one.yaml': configMap('one', 'second'),
    'app/gone.yaml': null,
    'app/new.yaml': configMap('new', 'x'),
  });
  const { plans, before } = await plansOf({ root: scenario.root, from: 'HEAD~1', to: 'main' }, undefined);
  expect(before).toMatch(/^sha1:/);
  expect(plans.flatMap(lines)).toEqual([
    'ConfigMap/default/new create',
    'ConfigMap/default/one configure',
    'ConfigMap/default/gone prune',
  ]);
});

test('a namespace that is left alone and is not there lets the apply wait in vain, and one that is there does not', async () => {
  const scenario = await open({});
  await scenario.ready('app');
  const namespace =
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: apart, annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}\n';
  const files = { 'app/namespace.yaml': namespace };
  expect(errors(await planWith(scenario, 'app', files))).toEqual([
    'Namespace/apart is left alone, and it is not there: what is applied after it waits for it in vain. Make it first, or let it be applied',
  ]);
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apart' } };
  await scenario.client.create(object, { fieldManager: 'test' }, signal);
  expect(errors(await planWith(scenario, 'app', files))).toEqual([]);
});
