// What people get wrong in a kustomization, and the sentence that each gets: where, why, what to do, and nothing besides.
import { expect, test } from 'vitest';
import { printFinding } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';
import { emptySchemas } from '../schema/schemaSetOf.ts';
import { memorySnapshot } from '../source/memory.ts';
import type { TreeEntry } from '../source/tree.ts';
import { build } from './build.ts';

type Files = Readonly<Record<string, TreeEntry>>;

/** Errors and warnings of the build of `app` or, without one, of the root. */
function said(files: Files): string[] {
  return found(files).map(printFinding);
}

function found(files: Files): Finding[] {
  const path = Object.keys(files).some((file) => file.startsWith('app/')) ? 'app' : '';
  const { findings } = build(memorySnapshot(files), path, {
    schemas: emptySchemas,
    loadRestrictor: 'rootOnly',
    order: 'none',
  });
  return findings.filter(({ severity }) => severity !== 'info');
}

const K = 'kustomization.yaml';
const WEB = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n';
const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((char) => [char.charCodeAt(0) & 255, char.charCodeAt(0) >> 8])]);

const SOURCE =
  'source: {kind: Deployment, name: wbe}, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.name]}]';

const file = (text: TreeEntry): Files => ({ [K]: 'resources: [a.yaml]\n', 'a.yaml': text });
const patched = (patches: string): Files => ({ [K]: `resources: [a.yaml]\npatches:\n${patches}`, 'a.yaml': WEB });
const operation = (text: string): Files => patched(`- target: {kind: Deployment}\n  patch: '[${text}]'\n`);

const FILES: readonly [string, Files, string][] = [
  [
    'a name with a typo',
    { [K]: 'resources: [deploymnt.yaml]\n', 'deployment.yaml': WEB },
    "kustomization.yaml:1:13: there is no file 'deploymnt.yaml'. Did you mean 'deployment.yaml'?",
  ],
  [
    'a name in the wrong case',
    { [K]: 'resources: [Web.yaml]\n', 'web.yaml': WEB },
    "kustomization.yaml:1:13: there is no file 'Web.yaml'. Did you mean 'web.yaml'?",
  ],
  [
    'the other extension',
    { [K]: 'resources: [web.yml]\n', 'web.yaml': WEB },
    "kustomization.yaml:1:13: there is no file 'web.yml'. Did you mean 'web.yaml'?",
  ],
  [
    'a directory with a typo',
    { [K]: 'resources: [bse/a.yaml]\n', 'base/a.yaml': MAP },
    "kustomization.yaml:1:13: there is no file 'bse/a.yaml'. Did you mean 'base/a.yaml'?",
  ],
  [
    'a path of Windows',
    { [K]: 'resources: [sub\\a.yaml]\n', 'sub/a.yaml': MAP },
    "kustomization.yaml:1:13: there is no file 'sub\\a.yaml': write paths with '/', as 'sub/a.yaml'",
  ],
  [
    'a directory without a kustomization',
    { [K]: 'resources: [sub]\n', 'sub/a.yaml': MAP },
    "kustomization.yaml:1:13: 'sub' holds no kustomization.yaml, kustomization.yml or Kustomization: add one, or name a file or another directory",
  ],
  [
    'a kustomization of another name',
    { [K]: 'resources: [sub]\n', 'sub/kustomisation.yml': 'x' },
    "kustomization.yaml:1:13: 'sub' holds no kustomization.yaml, kustomization.yml or Kustomization: rename 'kustomisation.yml' to kustomization.yaml",
  ],
  [
    'a kustomization as a file',
    { [K]: 'resources: [sub/kustomization.yaml]\n', 'sub/kustomization.yaml': 'namePrefix: a\n' },
    "kustomization.yaml:1:13: 'sub/kustomization.yaml' is a kustomization, not an object: name its directory, 'sub'",
  ],
  [
    'two kustomizations in one directory',
    { [K]: 'resources: [sub]\n', 'sub/kustomization.yaml': '', 'sub/kustomization.yml': '' },
    "kustomization.yaml:1:13: 'sub' holds more than one kustomization: kustomization.yaml, kustomization.yml; keep one",
  ],
  [
    'a directory for a file',
    { ...patched('- path: sub\n'), 'sub/x': '' },
    "kustomization.yaml:3:9: 'sub' is a directory where a file is needed: name a file in it",
  ],
  [
    'a file for a directory',
    { [K]: 'components: [a.yaml]\n', 'a.yaml': MAP },
    "kustomization.yaml:1:14: 'a.yaml' is a file where a directory with a kustomization is needed: name the directory, or list the file under resources",
  ],
  [
    'a link out of the folder',
    { [K]: 'resources: [a.yaml]\n', 'a.yaml': { link: '../../etc/passwd' } },
    "kustomization.yaml:1:13: there is no file 'a.yaml': it is a symbolic link that leads nowhere, or out of the folder that is built",
  ],
  [
    'a link out of the root',
    { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': { link: '../b.yaml' }, 'b.yaml': MAP },
    "app/kustomization.yaml:1:13: 'a.yaml' is a link to 'b.yaml', which is not in or below 'app': move the file there, make its directory a base, or allow it with --load-restrictor LoadRestrictionsNone",
  ],
  [
    'latin-1',
    file(latin1(`${MAP}data: {a: caf\xe9}\n`)),
    'a.yaml:4:14: this byte is no UTF-8 text: save the file as UTF-8, or leave it out where it is no text',
  ],
  [
    'zero bytes',
    file('a: \0\n'),
    'a.yaml:1:4: the file holds zero bytes (U+0000), so it is no text: save it as UTF-8, or leave it out',
  ],
  [
    'a pointer of Git LFS',
    file('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n'),
    'a.yaml:1:1: this is a Git LFS pointer, not the file itself: fetch it with "git lfs pull"',
  ],
];

const YAML: readonly [string, Files, string][] = [
  [
    'a template',
    file('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.x }}\n'),
    'a.yaml:4:10: this is a template ({{ }}), not YAML: render it first, for a Helm chart with "helm template", or leave the file out',
  ],
  [
    'a template around lines',
    file(`{{- if .Values.on }}\n${MAP}{{- end }}\n`),
    'a.yaml:1:1: this is a template ({{ }}), not YAML: render it first, for a Helm chart with "helm template", or leave the file out',
  ],
  [
    'a merge conflict',
    file(`${MAP}<<<<<<< HEAD\ndata: {a: b}\n=======\ndata: {a: c}\n>>>>>>> other\n`),
    'a.yaml:4:1: a merge conflict is left in this file: keep one of its sides and remove the lines with <<<<<<<, ======= and >>>>>>>',
  ],
  ['a tab', file('metadata:\n\tname: a\n'), 'a.yaml:2:1: a tab cannot indent; use spaces'],
  [
    'a dash without its space',
    file('a:\n- b\n-c\n'),
    "a.yaml:3:1: a list item starts with '- ': put a space behind the dash",
  ],
  [
    'a second colon',
    file('a: b: c\n'),
    "a.yaml:1:5: a ':' cannot stand here, behind another value: put the value in quotes, or check the indentation",
  ],
  [
    'a bracket that is left open',
    file('a: [1,\nb: 2\n'),
    "a.yaml:1:4: this '[' is not closed: ']' or ',' is missing before what stands next",
  ],
  [
    'text behind a quoted value',
    file("a: 'b' c\n"),
    'a.yaml:1:8: nothing may stand behind this value on its line: put the whole of it in quotes',
  ],
  [
    'a schedule',
    file('schedule: */5 * * * *\n'),
    "a.yaml:1:11: '*' begins an alias, whose name is made of letters, digits, - and _; put other text in quotes",
  ],
  [
    'a wrong indentation',
    file('metadata:\n  name: a\n namespace: b\n'),
    'a.yaml:3:2: a key is expected here: indent it as the keys of one of the maps before it',
  ],
  [
    'a base with broken YAML',
    { [K]: 'resources: [sub]\n', 'sub/kustomization.yaml': 'resources:\n  - a.yaml\n namePrefix: x\n' },
    'sub/kustomization.yaml:3:2: a key is expected here: indent it as the keys of one of the maps before it',
  ],
  [
    'an anchor in itself',
    file('a: &x\n  b: *x\n'),
    'a.yaml:2:6: anchor &x contains itself; write the value out instead of the alias',
  ],
  [
    'a file with Helm values',
    file('replicas: 1\n'),
    'a.yaml:1:1: the object has no kind: write one with apiVersion, kind and metadata.name, or leave this file out',
  ],
  [
    'generateName',
    file('kind: Job\nmetadata: {generateName: a-}\n'),
    'a.yaml:1:1: the Job has no metadata.name: kustomize needs one, generateName is not enough',
  ],
  [
    'a key that stands twice',
    file(`${MAP}data: {a: b}\ndata: {c: d}\n`),
    "a.yaml:5:1: key 'data' stands twice in this map; remove one of the two",
  ],
  [
    'a key that stands twice in a kustomization',
    { [K]: 'namePrefix: a\nresources: [a.yaml]\nnamePrefix: b\n', 'a.yaml': MAP },
    'kustomization.yaml:3:1: key "namePrefix" is already defined in this map: only this last one counts',
  ],
  [
    'a key that stands twice in a patch',
    { ...patched('- path: p.yaml\n'), 'p.yaml': `${WEB}spec: {replicas: 2}\n` },
    'p.yaml:5:1: this key stands twice in the patch, and one of the two is lost: remove it',
  ],
];

const FIELDS: readonly [string, Files, string][] = [
  [
    'a field with a typo',
    { [K]: 'resource: []\n' },
    "kustomization.yaml:1:1: unknown field 'resource' in the kustomization. Did you mean 'resources'?",
  ],
  [
    'a field in the wrong case',
    { [K]: 'nameprefix: a\n' },
    "kustomization.yaml:1:1: 'nameprefix' is read as 'namePrefix' here, but not by other tools: write 'namePrefix'",
  ],
  [
    'text for a list',
    { [K]: 'resources: a.yaml\n' },
    "kustomization.yaml:1:12: 'resources' must be a list, not text: start each entry with '- '",
  ],
  [
    'a version that is a number',
    { [K]: 'images:\n- {name: a, newTag: 1.10}\n' },
    'kustomization.yaml:2:21: \'images[0].newTag\' must be text, not the number 1.10: put it in quotes, as "1.10"',
  ],
  [
    'a list for a kustomization',
    { [K]: '- a.yaml\n' },
    "kustomization.yaml:1:1: the kustomization must be a map, not a list: write its fields as 'name: value', for example 'resources:' above a list",
  ],
  [
    'nothing at all',
    { [K]: '# soon\n' },
    'kustomization.yaml:1:1: the kustomization is empty: name at least one of its fields, for example resources',
  ],
  ...['namePrefix: ""\n', 'kind: Component\nnamespace: ""\nresources:\n', 'bases: []\nimageTags: []\n'].map(
    (text): [string, Files, string] => [
      `nothing that counts: ${text.trim().replaceAll('\n', ', ')}`,
      { [K]: text },
      'kustomization.yaml:1:1: the kustomization is empty: name at least one of its fields, for example resources',
    ],
  ),
  [
    'a Kustomization of Flux',
    { [K]: 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n' },
    "kustomization.yaml:1:13: this is a Kustomization of Flux, not of kustomize: give the file another name, or list it under 'resources' of a kustomization.yaml",
  ],
  [
    'a component among the resources',
    { [K]: 'resources: [c]\n', 'c/kustomization.yaml': 'kind: Component\nnamePrefix: a\n' },
    "kustomization.yaml:1:13: 'c' is a Component: list it under components, not under resources",
  ],
  [
    'a behavior with a typo',
    { [K]: 'configMapGenerator: [{name: a, behavior: mrge}]\n' },
    "kustomization.yaml:1:42: the behavior 'mrge' has no effect. Did you mean 'merge'?",
  ],
  [
    'replicas of nobody',
    { [K]: 'resources: [a.yaml]\nreplicas: [{name: wbe, count: 2}]\n', 'a.yaml': WEB },
    "kustomization.yaml:2:19: replicas cannot be set: no Deployment, StatefulSet, ReplicaSet, ReplicationController is named 'wbe'. Did you mean 'web'?",
  ],
];

const PATCHES: readonly [string, Files, string][] = [
  [
    'a patch for nobody',
    { ...patched('- path: p.yaml\n'), 'p.yaml': WEB.replace('web', 'wbe') },
    'p.yaml:3:18: patch matches nothing: no Deployment named "wbe". Did you mean "web"?',
  ],
  [
    'a patch of another apiVersion',
    { ...patched('- path: p.yaml\n'), 'p.yaml': WEB.replace('apps/v1', 'v1') },
    'p.yaml:3:18: patch matches nothing: no Deployment named "web" of apiVersion v1. It is of apps/v1',
  ],
  [
    'a target that selects nobody',
    { ...patched('- path: p.yaml\n  target: {kind: Deploymnt}\n'), 'p.yaml': WEB },
    'kustomization.yaml:4:11: patch matches nothing: no Deploymnt. Did you mean Deployment?',
  ],
  [
    'a path that is not there',
    operation('{"op":"replace","path":"/spec/template/spec/x","value":1}'),
    'kustomization.yaml:4:35: patch does not apply to Deployment/web: path "/spec/template/spec/x" does not exist: there is nothing at "/spec/template"; add it first, or correct the path',
  ],
  [
    'a path with a typo',
    operation('{"op":"replace","path":"/metdata/labels/a","value":"b"}'),
    'kustomization.yaml:4:35: patch does not apply to Deployment/web: path "/metdata/labels/a" does not exist: there is nothing at "/metdata". Did you mean "metadata"?',
  ],
  [
    'a test that fails',
    operation('{"op":"test","path":"/spec/replicas","value":7}'),
    'kustomization.yaml:4:57: patch does not apply to Deployment/web: the test of "/spec/replicas" failed: the value is 1',
  ],
  [
    'an operation that is none',
    operation('{"op":"ad","path":"/a"}'),
    'kustomization.yaml:4:12: patch does not apply to Deployment/web: "ad" is no JSON patch operation: use add, remove, replace, move, copy or test',
  ],
  [
    'operations without a target',
    patched('- patch: \'[{"op":"add","path":"/a"}]\'\n'),
    'kustomization.yaml:3:3: a JSON patch needs a target: add one with the kind and name of the object',
  ],
  [
    'a patch that is none',
    patched('- patch: hello\n'),
    "kustomization.yaml:3:10: an object is needed here, not plain text: name the object to patch by apiVersion, kind and metadata.name, or write operations that start with '- op:'",
  ],
];

test.each([...FILES, ...YAML, ...FIELDS, ...PATCHES])('%s is said in one sentence', (_, files, expected) => {
  expect(said(files)).toEqual([expected]);
});

const SUGGESTED: readonly (readonly [string, Files])[] = [
  ...[...FILES, ...YAML, ...FIELDS, ...PATCHES]
    .filter(([, , expected]) => expected.includes('Did you mean'))
    .map(([name, files]) => [name, files] as const),
  ['a source of a replacement', { [K]: `resources: [a.yaml]\nreplacements: [{${SOURCE}}]\n`, 'a.yaml': WEB }],
  [
    'a transformer',
    { [K]: 'transformers: [t.yaml]\n', 't.yaml': 'apiVersion: builtin\nkind: LabelTransformr\nmetadata: {name: t}\n' },
  ],
];

test.each(SUGGESTED)('%s: what is suggested can be put in its place, and mends it', (_, files) => {
  const [finding] = found(files);
  const { at, fix } = finding ?? {};
  if (!at || !fix) throw new Error(`no fix: ${finding?.message ?? 'nothing is found'}`);
  const { text, path } = at.source;
  const mended = text.slice(at.start, at.end).replace(fix.written, fix.meant);
  expect(mended).not.toBe(text.slice(at.start, at.end));
  const after = { ...files, [path]: text.slice(0, at.start) + mended + text.slice(at.end) };
  expect(said(after)).not.toContain(printFinding({ ...finding, at } as Finding));
});

test.each([
  ['with a byte order mark', `\uFEFF${MAP}`],
  ['with line ends of Windows', MAP.replaceAll('\n', '\r\n')],
  ['in UTF-16', utf16(MAP)],
  ['that is empty', ''],
  ['of comments', '# nothing yet\n'],
])('a file %s is as good as any other', (_, text) => expect(said(file(text))).toEqual([]));

test('all mistakes are told at once: files, broken YAML, patches', () => {
  const files = {
    [K]: `resources: [a.yaml, b.yaml, c.yaml, gone.yaml]
namePrfix: x-
patches:
- path: p1.yaml
- target: {kind: Deployment, name: web}
  patch: '[{"op":"remove","path":"/spec/x"}]'
- target: {kind: Deployment, name: web}
  patch: '[{"op":"remove","path":"/spec/y"}]'
`,
    'a.yaml': WEB,
    'b.yaml': 'a: b: c\n',
    'c.yaml': 'a: [\n',
    'p1.yaml': 'a: @b\n',
  };
  expect(said(files).map((line) => line.replace(/:\d+: .*/, ''))).toEqual([
    'kustomization.yaml:2',
    'b.yaml:1',
    'c.yaml:1',
    'kustomization.yaml:1',
    'p1.yaml:1',
    'kustomization.yaml:6',
    'kustomization.yaml:8',
  ]);
});

test('what only follows from a file that cannot be read is not told', () => {
  const uses = `patches: [{path: p.yaml}, {path: p.yaml, target: {kind: Deployment}}]
replicas: [{name: web, count: 2}]
configMapGenerator: [{name: a, behavior: merge, literals: [a=b]}]
replacements: [{source: {kind: Deployment, name: web}, targets: [{select: {kind: Deployment}}]}]
vars: [{name: A, objref: {kind: Deployment, name: web, apiVersion: apps/v1}}]
`;
  const files = { [K]: `resources: [a.yaml]\n${uses}`, 'a.yaml': `${WEB}broken\n`, 'p.yaml': WEB };
  expect(said(files)).toHaveLength(1);
  // The same are errors and warnings of their own where everything could be read.
  expect(said({ ...files, 'a.yaml': MAP.replace('name: a', 'name: other') })).toHaveLength(6);
});

test('a cycle is told once, and nothing of what its objects would have been', () => {
  const files = {
    'app/kustomization.yaml': 'resources: [../b]\npatches: [{path: p.yaml}]\n',
    'app/p.yaml': WEB,
    'b/kustomization.yaml': 'resources: [../app]\n',
  };
  expect(said(files)).toEqual([
    'b/kustomization.yaml:1:13: kustomizations refer to each other in a cycle: app -> b -> app; remove this entry or another one of them',
  ]);
});
