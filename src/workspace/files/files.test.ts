// A mistake in a stage ends one rendering, not the engine: the other roots live, and the next edit tries again. Who asks
// for a variable follows the text of the ConfigMap that holds it.
import { expect, test } from 'vitest';
import { silentLog } from '../../model/log.ts';
import { printPlace } from '../../model/sourceText.ts';
import { chainOf } from '../../model/origin.ts';
import { nodeAt, textOf } from '../../model/node.ts';
import { build } from '../../render/build.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import type { BuildOptions } from '../../render/rendering.ts';
import { emptySchemas } from '../../schema/schemaSetOf.ts';
import { memorySnapshot } from '../../source/memory.ts';
import type { TreeSnapshot } from '../../source/tree.ts';
import { createFiles } from './files.ts';
import type { Files } from './files.ts';
import { reduce } from '../reduce.ts';
import type { RenderStages } from './renderer.ts';
import { initialState } from '../state.ts';
import type { WorkspaceState } from '../state.ts';
import { createVariablesOf } from './variableLookup.ts';
import type { VariableLookup } from './variableLookup.ts';

const options: BuildOptions = { schemas: emptySchemas, loadRestrictor: 'none', order: 'none' };

const realStages: RenderStages = {
  build: (snapshot, path) => build(snapshot, path, options),
  render: (snapshot, object, variables, node) => renderFlux(snapshot, object, variables, { ...options, written: node }),
  validate: () => [],
};

interface Opened {
  readonly files: Files;
  state(): WorkspaceState;
  /** Renders whatever is to be rendered. */
  run(): void;
}

/** A folder with these files, of which nothing is rendered yet. */
function open(
  disk: Readonly<Record<string, string>>,
  stages: RenderStages = realStages,
  variablesOf: (state: WorkspaceState) => VariableLookup = () => () => undefined,
): Opened {
  const turns: (() => void)[] = [];
  let state = initialState('/repo', true);
  const files = createFiles({
    state: () => state,
    emit: (event) => (state = reduce(state, event)),
    open: (overlay) => {
      const now = (): TreeSnapshot => memorySnapshot({ ...disk, ...Object.fromEntries(overlay) });
      return {
        revision: '',
        text: (path) => now().text(path),
        bytes: (path) => now().bytes(path),
        kind: (path) => now().kind(path),
        list: (path) => now().list(path),
        real: (path) => now().real?.(path),
        isLink: (path) => now().isLink(path),
        paths: () => now().paths(),
        invalidate: () => undefined,
      };
    },
    stages,
    variables: (name) => variablesOf(state)(name),
    clock: { now: () => 0, after: (_, callback) => (turns.push(callback), () => undefined) },
    log: silentLog,
    onRendered: () => undefined,
  });
  return {
    files,
    state: () => state,
    run() {
      for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
    },
  };
}

test('a stage that throws is told at its root, and is tried again', () => {
  let broken = true;
  const { files, state, run } = open(
    { 'a/kustomization.yaml': '', 'b/kustomization.yaml': '' },
    {
      build: (_, path) => {
        if (path === 'a' && broken) throw new TypeError('a bug');
        return { manifests: [], findings: [], files: new Set([`${path}/kustomization.yaml`]), wanted: [] };
      },
      render: () => ({ manifests: [], findings: [], files: new Set(), wanted: [] }),
      validate: () => [],
    },
  );
  const codes = (root: string): string[] | undefined =>
    state()
      .renderings.get(root)
      ?.findings.map((finding) => finding.code);

  files.start();
  run();
  expect([codes('a'), codes('b')]).toEqual([['render-failed'], []]);
  broken = false;
  files.setBuffer('base/anything.yaml', 'a: 1\n', true);
  run();
  expect(codes('a')).toEqual([]);
});

test('an edit of a variable, in a file that a build reads or in one that none does, renders what asks for it', () => {
  const written = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {A: one}\n';
  const disk = {
    'flux/app.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app, namespace: flux-system}\nspec:\n  path: ./app\n  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}\n',
    'app/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: "${A}"}\n',
    'plain/cm.yaml': written,
  };
  const { files, state, run } = open(disk, realStages, createVariablesOf());
  const after = (path: string, text: string): [string | undefined, string] => {
    files.setBuffer(path, text, true);
    run();
    const node = nodeAt(state().renderings.get('flux:flux-system/app')?.manifests[0]?.node, ['data', 'a']);
    return [
      textOf(node),
      node ? (chainOf(node.origin).flatMap(({ place }) => (place ? printPlace(place) : []))[0] ?? '') : '',
    ];
  };
  files.start();
  expect(after('plain/cm.yaml', written.replace('one', 'two'))).toEqual(['two', 'plain/cm.yaml:4:11']);
  // Something renders it now.
  expect(after('vars/kustomization.yaml', 'resources: [../plain/cm.yaml]\n')).toEqual(['two', 'plain/cm.yaml:4:11']);
  expect(after('plain/cm.yaml', `# moved\n${written.replace('one', 'three')}`)).toEqual([
    'three',
    'plain/cm.yaml:5:11',
  ]);
  const generated =
    'configMapGenerator: [{name: vars, namespace: flux-system, literals: [A=four]}]\ngeneratorOptions: {disableNameSuffixHash: true}\n';
  expect(after('vars/kustomization.yaml', generated)).toEqual(['four', 'vars/kustomization.yaml:1:70']);
  expect(after('vars/kustomization.yaml', generated.replace('four', 'five'))).toEqual([
    'five',
    'vars/kustomization.yaml:1:70',
  ]);
});

test('what a source leaves out is not rendered, and an edit of what says so is followed', () => {
  const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
  const repository = (spec: string): string =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: repo, namespace: flux-system}\nspec: {url: u${spec}}\n`;
  const disk = {
    'flux/app.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: app, namespace: flux-system}\nspec: {path: ./app, sourceRef: {kind: GitRepository, name: repo}}\n',
    'flux/repo.yaml': repository(''),
    'app/one.yaml': map('one'),
    'app/two.yaml': map('two'),
    'app/.github/three.yaml': map('three'),
  };
  const { files, state, run } = open(disk);
  const names = (): (string | undefined)[] => {
    run();
    const { manifests = [] } = state().renderings.get('flux:flux-system/app') ?? {};
    return manifests.map(({ node }) => textOf(nodeAt(node, ['metadata', 'name'])));
  };
  files.start();
  expect(names()).toEqual(['one', 'two']);
  files.setBuffer('.sourceignore', '/app/two.yaml\n', true);
  // With a pattern of one's own those of source-controller hold no more.
  expect(names()).toEqual(['three', 'one']);
  files.setBuffer('flux/repo.yaml', repository(', ignore: "!/app/two.yaml"'), true);
  expect(names()).toEqual(['three', 'one', 'two']);
  files.setBuffer('.sourceignore', undefined, false);
  expect(names()).toEqual(['three', 'one', 'two']);
});
