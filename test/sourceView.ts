// A workspace of a few files in memory, rendered by the real build: what tests of view models look at.
import { build } from '../src/render/build.ts';
import { renderFlux } from '../src/render/flux/renderFlux.ts';
import type { BuildOptions } from '../src/render/rendering.ts';
import { emptySchemas } from '../src/schema/schemaSetOf.ts';
import { memorySnapshot } from '../src/source/memory.ts';
import { createSourceFacts } from '../src/present/sourceFile/sourceFacts.ts';
import type { Cursor, SourceView } from '../src/present/sourceFile/sourceView.ts';
import { createWrittenObjects } from '../src/present/sourceFile/writtenObjects.ts';
import { indexFolder } from '../src/workspace/files/indexFolder.ts';
import { createReaches } from '../src/workspace/files/reaches.ts';
import { reduce } from '../src/workspace/reduce.ts';
import { renderRoot } from '../src/workspace/files/renderer.ts';
import type { RenderStages } from '../src/workspace/files/renderer.ts';
import { createVariablesOf } from '../src/workspace/files/variableLookup.ts';
import { initialState } from '../src/workspace/state.ts';
import type { WorkspaceState } from '../src/workspace/state.ts';
import { newTrial } from '../src/workspace/files/trial.ts';
import type { Trial } from '../src/workspace/files/trial.ts';

const options: BuildOptions = { schemas: emptySchemas, loadRestrictor: 'none', order: 'none' };

/** The real build, without checks. */
const stages: RenderStages = {
  build: (tree, path) => build(tree, path, options),
  render: (tree, object, variables, written) => renderFlux(tree, object, variables, { ...options, written }),
  validate: () => [],
};

/** The files as if one of them had another text. */
export function trialOf(files: Readonly<Record<string, string>>, path: string, text: string): Trial {
  const snapshot = memorySnapshot({ ...files, [path]: text });
  return newTrial({ snapshot, stages, variables: createVariablesOf()(viewOf(files).state), version: 9 }, path);
}

/** The files, indexed and rendered. `before` are the files as they were in a rendering before this one. */
export function viewOf(files: Readonly<Record<string, string>>, before?: Readonly<Record<string, string>>): SourceView {
  const state = rendered(files, 2, before === undefined ? undefined : rendered(before, 1));
  return {
    state,
    facts: createSourceFacts(() => memorySnapshot(files)),
    objects: createWrittenObjects(),
    reach: createReaches(),
  };
}

function rendered(files: Readonly<Record<string, string>>, version: number, from?: WorkspaceState): WorkspaceState {
  const snapshot = memorySnapshot(files);
  let state = reduce(from ?? initialState('/', false), { type: 'indexed', index: indexFolder(snapshot) });
  const lookup = createVariablesOf();
  // A second time for those whose variables others render.
  for (const root of [...state.index.roots, ...state.index.roots.filter(({ kind }) => kind === 'flux')]) {
    const rendering = renderRoot(stages, snapshot, root, version, lookup(state));
    state = reduce(state, { type: 'rendered', rendering });
  }
  return state;
}

/** The cursor in the middle of the first `mark` after `behind` in a file. */
export function cursorAt(files: Readonly<Record<string, string>>, path: string, mark: string, behind = ''): Cursor {
  const text = files[path] ?? '';
  const from = text.indexOf(behind);
  const at = text.indexOf(mark, from + behind.length);
  if (from < 0 || at < 0) throw new Error(`${path} does not contain ${behind} ${mark}`);
  return { path, text, offset: at + Math.floor(mark.length / 2) };
}

export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      serviceAccountName: runner
      containers:
        - name: web
          image: web:1
          envFrom:
            - configMapRef:
                name: settings
`;

/** A base, two overlays and a component with a patch. */
export const shop: Readonly<Record<string, string>> = {
  'base/kustomization.yaml':
    'resources:\n  - deployment.yaml\n  - account.yaml\nconfigMapGenerator:\n  - name: settings\n    files:\n      - app=files/app.conf\n',
  'base/deployment.yaml': deployment,
  'base/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: runner\n',
  'base/files/app.conf': 'colour = blue\n',
  'staging/kustomization.yaml':
    'namePrefix: s-\nresources:\n  - ../base\nreplicas:\n  - name: web\n    count: 2\npatches:\n  - path: image.yaml\n    target:\n      kind: Deployment\n      name: w.*\n',
  'staging/image.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: any\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: web:2\n',
  'production/kustomization.yaml':
    'resources:\n  - ../base\npatches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata:\n        name: web\n      spec:\n        replicas: 5\n',
};
