// Bad and hostile input, one test for each row: it is refused by name, or taken, and nothing hangs, grows or leaks.
import { expect, test } from 'vitest';
import { healthRule } from '../../src/health/expressions.ts';
import { printFinding } from '../../src/model/finding.ts';
import { toJson } from '../../src/model/node.ts';
import { build } from '../../src/render/build.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import { printManifests } from '../../src/render/output/print.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { typesOfCrd } from '../../src/schema/crd.ts';
import { fluxCrds } from '../../src/schema/data/flux-crds.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import type { TreeEntry } from '../../src/source/tree.ts';
import { validate } from '../../src/validate/validate.ts';

const schemas = builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd)));
const options = { schemas, loadRestrictor: 'rootOnly', order: 'none' } as const;
const K = 'kustomization.yaml';
const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

interface Said {
  readonly text: string;
  readonly lines: readonly string[];
  readonly codes: readonly string[];
}

/** Builds and checks the root, or `app` where that is a directory. */
function run(files: Readonly<Record<string, TreeEntry>>): Said {
  const path = Object.keys(files).some((file) => file.startsWith('app/')) ? 'app' : '';
  const { manifests, findings } = build(memorySnapshot(files), path, options);
  const found = [...findings, ...validate(manifests, schemas)].filter(({ severity }) => severity !== 'info');
  return {
    text: printManifests(manifests),
    lines: found.map(printFinding),
    codes: found.map(({ code, severity }) => `${severity} ${code}`),
  };
}

const file = (text: string): Said => run({ [K]: 'resources: [a.yaml]\n', 'a.yaml': text });

const level = (name: string, of: string): string => `${name}: &${name} [${`*${of},`.repeat(9)}]\n`;
const LAUGHS = [...'bcdefgh'].map((name, i) => level(name, 'abcdefgh'[i] ?? '')).join('');

test('B1: billion laughs and quadratic aliases are refused, 150 aliases are not', () => {
  expect(file(`${HEAD}x:\n  a: &a [1,1,1,1,1,1,1,1,1]\n${LAUGHS.replaceAll(/^/gm, '  ')}`).codes).toEqual([
    'error yaml-alias-budget',
  ]);
  const quadratic = `${HEAD}x:\n  a: &a [${'1,'.repeat(5000)}]\n  b: [${'*a,'.repeat(5000)}]\n`;
  expect(file(quadratic).codes).toEqual(['error yaml-alias-budget']);
  expect(
    run({
      [K]: 'resources: [a.yaml]\n',
      'a.yaml': `kind: A\napiVersion: b/v1\nmetadata: {name: a}\nx: &x {y: 1}\nz:\n${'- *x\n'.repeat(150)}`,
    }).codes,
  ).toEqual([]);
});

test.each([
  ['itself', 'data: &a {k: *a}', 'a.yaml:4:14: anchor &a contains itself'],
  ['another one that contains it', 'data: &a {b: &b {c: *a}}', 'a.yaml:4:21: anchor &a contains itself'],
  ['itself by a merge', 'data: &a\n  <<: *a', 'a.yaml:5:7: anchor &a contains itself'],
  ['itself by a list of merges', 'data: &a\n  <<: [*a]', 'a.yaml:5:8: anchor &a contains itself'],
  ['itself deep in a list', 'data: &a\n  k: [[{x: *a}]]', 'a.yaml:5:12: anchor &a contains itself'],
])('B2: an anchor that contains %s is refused where it does', (_, data, expected) => {
  expect(file(`${HEAD}${data}\n`).lines[0]).toContain(expected);
});

test('B3: 2,000 brackets are read, 20,000 and a million are refused', () => {
  const nested = (depth: number): Said =>
    file(`kind: A\napiVersion: b/v1\nmetadata: {name: a}\nx: ${'['.repeat(depth)}${']'.repeat(depth)}\n`);
  expect(nested(2000).codes).toEqual([]);
  expect(nested(20_000).codes).toEqual(['error yaml-depth']);
  expect(nested(1_000_000).codes).toEqual(['error yaml-depth']);
  const maps = `kind: A\napiVersion: b/v1\nmetadata: {name: a}\nx: ${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}\n`;
  expect(file(maps).codes).toEqual(['error yaml-depth']);
});

test('B4: a map of 60,000 keys, a file of 10 MB and one of 5,000 documents are built', () => {
  const keys = Array.from({ length: 60_000 }, (_, i) => `  k${i}: v\n`).join('');
  expect(file(`${HEAD}data:\n${keys}`).text.match(/^ {2}k/gm)).toHaveLength(60_000);
  // Built, and refused by the rule that the API server has for it.
  expect(file(`${HEAD}data:\n  k: |\n${'    a line\n'.repeat(1_000_000)}`).codes).toEqual(['error schema-value']);
  const documents = Array.from({ length: 5000 }, (_, i) => HEAD.replace('name: a', `name: a${i}`)).join('---\n');
  expect(file(documents).text.match(/^kind:/gm)).toHaveLength(5000);
});

test('B5: scalars are read by the role of their file', () => {
  // The whole corpus is test/conformance/yaml.test.ts.
  expect(file(`${HEAD}data: {a: no, b: "1"}\n`).text).toContain('a: "no"');
  expect(run({ [K]: 'namePrefix: no\nresources: [a.yaml]\n', 'a.yaml': HEAD }).lines[0]).toMatch(
    /'namePrefix' must be text, not the boolean no/,
  );
});

test('B6: a key that stands twice is an error in a resource, a warning in a kustomization and in a patch', () => {
  expect(file(`${HEAD}data: {a: b}\ndata: {a: c}\n`).codes).toEqual(['error yaml-duplicate-key']);
  const three = file(`${HEAD}data: {a: b, a: c, "a": d}\nbinaryData: {z: "", z: ""}\n`);
  expect(three.lines.map((line) => line.split(': ')[0])).toEqual(['a.yaml:4:14', 'a.yaml:4:20', 'a.yaml:5:21']);
  expect(run({ [K]: 'resources: []\nresources: [a.yaml]\n', 'a.yaml': HEAD }).codes).toEqual([
    'warning yaml-duplicate-key',
  ]);
  const patched = run({
    [K]: 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'a.yaml': HEAD,
    'p.yaml': `${HEAD}data: {a: b, a: c}\n`,
  });
  expect(patched.codes).toContain('warning yaml-duplicate-key');
});

test('B7: integers are exact in resources and patches; what a JSON patch rounds is said', () => {
  const foo = (spec: string): string => `apiVersion: x.y/v1\nkind: Foo\nmetadata: {name: a}\nspec: {${spec}}\n`;
  const files = {
    [K]: 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n',
    'a.yaml': foo('a: 9223372036854775807, b: 18446744073709551615, d: 1e400'),
    'p.yaml': foo('c: 9007199254740993'),
  };
  expect(run(files).text).toContain(
    'a: 9223372036854775807\n  b: 18446744073709551615\n  c: 9007199254740993\n  d: 1e400',
  );
  const patch =
    'patches:\n- target: {kind: Foo}\n  patch: \'[{"op":"add","path":"/spec/z","value":9007199254740993}]\'\n';
  expect(run({ ...files, [K]: `resources: [a.yaml]\n${patch}` }).lines.join('\n')).toMatch(
    /kustomization\.yaml:4:\d+: 9007199254740993 becomes 9007199254740992/,
  );
});

test('B8: __proto__ and constructor are data', () => {
  const evil = '__proto__: {polluted: a}\nconstructor: {prototype: {polluted: b}}\n';
  const foo = `apiVersion: x.y/v1\nkind: Foo\nmetadata: {name: a}\n${evil}`;
  const files = {
    [K]: 'resources: [a.yaml]\npatches: [{path: p.yaml}]\nlabels: [{pairs: {constructor: x}}]\n',
    'a.yaml': foo,
    'p.yaml': foo.replaceAll('polluted', 'more'),
  };
  const { manifests } = build(memorySnapshot(files), '', options);
  const object = toJson(
    manifests[0]?.node ?? { kind: 'list', items: [], origin: { place: undefined, cause: { by: 'resource' } } },
  );
  expect(Object.keys(object as object)).toContain('__proto__');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(printManifests(manifests)).toContain('__proto__:\n  more: a\n  polluted: a\n');
});

const COMPONENT = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
test.each([
  ['itself', { [K]: 'resources: [.]\n' }, '. -> .'],
  ['itself with a slash', { [K]: 'resources: [./]\n' }, '. -> .'],
  [
    'each other',
    { 'app/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../app]\n' },
    'app -> b -> app',
  ],
  ['the one above', { [K]: 'resources: [a]\n', 'a/kustomization.yaml': 'resources: [..]\n' }, '. -> a -> .'],
  [
    'each other as components',
    {
      [K]: 'components: [a]\n',
      'a/kustomization.yaml': `${COMPONENT}components: [../b]\n`,
      'b/kustomization.yaml': `${COMPONENT}components: [../a]\n`,
    },
    'a -> b -> a',
  ],
])('B9: kustomizations that name %s are told as a way', (_, files, way) => {
  const { lines, codes } = run(files);
  expect(codes).toEqual(['error kustomization-cycle']);
  expect(lines[0]).toContain(`in a cycle: ${way};`);
});

const TARGET = 'target: {kind: A, name: a}';
test.each([
  'resources: [../x.yaml]',
  'patches: [{path: ../x.yaml}]',
  'patchesStrategicMerge: [../x.yaml]',
  `patchesJson6902: [{path: ../x.yaml, ${TARGET}}]`,
  'configMapGenerator: [{name: a, files: [../x.yaml]}]',
  'configMapGenerator: [{name: a, files: [key=../x.yaml]}]',
  'configMapGenerator: [{name: a, envs: [../x.yaml]}]',
  'configMapGenerator: [{name: a, env: ../x.yaml}]',
  'secretGenerator: [{name: a, files: [../x.yaml]}]',
  'secretGenerator: [{name: a, envs: [../x.yaml]}]',
  'replacements: [{path: ../x.yaml}]',
  'configurations: [../x.yaml]',
  'crds: [../x.yaml]',
  'openapi: {path: ../x.yaml}',
  'transformers: [../x.yaml]',
  'generators: [../x.yaml]',
  'validators: [../x.yaml]',
  'components: [/app]',
  'secretGenerator: [{name: a, env: ../x.yaml}]',
  'secretGenerator: [{name: a, files: [key=../x.yaml]}]',
  'resources: [/x.yaml]',
  'crds: [/x.yaml]',
  'resources: [../../etc]',
  'bases: [../../etc]',
  'components: [../../etc]',
  'helmCharts: [{name: c, valuesFile: ../x.yaml}]',
  'helmCharts: [{name: c, additionalValuesFiles: [../x.yaml]}]',
  'helmChartInflationGenerator: [{chartName: c, values: ../x.yaml}]',
  'patches: [{path: link.yaml}]',
  'resources: [link.yaml]',
  'configMapGenerator: [{name: a, files: [link.yaml]}]',
  'crds: [link.yaml]',
])('B10: a file outside of the root is refused by %s', (field) => {
  const chart = { 'app/charts/c/Chart.yaml': 'name: c\n', 'app/charts/c/values.yaml': 'a: 1\n' };
  const { lines, codes } = run({
    'app/kustomization.yaml': `${field}\n`,
    'x.yaml': `${HEAD}data: {secret: canary}\n`,
    'app/link.yaml': { link: '../x.yaml' },
    ...chart,
  });
  expect(codes).toContain('error file-outside');
  expect(lines.every((line) => line.startsWith('app/kustomization.yaml:1:'))).toBe(true);
  expect(lines.join('\n')).not.toContain('canary');
});

test.each([
  'https://example.com/a.yaml',
  'http://169.254.169.254/latest',
  'github.com/owner/repo//base?ref=v1',
  'git@github.com:owner/repo',
  'ssh://git@example.com/repo.git',
  'file:///etc/passwd',
  'ext::sh -c id',
  'oci://example.com/base',
])('B11: %s is not fetched unless that was allowed', (address) => {
  expect(run({ [K]: `resources: ["${address}"]\n` }).codes).toEqual(['error remote-refused']);
});

const FUNCTION = (body: string): string =>
  `apiVersion: x.y/v1\nkind: Foo\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      ${body}\n`;
test.each([
  [
    'an exec function',
    { [K]: 'transformers: [f.yaml]\n', 'f.yaml': FUNCTION('exec: {path: ./evil}') },
    "f.yaml:1:1: 'Foo' is an external plugin, which is not run",
  ],
  [
    'a container function',
    { [K]: 'generators: [f.yaml]\n', 'f.yaml': FUNCTION('container: {image: evil}') },
    "f.yaml:1:1: 'Foo' is an external plugin, which is not run",
  ],
  [
    'a validator',
    { [K]: 'validators: [f.yaml]\n', 'f.yaml': FUNCTION('exec: {path: ./evil}') },
    "f.yaml:1:1: 'Foo' is an external plugin, which is not run",
  ],
  [
    'a function in Starlark',
    { [K]: 'transformers: [f.yaml]\n', 'f.yaml': FUNCTION('starlark: {path: ./evil.star}') },
    "f.yaml:1:1: 'Foo' is an external plugin, which is not run",
  ],
  [
    'a plugin of an executable or of Go',
    {
      [K]: 'generators: [f.yaml]\n',
      'f.yaml': 'apiVersion: team.example.com/v1\nkind: Baz\nmetadata: {name: f}\nargs: -x\n',
    },
    "f.yaml:1:1: 'Baz' is an external plugin, which is not run",
  ],
  [
    'a chart of the old field',
    { [K]: 'helmChartInflationGenerator: [{chartName: chart, chartRepoUrl: "https://example.com"}]\n' },
    "kustomization.yaml:1:31: the Helm chart 'chart' is not rendered",
  ],
  [
    'a Helm chart',
    { [K]: 'helmCharts: [{name: chart, repo: "https://example.com"}]\n' },
    "kustomization.yaml:1:14: the Helm chart 'chart' is not rendered",
  ],
])('B12: %s is refused by its name', (_, files, expected) => {
  expect(run(files as Record<string, string>).lines.join('\n')).toContain(expected);
});

const DURATIONS = ['1y', '-5m', '0', '""', '60', '1e99s', '[]', 'text'];
test.each(
  ['interval', 'timeout', 'retryInterval'].flatMap((field) => DURATIONS.map((value) => [field, value] as const)),
)('B13: the %s %s is wrong, and the sibling is not', (field, value) => {
  const { lines } = file(`${fluxObject('a', { interval: '10m', [field]: value })}---\n${fluxObject('b', {})}`);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^a\\.yaml:4:\\d+: spec.*${field}`));
});

test('B13: an interval must be there, a timeout need not', () => {
  expect(file(fluxObject('a', { interval: 'null' })).lines[0]).toMatch(/^a\.yaml:4:\d+: spec.*interval/);
  expect(file(fluxObject('a', { timeout: 'null' })).lines).toEqual([]);
});

function fluxObject(name: string, durations: Readonly<Record<string, string>>): string {
  const fields = Object.entries({ interval: '10m', ...durations }).map(([field, value]) => `${field}: ${value}`);
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}}\nspec: {${fields.join(', ')}, prune: true, path: ./, sourceRef: {kind: GitRepository, name: a}}\n`;
}

test('B14: expressions that would take for ever answer at once', () => {
  const long = `${'a'.repeat(60)}b`;
  const patch = { [K]: "resources: [a.yaml]\npatches: [{path: p.yaml, target: {name: '(a+)+$'}}]\n", 'p.yaml': HEAD };
  expect(run({ ...patch, 'a.yaml': HEAD.replace('name: a', `name: ${long}`) }).codes).toEqual([
    'warning patch-no-match',
  ]);
  const schema = "{type: object, properties: {spec: {type: string, pattern: '^(a+)+$'}}}";
  const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.y}\nspec: {group: x.y, scope: Namespaced, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: ${schema}}}]}\n`;
  expect(file(`${crd}---\napiVersion: x.y/v1\nkind: Foo\nmetadata: {name: a}\nspec: ${long}\n`).codes).toEqual([
    'error schema-value',
  ]);
});

test.each([
  ['nested all()', `${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(12)}true${')'.repeat(12)}`],
  [
    'a list of lists that grows',
    `[1,2,3,4,5,6,7,8,9]${'.map(x, [1,2,3,4,5,6,7,8,9]'.repeat(12)}${')'.repeat(12)}.size() > 0`,
  ],
  ['a text that grows tenfold', `"aaaaaaaaaa"${'.replace("a", "aaaaaaaaaa")'.repeat(12)}.size() > 0`],
  ['a regular expression', `"${'a'.repeat(60)}b".matches("(a+)+$")`],
])('B14: a health check with %s ends at its budget, and is no success', (_, current) => {
  const rule = healthRule([{ apiVersion: 'x.y/v1', kind: 'Foo', current }]);
  const health = 'problem' in rule ? undefined : rule({ apiVersion: 'x.y/v1', kind: 'Foo', metadata: { name: 'a' } });
  expect(health?.status).not.toBe('Current');
});

test.each<[string, string, Record<string, string>, RegExp]>([
  [
    'one that is missing is an error where it stands',
    '"${B}"',
    { A: 'x' },
    /app\/a\.yaml:4:11: .*variable "B" is not set/,
  ],
  ['a value is not substituted again', '"${A}"', { A: '${B}', B: 'x' }, /k: \$\{B\}/],
  ['two dollars stand for one', '"$${A}"', { A: 'x' }, /k: \$\{A\}/],
  ['a long value is put in whole', '"${A}"', { A: 'x'.repeat(500_000) }, /k: x{500000}\n/],
  [
    'one of a megabyte is refused where it is used',
    '"${A}"',
    { A: 'x'.repeat(1_000_000) },
    /app\/a\.yaml:4:11: with the value of A variables bring more than 512 KiB into this object/,
  ],
  [
    'a long value that is used often is refused before it is put together',
    `"${'${A}'.repeat(10_000)}"`,
    { A: 'x'.repeat(500_000) },
    /app\/a\.yaml:4:11: with the value of A variables bring more than 512 KiB/,
  ],
  ['one of a megabyte that nobody uses does no harm', '"${B}"', { A: 'x'.repeat(1_000_000), B: 'used' }, /k: used\n/],
  [
    'a value that breaks the YAML is told',
    '"${A}"',
    { A: 'x: y' },
    /app\/a\.yaml:4:11: after substitution this is no valid YAML/,
  ],
  ['one without an end is told', '"${A"', { A: 'x' }, /app\/a\.yaml:4:11: substitution failed: missing closing brace/],
])('B15: of variables, %s', (_, value, substitute, expected) => {
  const object = {
    kind: 'Kustomization',
    metadata: { name: 'app' },
    spec: { path: './app', postBuild: { substitute } },
  };
  const { manifests, findings } = renderFlux(
    memorySnapshot({ 'app/a.yaml': `${HEAD}data: {k: ${value}}\n` }),
    object,
    [],
    options,
  );
  expect([...findings.map(printFinding), printManifests(manifests)].join('\n')).toMatch(expected);
});

test('B15: a definition that opts out of substitution is left as it is', () => {
  const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: foos.x.y\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\nspec: {group: x.y, description: "\${A} and \${B"}\n`;
  const object = {
    kind: 'Kustomization',
    metadata: { name: 'app' },
    spec: { path: './app', postBuild: { substitute: { A: 'x' } } },
  };
  const { manifests, findings } = renderFlux(memorySnapshot({ 'app/a.yaml': crd }), object, [], options);
  expect(findings).toEqual([]);
  expect(printManifests(manifests)).toContain('description: ${A} and ${B\n');
});

test('B22: names that hide or turn their text are refused, and shown as escapes', () => {
  const { lines } = file(HEAD.replace('name: a', 'name: "a\\u202eb\\u200b"'));
  expect(lines[0]).toMatch(/^a\.yaml:3:18: metadata\.name: "a\\u202eb\\u200b" must be lower case/);
  expect(file(HEAD.replace('name: a', `name: ${'a'.repeat(254)}`)).lines[0]).toMatch(/at most 253 characters/);
});
