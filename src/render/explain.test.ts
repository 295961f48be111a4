import { expect, test } from 'vitest';
import { builtinSchemas } from '../schema/builtin.ts';
import { memorySnapshot } from '../source/memory.ts';
import { build } from './build.ts';
import { printPlace } from '../model/sourceText.ts';
import type { Cause } from '../model/origin.ts';
import type { Manifest } from '../model/manifest.ts';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { createReach } from './reach.ts';
import { explain, explainAll } from './explain.ts';
import type { Explained } from './explain.ts';

const files = {
  'base/kustomization.yaml': 'resources: [web.yaml]\nsecretGenerator:\n- name: key\n  literals: [token=hunter2]\n',
  'base/web.yaml': `apiVersion: apps/v1
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
        env:
        - name: KEY
          valueFrom: { secretKeyRef: { name: key, key: token } }
`,
  'prod/kustomization.yaml': `resources: [../base]
namePrefix: p-
replicas:
- name: web
  count: 3
images:
- name: web
  newTag: "2"
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: web }
    spec: { replicas: 2 }
`,
};

function chain(kind: string, path: string): string[] {
  const { manifests, findings } = build(memorySnapshot(files), 'prod', {
    schemas: builtinSchemas(),
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
  expect(findings).toEqual([]);
  const manifest = manifests.find(({ node }) => explain({ node }, 'kind')?.value === kind);
  return manifest ? (explain(manifest, path)?.chain ?? []).map(printExplained) : [];
}

test('a scalar has its whole history, newest first', () => {
  expect(chain('Deployment', '.spec.replicas')).toEqual([
    'prod/kustomization.yaml:5:10: replicas: 3',
    'prod/kustomization.yaml:14:23: patches[0]: 2',
    'base/web.yaml:6:13: resource: 1',
  ]);
  expect(chain('Deployment', 'metadata.name')).toEqual([
    'prod/kustomization.yaml:2:13: namePrefix: p-web',
    'base/web.yaml:4:9: resource: web',
  ]);
  expect(chain('Deployment', '.spec.template.spec.containers[web].image')).toEqual([
    'prod/kustomization.yaml:8:11: images: web:2',
    'base/web.yaml:11:16: resource: web:1',
  ]);
});

test('a reference that followed a name points at what renamed its target', () => {
  const [newest, ...older] = chain(
    'Deployment',
    '.spec.template.spec.containers[0].env[KEY].valueFrom.secretKeyRef.name',
  );
  expect(newest).toMatch(/^base\/kustomization.yaml:3:3: name of Secret\/p-key-\w+: p-key-\w+$/);
  expect(older).toEqual(['base/web.yaml:14:46: resource: key']);
});

test("a Secret's data is never shown", () => {
  expect(chain('Secret', '.data.token')).toEqual(['base/kustomization.yaml:4:14: secretGenerator key token: ***']);
});

test('every leaf of every manifest has an origin', () => {
  const { manifests } = build(memorySnapshot(files), 'prod', {
    schemas: builtinSchemas(),
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
  const leaves = manifests.flatMap(explainAll);
  expect(leaves.length).toBeGreaterThan(12);
  expect(leaves.filter(({ chain: links }) => links.at(-1)?.origin.place === undefined)).toEqual([]);
});

/** One line for a link: the place, then the cause in words. */
function printExplained({ origin, value }: Explained): string {
  const place = origin.place ? printPlace(origin.place) : '(built in)';
  return `${place}: ${causeText(origin.cause)}: ${value.split('\n')[0] ?? ''}`;
}

/** A cause in a few words. */
function causeText(cause: Cause): string {
  if (cause.by === 'resource') return 'resource';
  if (cause.by === 'patch') return `${cause.field}[${cause.index}]`;
  if (cause.by === 'replacement') return `replacements[${cause.index}]`;
  if (cause.by === 'nameReference') return `name of ${cause.target}`;
  if (cause.by === 'hash') return 'content hash';
  if (cause.by === 'substitution') return `\${${cause.variable}} from ${cause.from}`;
  if (cause.by === 'flux') return `Flux ${cause.field}`;
  if (cause.by === 'generator') return cause.key === undefined ? cause.field : `${cause.field} key ${cause.key}`;
  return cause.field;
}

test('what a JSON patch moves or copies keeps its chain, and what stood at its target comes last', () => {
  const moved = build(
    memorySnapshot({
      'kustomization.yaml':
        'resources: [web.yaml]\nimages: [{name: web, newTag: "2"}]\npatches:\n- path: p.yaml\n  target: {kind: Deployment}\n',
      'web.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  old: 7\n  list: [{a: b}]\n',
      'p.yaml':
        '- {op: replace, path: /spec/replicas, value: 3}\n- {op: move, from: /spec/replicas, path: /spec/old}\n- {op: copy, from: /spec/list/0, path: /spec/list/-}\n',
    }),
    '',
    { schemas: emptySchemas, loadRestrictor: 'rootOnly', order: 'none' },
  ).manifests[0] as Manifest;
  const chainAt = (path: string): string[] | undefined => explain(moved, path)?.chain.map(printExplained);
  expect(chainAt('spec.old')).toEqual([
    'p.yaml:2:3: patches[0]: 3',
    'p.yaml:1:46: patches[0]: 3',
    'web.yaml:5:13: resource: 1',
    'web.yaml:6:8: resource: 7',
  ]);
  expect(chainAt('spec.list[1].a')).toEqual(['p.yaml:3:3: patches[0]: b', 'web.yaml:7:14: resource: b']);
  expect(chainAt('spec.list[0].a')).toEqual(['web.yaml:7:14: resource: b']);
  const reached = createReach([moved])
    .at('web.yaml', 7)
    .map(({ path, current }) => `${path.join('.')} ${String(current)}`);
  expect(reached).toContain('spec.list.1.a true');
});

/** The places of a field's chain, newest first, of the first object that is built. */
function placesAt(texts: Readonly<Record<string, string>>, path: string): string[] {
  const { manifests: built } = build(memorySnapshot(texts), '', {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
  const found = built[0] && explain(built[0], path);
  return (found?.chain ?? []).flatMap(({ origin }) => [
    origin.place ? printPlace(origin.place) : '',
    ...(origin.cause.by === 'replacement' && origin.cause.from?.place
      ? [`from ${printPlace(origin.cause.from.place)}`]
      : []),
  ]);
}

test('a plugin that sets a value says where in its configuration that is written', () => {
  const texts = {
    'kustomization.yaml': 'resources: [cm.yaml]\ntransformers: [prefix.yaml, namespace.yaml]\n',
    'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    'prefix.yaml':
      'apiVersion: builtin\nkind: PrefixSuffixTransformer\nmetadata: {name: p}\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n',
    'namespace.yaml':
      'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata:\n  name: n\n  namespace: far\nfieldSpecs: [{path: metadata/namespace, create: true}]\n',
  };
  expect(placesAt(texts, 'metadata.name')).toEqual(['prefix.yaml:4:9', 'cm.yaml:4:9']);
  expect(placesAt(texts, 'metadata.namespace')).toEqual(['namespace.yaml:5:14']);
});

test('a list that a replacement copies knows of each part which one it was; what its path makes is written there', () => {
  const texts = {
    'kustomization.yaml':
      'resources: [a.yaml]\nreplacements:\n- source: {kind: A, fieldPath: list}\n  targets:\n  - select: {kind: A}\n    fieldPaths:\n    - made.[name=x].copy\n    options: {create: true}\n',
    'a.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a}\nlist:\n- one\n- two\n',
  };
  expect(placesAt(texts, 'made[0].copy[1]')).toEqual(['kustomization.yaml:7:7', 'from a.yaml:6:3']);
  expect(placesAt(texts, 'made[0].name')).toEqual(['kustomization.yaml:7:7']);
});

test('the namespace of a service follows the service, and says what moved it', () => {
  const texts = {
    'kustomization.yaml': 'resources: [hook.yaml, svc.yaml]\nnamePrefix: p-\nnamespace: two\n',
    'hook.yaml':
      'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: h}\nwebhooks:\n- name: w\n  clientConfig:\n    service:\n      name: svc\n      namespace: one\n',
    'svc.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: svc, namespace: one}\n',
  };
  expect(placesAt(texts, 'webhooks[0].clientConfig.service.name')).toEqual([
    'kustomization.yaml:2:13',
    'hook.yaml:8:13',
  ]);
  expect(placesAt(texts, 'webhooks[0].clientConfig.service.namespace')).toEqual([
    'kustomization.yaml:3:12',
    'hook.yaml:9:18',
  ]);
});
