// Where the value of a variable is written: in a manifest, a generator's literal or file, a Secret, the Flux object itself.
import { expect, test } from 'vitest';
import { manifestRef } from '../../model/manifest.ts';
import { printPlace } from '../../model/sourceText.ts';
import { cursorAt, viewOf } from '../../../test/sourceView.ts';
import { definitionAt } from './definition.ts';
import { sourceHover } from './hover.ts';
import { reachedByLine, reachedPath, reachedText } from './reached.ts';
import { usesOfVariable } from './variables.ts';

const flux = (name: string, path: string, spec = ''): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec:\n  path: ${path}\n${spec}`;
const from = (kind: string): string => `  postBuild: {substituteFrom: [{kind: ${kind}, name: vars}]}\n`;
const config = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata:\n  REGION: ${data}\n`;
const app = {
  'app/kustomization.yaml': 'resources: [config.yaml]\n',
  'app/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  at: in ${REGION}\n  again: ${REGION}-1\n',
};
const generator = (field: string): string =>
  `namespace: flux-system\ngeneratorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:\n  - name: vars\n    ${field}\n`;

type Files = Readonly<Record<string, string>>;
const places: readonly (readonly [string, Files, string])[] = [
  ['a manifest that another Kustomization applies', { 'vars/cm.yaml': config('north') }, 'vars/cm.yaml:5:11'],
  [
    'a literal of a generator',
    { 'vars/kustomization.yaml': generator('literals: [REGION=north]') },
    'vars/kustomization.yaml:5:16',
  ],
  [
    'a line of an env file',
    { 'vars/kustomization.yaml': generator('envs: [x.env]'), 'vars/x.env': 'A=b\nREGION=north\n' },
    'vars/x.env:2:8',
  ],
  [
    'a file of a generator',
    { 'vars/kustomization.yaml': generator('files: [REGION=r.txt]'), 'vars/r.txt': 'north' },
    'vars/r.txt:1:1',
  ],
  ['a file that nothing renders', { 'elsewhere/cm.yaml': config('north') }, 'elsewhere/cm.yaml:5:11'],
];

test.each(places)('the value of a variable is written in %s', (_, more, expected) => {
  const files = {
    ...app,
    'flux/app.yaml': flux('app', './app', from('ConfigMap')),
    'flux/vars.yaml': flux('vars', './vars'),
    'vars/other.yaml': '',
    ...more,
  };
  const view = viewOf(files);
  const cursor = cursorAt(files, 'app/config.yaml', '${REGION}');
  expect(definitionAt(view, cursor)?.places.map(printPlace)).toEqual([expected]);
  const hover = sourceHover(view, cursor, printPlace)?.markdown ?? '';
  expect(hover).toContain('`in north` `data.at` of ConfigMap app — app');
  expect(hover).toContain(`(${expected}) · $\\{REGION\\} from ConfigMap/vars`);
  const [file = '', line = ''] = expected.split(':');
  const text = (files as Files)[file] ?? '';
  const offset =
    text
      .split('\n')
      .slice(0, Number(line) - 1)
      .join('\n').length + 1;
  const reached = reachedByLine(view.state, view.reach, file, text, Math.min(offset, text.length)).flatMap(
    ({ fields }) =>
      fields
        .filter(({ manifest }) => manifestRef(manifest).name === 'app')
        .map((field) => `${reachedPath(field)}=${reachedText(field)}`),
  );
  expect(new Set(reached)).toEqual(new Set(['data.at=in north', 'data.again=north-1']));
});

test('what is written inline in the Kustomization is its own place; a line says who asks for it', () => {
  const files = {
    ...app,
    'flux/app.yaml': flux('app', './app', '  postBuild:\n    substitute:\n      REGION: north\n'),
  };
  const view = viewOf(files);
  const definition = definitionAt(view, cursorAt(files, 'app/config.yaml', 'REGION', 'again'));
  expect(definition?.places.map(printPlace)).toEqual(['flux/app.yaml:8:15']);
  expect(usesOfVariable(view, cursorAt(files, 'flux/app.yaml', 'north')).map(printPlace)).toEqual([
    'app/config.yaml:5:7',
    'app/config.yaml:6:10',
  ]);
});

test('a value from a Secret is never shown, and its place is', () => {
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata: {name: vars, namespace: flux-system}\nstringData:\n  REGION: hidden-north\n';
  const files = { ...app, 'flux/app.yaml': flux('app', './app', from('Secret')), 'flux/secret.yaml': secret };
  const hover = sourceHover(viewOf(files), cursorAt(files, 'app/config.yaml', '${REGION}'), printPlace)?.markdown ?? '';
  expect(hover).toContain('flux/secret.yaml:5:11');
  expect(hover).not.toContain('north');
});
