import { expect, test } from 'vitest';
import { printPlace } from '../../model/sourceText.ts';
import { cursorAt, deployment, shop, viewOf } from '../../../test/sourceView.ts';
import { definitionAt } from './definition.ts';

function definition(files: Readonly<Record<string, string>>, path: string, mark: string, behind = ''): string[] {
  const found = definitionAt(viewOf(files), cursorAt(files, path, mark, behind));
  return (found?.places ?? []).map(printPlace);
}

test.each([
  ['a path of resources', 'base/kustomization.yaml', 'deployment.yaml', '', 'base/deployment.yaml:1:1'],
  ['a folder', 'staging/kustomization.yaml', '../base', '', 'base/kustomization.yaml:1:1'],
  ['a generator file behind its key', 'base/kustomization.yaml', 'files/app.conf', '', 'base/files/app.conf:1:1'],
  ['the path of a patch', 'staging/kustomization.yaml', 'image.yaml', '', 'staging/image.yaml:1:1'],
  ['a reference to a generator', 'base/deployment.yaml', 'settings', '', 'base/kustomization.yaml:5:11'],
  ['a service account', 'base/deployment.yaml', 'runner', '', 'base/account.yaml:4:9'],
  ['a name of replicas', 'staging/kustomization.yaml', 'web', 'replicas', 'base/deployment.yaml:4:9'],
  ['the expression of a target', 'staging/kustomization.yaml', 'w.*', 'target', 'base/deployment.yaml:4:9'],
  ['the kind of a target', 'staging/kustomization.yaml', 'Deployment', 'target', 'base/deployment.yaml:4:9'],
  ['the name in an inline patch', 'production/kustomization.yaml', 'web', 'metadata', 'base/deployment.yaml:4:9'],
  ['a line of an inline patch', 'production/kustomization.yaml', 'replicas', '', 'base/deployment.yaml:4:9'],
  ['an object itself', 'base/deployment.yaml', 'web', 'metadata', 'base/deployment.yaml:4:9'],
])('%s leads to where it was written', (_, path, mark, behind, expected) => {
  expect(definition(shop, path, mark, behind)).toEqual([expected]);
});

test('a strategic merge patch leads to the object that it names', () => {
  const files = { ...shop, 'staging/image.yaml': deployment.replace('web:1', 'web:2') };
  expect(definition(files, 'staging/image.yaml', 'Deployment')).toEqual(['base/deployment.yaml:4:9']);
});

test('another application in the same repository is not meant', () => {
  const files = {
    ...shop,
    'other/kustomization.yaml': 'resources: [deployment.yaml]\n',
    'other/deployment.yaml': deployment,
  };
  expect(definition(files, 'staging/kustomization.yaml', 'web', 'replicas')).toEqual(['base/deployment.yaml:4:9']);
});

test.each([
  ['spec.path', './staging', 'staging/kustomization.yaml:1:1'],
  ['sourceRef', 'shop', 'cluster/shop.yaml:4:9'],
  ['dependsOn', 'first', 'cluster/first.yaml:4:9'],
  ['substituteFrom', 'variables', 'cluster/variables.yaml:4:9'],
  ['healthChecks', 's-web', 'base/deployment.yaml:4:9'],
])('%s of a Flux Kustomization leads there', (_, mark, expected) => {
  const object = (kind: string, name: string, spec: string): string =>
    `apiVersion: ${kind === 'ConfigMap' ? 'v1' : kind === 'GitRepository' ? 'source.toolkit.fluxcd.io/v1' : 'kustomize.toolkit.fluxcd.io/v1'}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: flux-system\n${spec}`;
  const files = {
    ...shop,
    'cluster/kustomization.yaml': 'resources: [variables.yaml]\n',
    'cluster/shop.yaml': object('GitRepository', 'shop', 'spec:\n  url: https://example.com/x.git\n'),
    'cluster/first.yaml': object('Kustomization', 'first', 'spec:\n  path: ./base\n'),
    'cluster/variables.yaml': object('ConfigMap', 'variables', 'data: {}\n'),
    'cluster/staging.yaml': object(
      'Kustomization',
      'staging',
      `spec:
  path: ./staging
  sourceRef: { kind: GitRepository, name: shop }
  dependsOn: [{ name: first }]
  healthChecks: [{ apiVersion: apps/v1, kind: Deployment, name: s-web, namespace: x }]
  postBuild: { substituteFrom: [{ kind: ConfigMap, name: variables }] }
`,
    ),
  };
  expect(definition(files, 'cluster/staging.yaml', mark, 'spec:')).toEqual([expected]);
});

test.each([
  ['what was moved', '/spec/replicas', 'op: move', ['base/deployment.yaml:6:13']],
  ['what a moved value was put into', '/metadata/annotations/x', 'op: move', ['base/deployment.yaml:3:1']],
  ['what was copied', '/metadata/name', 'op: copy', ['base/deployment.yaml:4:9']],
  ['what a copy went over', '/spec/template/spec/serviceAccountName', 'op: copy', ['base/deployment.yaml:9:27']],
  ['what was replaced', '/spec/template/spec/containers/0/image', 'replace', ['base/deployment.yaml:12:18']],
])('a pointer of a JSON patch leads to %s', (_, mark, behind, expected) => {
  const patch = `- {op: move, from: /spec/replicas, path: /metadata/annotations/x}
- op: copy
  path: /spec/template/spec/serviceAccountName
  from: /metadata/name
- {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "web:9"}
`;
  const files = {
    'base/kustomization.yaml':
      'resources: [deployment.yaml]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\ncommonAnnotations: {a: b}\n',
    'base/deployment.yaml': deployment,
    'base/p.yaml': patch.replace('- {op: move', '- {op: add, path: /metadata/annotations, value: {}}\n- {op: move'),
  };
  expect(definition(files, 'base/p.yaml', mark, behind)).toEqual(expected);
});

test('while a file cannot be read, what it said before still leads somewhere', () => {
  const view = viewOf(shop);
  view.facts.of('staging/kustomization.yaml');
  const text = `${shop['staging/kustomization.yaml'] ?? ''}bad: [\n`;
  const cursor = { path: 'staging/kustomization.yaml', text, offset: text.indexOf('../base') + 1 };
  expect(definitionAt(view, cursor)?.places.map(printPlace)).toEqual(['base/kustomization.yaml:1:1']);
});
