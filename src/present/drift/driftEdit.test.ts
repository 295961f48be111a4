// What a live value becomes in the files, what a rule of spec.ignore looks like, and when neither is written.
import { expect, test } from 'vitest';
import { applied, drifted, driftedField } from '../../../test/driftView.ts';
import type { DriftOptions } from '../../../test/driftView.ts';
import { trialOf, viewOf } from '../../../test/sourceView.ts';
import type { FieldChange } from '../../diff/plan/plan.ts';
import { getList } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import type { DriftedField } from './driftedFields.ts';
import { driftEdit, driftEditFault } from './driftEdit.ts';
import type { DriftEdit, DriftEditKind } from './driftEdit.ts';

const FLUX = 'clusters/dev/web.yaml';
const STAGING = 'staging/kustomization.yaml';
const replicas: FieldChange = { path: 'spec.replicas', before: 7, after: 2 };
const image: FieldChange = { path: 'spec.template.spec.containers[web].image', before: 'web:3', after: 'web:2' };

/** The edit, or why there is none. */
function edited(
  kind: DriftEditKind,
  change: FieldChange,
  files = applied,
  options: DriftOptions = {},
): { readonly edit: DriftEdit | string; readonly field: DriftedField; readonly state: WorkspaceState } {
  const state = drifted(viewOf(files).state, [change], options);
  const field = driftedField(state);
  return { edit: driftEdit(kind, field, (path) => files[path]), field, state };
}

/** The lines that the edit has made, where the build with it does what is meant; else the sentence. */
function lines(kind: DriftEditKind, change: FieldChange, files = applied, options: DriftOptions = {}): string[] {
  const { edit, field, state } = edited(kind, change, files, options);
  if (typeof edit === 'string') return [edit];
  const fault = driftEditFault(kind, field, state, trialOf(files, edit.path, edit.text));
  if (fault !== undefined) return [fault];
  const before = (files[edit.path] ?? '').split('\n');
  return [edit.path, ...edit.text.split('\n').filter((line) => !before.includes(line))];
}

const withFiles = (more: Readonly<Record<string, string>>): typeof applied => ({ ...applied, ...more });
const staging = (more: string): typeof applied =>
  withFiles({ [STAGING]: `namePrefix: s-\nresources:\n  - ../base\n${more}` });

test.each([
  ['a number of replicas', replicas, applied, [STAGING, '    count: 7']],
  ['a value of a patch in a file', image, applied, ['staging/image.yaml', '          image: web:3']],
  [
    'a value of an inline patch, whose comment stays',
    image,
    staging(
      'patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec:\n        template:\n          spec:\n            containers:\n              - name: web\n                image: "web:2" # pinned\n',
    ),
    [STAGING, '                image: "web:3" # pinned'],
  ],
  [
    'the value of an operation',
    replicas,
    staging(
      'patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - {op: replace, path: /spec/replicas, value: 2}\n',
    ),
    [STAGING, '      - {op: replace, path: /spec/replicas, value: 7}'],
  ],
  [
    'the tag of an image, which is a part of the value',
    image,
    staging('images:\n  - name: web\n    newTag: "2"\n'),
    [STAGING, '    newTag: "3"'],
  ],
  [
    'a value of a patch of the Flux Kustomization itself',
    replicas,
    {
      ...staging(''),
      [FLUX]: `${applied[FLUX] ?? ''}  patches:\n    - patch: |\n        - op: replace\n          path: /spec/replicas\n          value: 2 # by Flux\n      target:\n        kind: Deployment\n`,
    },
    [FLUX, '          value: 7 # by Flux'],
  ],
  [
    'the tag of an image of the Flux Kustomization',
    image,
    withFiles({
      [FLUX]: `${applied[FLUX] ?? ''}  images:\n    - name: web\n      newTag: '2'\n`,
    }),
    [FLUX, "      newTag: '3'"],
  ],
  [
    'a value of a component',
    replicas,
    {
      ...staging('components:\n  - ../ha\n'),
      'ha/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas:\n  - {name: web, count: 2}\n',
    },
    ['ha/kustomization.yaml', '  - {name: web, count: 7}'],
  ],
])('adopts %s', (_, change, files, expected) => {
  expect(lines('adopt', change, files)).toEqual(expected);
});

test('adopts a text of several lines where it stands, with its comment and its line breaks', () => {
  const written =
    'apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: runner}\r\ndata:\r\n  # shown\r\n  motd: |\r\n    one\r\n    two\r\n  other: x\r\n';
  const change = { path: 'data.motd', before: 'one\nthree\n', after: 'one\ntwo\n' };
  const { edit } = edited('adopt', change, withFiles({ 'base/account.yaml': written }), { kind: 'ConfigMap' });
  expect(typeof edit === 'string' ? edit : edit.text).toBe(written.replace('two', 'three'));
});

test.each([
  [
    'a value that its Kustomization makes of a variable',
    replicas,
    withFiles({
      [STAGING]: 'namePrefix: s-\nresources:\n  - ../base\n',
      'base/deployment.yaml': (applied['base/deployment.yaml'] ?? '').replace('replicas: 1', 'replicas: ${N}'),
      [FLUX]: `${applied[FLUX] ?? ''}  postBuild:\n    substitute:\n      N: "2"\n`,
    }),
    {},
    'it holds the variable ${N}',
  ],
  [
    'another image than the entry could make',
    { ...image, before: 'other:3' },
    staging('images:\n  - name: web\n    newTag: "2"\n'),
    {},
    'is not one value that could be replaced',
  ],
  [
    'what would change more of the object',
    { path: 'metadata.labels.app', before: 'other', after: 'shop' },
    staging('commonLabels:\n  app: shop\n'),
    {},
    'it would change more of Deployment s-web than metadata.labels.app',
  ],
  [
    'a value of a Secret',
    { path: 'stringData.key', before: '••• (changed)', after: '••• (changed)' },
    withFiles({
      'base/account.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: runner\nstringData:\n  key: abc\n',
    }),
    { kind: 'Secret' },
    'it is a value of a Secret',
  ],
  [
    'a generated value',
    { path: 'data.app', before: 'x', after: 'colour = blue\n' },
    applied,
    { kind: 'ConfigMap' },
    'it is generated (configMapGenerator, key app)',
  ],
  [
    'a field that the cluster does not have',
    { path: 'spec.replicas', after: 2 },
    applied,
    {},
    'does not have this field',
  ],
])('does not adopt %s', (_, change, files, options, sentence) => {
  expect(lines('adopt', change, files, options).join('\n')).toContain(sentence);
});

test('a rule of spec.ignore names this object alone, and what stands around it stays', () => {
  const { edit } = edited('ignore', replicas);
  expect(lines('ignore', replicas)[0]).toBe(FLUX);
  expect(typeof edit === 'string' ? edit : edit.text).toBe(`${applied[FLUX] ?? ''}  ignore:
  - paths:
    - /spec/replicas
    target:
      group: apps
      kind: Deployment
      name: s-web
`);
});

test('a rule of the same target gets one path more; a label with dots and slashes is escaped', () => {
  const rule =
    '  ignore:\n  - paths: [/spec/replicas] # scaled\n    target: {group: apps, kind: Deployment, name: s-web}\n';
  const files = withFiles({
    [FLUX]: `${applied[FLUX] ?? ''}${rule}`,
    [STAGING]: `${applied[STAGING] ?? ''}commonAnnotations:\n  example.com/a~b: "1"\n`,
  });
  const change = { path: 'metadata.annotations[example.com/a~b]', before: '2', after: '1' };
  expect(lines('ignore', change, files)).toEqual([
    FLUX,
    '  - paths: [/spec/replicas, /metadata/annotations/example.com~1a~0b] # scaled',
  ]);
});

test('what spec.ignore cannot say is not written', () => {
  const v1beta2 = withFiles({ [FLUX]: (applied[FLUX] ?? '').replace('fluxcd.io/v1', 'fluxcd.io/v1beta2') });
  expect(lines('ignore', replicas, v1beta2)).toEqual([
    'spec.ignore is a field of kustomize.toolkit.fluxcd.io/v1, and the Kustomization is kustomize.toolkit.fluxcd.io/v1beta2',
  ]);
  const sidecar = (live: JsonObject): JsonObject => {
    getList(live, 'spec', 'template', 'spec', 'containers')?.unshift({ name: 'mesh', image: 'mesh:1' });
    return live;
  };
  expect(lines('ignore', image, applied, { alter: sidecar })[0]).toContain(
    'it stands at another index of the live list',
  );
  expect(lines('ignore', image).at(1)).toBe('  ignore:');
  const gone = { path: 'spec.replicas', after: 2 };
  expect(lines('ignore', gone)[0]).toContain('spec.ignore keeps what is there');
});

test('what another Kustomization makes of the file decides: it may overwrite the rule', () => {
  const parent = {
    'clusters/all/all.yaml': (applied[FLUX] ?? '')
      .replaceAll('web-staging', 'all')
      .replace('./staging', './clusters/dev'),
    'clusters/dev/kustomization.yaml':
      'resources: [web.yaml]\npatches:\n  - target: {kind: Kustomization}\n    patch: |-\n      - {op: add, path: /spec/ignore, value: []}\n',
  };
  expect(lines('ignore', replicas, withFiles(parent))).toEqual([
    'the Kustomization does not ignore /spec/replicas with it',
  ]);
});
