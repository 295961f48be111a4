// The fields of kustomizations in generated trees (trees.ts), with how often each is there.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import { configMaps, secrets } from './treeGenerators.ts';
import type { Field, Level } from './treeLevel.ts';
import { configurations, crds, openapi, vars } from './treeConfigs.ts';
import { generatorPlugins, transformerPlugins, validatorPlugins } from './treePlugins.ts';
import { patches, patchesJson6902, patchesStrategicMerge } from './treePatches.ts';
import { replacements } from './treeReplacements.ts';
import { NAMESPACES } from './treeResources.ts';
import { textScalar } from './treeScalars.ts';

const AFFIX = ['p-', 'dev-', 'a.b-', '"1-"'] as const;
const pair = (draw: Draw): string =>
  `{${pick(draw, ['app', 'team', 'x/y'])}: ${pick(draw, ['web', 'v2', '"1"', '"true"'])}}`;

const LABEL_FIELDS = [
  '  - path: spec/extra\n    create: true\n    kind: Foo\n',
  '  - path: spec/template/metadata/labels\n    kind: Deployment\n    create: true\n',
  '  - path: metadata/labels\n    create: false\n',
  '  - path: spec/items[]/labels\n    create: true\n',
  '  - path: spec/items/labels\n    kind: Foo\n    group: example.com\n  - path: spec/selector/matchLabels\n    create: true\n    group: apps\n',
  '  - {path: metadata/annotations, create: true}\n',
  '  - {path: spec/volumeClaimTemplates[]/metadata/labels, create: true, kind: StatefulSet}\n',
] as const;

/** Each field with the percentage of kustomizations that have it. */
export const FIELDS: readonly (readonly [number, Field])[] = [
  [20, ({ draw }) => `namePrefix: ${pick(draw, AFFIX)}\n`],
  [15, ({ draw }) => `nameSuffix: ${pick(draw, ['-s', '-v1', '"-2"'])}\n`],
  [25, ({ draw }) => `namespace: ${pick(draw, [...NAMESPACES, 'prod'])}\n`],
  [15, ({ draw }) => `commonLabels: ${pair(draw)}\n`],
  [
    20,
    ({ draw }) =>
      `labels:\n${[0, ...some(draw, 1, (i) => i)].map(() => `- pairs: ${pair(draw)}\n${chance(draw, 40) ? '  includeSelectors: true\n' : ''}${chance(draw, 40) ? '  includeTemplates: true\n' : ''}${chance(draw, 15) ? '  includeVolumeClaimTemplates: true\n' : ''}${chance(draw, 15) ? '  fields:\n' + pick(draw, LABEL_FIELDS) : ''}`).join('')}`,
  ],
  [
    15,
    ({ draw }) =>
      `commonAnnotations: {note: ${chance(draw, 1) ? textScalar(draw) : pick(draw, ['x', '"1"', '"a b"', "'true'"])}, "n": "2"}\n`,
  ],
  [4, emptyField],
  [20, images],
  [20, replicas],
  [25, configMaps],
  [15, secrets],
  [
    15,
    ({ draw }) =>
      `generatorOptions:\n${chance(draw, 50) ? '  disableNameSuffixHash: true\n' : ''}  labels: ${pair(draw)}\n${chance(draw, 30) ? '  annotations: {g: "1"}\n' : ''}${chance(draw, 15) ? '  immutable: true\n' : ''}`,
  ],
  [35, patches],
  [8, patchesStrategicMerge],
  [8, patchesJson6902],
  [20, replacements],
  [9, vars],
  [9, configurations],
  [4, crds],
  [4, openapi],
  [10, transformerPlugins],
  [5, generatorPlugins],
  [2, validatorPlugins],
  [
    8,
    ({ draw }) =>
      `buildMetadata: [${pick(draw, ['managedByLabel', 'originAnnotations', 'transformerAnnotations', 'originAnnotations, transformerAnnotations', 'originAnnotations, managedByLabel'])}]\n`,
  ],
  [
    6,
    ({ draw }) =>
      `sortOptions:\n  order: ${pick(draw, ['fifo', 'legacy', 'legacy\n  legacySortOptions:\n    orderFirst: [Foo, Secret]\n    orderLast: [ConfigMap, Deployment]', 'legacy\n  legacySortOptions:\n    orderFirst: [Namespace, Deployment, Foo]', 'legacy\n  legacySortOptions: {orderLast: [Foo, Foo, Service]}', 'legacy\n  legacySortOptions: {orderFirst: [], orderLast: []}', 'legacy\n  legacySortOptions:\n    orderFirst: [Foo]\n    orderLast: [Foo, Namespace]'])}\n`,
  ],
];

/** Fields that say nothing, or what was written otherwise in the past. */
const EMPTY_FIELDS = [
  'commonLabels:\n',
  'commonAnnotations: {}\n',
  'images: []\n',
  'labels:\n- pairs: {}\n  includeSelectors: true\n',
  'labels:\n- includeTemplates: true\n',
  'labels:\n- pairs: {empty: ~, b: ""}\n',
  'namespace: ""\n',
  'nameSuffix: ""\n',
  'imageTags:\n- {name: nginx, newTag: "2"}\n',
  'patches: []\n',
  'replacements: []\n',
  'configMapGenerator: []\n',
  'metadata: {name: x, annotations: {a: b}, labels: {c: d}}\n',
  'replicas: ~\n',
  'vars: []\n',
  'transformers: ~\n',
] as const;

function emptyField({ draw }: Level): string {
  return pick(draw, EMPTY_FIELDS);
}

export const NEEDS_TARGETS: ReadonlySet<Field> = new Set([
  patches,
  patchesStrategicMerge,
  patchesJson6902,
  replacements,
  vars,
]);

function replicas({ draw, known }: Level): string {
  const scaled = known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  if (scaled.length === 0 && !rarely(draw, 10)) return '';
  return `replicas:\n- name: ${scaled.length > 0 ? pick(draw, scaled).name : 'x'}\n  count: ${pick(draw, ['5', '0', '0x1F', '12345678901'])}\n`;
}

function images({ draw }: Level): string {
  const change = [
    () => `newTag: ${pick(draw, ['v2', '"1"', 'v1.10', '"007"'])}`,
    () => 'newName: other.example.com/web',
    () => 'digest: sha256:25a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3',
    () => 'newName: new\n  newTag: "2"',
    () => 'tagSuffix: -x',
    () => 'newName: registry.example.com:5000/new/web\n  digest: sha256:0123',
    () => 'newName: "{{ .Image }}"',
    () => 'newTag: ""\n  newName: ""',
  ];
  return `images:\n${[0, ...some(draw, 1, (i) => i)].map(() => `- name: ${pick(draw, ['web', 'nginx', 'db', 'registry.example.com:5000/web', 'web.*', '(db|nginx)'])}\n  ${pick(draw, change)()}\n`).join('')}`;
}
