import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSame, deployment, options, others } from '../../../test/render/scratch.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { printManifests } from '../output/print.ts';
import { newBuilder } from './builder.ts';

const OVERLAY = 'overlay/kustomization.yaml';

const tree: Readonly<Record<string, string>> = {
  'base/kustomization.yaml':
    'resources:\n- a.yaml\n- b.yaml\nlabels:\n- pairs: {tier: base}\nconfigMapGenerator:\n- name: shared\n  literals: [mode=base]\n',
  'base/a.yaml': [deployment('a', ''), others('a')].join('---\n'),
  'base/b.yaml': [deployment('b', ''), others('b')].join('---\n'),
  'other/kustomization.yaml': 'resources: [c.yaml]\nnameSuffix: -other\n',
  'other/c.yaml': others('c'),
  'part/kustomization.yaml':
    'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [d.yaml]\ncommonAnnotations: {part: one}\n',
  'part/d.yaml': others('d'),
  'overlay/more.yaml': others('more'),
  'overlay/app.conf': 'level=info\nother=1\n',
  'overlay/patch.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3\n  paused: true\n',
  [OVERLAY]: `resources:
- ../base
- ../other
namePrefix: prod-
namespace: prod
labels:
- pairs: {team: shop}
  includeSelectors: true
- pairs: {zone: eu}
commonAnnotations: {by: us}
images:
- name: shop/app
  newTag: 2.0.0
replicas:
- name: b
  count: 5
components:
- ../part
configMapGenerator:
- name: own
  literals: [mode=prod]
  files: [app.conf]
- name: shared
  behavior: merge
  literals: [zone=eu]
patches:
- path: patch.yaml
- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/type
      value: NodePort
`,
};

/** Files, what is found in them, and what may stand behind it or in its place. */
const kinds: readonly { readonly file: string; readonly at: string; readonly texts: readonly string[] }[] = [
  { file: OVERLAY, at: 'namePrefix: ', texts: ['prod-', 'p-', '""', 'a'] },
  { file: OVERLAY, at: 'namespace: ', texts: ['prod', 'dev'] },
  { file: OVERLAY, at: 'team: ', texts: ['shop', 'x', '""'] },
  { file: OVERLAY, at: 'zone: ', texts: ['us', 'eu'] },
  { file: OVERLAY, at: 'by: ', texts: ['us', 'them', '1'] },
  { file: OVERLAY, at: 'newTag: ', texts: ['3', '2.0.1'] },
  { file: OVERLAY, at: 'count: ', texts: ['1', '12'] },
  { file: OVERLAY, at: 'mode=', texts: ['dev]', 'prod]', 'x, a=b]'] },
  { file: OVERLAY, at: 'zone=', texts: ['eu]', 'us]'] },
  { file: OVERLAY, at: 'value: ', texts: ['ClusterIP', 'NodePort'] },
  { file: OVERLAY, at: 'resources:\n', texts: ['- ../base', '- more.yaml\n- ../base'] },
  { file: OVERLAY, at: '- ../other', texts: ['\n- more.yaml', ''] },
  { file: OVERLAY, at: 'components:\n', texts: ['- ../part', '- ../part # again'] },
  { file: OVERLAY, at: 'patches:\n', texts: ['- path: patch.yaml', '- {target: {kind: ConfigMap}, path: patch.yaml}'] },
  { file: 'overlay/patch.yaml', at: 'replicas: ', texts: ['3', '44', 'x', '[]'] },
  { file: 'overlay/patch.yaml', at: 'name: ', texts: ['a}', 'b}', 'none}'] },
  { file: 'overlay/app.conf', at: 'level=', texts: ['info', 'a longer one', ''] },
  { file: 'base/kustomization.yaml', at: 'tier: ', texts: ['base}', 'low}'] },
  { file: 'base/kustomization.yaml', at: 'mode=', texts: ['base]', 'low]'] },
  { file: 'base/kustomization.yaml', at: '- b.yaml', texts: ['', '\nnamePrefix: b-'] },
  { file: 'other/kustomization.yaml', at: 'nameSuffix: ', texts: ['-other', '-o'] },
  { file: 'part/kustomization.yaml', at: 'part: ', texts: ['one}', 'two}'] },
  { file: 'base/a.yaml', at: 'level: ', texts: ['info', 'debug'] },
  { file: 'base/b.yaml', at: 'replicas: ', texts: ['2', '22'] },
  { file: 'part/d.yaml', at: 'level: ', texts: ['info', 'debug', '${x}'] },
];

function edited(text: string, at: string, put: string): string {
  const start = text.indexOf(at) + at.length;
  return start < at.length ? text : text.slice(0, start) + put + text.slice(start).replace(/^[^\n]*/, '');
}

test('whatever is edited in whatever order, the rendering is that of a build from scratch', () => {
  const took = new Map<string, number>();
  const edit = fc.record({ kind: fc.constantFrom(...kinds), text: fc.nat(), again: fc.nat({ max: 2 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 3, maxLength: 10 }), (edits) => {
      const files = { ...tree };
      const builder = newBuilder(options, (way) => took.set(way, (took.get(way) ?? 0) + 1));
      checkSame(builder(memorySnapshot(files), 'overlay'), files);
      for (const { kind, text, again } of edits) {
        // One types a few times at the same place.
        for (let i = 0; i <= again; i++) {
          const put = kind.texts[(text + i) % kind.texts.length] ?? '';
          files[kind.file] = edited(files[kind.file] ?? '', kind.at, put);
          checkSame(builder(memorySnapshot(files), 'overlay'), files);
        }
      }
    }),
    { numRuns: Number(process.env['REBUILD_RUNS'] ?? 60) },
  );
  for (const way of ['object', 'use', 'resumed']) expect(took.get(way), way).toBeGreaterThan(10);
});

/** Edits, with the way that the second one of two takes. */
const ways: readonly (readonly [file: string, at: string, texts: readonly string[], way: string])[] = [
  ['base/a.yaml', 'level: ', ['debug', 'warn'], 'object'],
  [OVERLAY, 'count: ', ['6', '7'], 'use'],
  [OVERLAY, 'newTag: ', ['2.0.1', '2.0.2'], 'use'],
  [OVERLAY, 'mode=', ['dev]', 'test]'], 'use'],
  ['overlay/app.conf', 'level=', ['debug', 'warn'], 'use'],
  ['overlay/patch.yaml', 'replicas: ', ['4', '5'], 'use'],
  [OVERLAY, 'team: ', ['one}', 'two}'], 'resumed'],
  [OVERLAY, 'by: ', ['one}', 'two}'], 'resumed'],
  [OVERLAY, 'namePrefix: ', ['dev-', 'test-'], 'resumed'],
  [OVERLAY, 'namespace: ', ['dev', 'test'], 'resumed'],
  ['part/kustomization.yaml', 'part: ', ['two}', 'three}'], 'resumed'],
  ['base/kustomization.yaml', 'tier: ', ['low}', 'high}'], 'resumed'],
];

test.each(ways)('%s, %s: the second edit at one place goes the short way', (file, at, texts, way) => {
  const files = { ...tree };
  let took = '';
  const builder = newBuilder(options, (one) => (took = one));
  builder(memorySnapshot(files), 'overlay');
  for (const put of texts) {
    files[file] = edited(files[file] ?? '', at, put);
    checkSame(builder(memorySnapshot(files), 'overlay'), files);
  }
  expect(took).toBe(way);
});

test('a label that stands in several maps of an object is one in all of them, also behind a checkpoint', () => {
  const files: Record<string, string> = {
    'base/a.yaml': deployment('a', ''),
    'base/kustomization.yaml': 'resources: [a.yaml]\nlabels:\n- pairs: {zone: eu}\n  includeSelectors: true\n',
    [OVERLAY]: 'resources: [../base]\ncommonAnnotations: {by: us}\nlabels:\n- pairs: {zone: us}\n',
  };
  const took: string[] = [];
  const builder = newBuilder(options, (way) => took.push(way));
  for (const zone of ['us', 'one', 'two', 'three']) {
    files[OVERLAY] = edited(files[OVERLAY] ?? '', 'zone: ', `${zone}}`);
    const rendering = builder(memorySnapshot(files), 'overlay');
    checkSame(rendering, files);
    expect(printManifests(rendering.manifests).match(new RegExp(`zone: ${zone}`, 'g'))).toHaveLength(3);
  }
  expect(took).toEqual(['whole', 'whole', 'resumed', 'resumed']);
});

test('objects that a longer or shorter list leaves the same stay the values that they were', () => {
  const files = { ...tree };
  const took: string[] = [];
  const builder = newBuilder(options, (way) => took.push(way));
  const lists = ['- ../other', '- ../other\n- more.yaml', '- ../other', '- ../other\n- more.yaml', '- ../other'];
  const renderings = lists.map((list) => {
    files[OVERLAY] = (tree[OVERLAY] ?? '').replace('- ../other', list);
    const rendering = builder(memorySnapshot(files), 'overlay');
    checkSame(rendering, files);
    return rendering;
  });
  expect(took).toEqual(['whole', 'whole', 'resumed', 'resumed', 'resumed']);
  const [, , shorter, longer] = renderings.map(({ manifests }) => manifests);
  // Those of the component, which is read anew, and those that were added.
  expect(longer?.filter((one) => !shorter?.includes(one))).toHaveLength(4);
});
