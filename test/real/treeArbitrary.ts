// Generated kustomization trees for trees.ts: bases, components and overlays over one another, each with any of the fields
// that a kustomization has. Deliberately sloppy: some trees are wrong, and then both programs have to say so.
import * as fc from 'fast-check';
import { chance, NAMESPACES, pick, resource, scalar, some, textScalar } from './treeResources.ts';
import type { Draw, Id, Made } from './treeResources.ts';

/** Files by path; the root to build is `root`. */
export type Tree = Record<string, string>;

interface Level {
  readonly files: Tree;
  readonly draw: Draw;
  /** What each kustomization holds, under the names it was written with. */
  readonly knownOf: Map<string, readonly Id[]>;
  /** What the kustomization that is being made holds: what patches and replacements can name. */
  readonly known: Id[];
}

interface Asked {
  readonly kind: 'Kustomization' | 'Component';
  readonly component?: string | undefined;
  /** Fields that it has for sure. */
  readonly fixed?: string;
}

export const trees: fc.Arbitrary<Tree> = fc.gen().map((gen) => {
  const draw: Draw = (arbitrary, ...args) => gen(arbitrary as (...of: typeof args) => fc.Arbitrary<never>, ...args);
  const level: Level = { files: {}, draw, knownOf: new Map(), known: [] };
  const bases = [0, ...some(draw, 2, (i) => i + 1)].map((i) => base(level, i));
  const component = chance(draw, 25) ? kustomization(level, 'comp', [], { kind: 'Component' }) : undefined;
  const overlays = some(draw, 2, (i) => {
    const of = bases.length > 1 && chance(draw, 40) ? bases : [pick(draw, bases)];
    // Two overlays of one base would be two objects of one name.
    const fixed = i > 0 && chance(draw, 95) ? `namePrefix: over${i}-\n` : '';
    return kustomization(level, `over${i}`, of, {
      kind: 'Kustomization',
      component: chance(draw, 50) ? component : undefined,
      fixed,
    });
  });
  const left = overlays.length === 0 ? bases : chance(draw, 5) ? [...overlays, bases.at(-1) ?? ''] : overlays;
  kustomization(level, 'root', left, {
    kind: 'Kustomization',
    component: overlays.length === 0 ? component : undefined,
  });
  return level.files;
});

function base(level: Level, i: number): string {
  const { draw, files } = level;
  const path = `base${i}`;
  const all: Made[] = [resource(draw, `-${i}`), ...some(draw, 4, () => resource(draw, `-${i}`))];
  const isNew = (one: Made, at: number): boolean =>
    !all.slice(0, at).some(({ id }) => id.kind === one.id.kind && id.name === one.id.name);
  const made = chance(draw, 2) ? all : all.filter(isNew);
  if (chance(draw, 10)) {
    const items = made.map(({ text }) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`);
    files[`${path}/all.yaml`] =
      `apiVersion: v1\nkind: ${pick(draw, ['List', 'ConfigMapList'])}\nitems:\n${items.join('')}`;
  } else
    files[`${path}/all.yaml`] = made
      .map(({ text }) => text)
      .join(pick(draw, ['---\n', '---\n# comment\n', '\n---\n\n---\n']));
  level.knownOf.set(
    'all.yaml',
    made.map(({ id }) => id),
  );
  return kustomization(level, path, ['all.yaml'], { kind: 'Kustomization' });
}

type Field = (level: Level, path: string) => string;

const AFFIX = ['p-', 'dev-', 'a.b-', '"1-"'] as const;
const pair = (draw: Draw): string =>
  `{${pick(draw, ['app', 'team', 'x/y'])}: ${pick(draw, ['web', 'v2', '"1"', '"true"'])}}`;

/** Each field with the percentage of kustomizations that have it. */
const FIELDS: readonly (readonly [number, Field])[] = [
  [20, ({ draw }) => `namePrefix: ${pick(draw, AFFIX)}\n`],
  [15, ({ draw }) => `nameSuffix: ${pick(draw, ['-s', '-v1', '"-2"'])}\n`],
  [25, ({ draw }) => `namespace: ${pick(draw, [...NAMESPACES, 'prod'])}\n`],
  [15, ({ draw }) => `commonLabels: ${pair(draw)}\n`],
  [
    20,
    ({ draw }) =>
      `labels:\n${[0, ...some(draw, 1, (i) => i)].map(() => `- pairs: ${pair(draw)}\n${chance(draw, 40) ? '  includeSelectors: true\n' : ''}${chance(draw, 40) ? '  includeTemplates: true\n' : ''}${chance(draw, 15) ? '  fields:\n  - path: spec/extra\n    create: true\n    kind: Foo\n' : ''}`).join('')}`,
  ],
  [
    15,
    ({ draw }) =>
      `commonAnnotations: {note: ${chance(draw, 5) ? textScalar(draw) : pick(draw, ['x', '"1"', '"a b"', "'true'"])}, "n": "2"}\n`,
  ],
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
  [
    8,
    ({ draw }) =>
      `buildMetadata: [${pick(draw, ['managedByLabel', 'originAnnotations', 'transformerAnnotations', 'originAnnotations, transformerAnnotations'])}]\n`,
  ],
  [6, ({ draw }) => `sortOptions:\n  order: ${pick(draw, ['fifo', 'legacy'])}\n`],
];

const NEEDS_TARGETS: ReadonlySet<Field> = new Set([patches, patchesStrategicMerge, patchesJson6902, replacements]);

function kustomization(
  outer: Level,
  path: string,
  resources: readonly string[],
  { kind, component, fixed = '' }: Asked,
): string {
  const { draw, files } = outer;
  const below = [...resources, ...(component === undefined ? [] : [component])];
  const level: Level = { ...outer, known: below.flatMap((one) => outer.knownOf.get(one) ?? []) };
  const extra = path !== 'comp' && !path.startsWith('base') && chance(draw, 30) ? [resource(draw, `-${path}`)] : [];
  for (const [i, { id, text }] of extra.entries()) {
    level.known.push(id);
    files[`${path}/extra${i}.yaml`] = text;
  }
  const all = [
    ...resources.map((one) => (one.endsWith('.yaml') ? one : `../${one}`)),
    ...extra.map((_, i) => `extra${i}.yaml`),
  ];
  const head = kind === 'Component' ? 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n' : '';
  const isEmpty = (field: Field): boolean => NEEDS_TARGETS.has(field) && level.known.length === 0 && !chance(draw, 3);
  const made = FIELDS.map(([percent, field]) => (chance(draw, percent) && !isEmpty(field) ? field(level, path) : ''));
  const fields = made.filter((text) => fixed === '' || !text.startsWith('namePrefix'));
  outer.knownOf.set(path, level.known);
  const components = component === undefined ? '' : `components:\n- ../${component}\n`;
  files[`${path}/kustomization.yaml`] =
    `${head}${all.length > 0 ? `resources:\n${all.map((one) => `- ${one}\n`).join('')}` : ''}${components}${fixed}${fields.join('')}`;
  return path;
}

function replicas({ draw, known }: Level): string {
  const scaled = known.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  if (scaled.length === 0 && !chance(draw, 3)) return '';
  return `replicas:\n- name: ${scaled.length > 0 ? pick(draw, scaled).name : 'x'}\n  count: ${pick(draw, [5, 0])}\n`;
}

function images({ draw }: Level): string {
  const change = [
    () => `newTag: ${pick(draw, ['v2', '"1"', 'v1.10', '"007"'])}`,
    () => 'newName: other.example.com/web',
    () => 'digest: sha256:25a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3',
    () => 'newName: new\n  newTag: "2"',
    () => 'tagSuffix: -x',
  ];
  return `images:\n${[0, ...some(draw, 1, (i) => i)].map(() => `- name: ${pick(draw, ['web', 'nginx', 'db', 'registry.example.com:5000/web'])}\n  ${pick(draw, change)()}\n`).join('')}`;
}

function generated({ draw, files }: Level, path: string, key: string): string {
  const sources = [
    () =>
      `  literals:\n${[0, ...some(draw, 2, (i) => i + 1)].map((i) => `  - ${pick(draw, ['A=1', 'B="quoted"', "C='single'", 'D=a=b', 'E=', '"F=x y"', 'G=true', 'H=line\\nbreak'])}`.replace(/([A-H])=/, `$1${i}=`)).join('\n')}\n`,
    () => {
      files[`${path}/${key}.txt`] = pick(draw, [
        'text\n',
        'no end',
        'a: 1\nb: 2\n',
        '  lead\n\n',
        'trailing \nx\n',
        'é\n',
        '',
        'tab\there\n',
        'a\r\nb\r\n',
      ]);
      return `  files:\n  - ${pick(draw, ['', 'renamed=', 'k.conf='])}${key}.txt\n`;
    },
    () => {
      files[`${path}/${key}.env`] = pick(draw, [
        'X=1\nY=two words\n',
        '# c\n\nX="q"\n',
        'X=\nZ=a=b\n',
        "X='s'\n  Y=2\n",
        '\ufeffX=1\n',
      ]);
      return `  envs:\n  - ${key}.env\n`;
    },
  ];
  return `${pick(draw, sources)()}${chance(draw, 20) ? (sources[0]?.() ?? '').replace('  literals', chance(draw, 100) ? '  literals' : '') : ''}`.replace(
    /( {2}literals:\n(?: {2}- .*\n)+)( {2}literals:\n(?: {2}- .*\n)+)$/,
    '$1',
  );
}

function options(draw: Draw): string {
  if (!chance(draw, 25)) return '';
  return `  options:\n${pick(draw, ['    disableNameSuffixHash: true\n', '    labels: {own: "1"}\n', '    annotations: {a: b}\n    immutable: true\n'])}`;
}

function generatorsOf(field: string, kind: string, type: (draw: Draw) => string): Field {
  return (level, path) => {
    const { draw } = level;
    const items = [0, ...some(draw, 1, (i) => i + 1)].map((i) => {
      const existing = level.known.filter((id) => id.kind === kind);
      const behavior =
        existing.length > 0 && !path.startsWith('base') && chance(draw, 50)
          ? pick(draw, ['merge', 'replace'])
          : chance(draw, 10)
            ? 'create'
            : undefined;
      const of = behavior === 'merge' || behavior === 'replace' ? pick(draw, existing) : undefined;
      const name = of?.name ?? (chance(draw, 92) ? `gen-${path}${i}` : pick(draw, ['web', 'db', 'cfg']));
      const namespace = of?.namespace ?? (chance(draw, 15) ? pick(draw, NAMESPACES) : undefined);
      if (!of) level.known.push({ apiVersion: 'v1', kind, name, namespace });
      const text = `- name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}${behavior === undefined ? '' : `  behavior: ${behavior}\n`}`;
      return `${text}${type(draw)}${generated(level, path, `${kind.toLowerCase()}${i}`)}${options(draw)}`;
    });
    return `${field}:\n${items.join('')}`;
  };
}

function configMaps(level: Level, path: string): string {
  return generatorsOf('configMapGenerator', 'ConfigMap', () => '')(level, path);
}

function secrets(level: Level, path: string): string {
  return generatorsOf('secretGenerator', 'Secret', (draw) => (chance(draw, 25) ? '  type: example.com/t\n' : ''))(
    level,
    path,
  );
}

/** Something that exists, mostly. */
function target({ draw, known }: Level): Id {
  const missing: Id = { apiVersion: 'v1', kind: 'ConfigMap', name: 'missing', namespace: undefined };
  return known.length === 0 || chance(draw, 1) ? missing : pick(draw, known);
}

/** A strategic merge patch for an object, by what its kind has. */
function strategic(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const pod = (pad: string): string =>
    pick(draw, [
      `containers:\n- name: c0\n  image: patched:2\n`,
      `containers:\n- name: new\n  image: web:9\n- name: c0\n  $patch: delete\n`,
      `containers:\n- name: c0\n  env:\n  - name: A\n    value: patched\n  - name: Z\n    value: "2"\n`,
      `containers:\n- name: c0\n  ports:\n  - containerPort: 80\n    protocol: TCP\n    name: p\n`,
      `volumes:\n- name: v\n  configMap: null\n  emptyDir: {}\n`,
      `$setElementOrder/containers:\n- name: c1\n- name: c0\ncontainers:\n- name: c1\n  image: z\n`,
      `containers:\n- $patch: replace\n- name: only\n  image: o\n`,
    ])
      .trimEnd()
      .replaceAll('\n', `\n${pad}`);
  const bodies: (() => string)[] = [
    () => `metadata:\n  labels: {patched: "yes"}\n  annotations:\n    p: ${scalar(draw, 6)}\n`,
    () => `metadata:\n  labels: null\n`,
    () => `metadata:\n  annotations:\n    note: null\n`,
    () => '$patch: delete\n',
    () => `spec:\n  added: ${scalar(draw, 4)}\n`,
    () => 'spec:\n  $patch: replace\n  x: 1\n',
    () => 'data:\n  k0: changed\n  added: "1"\n',
    () => 'data: null\n',
  ];
  const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];
  const podBody = (): string => `spec:\n  template:\n    spec:\n      ${pod('      ')}\n`;
  if (workloads.includes(kind))
    bodies.unshift(podBody, podBody, podBody, () => 'spec:\n  replicas: 7\n  selector: null\n');
  if (kind === 'Service')
    bodies.unshift(
      () => 'spec:\n  ports:\n  - port: 80\n    targetPort: 8080\n  - port: 443\n    name: s\n',
      () => 'spec:\n  ports:\n  - $patch: delete\n    port: 80\n',
    );
  const body = pick(draw, bodies)();
  const metadata = `  name: ${name}\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}`;
  const head = `apiVersion: ${apiVersion}\nkind: ${kind}\n`;
  return body.startsWith('metadata:\n')
    ? `${head}metadata:\n${metadata}${body.slice(10)}`
    : `${head}metadata:\n${metadata}${body}`;
}

function operations(draw: Draw, { kind }: Id): string {
  const hasPods = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind);
  const one = [
    () => `- op: add\n  path: /metadata/annotations\n  value: {j: "1"}\n`,
    () => `- op: add\n  path: /spec\n  value:\n    a: ${scalar(draw, 6)}\n    b: [1, x]\n`,
    () => `- op: add\n  path: /data\n  value: {"a~b": c}\n- op: test\n  path: /data/a~0b\n  value: c\n`,
    () => `- op: copy\n  from: /metadata/name\n  path: /copied\n`,
    () => `- op: add\n  path: /made\n  value: {a: 1}\n- op: move\n  from: /made/a\n  path: /moved\n`,
    () => `- op: replace\n  path: /metadata/name\n  value: renamed\n`,
  ];
  const ofPods = [
    () => `- op: add\n  path: /spec/template/spec/containers/-\n  value: {name: j, image: j:1}\n`,
    () => `- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: j:2\n`,
    () => `- op: add\n  path: /spec/template/spec/containers/0\n  value: {name: first, image: "f"}\n`,
    () => `- op: remove\n  path: /metadata/labels\n`,
  ];
  if (hasPods) one.unshift(...ofPods);
  return pick(draw, one)();
}

const indent = (text: string, pad: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line))
    .join('\n');

function selector(draw: Draw, { apiVersion, kind, name, namespace }: Id): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return pick(draw, [
    `{kind: ${kind}, name: ${name}}`,
    `{kind: ${kind}}`,
    `{name: "${name.slice(0, 2)}.*"}`,
    `{group: "${group}", version: v1, kind: ${kind}${namespace === undefined ? '' : `, namespace: ${namespace}`}}`,
    `{labelSelector: "app=web"}`,
    `{kind: "${kind}|Foo", annotationSelector: "note"}`,
    `{labelSelector: "tier,app in (web, x)", kind: ${kind}}`,
  ]);
}

function patches(level: Level, path: string): string {
  const { draw, files } = level;
  const items = [0, ...some(draw, 1, (i) => i + 1)].map((i) => {
    const of = target(level);
    const isJson = chance(draw, 40);
    const text = isJson ? operations(draw, of) : strategic(draw, of);
    const at = isJson || chance(draw, 40) ? `  target: ${selector(draw, of)}\n` : '';
    const allowed = chance(draw, 15) ? '  options: {allowNameChange: true, allowKindChange: true}\n' : '';
    if (chance(draw, 50)) {
      files[`${path}/patch${i}.yaml`] = text;
      return `- path: patch${i}.yaml\n${at}${allowed}`;
    }
    return `- patch: |-\n${indent(text, '    ')}${at}${allowed}`;
  });
  return `patches:\n${items.join('')}`;
}

function patchesStrategicMerge(level: Level, path: string): string {
  level.files[`${path}/psm.yaml`] =
    some(level.draw, 1, () => `${strategic(level.draw, target(level))}---\n`).join('') +
    strategic(level.draw, target(level));
  return 'patchesStrategicMerge:\n- psm.yaml\n';
}

function patchesJson6902(level: Level): string {
  const of = target(level);
  const [group, version] = of.apiVersion.includes('/') ? of.apiVersion.split('/') : ['', of.apiVersion];
  return `patchesJson6902:\n- target:\n    group: "${group}"\n    version: ${version}\n    kind: ${of.kind}\n    name: ${of.name}\n  patch: |-\n${indent(operations(level.draw, of), '    ')}`;
}

function pathsIn({ kind }: Id): string[] {
  const paths = [
    'metadata.name',
    'metadata.annotations.r',
    'metadata.labels.app',
    'metadata.annotations.[x.y/z]',
    'metadata.namespace',
    'kind',
  ];
  if (kind === 'ConfigMap') paths.push('data.k0', 'data.k1');
  if (kind === 'Foo') paths.push('spec.f0', 'spec.f1', 'spec');
  if (kind === 'Service') paths.push('spec.type', 'spec.ports.0.name', 'spec.ports.[name=http].name');
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return paths;
  return [
    ...paths,
    'spec.template.spec.containers.[name=c0].image',
    'spec.template.spec.containers.0.image',
    'spec.template.spec.containers.*.image',
    'spec.template.spec.containers.*.env.[name=A].value',
    'spec.template.metadata.labels.app',
    'spec.template.spec.containers.[name=c0].env.[name=NEW].value',
  ];
}

function replacements(level: Level): string {
  const { draw } = level;
  const from = target(level);
  const to = target(level);
  const extract = chance(draw, 25)
    ? `    options: {delimiter: "${pick(draw, [':', '-', '.'])}", index: ${chance(draw, 15) ? 1 : 0}}\n`
    : '';
  const put = chance(draw, 90)
    ? '    options: {create: true}\n'
    : pick(draw, [
        '',
        '    options: {delimiter: ":", index: 1}\n',
        '    options: {delimiter: "-", index: 5, create: true}\n',
        '    options: {delimiter: ":", index: -1}\n',
      ]);
  const reject = chance(draw, 15) ? `    reject:\n    - kind: ${pick(draw, ['Service', 'Foo', 'ConfigMap'])}\n` : '';
  const source = chance(draw, 85) ? pick(draw, ['metadata.name', 'kind']) : pick(draw, pathsIn(from));
  return `replacements:
- source:
    kind: ${from.kind}
    name: ${from.name}
    fieldPath: ${source}
${extract}  targets:
  - select: ${pick(draw, [`{kind: ${to.kind}, name: ${to.name}}`, `{kind: ${to.kind}}`, `{name: ${to.name}}`])}
${reject}    fieldPaths:
    - ${pick(
      draw,
      pathsIn(to).filter((path) => path !== 'kind'),
    )}
${put}`;
}
