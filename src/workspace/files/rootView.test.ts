// What a Flux Kustomization is built from, by what the folder and its GitRepository say.
import { expect, test } from 'vitest';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { toJson } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { artifactOf } from '../../source/artifact.ts';
import { memorySnapshot } from '../../source/memory.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { treeSnapshot } from '../../source/tree.ts';
import { readYaml } from '../../yaml/read.ts';
import { rootViews } from './rootView.ts';
import type { FluxFileObject, Root } from '../state.ts';

const FILES = {
  'app/one.yaml': '1',
  'app/two.yaml': '2',
  'app/picture.png': '3',
  'app/deep/.sourceignore': '# nothing of it\n*\n',
  'app/deep/four.yaml': '4',
  '.github/flow.yaml': '5',
  'lib/six.yaml': '6',
};

const document = (path: string, text: string): FluxFileObject => {
  const [node] = readYaml(new SourceText(path, text), 'resource').documents;
  const object = node && toJson(node);
  const place = node?.origin.place;
  if (node?.kind !== 'map' || !place || !isJsonObject(object)) throw new Error(text);
  return { object, node, place };
};
const repository = (name: string, spec: string, path = 'clusters/dev/sources.yaml'): FluxFileObject =>
  document(
    path,
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}, namespace: flux-system}\nspec: {url: u, ${spec}}\n`,
  );

function root(source: string): Root {
  const text = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app, namespace: flux-system}\nspec: {path: app, sourceRef: {kind: GitRepository, name: ${source}}}\n`;
  return { id: 'flux:flux-system/app', kind: 'flux', path: 'app', ...document('clusters/dev/app.yaml', text) };
}

function filesOf(view: Snapshot, directory = ''): string[] {
  return view.list(directory).flatMap((name) => {
    const path = directory === '' ? name : `${directory}/${name}`;
    return view.kind(path) === 'directory' ? filesOf(view, path) : [`${path} ${view.text(path) ?? ''}`];
  });
}

const seen = (files: Readonly<Record<string, string>>, source: string, ...sources: FluxFileObject[]): string[] =>
  filesOf(rootViews(memorySnapshot(files)).of(root(source), sources)).map((line) => line.split(' ')[0] ?? '');

test.each<[string, Readonly<Record<string, string>>, JsonObject]>([
  ['what source-controller leaves out by itself', { ...FILES, 'app/deep/.sourceignore': '' }, {}],
  ['.sourceignore in a folder', FILES, {}],
  ['.sourceignore at the root', { ...FILES, '.sourceignore': '/*\n!/app\n' }, {}],
  ['spec.ignore', FILES, { ignore: '/*\n!/lib\n' }],
])('%s: the files of the artifact', (_, files, spec) => {
  const ignore = typeof spec['ignore'] === 'string' ? spec['ignore'] : undefined;
  const artifact = artifactOf(treeSnapshot(new Map(Object.entries(files)), 'r'), ignore, 'r').snapshot.paths();
  expect(seen(files, 'test', repository('test', JSON.stringify(spec).slice(1, -1)))).toEqual(artifact);
});

test('spec.sparseCheckout, and a folder without a file of its own', () => {
  const view = rootViews(memorySnapshot(FILES)).of(root('test'), [repository('test', 'sparseCheckout: [lib]')]);
  expect(filesOf(view)).toEqual(['lib/six.yaml 6']);
  expect(['app', 'app/deep', 'lib', 'app/one.yaml'].map((path) => view.kind(path))).toEqual([
    undefined,
    undefined,
    'directory',
    undefined,
  ]);
});

test('spec.include of the same repository is put in its place, and of another one is not', () => {
  const include = 'ignore: "/*\\n!/app/one.yaml", include: [{repository: {name: lib}, fromPath: lib, toPath: app/lib}]';
  expect(seen(FILES, 'test', repository('test', include), repository('lib', 'ignore: ""'))).toEqual([
    'app/lib/six.yaml',
    'app/one.yaml',
  ]);
  const another = document('x', JSON.stringify({ ...repository('lib', '').object, spec: { url: 'other' } }));
  expect(seen(FILES, 'test', repository('test', include), another)).toEqual(['app/one.yaml']);
});

test('of two sources of one name the nearer one is meant', () => {
  const [far, near] = [
    repository('test', 'ignore: "/*"', 'clusters/prod/sources.yaml'),
    repository('test', 'ignore: "/*\\n!/lib"'),
  ];
  expect(seen(FILES, 'test', far, near)).toEqual(['lib/six.yaml']);
});
