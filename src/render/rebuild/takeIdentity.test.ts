import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSame, options } from '../../../test/render/scratch.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { newBuilder } from './builder.ts';

/** Objects that name each other in fields of most sorts: by kind, by namespace, by a role, of their own kind. */
const objects = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: {app: ${name}}
spec:
  template:
    spec:
      serviceAccountName: ${name}
      containers:
      - name: app
        image: shop/app
        envFrom:
        - configMapRef: {name: ${name}}
        - secretRef: {name: ${name}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${name}
  namespace: other
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${name}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name}}
subjects:
- kind: ServiceAccount
  name: ${name}
  namespace: other
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${name}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}
`;

const lines: readonly string[] = [
  'namePrefix: prod-\n',
  'nameSuffix: "-1"\n',
  'namespace: prod\n',
  'commonLabels: {team: shop}\n',
  'images:\n- name: shop/app\n  newTag: 2.0.0\n',
  'replicas:\n- name: a\n  count: 5\n',
  'configMapGenerator:\n- name: g\n  literals: [mode=prod]\n',
  'secretGenerator:\n- name: a\n  literals: [k=v]\n- name: b\n  options: {disableNameSuffixHash: true}\n  literals: [k=v]\n',
  'sortOptions: {order: fifo}\n',
  `patches:
- target: {kind: Deployment}
  patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"note": "patched"}}]'
- target: {name: b|c}
  patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"named": "patched"}}]'
- patch: '{kind: ConfigMap, apiVersion: v1, metadata: {name: b}, data: {k: v}}'
- target: {kind: Role, name: e}
  options: {allowNameChange: true}
  patch: '{kind: Role, apiVersion: rbac.authorization.k8s.io/v1, metadata: {name: named}}'
`,
  `patches:
- target: {labelSelector: app=b}
  patch: '{kind: Any, metadata: {name: any}, $patch: delete}'
`,
  'patchesStrategicMerge:\n- b.yaml\n- c.yaml\n',
  'patchesJson6902:\n- target: {version: v1, kind: ConfigMap, name: c}\n  patch: |-\n    - op: replace\n      path: /metadata/name\n      value: d\n',
];

const bases: readonly string[] = ['', 'namePrefix: base-\n', 'namespace: other\n', 'nameSuffix: "-b"\n'];

const names = ['a', 'b', 'c'];

const tree = fc.record({
  base: fc.constantFrom(...bases),
  lines: fc.uniqueArray(fc.constantFrom(...lines), {
    minLength: 1,
    maxLength: 6,
    selector: (line) => line.split(':')[0],
  }),
  isSplit: fc.boolean(),
});

const texts =
  'f g h i x y f g h a b c d e named prod-a a-1 prod other v1 apps/v1 apps/v2 Role ConfigMap ServiceAccount ClusterRole Secret Namespace Anything'.split(
    ' ',
  );

const edit = fc.record({
  file: fc.nat(),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  near: fc.constantFrom('  name: ', 'name: ', 'kind: ', '\nkind: ', 'apiVersion: ', 'namespace: ', 'metadata:\n'),
  put: fc.constantFrom(...texts, '', '[]', '  namespace: prod'),
  undo: fc.integer({ min: 0, max: 2 }),
});

test('whatever objects are called in turn, the rendering is that of a build from scratch', () => {
  const took = new Map<string, number>();
  fc.assert(
    fc.property(tree, fc.array(edit, { minLength: 1, maxLength: 6 }), (shape, edits) => {
      const files: Record<string, string> = {
        'overlay/kustomization.yaml': `resources: [../base, more.yaml]\n${shape.lines.join('')}`,
        'overlay/more.yaml': objects('e'),
        'overlay/b.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: b}\ndata: {k: b}\n',
        'overlay/c.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata: {k: c}\n',
        'base/kustomization.yaml': `resources: [${shape.isSplit ? names.map((name) => `${name}.yaml`).join(', ') : 'all.yaml'}]\n${shape.base}`,
        'base/all.yaml': names.map(objects).join('---\n'),
        ...Object.fromEntries(names.map((name) => [`base/${name}.yaml`, objects(name)])),
      };
      const builder = newBuilder(options, (way) => took.set(way, (took.get(way) ?? 0) + 1));
      checkSame(builder(memorySnapshot(files), 'overlay'), files);
      const paths = [
        'overlay/more.yaml',
        ...(shape.isSplit ? names.map((name) => `base/${name}.yaml`) : ['base/all.yaml']),
      ];
      for (const { file, at, near, put, undo } of edits) {
        const path = paths[file % paths.length] ?? '';
        const text = files[path] ?? '';
        const found = text.indexOf(near, Math.floor(at * text.length));
        if (found < 0) continue;
        const start = found + near.length;
        files[path] = text.slice(0, start) + put + text.slice(start).replace(/^[^\n,}]*/, '');
        checkSame(builder(memorySnapshot(files), 'overlay'), files);
        if (undo === 0) continue;
        files[path] = text;
        checkSame(builder(memorySnapshot(files), 'overlay'), files);
      }
    }),
    { numRuns: Number(process.env['REBUILD_RUNS'] ?? 100) },
  );
  expect(took.get('object')).toBeGreaterThan(50);
}, 600_000);

test('a patch that is for an object now, and was for none, is not said to match nothing any more', () => {
  const target =
    'patches:\n- target: {kind: Foo|Bar}\n  patch: \'[{"op": "add", "path": "/data", "value": {"k": "v"}}]\'\n';
  const files: Record<string, string> = {
    'overlay/kustomization.yaml': `resources: [a.yaml]\nnamePrefix: x-\n${target}`,
    'overlay/a.yaml': objects('a'),
  };
  const builder = newBuilder(options);
  for (const kind of ['ConfigMap', 'Foo', 'Bar', 'ConfigMap', 'Foo']) {
    files['overlay/a.yaml'] = objects('a').replace('kind: ConfigMap', `kind: ${kind}`);
    const rendering = builder(memorySnapshot(files), 'overlay');
    checkSame(rendering, files);
    expect(rendering.findings.map(({ code }) => code)).toEqual(kind === 'ConfigMap' ? ['patch-no-match'] : []);
  }
});

test('a patch that is for no object of its kustomization any more is said to match nothing, whatever others have', () => {
  const target =
    'patches:\n- target: {kind: ConfigMap}\n  patch: \'[{"op": "add", "path": "/data", "value": {"k": "v"}}]\'\n';
  const files: Record<string, string> = {
    'overlay/kustomization.yaml': 'resources: [../base, b.yaml]\nnamePrefix: x-\n',
    'overlay/b.yaml': objects('b'),
    'base/kustomization.yaml': `resources: [a.yaml]\n${target}`,
    'base/a.yaml': objects('a'),
  };
  const builder = newBuilder(options);
  for (const kind of ['ConfigMap', 'Foo', 'ConfigMap', 'Bar']) {
    files['base/a.yaml'] = objects('a').replace('kind: ConfigMap', `kind: ${kind}`);
    const rendering = builder(memorySnapshot(files), 'overlay');
    checkSame(rendering, files);
    expect(rendering.findings.map(({ code }) => code)).toEqual(kind === 'ConfigMap' ? [] : ['patch-no-match']);
  }
});

test('what comes nearest to a name that is missing is said anew', () => {
  const files: Record<string, string> = {
    'overlay/kustomization.yaml':
      'resources: [a.yaml]\nnamePrefix: x-\npatches:\n- target: {name: settings}\n  patch: \'[{"op": "remove", "path": "/data"}]\'\n',
    'overlay/a.yaml': objects('a'),
  };
  const builder = newBuilder(options);
  for (const name of ['a', 'setting', 'setings', 'other']) {
    files['overlay/a.yaml'] = objects('a').replace('name: a\n---', `name: ${name}\n---`);
    checkSame(builder(memorySnapshot(files), 'overlay'), files);
  }
});
