import { expect, test } from 'vitest';
import { printFinding } from '../model/finding.ts';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { memorySnapshot } from '../source/memory.ts';
import { build } from './build.ts';
import { printManifests } from './output/print.ts';
import type { BuildOptions, Rendering } from './rendering.ts';

function render(files: Record<string, string>, path = '', options: Partial<BuildOptions> = {}): Rendering {
  return build(memorySnapshot(files), path, {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'none',
    ...options,
  });
}

/** The findings that are errors, as `code place: message`. */
function errors(files: Record<string, string>, path = ''): string[] {
  const { findings } = render(files, path);
  return findings
    .filter(({ severity }) => severity === 'error')
    .map((finding) => `${finding.code} ${printFinding(finding)}`);
}

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n';
const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - name: web
    image: registry:5000/web:1@sha256:ab
    envFrom:
    - configMapRef: { name: settings }
`;

test('an overlay renames a generated object, and the reference follows through prefix, namespace and hash', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [pod.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [A=1]\n',
    'base/pod.yaml': pod,
    'prod/kustomization.yaml':
      'resources: [../base]\nnamePrefix: p-\nnamespace: prod\nimages: [{ name: "registry:5000/web", newTag: "2" }]\n',
  };
  expect(printManifests(render(files, 'prod').manifests)).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: p-web
  namespace: prod
spec:
  containers:
  - envFrom:
    - configMapRef:
        name: p-settings-89g4tffbfk
    image: registry:5000/web:2
    name: web
---
apiVersion: v1
data:
  A: "1"
kind: ConfigMap
metadata:
  name: p-settings-89g4tffbfk
  namespace: prod
`);
});

test('field names are taken in any case, and deprecated fields are moved', () => {
  const files = {
    Kustomization: 'Bases: [base]\nNAMEPREFIX: x-\n',
    'base/kustomization.yml': 'resources: [a.yaml]\n',
    'base/a.yaml': configMap,
  };
  const { manifests, findings } = render(files);
  expect(printManifests(manifests)).toContain('name: x-settings');
  expect(findings.map(printFinding)).toEqual([
    "Kustomization:1:1: 'Bases' is read as 'bases' here, but not by other tools: write 'bases'",
    "Kustomization:2:1: 'NAMEPREFIX' is read as 'namePrefix' here, but not by other tools: write 'namePrefix'",
    "Kustomization:1:1: 'bases' is deprecated; use 'resources'",
  ]);
});

test.each([
  ['an overlay on itself', { 'kustomization.yaml': 'resources: [.]\n' }, '. -> .'],
  [
    'two directories',
    {
      'kustomization.yaml': 'resources: [a]\n',
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
    },
    'a -> b -> a',
  ],
  [
    'a parent',
    { 'kustomization.yaml': 'resources: [a]\n', 'a/kustomization.yaml': 'resources: [..]\n' },
    '. -> a -> .',
  ],
  [
    'a component',
    { 'kustomization.yaml': 'components: [c]\n', 'c/kustomization.yaml': 'kind: Component\ncomponents: [../c]\n' },
    'c -> c',
  ],
  [
    'a transformer',
    { 'kustomization.yaml': 'transformers: [t]\n', 't/kustomization.yaml': 'resources: [../t]\n' },
    't -> t',
  ],
])('a cycle through %s is said as a way', (_, files, way) => {
  expect(errors(files as unknown as Record<string, string>).join('\n')).toMatch(
    new RegExp(`kustomization-cycle .*: ${way.replaceAll('.', '\\.')}; remove`, 'm'),
  );
});

test.each([
  ['resources: [../a.yaml]', 'file-outside'],
  ['patches: [{ path: ../a.yaml }]', 'file-outside'],
  ['patchesStrategicMerge: [../a.yaml]', 'file-outside'],
  ['patchesJson6902: [{ path: ../a.yaml, target: { kind: A, name: a } }]', 'file-outside'],
  ['configMapGenerator: [{ name: a, files: [../a.yaml] }]', 'file-outside'],
  ['configMapGenerator: [{ name: a, envs: [../a.yaml] }]', 'file-outside'],
  ['secretGenerator: [{ name: a, files: [k=../a.yaml] }]', 'file-outside'],
  ['configurations: [../a.yaml]', 'file-outside'],
  ['crds: [../a.yaml]', 'file-outside'],
  ['openapi: { path: ../a.yaml }', 'file-outside'],
  ['transformers: [../a.yaml]', 'file-outside'],
  ['generators: [../a.yaml]', 'file-outside'],
  ['validators: [../a.yaml]', 'file-outside'],
  ['replacements: [{ path: ../a.yaml }]', 'file-outside'],
  ['resources: [../../a.yaml]', 'file-outside'],
  ['components: [../../c]', 'file-outside'],
  ['resources: [https://example.com/a.yaml]', 'remote-refused'],
  ['resources: ["github.com/org/repo//base?ref=v1"]', 'remote-refused'],
  ['resources: ["git@example.com:org/repo.git"]', 'remote-refused'],
  ['resources: ["file:///etc/passwd"]', 'remote-refused'],
  ['resources: ["ext::sh -c true"]', 'remote-refused'],
  ['components: ["http://169.254.169.254/latest"]', 'remote-refused'],
  ['helmCharts: [{ name: chart, repo: "https://example.com" }]', 'helm-not-rendered'],
  ['generators: ["{apiVersion: v1, kind: Exec, metadata: {name: a}}"]', 'plugin-refused'],
  ['transformers: ["{apiVersion: example.com/v1, kind: Fn, metadata: {name: a}}"]', 'plugin-refused'],
])('%s is refused', (line, code) => {
  const found = errors({ 'root/kustomization.yaml': `${line}\n`, 'a.yaml': configMap }, 'root');
  expect(found[0]).toMatch(new RegExp(`^${code} root/kustomization.yaml:1:`));
});

test('a build goes on past errors and says where each one is', () => {
  const files = {
    'kustomization.yaml':
      'resources:\n- missing.yaml\n- a.yaml\n- a.yaml\nnameprefixx: a\nreplicas: [{ name: b, count: 2 }]\n',
    'a.yaml': configMap,
  };
  expect(errors(files)).toEqual([
    "kustomization-unknown-field kustomization.yaml:5:1: unknown field 'nameprefixx' in the kustomization. Did you mean 'namePrefix'?",
    "file-missing kustomization.yaml:2:3: there is no file 'missing.yaml': add it, or remove this entry",
    'resource-conflict a.yaml:1:1: ConfigMap/settings is there already: remove it from one of the two places, or give it another name',
  ]);
});

test('every path that was looked at is known, missing ones included', () => {
  const { files } = render(
    {
      'a/kustomization.yaml': 'resources: [../b, gone.yaml]\n',
      'b/kustomization.yaml': 'resources: [c.yaml]\n',
      'b/c.yaml': configMap,
    },
    'a',
  );
  expect([...files]).toEqual(
    expect.arrayContaining(['a/kustomization.yml', 'a/gone.yaml', 'b/kustomization.yaml', 'b/c.yaml']),
  );
});

test('keys such as __proto__ are data', () => {
  const files = {
    'kustomization.yaml':
      'resources: [a.yaml]\ncommonLabels: { __proto__: x, constructor: y }\nconfigMapGenerator: [{ name: g, literals: [__proto__=1] }]\n',
    'a.yaml': `${configMap}data: { __proto__: a }\n`,
  };
  expect(printManifests(render(files).manifests)).toContain('__proto__: x');
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('integers beyond 2^53 and duplicate keys are kept apart: the first exact, the second an error at output', () => {
  const large = {
    'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\n',
    'a.yaml': `${configMap}data: { a: 9223372036854775807 }\n`,
  };
  expect(printManifests(render(large).manifests)).toContain('a: 9223372036854775807');
  const twice = { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${configMap}data: { a: b, a: c }\n` };
  expect(errors(twice)).toEqual([expect.stringMatching(/^yaml-duplicate-key a\.yaml:5:15: /)]);
});

test('the legacy order sorts by kind; sortOptions beats it', () => {
  const files = (more: string): Record<string, string> => ({
    'kustomization.yaml': `resources: [a.yaml]\n${more}`,
    'a.yaml': `${configMap}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: n }\n`,
  });
  const kinds = (more: string, order: BuildOptions['order']): string[] =>
    [...printManifests(render(files(more), '', { order }).manifests).matchAll(/^kind: (\w+)/gm)].map(
      (match) => match[1] as string,
    );
  expect(kinds('', 'legacy')).toEqual(['Namespace', 'ConfigMap']);
  expect(kinds('', 'none')).toEqual(['ConfigMap', 'Namespace']);
  expect(kinds('sortOptions: { order: fifo }\n', 'legacy')).toEqual(['ConfigMap', 'Namespace']);
});

test('of two spellings of a field the last by code unit counts, wherever it stands', () => {
  const nameOf = (fields: string): string =>
    printManifests(
      render({
        'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
        'kustomization.yaml': `resources: [a.yaml]\n${fields}`,
      }).manifests,
    );
  expect(nameOf('namePrefix: k-\nNAMEPREFIX: u-\n')).toContain('name: k-a');
  expect(nameOf('namePrefix:\nNAMEPREFIX: u-\n')).toContain('name: u-a');
});
