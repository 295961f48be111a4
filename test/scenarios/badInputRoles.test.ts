// The rows of badInput.test.ts in the other roles that a file can have: what is hostile in a resource is as hostile in a
// patch, a kustomization or the configuration of a plugin. All mistakes of a build are told, not the first one alone.
import { expect, test } from 'vitest';
import { compareObject } from '../../src/diff/drift.ts';
import { printFinding } from '../../src/model/finding.ts';
import { parseJson } from '../../src/model/jsonText.ts';
import { build } from '../../src/render/build.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import { printManifests } from '../../src/render/output/print.ts';
import { emptySchemas } from '../../src/schema/schemaSetOf.ts';
import { memorySnapshot } from '../../src/source/memory.ts';

const options = { schemas: emptySchemas, loadRestrictor: 'rootOnly', order: 'none' } as const;
const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

function told(files: Readonly<Record<string, string>>): string[] {
  const { findings } = build(memorySnapshot(files), 'app', options);
  return findings.filter(({ severity }) => severity !== 'info').map((one) => `${one.code} ${printFinding(one)}`);
}

/** A file with this text as each kind of input that is read as YAML. */
const ROLES: readonly (readonly [role: string, kustomization: string])[] = [
  ['a resource', 'resources: [x.yaml]'],
  ['a patch', 'resources: [a.yaml]\npatches: [{path: x.yaml}]'],
  ['a patch with a target', 'resources: [a.yaml]\npatches: [{path: x.yaml, target: {kind: ConfigMap}}]'],
  [
    'a JSON patch',
    'resources: [a.yaml]\npatchesJson6902: [{path: x.yaml, target: {version: v1, kind: ConfigMap, name: a}}]',
  ],
  ['a replacement', 'resources: [a.yaml]\nreplacements: [{path: x.yaml}]'],
  ['a configuration', 'configurations: [x.yaml]'],
  ['a generator', 'generators: [x.yaml]'],
  ['a transformer', 'transformers: [x.yaml]'],
  ['a kustomization', 'resources: [inner]'],
];

const bomb = (): string => {
  const levels = [...'bcdefgh'].map((name, i) => `  ${name}: &${name} [${`*${'abcdefgh'[i] ?? ''},`.repeat(9)}]\n`);
  return `${HEAD}x:\n  a: &a [1,1,1,1,1,1,1,1,1]\n${levels.join('')}`;
};

test.each(ROLES)('B1, B2, B3: in %s a bomb, a circle of anchors and a deep nest are refused', (_, kustomization) => {
  const of = (text: string): string =>
    told({
      'app/kustomization.yaml': `${kustomization}\n`,
      'app/a.yaml': HEAD,
      'app/x.yaml': text,
      'app/inner/kustomization.yaml': text,
    }).join('\n');
  expect(of(bomb())).toMatch(/^yaml-alias-budget app\/(x|inner\/kustomization)\.yaml:\d+:\d+: /);
  expect(of(`${HEAD}data: &a {k: *a}\n`)).toMatch(/^yaml-\S+ app\/\S+\.yaml:4:14: anchor &a contains itself/);
  expect(of(`${HEAD}x: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)).toMatch(/^yaml-depth app\/\S+\.yaml:4:\d+: /);
});

test('B7: neither drift nor its absence is lost to rounding', () => {
  const object = (value: string): ReturnType<typeof parseJson> =>
    parseJson(`{"apiVersion":"x.y/v1","kind":"A","metadata":{"name":"a"},"spec":{"n":${value}}}`);
  const changes = (desired: string, live: string): number => {
    const [before, after] = [object(live), object(desired)] as [never, never];
    return compareObject(after, before).length;
  };
  for (const value of ['9223372036854775807', '18446744073709551615', '9007199254740993', '-0', '1e400'])
    expect(changes(value, value)).toBe(0);
  expect(changes('9007199254740993', '9007199254740992')).toBe(1);
});

test('B8: __proto__ is data in generators, JSON patches, replacements and variables', () => {
  const { manifests, findings } = renderFlux(
    memorySnapshot({
      'app/kustomization.yaml':
        'resources: [a.yaml]\nconfigMapGenerator: [{name: g, literals: ["__proto__=a", "constructor=b"], options: {labels: {__proto__: l}}}]\n' +
        'patches: [{target: {name: a}, patch: \'[{"op":"add","path":"/data/__proto__","value":"j"}]\'}]\n' +
        'replacements: [{source: {kind: ConfigMap, name: a, fieldPath: data.__proto__}, targets: [{select: {name: a}, fieldPaths: [data.constructor], options: {create: true}}]}]\n' +
        'commonAnnotations: {__proto__: c}\n',
      'app/a.yaml': `${HEAD}data: {k: "\${__proto__}"}\n`,
    }),
    {
      kind: 'Kustomization',
      metadata: { name: 'app' },
      spec: parseJson('{"path":"./app","postBuild":{"substitute":{"__proto__":"v"}}}'),
    },
    [],
    options,
  );
  expect(findings.filter(({ severity }) => severity === 'error').map(printFinding)).toEqual([]);
  const text = printManifests(manifests);
  for (const line of ['  __proto__: j\n', '  constructor: j\n', '  k: v\n', '    __proto__: c\n', '  __proto__: a\n'])
    expect(text).toContain(line);
  expect(text).toMatch(/labels:\n {4}__proto__: '?l'?\n/);
  expect(({} as Record<string, unknown>)['a']).toBeUndefined();
});

test.each(['generators: [.]', 'transformers: [../app]', 'validators: [./]', 'resources: [b]', 'components: [c]'])(
  'B9: a circle through %s is told as a way',
  (field) => {
    const lines = told({
      'app/kustomization.yaml': `${field}\n`,
      'app/b/kustomization.yaml': 'generators: [../../app]\n',
      'app/c/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ntransformers: [../../app]\n',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^kustomization-cycle .* in a cycle: app -> .*app;/);
  },
);

/** The fields of plugins' configurations that name files. */
const PLUGINS: readonly (readonly [kind: string, fields: string])[] = [
  ['PatchTransformer', 'path: ../x.yaml'],
  ['PatchJson6902Transformer', 'target: {kind: A, name: a}\npath: ../x.yaml'],
  ['PatchStrategicMergeTransformer', 'paths: [../x.yaml]'],
  ['ReplacementTransformer', 'replacements: [{path: ../x.yaml}]'],
  ['ValueAddTransformer', 'value: a\ntargetFilePath: ../x.yaml'],
  ['ConfigMapGenerator', 'files: [../x.yaml]'],
  ['ConfigMapGenerator', 'envs: [../x.yaml]'],
  ['SecretGenerator', 'files: [key=../x.yaml]'],
  ['SecretGenerator', 'envs: [../x.yaml]'],
  ['HelmChartInflationGenerator', 'name: c\nvaluesFile: ../x.yaml'],
  ['HelmChartInflationGenerator', 'name: c\nadditionalValuesFiles: [../x.yaml]'],
];
const charts = { 'app/charts/c/Chart.yaml': 'name: c\n', 'app/charts/c/values.yaml': 'a: 1\n' };

test.each(PLUGINS)('B10: a file outside of the root is refused by a %s with %s', (kind, fields) => {
  const lines = told({
    'app/kustomization.yaml': `${kind.endsWith('Generator') ? 'generators' : 'transformers'}: [p.yaml]\n`,
    'app/p.yaml': `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: p}\n${fields}\n`,
    'x.yaml': `${HEAD}data: {secret: canary}\n`,
    ...charts,
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^file-outside app\/p\.yaml:[45]:\d+: '\.\.\/x\.yaml' is not in or below 'app'/);
});

test('B10: each of many files outside is told, at its own place', () => {
  const fields = [
    'resources: [../x.yaml, ../x1.yaml]',
    'patches: [{path: ../x2.yaml}, {path: ../x3.yaml}]',
    'configMapGenerator: [{name: a, files: [../x4.yaml, k=../x5.yaml], envs: [../x6.yaml]}]',
    'secretGenerator: [{name: b, files: [../x7.yaml]}]',
    'replacements: [{path: ../x8.yaml}]',
    'crds: [../x9.yaml]',
    'configurations: [../x10.yaml]',
    'openapi: {path: ../x11.yaml}',
    'transformers: [../x12.yaml]',
    'generators: [../x13.yaml]',
    'validators: [../x14.yaml]',
  ];
  const outside = Array.from({ length: 15 }, (_, i) => [
    `x${i === 0 ? '' : i}.yaml`,
    HEAD.replace('name: a', `name: a${i}`),
  ]);
  const lines = told({ 'app/kustomization.yaml': `${fields.join('\n')}\n`, ...Object.fromEntries(outside) });
  const named = lines
    .filter((line) => line.startsWith('file-outside'))
    .map((line) => /'\.\.\/(x\d*)\.yaml'/.exec(line)?.[1]);
  expect(new Set(named)).toEqual(new Set(outside.map(([name = '']) => name.replace('.yaml', ''))));
  expect(new Set(lines.map((line) => /:\d+:\d+:/.exec(line)?.[0])).size).toBe(lines.length);
});

test.each([
  'resources: [ADDRESS]',
  'components: ["https://example.com/a//b"]',
  'components: ["git@example.com:a/b"]',
  'bases: ["ssh://git@example.com/a/b"]',
  'resources: ["git::https://example.com/a/b"]',
  'patches: [{path: ADDRESS}]',
  'patchesStrategicMerge: [ADDRESS]',
  'replacements: [{path: ADDRESS}]',
  'configMapGenerator: [{name: a, files: [ADDRESS]}]',
  'configMapGenerator: [{name: a, envs: [ADDRESS]}]',
  'secretGenerator: [{name: a, files: [ADDRESS]}]',
  'crds: [ADDRESS]',
  'configurations: [ADDRESS]',
  'openapi: {path: ADDRESS}',
  'generators: [ADDRESS]',
  'transformers: [ADDRESS]',
  'validators: [ADDRESS]',
  'helmCharts: [{name: c, valuesFile: ADDRESS}]',
])('B11: nothing is fetched for %s unless that was allowed', (field) => {
  const address = '"http://169.254.169.254/latest/meta-data.yaml"';
  const lines = told({ 'app/kustomization.yaml': `${field.replace('ADDRESS', address)}\n`, ...charts });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^remote-refused app\/kustomization\.yaml:1:\d+: /);
});

test('several mistakes of several kinds in several files are told at once', () => {
  const lines = told({
    'app/kustomization.yaml':
      'resources: [a.yaml, none.yaml, ../out.yaml, "https://example.com/r.yaml"]\nconfigMapGenerator: [{name: g, files: [gone.txt]}]\npatches: [{path: p.yaml}]\n',
    'app/a.yaml': `${HEAD}data: {a: b, a: c}\n`,
    'app/p.yaml': 'a: [\n',
    'out.yaml': HEAD,
  });
  const kinds = lines.map((line) => line.split(' ')[0]);
  for (const kind of ['file-missing', 'file-outside', 'remote-refused', 'yaml-duplicate-key', 'yaml-syntax'])
    expect(kinds).toContain(kind);
  expect(lines.filter((line) => line.startsWith('file-missing'))).toHaveLength(2);
});
