import { expect, test } from 'vitest';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { build } from '../build.ts';
import { expandVariables } from '../reference/expand.ts';
import { printManifests } from '../output/print.ts';
import { splitImage } from './images.ts';

function render(kustomization: string, resources: string): string {
  const snapshot = memorySnapshot({
    'kustomization.yaml': `resources: [r.yaml]\n${kustomization}\n`,
    'r.yaml': resources,
  });
  const { manifests, findings } = build(snapshot, '', {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return errors.length > 0 ? errors.join('\n') : printManifests(manifests);
}

const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: b }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r }
subjects:
- { kind: ServiceAccount, name: default }
- { kind: ServiceAccount, name: other, namespace: x }
- { kind: User, name: default }
`;

test('a namespace goes to the default subjects of role bindings, never to the metadata of cluster-scoped kinds', () => {
  const text = render('namespace: ns', binding);
  expect(text).not.toContain('name: b\n  namespace');
  expect([...text.matchAll(/name: (\w+)\n {2}namespace: (\w+)/g)].map((match) => match.slice(1).join(' '))).toEqual([
    'default ns',
    'other x',
    'default ns',
  ]);
});

test('two objects that fall together in one namespace are an error', () => {
  const maps = ['a', 'b'].map(
    (namespace) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, namespace: ${namespace} }\n`,
  );
  expect(render('namespace: ns', maps.join('---\n'))).toBe(
    'with this namespace there are two objects ConfigMap/ns/m: rename one of them',
  );
});

test('namespaces, definitions and API services keep their names', () => {
  const text = render(
    'namePrefix: p-',
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: ns }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\n',
  );
  expect([...text.matchAll(/name: (.*)/g)].map((match) => match[1])).toEqual(['ns', 'p-s']);
});

test('labels go to selectors and templates only where they are asked to', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n';
  expect(render('labels: [{ pairs: { a: b } }]', service)).not.toContain('selector');
  expect(render('labels: [{ pairs: { a: b }, includeSelectors: true }]', service)).toContain('selector:\n    a: b');
  expect(
    render('labels: [{ pairs: { a: b }, fields: [{ path: spec/extra, create: true, kind: Service }] }]', service),
  ).toContain('extra:\n    a: b');
});

test.each([
  ['nginx', 'nginx', '', ''],
  ['nginx:1', 'nginx', '1', ''],
  ['host:5000/nginx', 'host:5000/nginx', '', ''],
  ['host:5000/nginx:1@sha256:a', 'host:5000/nginx', '1', 'sha256:a'],
  ['nginx@sha256:a', 'nginx', '', 'sha256:a'],
])('the image %s is %s with tag "%s" and digest "%s"', (text, name, tag, digest) => {
  expect(splitImage(text)).toEqual({ name, tag, digest });
});

test('generated data can be merged, replaced or refused', () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, labels: { a: b } }\ndata: { old: x }\n';
  const generator = (behavior: string): string =>
    `configMapGenerator: [{ name: m, behavior: ${behavior}, literals: [new=y] }]`;
  expect(render(generator('merge'), map)).toContain(
    'data:\n  new: "y"\n  old: x\nkind: ConfigMap\nmetadata:\n  labels:\n    a: b\n  name: m\n',
  );
  expect(render(generator('replace'), map)).not.toContain('old');
  expect(render(generator('create'), map)).toMatch(/exists already/);
  expect(render(generator('merge'), map.replace('name: m', 'name: z'))).toMatch(/does not exist/);
});

test.each([
  ['$(A)', 1],
  ['x-$(A)', 'x-1'],
  ['$$(A)', '$(A)'],
  ['$(B)', '$(B)'],
  ['$(A', '$(A'],
  ['$A $', '$A $'],
])('%s expands to %s', (text, expected) => {
  expect(expandVariables(text, (name) => (name === 'A' ? { value: 1, text: '1' } : undefined))).toBe(expected);
});

test('admission policies have no namespace', () => {
  const policy =
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: { name: p }\n';
  expect(render('namespace: ns', policy)).not.toContain('namespace');
});

test('an image name that is no expression names nothing', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, image: b:1 }] }\n';
  expect(render('images: [{ name: "[", newTag: "2" }]', pod)).toContain('image: b:1\n');
});

test.each(['3', '-', '*', '[a=b]'])('a step %s of a field spec is no field of a map', (step) => {
  const prefix = `transformers: ["{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: x, fieldSpecs: [{path: 'data/${step}'}]}"]`;
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m }\ndata: { "${step}": a }\n`;
  expect(render(prefix, map)).toContain('is no field of a map');
});
