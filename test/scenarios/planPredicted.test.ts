// What a prediction says without a word of the server, and the server then says too.
import { expect, test } from 'vitest';
import { configMap, kustomization, openScenario } from './cluster.ts';
import type { Scenario } from './cluster.ts';
import { errors, lines, planWith } from './planning.ts';

function open(files: Readonly<Record<string, string>>): Promise<Scenario> {
  return openScenario({
    'clusters/dev/a.yaml': kustomization('a', './a'),
    'a/one.yaml': configMap('one', 'x'),
    ...files,
  });
}

test('a new object whose namespace nobody makes is refused, and one whose namespace comes with it is not', async () => {
  const scenario = await open({});
  await scenario.ready('a');
  const lost = configMap('lost', 'x').replace('namespace: default', 'namespace: nowhere');
  const sentence = 'ConfigMap/nowhere/lost not found: namespaces "nowhere" not found';
  expect(errors(await planWith(scenario, 'a', { 'a/lost.yaml': lost }, false))).toEqual([sentence]);
  expect(errors(await planWith(scenario, 'a', {}, true))).toEqual([sentence]);
  const made = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: nowhere}\n';
  expect(errors(await planWith(scenario, 'a', { 'a/namespace.yaml': made }, false))).toEqual([]);
});

test('a field that never changes is an error of the plan where force is off', async () => {
  const binding = (role: string): string =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: default}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${role}}\n`;
  const scenario = await open({ 'a/binding.yaml': binding('first') });
  await scenario.ready('a');
  const predicted = await planWith(scenario, 'a', { 'a/binding.yaml': binding('second') }, false);
  expect(errors(predicted)).toEqual([
    'RoleBinding/default/b roleRef is immutable: the server will refuse this unless force is on',
  ]);
  expect(errors(await planWith(scenario, 'a', {}, true))).toEqual([
    expect.stringContaining('RoleBinding/default/b dry-run failed (Invalid)'),
  ]);
});

test('a definition that loses a field takes it from its objects', async () => {
  const crd = (note: string): string =>
    `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: buoys.sea.dev}\nspec:\n  group: sea.dev\n  scope: Namespaced\n  names: {plural: buoys, kind: Buoy}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {depth: {type: integer}${note}}}}}}\n`;
  const buoy = (depth: number): string =>
    `apiVersion: sea.dev/v1\nkind: Buoy\nmetadata: {name: one, namespace: default}\nspec: {depth: ${depth}}\n`;
  const scenario = await open({ 'a/crd.yaml': crd(', note: {type: string, default: none}'), 'a/buoy.yaml': buoy(1) });
  await scenario.ready('a');
  const plan = await planWith(scenario, 'a', { 'a/crd.yaml': crd(''), 'a/buoy.yaml': buoy(2) }, false);
  expect(errors(plan)).toEqual([]);
  expect(lines(plan)).toContain('Buoy/default/one configure');
  expect(plan.entries.find(({ ref }) => ref.name === 'one' && ref.kind === 'Buoy')?.changes).toMatchObject([
    { path: 'spec.depth', before: 1, after: 2 },
    { path: 'spec.note', before: 'none' },
  ]);
});

test('a field that nobody sets any more has the default of the server again', async () => {
  const web = (fields: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: default}\nspec:\n  ${fields}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "web:1"}]}\n`;
  const scenario = await open({ 'a/web.yaml': web('revisionHistoryLimit: 3') });
  await scenario.ready('a');
  const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'web' };
  await scenario.client.patch(
    ref,
    'application/merge-patch+json',
    { spec: { replicas: 3 } },
    { fieldManager: 'kubectl-edit' },
  );
  const files = { 'a/web.yaml': web('minReadySeconds: 5') };
  for (const confirm of [false, true]) {
    const plan = await planWith(scenario, 'a', files, confirm);
    expect(plan.entries.find(({ ref: { name } }) => name === 'web')?.changes).toMatchObject([
      { path: 'spec.minReadySeconds', after: 5 },
      { path: 'spec.replicas', before: 3, after: 1 },
      { path: 'spec.revisionHistoryLimit', before: 3, after: 10 },
    ]);
  }
});
