import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { child, nodeAt, toJson } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import { printPlace, SourceText } from '../../model/sourceText.ts';
import { printRef } from '../../model/objectRef.ts';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import type { VariableSource } from '../rendering.ts';
import { printManifests } from '../output/print.ts';
import { renderFlux } from './renderFlux.ts';
import type { FluxRendering } from './renderFlux.ts';

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: "\${A}"\n`;

function render(files: Record<string, string>, spec: JsonObject = {}, variables: VariableSource[] = []): FluxRendering {
  const kustomization = { kind: 'Kustomization', metadata: { name: 'app' }, spec: { path: './app', ...spec } };
  return renderFlux(memorySnapshot(files), kustomization, variables, {
    schemas: emptySchemas,
    loadRestrictor: 'none',
    order: 'none',
  });
}

const refs = (rendering: FluxRendering): string[] =>
  rendering.manifests.map((manifest) => printRef(manifestRef(manifest)));

const ONE = { 'app/kustomization.yaml': 'resources: [a.yaml]\nnamespace: old\n', 'app/a.yaml': configMap('a') };

test('without a kustomization every file below the path is taken, and a directory with one as a whole', () => {
  const rendering = render({
    'app/b.yaml': configMap('b'),
    'app/sub/a.yml': configMap('a'),
    'app/notes.txt': 'no',
    'app/whole/kustomization.yaml': 'resources: [c.yaml]\nnamePrefix: x-\n',
    'app/whole/c.yaml': configMap('c'),
    'app/whole/left-out.yaml': configMap('d'),
  });
  expect(refs(rendering)).toEqual(['ConfigMap/b', 'ConfigMap/a', 'ConfigMap/x-c']);
  expect(rendering.findings).toEqual([]);
});

test('a file that cannot be read fails with its place; an empty directory builds nothing', () => {
  expect(render({ 'app/bad.yaml': 'a: b: c\n' }).findings[0]?.at?.source.path).toBe('app/bad.yaml');
  expect(render({ 'app/readme.md': '' })).toMatchObject({ manifests: [], findings: [] });
});

test.each([
  ['a text whose indentation ends in a tab', 'transformers:\n- |-\n  kind: A\n\tb: c\n'],
  ['a text that does not end', 'resources: ["a.yaml]\n'],
  ['a map within a text', 'resources: [a.yaml]\nnamespace: a: b\n'],
  ['brackets that do not end', '{'],
])('a kustomization with %s is refused, not taken for an empty one', (_, text) => {
  const { manifests, findings } = render({ ...ONE, 'app/kustomization.yaml': text });
  expect(manifests).toEqual([]);
  expect(findings.filter(({ severity }) => severity === 'error').map(({ at }) => at?.source.path)).toEqual([
    'app/kustomization.yaml',
  ]);
});

test('fields of the object are set over those of the kustomization, and say so', () => {
  const rendering = render(ONE, { targetNamespace: 'new', namePrefix: 'p-' });
  expect(refs(rendering)).toEqual(['ConfigMap/new/p-a']);
  expect(nodeAt(rendering.manifests[0]?.node, ['metadata', 'namespace'])?.origin.cause).toEqual({
    by: 'flux',
    field: 'targetNamespace',
  });
});

test('patches and components are appended, images merged by name', () => {
  const files = {
    'app/kustomization.yaml': 'resources: [d.yaml]\nimages: [{name: web, newTag: "2"}]\n',
    'app/d.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: web, image: web}]}\n',
    'part/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {part: x}\n',
  };
  const patches = [
    { patch: '[{"op": "add", "path": "/metadata/labels", "value": {"l": "1"}}]', target: { kind: 'Pod' } },
  ];
  const spec = {
    patches,
    components: ['../part', '../gone'],
    ignoreMissingComponents: true,
    images: [{ name: 'web', newName: 'reg/web' }],
  };
  const rendering = render(files, spec);
  expect(rendering.findings).toEqual([]);
  expect(toJson(rendering.manifests[0]!.node)).toMatchObject({
    metadata: { labels: { l: '1' }, annotations: { part: 'x' } },
    spec: { containers: [{ image: 'reg/web:2' }] },
  });
});

test('substitution comes after the build, common metadata last; the digest is of what was built', () => {
  const spec = {
    postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
    commonMetadata: { labels: { team: 'a' } },
  };
  const rendering = render(ONE, spec, [{ kind: 'ConfigMap', name: 'vars', data: new Map([['A', '1']]) }]);
  expect(printManifests(rendering.manifests)).toContain('k: 1\n');
  expect(printManifests(rendering.manifests)).toContain('team: a');
  expect(printManifests(rendering.built)).not.toContain('team');
});

test('what a variable was put in from is said: where it is written, or the cluster that has it', () => {
  const spec = { postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] } };
  const chainOfK = (more: Partial<VariableSource>): string[] => {
    const source: VariableSource = { kind: 'Secret', name: 'vars', data: new Map([['A', 'hidden']]), ...more };
    const node = nodeAt(render(ONE, spec, [source]).manifests[0]?.node, ['data', 'k']);
    return (node ? chainOf(node.origin) : []).map(({ cause, place }) => {
      const by = cause.by === 'substitution' ? cause.from : cause.by;
      return `${by} at ${place ? printPlace(place) : ''}`;
    });
  };
  const written = 'resource at app/a.yaml:6:6';
  expect(chainOfK({ holder: 'the cluster dev' })).toEqual([
    'Secret/vars of the cluster dev at app/a.yaml:6:6',
    written,
  ]);
  const file = new SourceText('vars.yaml', 'A: aGlkZGVu\n');
  const place = { source: file, start: 3, end: 11 };
  expect(chainOfK({ origins: new Map([['A', { place, cause: { by: 'resource' } }]]) })).toEqual([
    'Secret/vars at vars.yaml:1:4',
    written,
  ]);
});

test('unset variables fail, unless strictness is switched off', () => {
  const spec = { postBuild: { substitute: { B: 'x' } } };
  expect(render(ONE, spec).findings).toMatchObject([{ code: 'substitution-failed', object: 'ConfigMap/old/a' }]);
});

test('paths are held inside the source', () => {
  expect(refs(render(ONE, { path: '../../../app/' }))).toEqual(['ConfigMap/old/a']);
  expect(render(ONE, { path: './gone' }).findings).toMatchObject([{ code: 'file-missing' }]);
  expect(render(ONE, { components: ['https://example.com/x'] }).findings).toMatchObject([
    { code: 'kustomization-invalid' },
  ]);
});

test('an existing kustomization without resources builds, and unknown fields only warn', () => {
  expect(render({ 'app/kustomization.yaml': '' })).toMatchObject({ manifests: [], findings: [] });
  const unknown = render({ ...ONE, 'app/kustomization.yaml': 'resources: [a.yaml]\nfoo: 1\n' });
  expect(unknown.findings).toMatchObject([{ code: 'kustomization-unknown-field', severity: 'warning' }]);
});

test('an encrypted Secret is refused, also where the sops field is gone', () => {
  const secret = (rest: string): Record<string, string> => ({
    'app/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n${rest}\n`,
  });
  expect(render(secret('sops: {}')).findings).toMatchObject([{ code: 'secret-encrypted' }]);
  expect(render(secret('stringData: {a: "ENC[AES256_GCM,data:x]"}')).findings).toMatchObject([
    { code: 'secret-encrypted' },
  ]);
  expect(render(secret('stringData: {a: b}')).findings).toEqual([]);
});

test('what Flux writes has the place where the object was written', () => {
  const rendering = render(ONE, { commonMetadata: { labels: { a: 'b' } } });
  expect(child(nodeAt(rendering.manifests[0]?.node, ['metadata', 'labels']), 'a')?.origin.cause).toEqual({
    by: 'flux',
    field: 'commonMetadata',
  });
});

test('the managed-by label names no release, since the controller is none', () => {
  const [manifest] = render(ONE, { buildMetadata: ['managedByLabel'] }).manifests;
  expect(manifest && toJson(manifest.node)).toMatchObject({
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'kustomize-(devel)' } },
  });
});

test('the types of openapi come beside those that the controller knows: containers are merged by their names', () => {
  const container = (name: string): string => `{name: ${name}, image: ${name}:1}`;
  const spec = `{template: {spec: {containers: [${container('a')}, ${container('b')}]}}}`;
  const { manifests } = render(
    {
      'app/kustomization.yaml': [
        'resources: [job.yaml]',
        'openapi: {path: types.json}',
        'patches:',
        '- patch: |-',
        '    apiVersion: batch/v1',
        '    kind: Job',
        '    metadata: {name: j}',
        '    spec: {template: {spec: {containers: [{name: a, args: [x]}]}}}',
        '',
      ].join('\n'),
      'app/types.json': '{"definitions": {}}',
      'app/job.yaml': `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: ${spec}\n`,
    },
    {},
  );
  expect(manifests[0] && toJson(manifests[0].node)).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'a', image: 'a:1', args: ['x'] },
            { name: 'b', image: 'b:1' },
          ],
        },
      },
    },
  });
});

test('a kustomization of unknown and empty fields is one without resources', () => {
  const rendering = render({ 'app/kustomization.yaml': 'foo: 1\nimages:\n' }, { targetNamespace: 'x' });
  expect(rendering.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('objects come out as the controller reads them: no integers beyond 64 bits, no labels where one is a number', () => {
  const widget =
    'apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: w, labels: {a: x, b: 1}}\nspec: {size: 12345678901234567890}\n';
  const { built, manifests } = render({ 'app/w.yaml': widget }, { commonMetadata: { labels: { team: 'a' } } });
  expect(printManifests(built)).toContain('size: 12345678901234567890');
  expect(manifests[0] && toJson(manifests[0].node)).toMatchObject({ spec: { size: 12345678901234567000 } });
  expect(manifests[0] && toJson(child(manifests[0].node, 'metadata') ?? manifests[0].node)).toEqual({
    name: 'w',
    labels: { team: 'a' },
  });
});

test('labels of templates go to volume claims as well, as in the kustomize of the controller', () => {
  const set =
    'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {volumeClaimTemplates: [{metadata: {name: d}}]}\n';
  const files = {
    'app/kustomization.yaml': 'resources: [s.yaml]\nlabels: [{pairs: {a: b}, includeTemplates: true}]\n',
    'app/s.yaml': set,
  };
  expect(printManifests(render(files).manifests)).toContain(
    'volumeClaimTemplates:\n  - metadata:\n      labels:\n        a: b\n',
  );
});

test('stringData under a merged generator is lost, as in the kustomize of the controller', () => {
  const files = {
    'app/base/kustomization.yaml': 'resources: [s.yaml]\n',
    'app/base/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n',
    'app/kustomization.yaml':
      'resources: [base]\ngeneratorOptions: {disableNameSuffixHash: true}\nsecretGenerator: [{name: s, behavior: merge, literals: [c=d]}]\n',
  };
  expect(printManifests(render(files).manifests)).toContain('data:\n  c: ZA==\nkind');
});
