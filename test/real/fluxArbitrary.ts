// Generated Flux Kustomizations with the folder that they build, for fluxBuilds.ts: folders with and without a kustomization,
// every field that changes the build, and variables in values. Deliberately sloppy: what is wrong has to be wrong to both.
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.ts';
import { trees } from './treeArbitrary.ts';

/** A ConfigMap or Secret that substituteFrom names; without data it is not there. */
export interface Source {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly data: Readonly<Record<string, string>> | undefined;
}

export interface FluxCase {
  readonly files: Readonly<Record<string, string>>;
  /** The folder that spec.path names. */
  readonly path: string;
  readonly spec: JsonObject;
  readonly sources: readonly Source[];
  readonly strict: boolean;
}

const sometimes = <T>(arbitrary: fc.Arbitrary<T>, freq = 3): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });
/** One in `freq` is of the second kind. */
const rarely = <T>(often: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: often, weight: freq }, { arbitrary: rare, weight: 1 });
const of = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const EXPRESSIONS = [
  '${A}',
  'x-${A}-${B}-y',
  '${NUM}',
  '${TRUE}',
  '${EMPTY}',
  '${LINES}',
  '${QUOTE}${NUM}${QUOTE}',
  '${MISSING:=d}',
  '${MISSING:-1}',
  '${MISSING=}',
  '${EMPTY:-full}',
  '${A:1:2}',
  '${A:1}',
  '${#A}',
  '${A#a}',
  '${A##*b}',
  '${A%c}',
  '${A/b/X}',
  '${A//b/}',
  '${A^^}',
  '${A,}',
  '$${A}',
  '$A',
  '$$',
  'a $ b',
  '${A:-${B}}',
  '${MISSING:-${A}}',
  '${MISSING:-a: b}',
];
const WRONG = ['${MISSING}', '${A', '${', '${A:?no}', '${A+b}', '${YAML}', '${1}', '${A:x}'];
const PLAIN = [
  'plain',
  '1',
  'true',
  '007',
  '1e3',
  '0x1F',
  '"quoted"',
  "'single'",
  '~',
  '2026-01-01',
  '12345678901234567890',
  '',
];
const value = fc.oneof(
  { arbitrary: of(...EXPRESSIONS), weight: 12 },
  { arbitrary: of(...PLAIN), weight: 6 },
  { arbitrary: of(...WRONG), weight: 1 },
);
const quoted = fc
  .tuple(value, of('plain', 'double', 'single', 'block'))
  .map(([text, style]) =>
    style === 'double'
      ? JSON.stringify(text)
      : style === 'single'
        ? `'${text.replaceAll("'", "''")}'`
        : style === 'block'
          ? `|\n    ${text}\n    more ${text}`
          : text,
  );

const SWITCH = 'kustomize.toolkit.fluxcd.io/substitute';
const name = of('one', 'two', 'three', 'four', 'five', 'a-${B}', '${A}');
const metadata = (names: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({
      name: names,
      namespace: sometimes(of('first', 'second', '${A}')),
      label: sometimes(value),
      skip: sometimes(of(`labels: {${SWITCH}: disabled}`, `annotations: {${SWITCH}: disabled}`), 12),
    })
    .map(({ name: own, namespace, label, skip }) =>
      [
        `  name: ${own}\n`,
        namespace === undefined ? '' : `  namespace: ${namespace}\n`,
        skip === undefined ? '' : `  ${skip}\n`,
        label === undefined
          ? ''
          : `  ${skip?.startsWith('ann') === true ? 'labels' : 'annotations'}:\n    note: ${label}\n`,
      ].join(''),
    );
const configMap = fc
  .tuple(metadata(name), fc.array(quoted, { maxLength: 3 }))
  .map(
    ([meta, data]) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n${meta}${data.length > 0 ? 'data:\n' : ''}${data.map((text, i) => `  key${i}: ${text}\n`).join('')}`,
  );
const deployment = fc
  .tuple(
    metadata(of('web', 'api')),
    of('nginx', 'nginx:1', 'ghcr.io/x/y:${NUM}', 'app@sha256:abc'),
    quoted,
    of('1', '${NUM}'),
  )
  .map(
    ([meta, image, env, replicas]) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n${meta}spec:\n  replicas: ${replicas}\n  template:\n    spec:\n      containers:\n      - name: main\n        image: ${image}\n        env:\n        - name: E\n          value: ${env.replaceAll('\n', '\n        ')}\n      volumes:\n      - name: v\n        configMap: {name: one}\n`,
  );
const other = of(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: first}\n',
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
  'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n',
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: rb}\nroleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: ServiceAccount, name: default, namespace: x}]\n',
  'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1.50, big: 9007199254740993, none: null, list: [], map: {}}\n',
  'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}}\n',
  'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: inner}\n',
);
const bad = of(
  'a: b: c\n',
  'kind: ConfigMap\n',
  'just text\n',
  '- 1\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
);
const empty = of('', '# a comment\n', '---\n');
const object = fc.oneof(configMap, deployment, other);
const manifest = rarely(
  fc.array(object, { minLength: 1, maxLength: 2 }).map((objects) => objects.join('---\n')),
  fc.oneof(empty, bad),
  25,
);

/** A folder whose kustomization Flux makes. */
const unlisted = fc
  .record({
    files: fc.dictionary(
      of('a.yaml', 'b.yml', 'Z.yaml', 'sub/a.yaml', 'sub/deep/c.yaml', 'sub.yaml', '.hidden.yaml', 'x/y.json'),
      manifest,
      { maxKeys: 4 },
    ),
    whole: sometimes(fc.tuple(of('sub/whole', 'whole', 'a'), of('kustomization.yaml', 'Kustomization'), object)),
    ignored: sometimes(
      of('b.yml\n', '*.yml\n', '/sub/*.yaml\n!/sub/a.yaml\n', 'sub/deep/\n', '# none\n', '*.yaml\n!Z.yaml\n'),
      4,
    ),
  })
  .map(({ files, whole, ignored }) => {
    const all: Record<string, string> = {};
    for (const [path, text] of Object.entries(files)) all[`app/${path}`] = text;
    if (whole !== undefined && ignored?.startsWith('*.yaml') !== true) {
      const [folder, file, text] = whole;
      all[`app/${folder}/${file}`] = 'resources: [inner.yaml]\nnamePrefix: in-\n';
      all[`app/${folder}/inner.yaml`] = text;
      all[`app/${folder}/extra.yaml`] = 'not listed\n';
    }
    if (ignored !== undefined) all['app/.sourceignore'] = ignored;
    all['app/README.md'] = 'none';
    return { files: all, path: 'app' };
  });

const KUSTOMIZATION_LINES = [
  'namespace: own',
  'namePrefix: k-',
  'nameSuffix: -k',
  'images: [{name: nginx, newTag: "2"}]',
  'images: [{name: nginx, newName: other, digest: "sha256:1"}, {name: app, newTag: x}]',
  'buildMetadata: [managedByLabel]',
  'buildMetadata: [originAnnotations, transformerAnnotations]',
  'commonAnnotations: {a: "${A}"}',
  'labels: [{pairs: {l: "1"}, includeSelectors: true}]',
  'commonLabels: {c: d}',
  'configMapGenerator: [{name: gen, literals: ["k=${A}", "x=1"]}]',
  'secretGenerator: [{name: sec, literals: [p=1], options: {disableNameSuffixHash: true}}]',
  'components: [../extra]',
  'patches: [{patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: one}, data: {p: q}}", target: {kind: ConfigMap}}]',
  'replicas: [{name: web, count: 5}]',
  'generatorOptions: {disableNameSuffixHash: true}',
  'sortOptions: {order: legacy}',
  'metadata: {name: k}',
  'unknown: field',
  'NAMEPREFIX: upper-',
  'apiVersion: kustomize.config.k8s.io/v1beta1',
  'kind: Kustomization',
  'nothing: null',
  'crds: []',
];
const listed = fc
  .record({
    files: fc.array(manifest, { maxLength: 3 }),
    lines: fc.uniqueArray(of(...KUSTOMIZATION_LINES), { maxLength: 4, selector: (line) => line.slice(0, 7) }),
    file: of('kustomization.yaml', 'kustomization.yml', 'Kustomization'),
  })
  .map(({ files, lines, file }) => {
    const all: Record<string, string> = {};
    for (const [i, text] of files.entries()) all[`app/r${i}.yaml`] = text;
    const resources = files.length > 0 ? `resources:\n${files.map((_, i) => `- r${i}.yaml\n`).join('')}` : '';
    all[`app/${file}`] = `${resources}${lines.map((line) => `${line}\n`).join('')}`;
    return { files: all, path: 'app' };
  });

const tree = trees.map((files) => ({ files: { ...files } as Record<string, string>, path: 'root' }));

const patch = of<JsonObject>(
  {
    patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: any\ndata:\n  patched: "${A}"\n',
    target: { kind: 'ConfigMap' },
  },
  {
    patch: '- op: add\n  path: /metadata/labels\n  value: {p: "1"}\n',
    target: { kind: 'Deployment|Service', version: 'v1' },
  },
  { patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"q": "${B}"}}]', target: { name: 'o.*|two' } },
  { patch: '$patch: delete\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n', target: { kind: 'Service' } },
  { patch: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 9}\n' },
  {
    patch: 'apiVersion: x/v1\nkind: X\nmetadata: {name: x}\nspec: {replicas: 3}\n',
    target: { labelSelector: 'l=1', annotationSelector: 'a' },
  },
);
const component = of('../extra', './missing', './missing', '../extra/', 'https://example.com/x', '/absolute');
const image = of<JsonObject>(
  { name: 'nginx', newTag: '3' },
  { name: 'nginx', newName: 'swapped' },
  { name: 'nginx', digest: 'sha256:9' },
  { name: 'app', newName: 'app2', newTag: 'a', digest: 'sha256:1' },
  { name: 'ghcr.io/x/y', newTag: '' },
);
const KEYS = ['A', 'B', 'NUM', 'TRUE', 'EMPTY', 'LINES', 'QUOTE', 'YAML', '_x9'];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  A: ['abc', 'bcd', '5'],
  B: ['b', ''],
  NUM: ['5', '0', '-1', '1.50'],
  TRUE: ['true', 'no'],
  EMPTY: [''],
  LINES: ['one\ntwo\n'],
  QUOTE: ['"'],
  YAML: ['a: b', '{x: 1}', '- 1', '"'],
  _x9: ['x'],
};
const keys = rarely(
  rarely(fc.constant(KEYS), fc.subarray(KEYS), 3),
  fc.subarray(KEYS).map((some) => [...some, 'not-a-name']),
  40,
);
const variables = keys.chain((names) =>
  fc
    .tuple(...names.map((key) => of(...(VALUES[key] ?? ['x']))))
    .map((values) => Object.fromEntries(names.map((key, i) => [key, values[i] ?? '']))),
);
const source: fc.Arbitrary<Source> = fc.record({
  kind: of('ConfigMap' as const, 'Secret' as const),
  name: of('vars-1', 'vars-2'),
  data: sometimes(variables, 6),
});
const postBuild = fc.record({
  substitute: sometimes(variables, 6),
  sources: rarely(
    fc.uniqueArray(source, { maxLength: 3, selector: ({ kind, name: own }) => `${kind}/${own}` }),
    fc.constant<Source[]>([]),
    2,
  ),
  strategy: sometimes(of('Always', 'WithVariables'), 2),
});
const settings = fc.record({
  targetNamespace: sometimes(of('target', 'default')),
  namePrefix: sometimes(of('f-', '')),
  nameSuffix: sometimes(of('-f')),
  patches: sometimes(fc.array(patch, { maxLength: 2 })),
  components: sometimes(rarely(fc.constant<string[]>(['../extra']), fc.array(component, { maxLength: 2 }), 3), 5),
  ignoreMissingComponents: sometimes(fc.boolean()),
  images: sometimes(fc.array(image, { maxLength: 2 })),
  buildMetadata: sometimes(fc.subarray(['originAnnotations', 'transformerAnnotations', 'managedByLabel']), 6),
  commonMetadata: sometimes(
    of<JsonObject>({ labels: { team: 'x' } }, { annotations: { note: 'y', a: 'z' }, labels: {} }, {}),
  ),
});

const COMPONENT = { 'extra/kustomization.yaml': 'kind: Component\nresources: [c.yaml]\nnameSuffix: -c\n' };

export const fluxCases: fc.Arbitrary<FluxCase> = fc
  .record({
    folder: fc.oneof(unlisted, listed, tree),
    settings,
    postBuild: sometimes(postBuild, 2),
    strict: fc.boolean(),
    component: object,
  })
  .map(({ folder: { files, path }, settings: given, postBuild: build, strict, component: added }) => {
    const folder = { files: { ...files, ...COMPONENT, 'extra/c.yaml': added }, path };
    const spec: JsonObject = { path: `./${folder.path}`, prune: true, interval: '10m' };
    for (const [field, set] of Object.entries(given)) if (set !== undefined) spec[field] = set;
    if (build === undefined) return { ...folder, spec, sources: [], strict };
    const references = build.sources.map(({ kind, name: own, data }) => ({
      kind,
      name: own,
      ...(data === undefined ? { optional: true } : {}),
    }));
    spec['postBuild'] = {
      ...(build.substitute === undefined ? {} : { substitute: build.substitute }),
      ...(references.length > 0 ? { substituteFrom: references } : {}),
      ...(build.strategy === undefined ? {} : { substituteStrategy: build.strategy }),
    };
    return { ...folder, spec, sources: build.sources, strict };
  });
