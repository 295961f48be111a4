import { expect, test } from 'vitest';
import { printRef } from '../model/objectRef.ts';
import { manifestRef } from '../model/manifest.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { memorySnapshot } from '../source/memory.ts';
import { build } from './build.ts';
import { newBuilder } from './rebuild/builder.ts';
import { createReach, newKnownTouches } from './reach.ts';
import type { Reach } from './reach.ts';

const files = {
  'base/kustomization.yaml':
    'resources: [web.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [mode=dev]\n  files: [app.conf]\n',
  'base/app.conf': 'one\ntwo\n',
  'base/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - configMapRef: { name: settings }
`,
  'prod/kustomization.yaml': `resources: [../base]
namePrefix: p-
replicas:
- name: web
  count: 3
labels:
- pairs: { team: shop }
images:
- name: web
  newTag: "2"
replacements:
- source: { kind: Deployment, fieldPath: metadata.name }
  targets:
  - select: { kind: ConfigMap }
    fieldPaths: [data.mode]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web }
    spec:
      template:
        spec: { hostNetwork: true }
`,
};

const { manifests, findings } = build(memorySnapshot(files), 'prod', {
  schemas: builtinSchemas(),
  loadRestrictor: 'rootOnly',
  order: 'none',
});
const reach = createReach(manifests);

function lines(file: string, line: number): string[] {
  return reach.at(file, line).map(({ manifest, path, part, current }) => {
    const kind = printRef(manifestRef(manifest)).replace(/\/.*/, '');
    return `${kind} ${path.join('.')} ${part}${current ? '' : ' overridden'}`;
  });
}

test('a line of a resource reaches its field, also where a later one has overridden it', () => {
  expect(findings).toEqual([]);
  expect(lines('base/web.yaml', 4)).toEqual(['Deployment spec key']);
  expect(lines('base/web.yaml', 5)).toEqual([
    'Deployment spec.replicas key',
    'Deployment spec.replicas value overridden',
  ]);
});

test('a line of a kustomization reaches every field that it set', () => {
  expect(lines('prod/kustomization.yaml', 5)).toEqual(['Deployment spec.replicas value']);
  expect(lines('prod/kustomization.yaml', 10)).toEqual(['Deployment spec.template.spec.containers.0.image value']);
  expect(lines('prod/kustomization.yaml', 7)).toEqual([
    'Deployment metadata.labels value',
    'Deployment metadata.labels.team value',
    'ConfigMap metadata.labels value',
    'ConfigMap metadata.labels.team value',
  ]);
});

test('a line of an inline patch reaches what it patches', () => {
  expect(lines('prod/kustomization.yaml', 23)).toEqual([
    'Deployment spec.template.spec.hostNetwork key',
    'Deployment spec.template.spec.hostNetwork value',
  ]);
});

test('the source of a replacement reaches its targets', () => {
  expect(lines('base/web.yaml', 3)).toContain('ConfigMap data.mode source');
});

test('each line of a file in a generator reaches its key', () => {
  expect(lines('base/app.conf', 1)).toContain('ConfigMap data.app.conf value');
  expect(lines('base/app.conf', 2)).toContain('ConfigMap data.app.conf value');
  expect(lines('base/app.conf', 3)).toEqual([]);
});

test('a file has all its fields; one that is not rendered has none', () => {
  expect(reach.in('base/app.conf').length).toBeGreaterThan(0);
  expect(reach.in('base/none.yaml')).toEqual([]);
  expect(reach.files()).toEqual(
    new Set(['base/web.yaml', 'base/kustomization.yaml', 'base/app.conf', 'prod/kustomization.yaml']),
  );
});

test('after edits, what is known of the unchanged objects gives the same answers as going through all', () => {
  const object = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }\n`;
  const all = ['one', 'two', 'three'].map(object).join('---\n');
  const builder = newBuilder({ schemas: builtinSchemas(), loadRestrictor: 'rootOnly', order: 'none' });
  const known = newKnownTouches();
  const told = (asked: Reach): string[] =>
    ['all.yaml', 'kustomization.yaml'].flatMap((file) =>
      [...Array(24).keys()].flatMap((line) =>
        asked.at(file, line).map(({ manifest, path, place }) => {
          return `${file}:${line} ${printRef(manifestRef(manifest))} ${path.join('.')} ${place.start}-${place.end}`;
        }),
      ),
    );
  let last = 0;
  for (const text of [all, all.replace('a: b', 'a: longer\n, c: d'), all]) {
    const kustomization = 'namePrefix: x-\nresources: [all.yaml]\n';
    const rendering = builder(memorySnapshot({ 'kustomization.yaml': kustomization, 'all.yaml': text }), '');
    const found = told(createReach(rendering.manifests, known));
    expect(found).toEqual(told(createReach(rendering.manifests)));
    last = found.length;
  }
  expect(last).toBeGreaterThan(20);
});
