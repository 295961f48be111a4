// Cases that generated trees brought up against the real kustomize (test/real/trees.ts), each as small as it gets.
import { expect, test } from 'vitest';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { memorySnapshot } from '../source/memory.ts';
import { build } from './build.ts';
import { printManifests } from './output/print.ts';

function run(files: Record<string, string>, path = ''): { text: string; messages: string[] } {
  const { manifests, findings } = build(memorySnapshot(files), path, {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'legacy',
  });
  return { text: printManifests(manifests), messages: findings.map(({ message }) => message) };
}

test('items of a list kind pass through JSON, those of a List do not', () => {
  const list = (kind: string): string =>
    `kind: ${kind}\nitems:\n- kind: Foo\n  metadata: {name: x, annotations: {a: 0x1F, b: 1e3, c: ~}}\n`;
  const annotations = (kind: string): string =>
    run({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': list(kind) }).text;
  expect(annotations('FooList')).toContain('    a: "31"\n    b: "1000"\n    c: "null"\n');
  expect(annotations('List')).toContain('    a: "0x1F"\n    b: "1e3"\n    c: "~"\n');
});

test('a patch that may change names has its annotations as text: null is set, not removed', () => {
  const patch = '    kind: Foo\n    metadata: {name: x, annotations: {note: null}}\n';
  const kustomization = `resources: [a.yaml]\npatches:\n- patch: |\n${patch}  options: {allowNameChange: true}\n`;
  const { text } = run({
    'kustomization.yaml': kustomization,
    'a.yaml': 'kind: Foo\nmetadata: {name: x, annotations: {a: b}}\n',
  });
  expect(text).toContain('note: "null"');
});

test('labels that share a value part ways in a JSON 6902 patch', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [a.yaml]\nlabels:\n- pairs: {team: v1}\n  includeSelectors: true\n',
    'base/a.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n',
    'root/kustomization.yaml':
      'resources: [../base]\nlabels:\n- pairs: {team: v2}\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/paused, value: true}\n',
  };
  expect(run(files, 'root').text).toMatch(/team: v2[^]*matchLabels:\n {6}team: v1\n[^]*labels:\n {8}team: v1\n/);
});

test('a strategic patch of a shared annotation changes it everywhere', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [a.yaml]\ncommonAnnotations: {note: old}\n',
    'base/a.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n',
    'root/kustomization.yaml':
      'resources: [../base]\npatches:\n- patch: |-\n    {apiVersion: apps/v1, kind: Deployment, metadata: {name: x, annotations: {note: new}}}\n',
  };
  expect(run(files, 'root').text).toMatch(/^ {4}note: new\n[^]*^ {8}note: new\n/m);
});

test('a merged object is said to come from where the old one came from', () => {
  const files = {
    'base/kustomization.yaml': 'configMapGenerator:\n- name: x\n',
    'root/kustomization.yaml':
      'resources: [../base]\nconfigMapGenerator:\n- {name: x, behavior: merge}\nbuildMetadata: [originAnnotations]\n',
  };
  expect(run(files, 'root').text).toContain('configuredIn: ../base/kustomization.yaml');
});

test('a part of a source replaces a whole map', () => {
  const kustomization =
    'resources: [a.yaml]\nreplacements:\n- source: {kind: Bar, options: {delimiter: "-", index: 0}}\n  targets:\n  - {select: {kind: Foo}, fieldPaths: [spec]}\n';
  const { text } = run({
    'kustomization.yaml': kustomization,
    'a.yaml': 'kind: Bar\nmetadata: {name: db-2}\n---\nkind: Foo\nmetadata: {name: x}\nspec: {a: 1}\n',
  });
  expect(text).toContain('spec: db\n');
});

test('objects that a patch gives one name are a conflict behind a component and in sorted output', () => {
  const rename =
    'patches:\n- target: {kind: Foo}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: same}\n';
  const files = {
    'kustomization.yaml': `resources: [a.yaml]\n${rename}`,
    'a.yaml': 'kind: Foo\nmetadata: {name: x}\n---\nkind: Foo\nmetadata: {name: y}\n',
  };
  expect(run(files).messages).toEqual([
    'Foo/same is there already: remove it from one of the two places, or give it another name',
  ]);
});
