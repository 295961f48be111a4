import { expect, test } from 'vitest';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { build } from '../build.ts';
import { printManifests } from '../output/print.ts';

function render(files: Record<string, string>, path: string): string {
  return printManifests(
    build(memorySnapshot(files), path, { schemas: emptySchemas, loadRestrictor: 'rootOnly', order: 'none' }).manifests,
  );
}

function object(kind: string, name: string, more = ''): string {
  return `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n${more}`;
}

const pod = object('Pod', 'pod', 'spec: { serviceAccountName: it, volumes: [{ name: v, configMap: { name: it } }] }\n');

test('two variants of one base refer to their own objects', () => {
  const text = render(
    {
      'base/kustomization.yaml': 'resources: [r.yaml]\n',
      'base/r.yaml': `${pod}---\n${object('ConfigMap', 'it')}`,
      'a/kustomization.yaml': 'resources: [../base]\nnamePrefix: a-\n',
      'b/kustomization.yaml': 'resources: [../base]\nnameSuffix: -b\n',
      'kustomization.yaml': 'resources: [a, b]\nnamePrefix: z-\n',
    },
    '',
  );
  expect([...text.matchAll(/configMap:\n {6}name: (.*)/g)].map((match) => match[1])).toEqual(['z-a-it', 'z-it-b']);
});

test('a name is looked up among objects of the kind that the field refers to', () => {
  const files = {
    'kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\n',
    'r.yaml': `${pod}---\n${object('ServiceAccount', 'it')}`,
  };
  expect(render(files, '')).toContain('serviceAccountName: p-it\n  volumes:\n  - configMap:\n      name: it\n');
});

test('a role binding follows its service account into another namespace', () => {
  const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: b, namespace: x }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r }
subjects: [{ kind: ServiceAccount, name: it, namespace: default }]
`;
  const files = {
    'sa/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: p-\nnamespace: two\n',
    'sa/r.yaml': object('ServiceAccount', 'it'),
    'kustomization.yaml': 'resources: [sa, b.yaml]\n',
    'b.yaml': binding,
  };
  expect(render(files, '')).toContain('- kind: ServiceAccount\n  name: it\n  namespace: default\n');
  expect(render({ ...files, 'b.yaml': binding.replace('namespace: default', 'namespace: two') }, '')).toContain(
    'name: p-it\n  namespace: two\n',
  );
});

test('a field that cannot hold a name is an error, though nothing was renamed', () => {
  const messages = (more: string): string[] => {
    const files = { 'kustomization.yaml': 'resources: [r.yaml]\n', 'r.yaml': object('Pod', 'p', more) };
    return build(memorySnapshot(files), '', {
      schemas: emptySchemas,
      loadRestrictor: 'rootOnly',
      order: 'none',
    }).findings.map(({ message }) => message);
  };
  expect(messages('spec: { containers: [text] }\n').join()).toContain('spec/containers/env');
  expect(messages('spec: { volumes: [null] }\n')).toEqual([]);
});
