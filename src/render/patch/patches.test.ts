import { expect, test } from 'vitest';
import { printFinding } from '../../model/finding.ts';
import { nodeAt } from '../../model/node.ts';
import { chainOf } from '../../model/origin.ts';
import { printPlace } from '../../model/sourceText.ts';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { build } from '../build.ts';
import { printManifests } from '../output/print.ts';
import type { Rendering } from '../rendering.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: web
        image: web:1
        args: [a, b]
`;

function render(patches: string, files: Record<string, string> = {}): Rendering {
  const all = { 'kustomization.yaml': `resources: [web.yaml]\n${patches}`, 'web.yaml': WEB, ...files };
  return build(memorySnapshot(all), '', { schemas: emptySchemas, loadRestrictor: 'rootOnly', order: 'none' });
}

function check(patches: string, expected: RegExp, files?: Record<string, string>): void {
  const { manifests, findings } = render(patches, files);
  expect(findings.map(printFinding)).toEqual([]);
  expect(printManifests(manifests)).toMatch(expected);
}

const merge = (spec: string): Record<string, string> => ({
  'p.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: ${spec}\n`,
});
const PATCH = 'patches: [{path: p.yaml}]\n';

test('lists merge by key, new items first; lists without keys are replaced', () => {
  check(
    PATCH,
    /containers:\n {6}- name: side\n {6}- args:\n {8}- c\n {8}image: web:1\n/,
    merge('{template: {spec: {containers: [{name: side}, {name: web, args: [c]}]}}}'),
  );
});

test('null and $patch remove, $patch: replace replaces', () => {
  check(PATCH, /^(?!.*replicas)/s, merge('{replicas: null}'));
  check(PATCH, /containers: \[\]/, merge('{template: {spec: {containers: [{name: web, $patch: delete}]}}}'));
  check(
    PATCH,
    /containers:\n {6}- name: new\n$/,
    merge('{template: {spec: {$patch: replace, containers: [{name: new}]}}}'),
  );
});

test('a patched value knows the patch and what it replaced', () => {
  const { manifests } = render(PATCH, merge('{replicas: 5}'));
  const chain = chainOf(nodeAt(manifests[0]!.node, ['spec', 'replicas'])!.origin);
  expect(chain.map((link) => printPlace(link.place!))).toEqual(['p.yaml:4:18', 'web.yaml:6:13']);
  expect(chain[0]?.cause).toEqual({ by: 'patch', field: 'patches', index: 0, form: 'strategic' });
});

const INLINE = `patches:
- target: {kind: Deployment}
  patch: |
    - op: replace
      path: /spec/template/spec/containers/0/image
      value: web:2
    - op: add
      path: /spec/replicas
      value: 3
`;

test('an inline JSON patch has its places in the kustomization', () => {
  check(INLINE, /image: web:2/);
  const { manifests } = render(INLINE);
  expect(printPlace(nodeAt(manifests[0]!.node, ['spec', 'replicas'])!.origin.place!)).toBe('kustomization.yaml:10:14');
});

test('an operation that does not apply is reported at its path', () => {
  const { findings } = render(INLINE.replace('/0/image', '/4/image'));
  expect(findings.map(printFinding)[0]).toMatch(
    /^kustomization.yaml:6:13: patch does not apply to Deployment\/web: path "\/spec\/template\/spec\/containers\/4\/image" does not exist/,
  );
});

test('a patch for a resource that is not there is an error with a suggestion', () => {
  const { findings } = render(PATCH, { 'p.yaml': WEB.replace('name: web', 'name: wbe') });
  expect(findings).toMatchObject([
    {
      code: 'patch-no-match',
      severity: 'error',
      message: 'patch matches nothing: no Deployment named "wbe". Did you mean "web"?',
    },
  ]);
  expect(printPlace(findings[0]!.at!)).toBe('p.yaml:4:9');
});

test('a target that selects nothing is a warning, and the output stays', () => {
  const { manifests, findings } = render(INLINE.replace('{kind: Deployment}', '{kind: Deployment, name: "wob"}'));
  expect(findings).toMatchObject([{ code: 'patch-no-match', severity: 'warning' }]);
  expect(printManifests(manifests)).toContain('image: web:1');
});

test('targets select by patterns and labels; one entry with two patches cannot have a target', () => {
  check(INLINE.replace('{kind: Deployment}', '{kind: Dep.*, name: "w(eb)?", labelSelector: "!x"}'), /web:2/);
  const two = render('patches: [{path: p.yaml, target: {kind: Deployment}}]\n', { 'p.yaml': `${WEB}---\n${WEB}` });
  expect(two.findings[0]?.message).toContain('several patches in one entry');
});

test('neither form: the reason is given', () => {
  expect(render(PATCH, { 'p.yaml': '- op: [\n' }).findings[0]?.code).toBe('yaml-syntax');
  expect(render(PATCH, { 'p.yaml': 'spec: {}\n' }).findings[0]?.message).toContain('no kind');
});

test('later kinds than kustomize knows have no keyed lists', () => {
  const autoscaler =
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, finalizers: [FINALIZER]}\n';
  const files = { 'web.yaml': autoscaler.replace('FINALIZER', 'a'), 'p.yaml': autoscaler.replace('FINALIZER', 'b') };
  check(PATCH, /finalizers:\n {2}- b\n {2}name: h/, files);
});

test('a comment behind the key of a list can say that it merges', () => {
  const list = (items: string): string =>
    `apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: w}\nitems: # {"type":"array","x-kubernetes-patch-strategy":"merge"}\n${items}`;
  check(PATCH, /items:\n- a\n- b\n- c\n/, { 'web.yaml': list('- b\n- c\n'), 'p.yaml': list('- a\n- b\n') });
});

test('a comment can stand above the key, and name a type', () => {
  const list = (comment: string): string =>
    `apiVersion: e.com/v1\nkind: Widget\nmetadata: {name: w}\n${comment}\n  containers:\n  - {name: a, image: one}\n`;
  const patch = list('spec:').replace('image: one', 'command: [run]');
  const podSpec = '# {"$ref": "#/definitions/io.k8s.api.core.v1.PodSpec"}';
  check(PATCH, /- command:\n {4}- run\n {4}image: one/, { 'web.yaml': list(`${podSpec}\nspec:`), 'p.yaml': patch });
  check(PATCH, /- command:\n {4}- run\n {4}image: one/, { 'web.yaml': list(`spec: ${podSpec}`), 'p.yaml': patch });
  check(PATCH, /- command:\n {4}- run\n {4}name: a/, {
    'web.yaml': list(`# text\n${podSpec}\nspec:`),
    'p.yaml': patch,
  });
});

test('the generators of a kustomization that is itself a resource merge by name', () => {
  const own = (generator: string): string =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: k}\nconfigMapGenerator: [${generator}]\n`;
  const files = { 'web.yaml': own('{name: a, files: [x]}'), 'p.yaml': own('{name: b, files: [z]}') };
  check(PATCH, /- files:\n {2}- z\n {2}name: b\n- files:\n {2}- x\n {2}name: a/, files);
});
