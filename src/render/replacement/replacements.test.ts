import { expect, test } from 'vitest';
import { nodeAt } from '../../model/node.ts';
import { printPlace } from '../../model/sourceText.ts';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { build } from '../build.ts';
import { printManifests } from '../output/print.ts';
import type { Rendering } from '../rendering.ts';

const OBJECTS = `apiVersion: v1
kind: ConfigMap
metadata: {name: source}
data: {host: "db:5432", json: '{"a": {"b": "x"}}', port: "80"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template: {spec: {containers: [{name: web, image: "reg/web:1"}, {name: side, image: side}]}}
`;

function render(source: string, target: string): Rendering {
  const kustomization = `resources: [r.yaml]\nreplacements:\n- source: ${source}\n  targets: [${target}]\n`;
  return build(memorySnapshot({ 'kustomization.yaml': kustomization, 'r.yaml': OBJECTS }), '', {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
}

function check(source: string, target: string, expected: string): void {
  const { manifests, findings } = render(source, target);
  expect(findings.map((finding) => finding.message)).toEqual([]);
  expect(printManifests(manifests)).toContain(expected);
}

const HOST = '{kind: ConfigMap, fieldPath: data.host}';
const web = (path: string, options = '{}'): string =>
  `{select: {kind: Deployment}, fieldPaths: ["${path}"], options: ${options}}`;

test('a value is copied into fields found by name, index or everywhere', () => {
  check(HOST, web('spec.template.spec.containers.[name=web].image'), 'image: db:5432\n        name: web');
  check(HOST, web('spec.template.spec.containers.1.image'), 'image: db:5432\n        name: side');
  check(
    HOST,
    web('spec.template.spec.containers.*.image'),
    'image: db:5432\n        name: web\n      - image: db:5432',
  );
});

test('delimiter and index take and set a part; create makes what is missing', () => {
  check(
    '{kind: ConfigMap, fieldPath: data.host, options: {delimiter: ":"}}',
    web('metadata.annotations.[a.b/c]', '{create: true}'),
    'a.b/c: db',
  );
  check(
    HOST,
    web('spec.template.spec.containers.[name=web].image', '{delimiter: "/", index: 0}'),
    'image: db:5432/web:1',
  );
});

test('the target keeps its type, and refuses what does not fit', () => {
  check('{kind: ConfigMap, fieldPath: data.port}', web('spec.replicas'), 'replicas: 80\n');
  expect(render(HOST, web('spec.replicas')).findings[0]?.message).toContain(
    'the replacement cannot be made: the value "db:5432" does not fit the target, which is an integer',
  );
});

test('a path can lead into a text that is JSON', () => {
  check(
    '{kind: Deployment, fieldPath: metadata.name}',
    '{select: {kind: ConfigMap}, fieldPaths: [data.json.a.b]}',
    `json: '{"a":{"b":"web"}}'`,
  );
});

test('the copied value knows where it was written', () => {
  const { manifests } = render(HOST, web('spec.template.spec.containers.[name=web].image'));
  const { cause, overridden } = nodeAt(manifests[1]!.node, [
    'spec',
    'template',
    'spec',
    'containers',
    0,
    'image',
  ])!.origin;
  expect(cause).toMatchObject({ by: 'replacement', index: 0 });
  expect(cause.by === 'replacement' && printPlace(cause.from!.place!)).toBe('r.yaml:4:14');
  expect(overridden?.value).toBe('reg/web:1');
});

test.each([
  ['{kind: Nothing}', web('spec.replicas'), 'there is no resource Nothing to take the value from'],
  [
    '{kind: ConfigMap, fieldPath: data.nope}',
    web('spec.replicas'),
    'the source ConfigMap/source has no field data.nope',
  ],
  [HOST, web('spec.nope'), 'cannot find the field "spec.nope" in Deployment/web'],
])('%s into %s: %s', (source, target, expected) => {
  expect(render(source, target).findings[0]?.message).toContain(`the replacement cannot be made: ${expected}`);
});
