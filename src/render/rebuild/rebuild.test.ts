import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAlike, checkSame, deployment, options, others } from '../../../test/render/scratch.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { newFluxMemory } from '../flux/memory.ts';
import type { FluxMemory } from '../flux/memory.ts';
import { newBuilder } from './builder.ts';
import { renderFlux } from '../flux/renderFlux.ts';
import { printManifests } from '../output/print.ts';
import type { Rendering } from '../rendering.ts';
import { sameNode } from './sameNode.ts';

/** Lines of the overlay: each tree takes some of them. */
const overlays: readonly string[] = [
  'namePrefix: prod-\n',
  'nameSuffix: "-1"\n',
  'namespace: prod\n',
  'labels:\n- pairs: {team: shop}\n  includeSelectors: true\n',
  'commonAnnotations: {by: us}\n',
  'images:\n- name: shop/app\n  newTag: 2.0.0\n',
  'replicas:\n- name: a\n  count: 5\n',
  'configMapGenerator:\n- name: shared\n  literals: [mode=prod]\n',
  'configMapGenerator:\n- name: settings-a\n  behavior: merge\n  literals: [level=debug]\n',
  'configMapGenerator:\n- name: shared\n  files: [../base/b.yaml]\n',
  'secretGenerator:\n- name: s\n  literals: [k=v]\n',
  'buildMetadata: [originAnnotations]\n',
  'components: [../part]\n',
  'vars:\n- name: A\n  objref: {kind: Service, name: a, apiVersion: v1}\n',
  'replacements:\n- source: {kind: ConfigMap, name: settings-a, fieldPath: data.level}\n  targets:\n  - select: {kind: Service}\n    fieldPaths: [metadata.annotations.note]\n',
  'patches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /metadata/annotations\n      value: {note: patched}\n',
  'patches:\n- target: {labelSelector: app=a}\n  patch: |-\n    - op: test\n      path: /spec/replicas\n      value: 2\n',
  'patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: b}\n    spec: {replicas: 7}\n',
  'patches:\n- patch: |-\n    kind: ConfigMap\n    apiVersion: v1\n    metadata: {name: settings-b}\n    $patch: delete\n',
];

interface Tree {
  readonly names: readonly string[];
  readonly lines: readonly string[];
  readonly split: boolean;
}

const tree: fc.Arbitrary<Tree> = fc.record({
  names: fc.constantFrom(['a'], ['a', 'b'], ['a', 'b', 'c']),
  lines: fc.uniqueArray(fc.constantFrom(...overlays), { maxLength: 7, selector: (line) => line.split(':')[0] }),
  split: fc.boolean(),
});

function filesOf({ names, lines, split }: Tree): Record<string, string> {
  const documents = names.map((name) => [deployment(name, ''), others(name)].join('---\n'));
  const base: Record<string, string> = split
    ? Object.fromEntries(names.map((name, i) => [`base/${name}.yaml`, documents[i] ?? '']))
    : { 'base/a.yaml': documents.join('--- # next\n') };
  const resources = Object.keys(base).map((path) => path.slice('base/'.length));
  return {
    ...base,
    'base/b.yaml': base['base/b.yaml'] ?? deployment('other', ''),
    'base/kustomization.yaml': `resources: [${resources.join(', ')}]\n`,
    'part/kustomization.yaml': 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamePrefix: part-\n',
    'overlay/kustomization.yaml': `resources: [../base]\n${lines.join('')}`,
  };
}

const edit = fc.record({
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  near: fc.constantFrom('replicas: ', 'image: ', 'level: ', 'port: ', 'name: ', 'app: ', 'note: ', '\n', ' ', ''),
  cut: fc.nat({ max: 4 }),
  put: fc.constantFrom(
    '',
    '7',
    '8',
    '9',
    'x',
    'y',
    'zz',
    '11',
    '7',
    'x',
    ' ',
    '\n',
    '---\n',
    '# c\n',
    '"',
    'List',
    'é',
    '  k: v\n',
    '${A}',
    '0',
    ': ',
  ),
});

test('after each of any edits the bytes, findings and origins are those of a build from scratch', () => {
  fc.assert(
    fc.property(tree, fc.array(edit, { minLength: 1, maxLength: 8 }), (shape, edits) => {
      const files = filesOf(shape);
      const builder = newBuilder(options);
      checkSame(builder(memorySnapshot(files), 'overlay'), files);
      for (const { file, at, near, cut, put } of edits) {
        const paths = Object.keys(files);
        const path = paths[file % paths.length] ?? '';
        const text = files[path] ?? '';
        const found = text.indexOf(near, Math.floor(at * text.length));
        const start = (found < 0 ? 0 : found) + near.length;
        files[path] = text.slice(0, start) + put + text.slice(start + cut);
        checkSame(builder(memorySnapshot(files), 'overlay'), files);
      }
    }),
    { numRuns: Number(process.env['REBUILD_RUNS'] ?? 150) },
  );
});

/** Entries that edits are aimed at; each list has some behind and before others, so that places must follow. */
const entries: readonly string[] = [
  'namePrefix: prod-\n',
  'replicas:\n- name: a\n  count: 5\n- {name: b, count: 1}\n',
  'labels:\n- pairs: {team: shop}\n  includeSelectors: true\n',
  'images:\n- name: shop/app\n  newTag: 2.0.0\n- name: other\n  newName: else\n',
  `patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: b}
    spec: {replicas: 7}
- target: {kind: Service, name: a}
  patch: |-
    - op: replace
      path: /spec/ports/0/port
      value: 81
- target: {kind: ConfigMap, name: settings-.*}
  patch: |-
    kind: ConfigMap
    apiVersion: v1
    metadata: {name: any}
    data: {level: warn}
`,
  'namespace: prod\n',
  'configMapGenerator:\n- name: shared\n  literals: [mode=prod]\n',
  'commonAnnotations: {by: us}\n',
  'patchesJson6902:\n- target: {version: v1, kind: ConfigMap, name: settings-c}\n  patch: |-\n    - op: add\n      path: /data/more\n      value: x\n',
];
const aims: readonly (readonly [string, readonly string[]])[] = [
  ['count: ', ['6', '12', 'x', '']],
  ['newTag: ', ['3', '9.9', '']],
  ['value: ', ['8080', '"x"', '{a: b}']],
  ['replicas: ', ['9', '10', '']],
  ['level: ', ['debug', 'info', '[]']],
  ['name: ', ['b', 'a', 'settings-b', 'nothing']],
  ['namePrefix: ', ['p-', '']],
  ['team: ', ['x', 'shop']],
  ['mode=', ['dev', 'test']],
  ['op: ', ['add', 'remove', 'test']],
  ['path: ', ['/spec/x', '/metadata/labels/x', '/metadata/name']],
];

test('after each of any edits of a kustomization the rendering is that of a build from scratch', () => {
  const aimed = fc.record({
    aim: fc.constantFrom(...aims),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.nat(),
    /** Now and then an object is edited, or a whole field comes or goes. */
    else: fc.option(fc.record({ field: fc.nat(), replicas: fc.nat({ max: 20 }) }), { freq: 5 }),
  });
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...entries], { minLength: 3 }),
      fc.array(aimed, { maxLength: 9 }),
      (lines, edits) => {
        const files = filesOf({ names: ['a', 'b', 'c'], lines, split: false });
        const overlay = 'overlay/kustomization.yaml';
        const builder = newBuilder(options);
        checkSame(builder(memorySnapshot(files), 'overlay'), files);
        for (const { aim, at, text, else: other } of edits) {
          const old = files[overlay] ?? '';
          const [near, texts] = aim;
          const start = old.indexOf(near, Math.floor(at * old.length)) + near.length;
          const line = lines[(other?.field ?? 0) % lines.length] ?? '';
          if (other && other.replicas > 10) files[overlay] = old.includes(line) ? old.replace(line, '') : old + line;
          else if (other)
            files['base/a.yaml'] = (files['base/a.yaml'] ?? '').replace(/replicas: \d+/, `replicas: ${other.replicas}`);
          else if (start >= near.length)
            files[overlay] =
              old.slice(0, start) + (texts[text % texts.length] ?? '') + old.slice(start).replace(/^[^\n,}\]]*/, '');
          checkSame(builder(memorySnapshot(files), 'overlay'), files);
        }
      },
    ),
    { numRuns: Number(process.env['REBUILD_RUNS'] ?? 60) },
  );
});

test('who named what a generator makes no more names it, also where no step stands between', () => {
  const files = filesOf({
    names: ['a'],
    lines: ['configMapGenerator:\n- name: shared\n  literals: [a=b]\n'],
    split: false,
  });
  const builder = newBuilder(options);
  for (const name of ['shared', 'other', 'shared']) {
    files['overlay/kustomization.yaml'] = (files['overlay/kustomization.yaml'] ?? '').replace(
      /name: .*/,
      `name: ${name}`,
    );
    checkSame(builder(memorySnapshot(files), 'overlay'), files);
  }
});

test('an edited entry of a kustomization builds the objects alone that it reaches', () => {
  const files = filesOf({ names: ['a', 'b', 'c'], lines: entries.slice(0, 6), split: false });
  const overlay = 'overlay/kustomization.yaml';
  const builder = newBuilder(options);
  let before = builder(memorySnapshot(files), 'overlay');
  const changed: readonly (readonly [string, string, number])[] = [
    ['count: 5', 'count: 500', 1],
    ['newTag: 2.0.0', 'newTag: 2.0.0-rc.1', 3],
    ['value: 81', 'value: 8081', 1],
    ['level: warn', 'level: error', 3],
    ['replicas: 7', 'replicas: 77', 1],
    ['count: 500', 'count: 4', 1],
  ];
  for (const [from, to, objects] of changed) {
    files[overlay] = (files[overlay] ?? '').replace(from, to);
    const after = builder(memorySnapshot(files), 'overlay');
    checkSame(after, files);
    expect(after.manifests.filter((manifest, i) => manifest !== before.manifests[i])).toHaveLength(objects);
    before = after;
  }
});

test('an edited field builds its object alone: every other manifest is the one that was there', () => {
  const files = filesOf({
    names: ['a', 'b', 'c'],
    lines: [0, 2, 3, 5, 6, 7, 15, 17].map((i) => overlays[i] ?? ''),
    split: false,
  });
  // Two entries of `patches` are one list.
  files['overlay/kustomization.yaml'] = (files['overlay/kustomization.yaml'] ?? '').replace(
    /(patches:[^]*)patches:\n/,
    '$1',
  );
  const builder = newBuilder(options);
  const before = builder(memorySnapshot(files), 'overlay');
  files['base/a.yaml'] = (files['base/a.yaml'] ?? '').replace('level: info', 'level: a longer one');
  const after = builder(memorySnapshot(files), 'overlay');
  checkSame(after, files);
  expect(after.manifests.filter((manifest, i) => manifest !== before.manifests[i])).toHaveLength(1);
});

test('beside a replacement an edited object is built alone, unless it is what the value is taken from', () => {
  const files = filesOf({
    names: ['a', 'b'],
    lines: [
      'replacements:\n- source: {kind: ConfigMap, name: settings-a, fieldPath: data.level}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [metadata.labels.level]\n    options: {create: true}\n',
    ],
    split: false,
  });
  const took: string[] = [];
  const builder = newBuilder(options, (way) => took.push(way));
  builder(memorySnapshot(files), 'overlay');
  const edits = [
    ['replicas: 2', 'replicas: 3'],
    ['name: b\n', 'name: bb\n'],
    ['level: info', 'level: debug'],
  ] as const;
  for (const [from, to] of edits) {
    files['base/a.yaml'] = (files['base/a.yaml'] ?? '').replace(from, to);
    checkSame(builder(memorySnapshot(files), 'overlay'), files);
  }
  expect(took).toEqual(['whole', 'object', 'object', 'whole']);
});

test('a Flux Kustomization is built again in the same way', () => {
  const files: Record<string, string> = {
    'app/kustomization.yaml': 'resources: [a.yaml]\n',
    'app/a.yaml': [deployment('a', ''), others('a')].join('---\n'),
  };
  const object = { kind: 'Kustomization', metadata: { name: 'app' }, spec: { path: './app', targetNamespace: 'shop' } };
  const memory = newFluxMemory();
  const render = (by?: FluxMemory): Rendering =>
    renderFlux(memorySnapshot(files), object, [], { ...options, ...(by ? { memory: by } : {}) });
  const before = render(memory);
  files['app/a.yaml'] = (files['app/a.yaml'] ?? '').replace('replicas: 2', 'replicas: 12');
  const after = render(memory);
  const scratch = render();
  expect(printManifests(after.manifests)).toBe(printManifests(scratch.manifests));
  expect(after.manifests.every(({ node }, i) => sameNode(node, scratch.manifests[i]?.node ?? node))).toBe(true);
  expect(after.manifests.filter((manifest, i) => manifest !== before.manifests[i])).toHaveLength(1);
});

test('variables are put again into those objects alone that are built otherwise, until a variable is another', () => {
  const files: Record<string, string> = {
    'app/kustomization.yaml': 'resources: [a.yaml]\n',
    'app/a.yaml': [deployment('a', ''), others('a').replace('info', '${LEVEL}')].join('---\n'),
  };
  const spec = { path: './app', postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'settings' }] } };
  const object = { kind: 'Kustomization', metadata: { name: 'app' }, spec };
  const took: string[] = [];
  const memory = newFluxMemory((way) => took.push(way));
  const render = (level: string): Rendering => {
    const sources = [{ kind: 'ConfigMap', name: 'settings', data: new Map([['LEVEL', level]]) }] as const;
    const rendering = renderFlux(memorySnapshot(files), object, sources, { ...options, memory });
    checkAlike(rendering, renderFlux(memorySnapshot(files), object, sources, options));
    return rendering;
  };
  const first = render('debug');
  expect(printManifests(first.manifests)).toContain('level: debug');
  files['app/a.yaml'] = (files['app/a.yaml'] ?? '').replace('replicas: 2', 'replicas: 12');
  const second = render('debug');
  expect(second.manifests.map((manifest, i) => manifest === first.manifests[i])).toEqual([false, true, true]);
  const third = render('warn');
  expect(printManifests(third.manifests)).toContain('level: warn');
  expect(third.manifests.map((manifest, i) => manifest === second.manifests[i])).toEqual([true, true, false]);
  expect(took).toEqual(['whole', 'object', 'unchanged']);
});

test('what was said of a kustomization is said no more once it is mended', () => {
  const files: Record<string, string> = { 'app/kustomization.yaml': 'resources: [inner]\n' };
  const object = { kind: 'Kustomization', metadata: { name: 'app' }, spec: { path: './app' } };
  const took: string[] = [];
  const memory = newFluxMemory((way) => took.push(way));
  const codes = (kustomization: string, a: string): string[] => {
    Object.assign(files, { 'app/inner/kustomization.yaml': kustomization, 'app/inner/a.yaml': a });
    const { findings } = renderFlux(memorySnapshot(files), object, [], { ...options, memory });
    return findings.map(({ code }) => code);
  };
  const twice = 'resources: [a.yaml]\nresources: [a.yaml]\nnamePrefix: x-\n';
  // Objects more and less: a checkpoint is laid before the first entry.
  for (const more of ['', '---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n', ''])
    expect(codes(twice, others('a') + more)).toEqual(['yaml-duplicate-key']);
  expect(took).toEqual(['whole', 'whole', 'resumed']);
  expect(codes('resources: [a.yaml]\nnamePrefix: x-\n', others('a'))).toEqual([]);
});

test.each([
  [
    'a patch',
    "patches:\n- target: {labelSelector: app=a}\n  patch: '{kind: Any, metadata: {name: any}, spec: {replicas: 9}}'\n",
  ],
  [
    'a replacement',
    'replacements:\n- source: {kind: ConfigMap, name: settings-a, fieldPath: data.level}\n  targets:\n  - select: {labelSelector: app=a}\n    fieldPaths: [metadata.labels.x]\n    options: {create: true}\n',
  ],
])('%s is said to match nothing once the label that it was for is another', (_, lines) => {
  const text = [deployment('a', ''), others('a')].join('---\n');
  const files: Record<string, string> = {
    'overlay/kustomization.yaml': `resources: [a.yaml]\n${lines}`,
    'overlay/a.yaml': text,
  };
  const builder = newBuilder(options);
  for (const label of ['a', 'b', 'a', 'c']) {
    files['overlay/a.yaml'] = text.replace('labels: {app: a}', `labels: {app: ${label}}`);
    const rendering = builder(memorySnapshot(files), 'overlay');
    checkSame(rendering, files);
    expect(rendering.findings).toHaveLength(label === 'a' ? 0 : 1);
  }
});
