// The roots whose origins are proven: kustomizations of recorded cases and of folders, and the Flux Kustomizations of
// folders with what holds their variables. Each renders its files anew, with some of them changed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrors } from '../../src/model/finding.ts';
import { getObject, getString, isJsonObject } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/jsonText.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { toJson } from '../../src/model/node.ts';
import { keyOf, refOf } from '../../src/model/objectRef.ts';
import { SourceText } from '../../src/model/sourceText.ts';
import { build } from '../../src/render/build.ts';
import { renderFlux } from '../../src/render/flux/renderFlux.ts';
import type { BuildOptions, Rendering } from '../../src/render/rendering.ts';
import { builtinSchemas } from '../../src/schema/builtin.ts';
import { memorySnapshot } from '../../src/source/memory.ts';
import type { Snapshot } from '../../src/source/snapshot.ts';
import { indexFolder } from '../../src/workspace/files/indexFolder.ts';
import { renderRoot, variablesOf } from '../../src/workspace/files/renderer.ts';
import type { RenderStages } from '../../src/workspace/files/renderer.ts';
import type { Root as WorkspaceRoot, RootRendering, WorkspaceIndex } from '../../src/workspace/state.ts';
import { createVariablesOf } from '../../src/workspace/files/variableLookup.ts';
import { readYaml } from '../../src/yaml/read.ts';

type Content = string | Uint8Array;
export type Files = ReadonlyMap<string, Content>;
/** New texts by the paths of their files. */
export type Changes = ReadonlyMap<string, string>;

/** Something that is rendered, with all the files that it may read. */
export interface MutationRoot {
  readonly name: string;
  readonly files: Files;
  /** What comes out with some files changed; undefined where it does not build. */
  render(changes: Changes): readonly Manifest[] | undefined;
}

const schemas = builtinSchemas();

export function rootsOf(source: string): MutationRoot[] {
  return statSync(source).isDirectory() ? rootsOfFolder(source) : rootsOfRecords(source);
}

function rendered(make: () => Rendering): readonly Manifest[] | undefined {
  try {
    const { manifests, findings } = make();
    return hasErrors(findings) ? undefined : manifests;
  } catch {
    return undefined;
  }
}

function kustomizeRoot(
  name: string,
  { files, path, options, base }: { files: Files; path: string; options: BuildOptions; base: Snapshot },
): MutationRoot {
  return { name, files, render: (changes) => rendered(() => build(changed(base, changes), path, options)) };
}

/** The snapshot with some texts changed: no file is added or removed. */
function changed(base: Snapshot, changes: Changes): Snapshot {
  if (changes.size === 0) return base;
  const textOf = (path: string): string | undefined => changes.get(base.real?.(path) ?? path);
  const encoder = new TextEncoder();
  return {
    revision: base.revision,
    kind: (path) => base.kind(path),
    list: (path) => base.list(path),
    real: (path) => base.real?.(path),
    isLink: (path) => base.isLink?.(path) === true,
    text: (path) => textOf(path) ?? base.text(path),
    bytes: (path) => {
      const text = textOf(path);
      return text === undefined ? base.bytes(path) : encoder.encode(text);
    },
  };
}

/** A case that upstream's tests build: its files, and what the build was asked for. */
function rootsOfRecords(file: string): MutationRoot[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line) as JsonObject)
    .filter((record) => record['runnable'] === true && getString(record, 'outcome') === 'ok')
    .flatMap((record) => {
      const files = new Map(
        Object.entries(getObject(record, 'files') ?? {}).map(([path, text]) => [
          path.replace(/^\/+/, ''),
          String(text),
        ]),
      );
      const path = (getString(record, 'path') ?? '').replace(/^\/+/, '');
      const none = getString(record, 'options', 'loadRestrictor') === 'LoadRestrictionsNone';
      const options: BuildOptions = {
        schemas,
        snapshotIs: 'filesystem',
        loadRestrictor: none ? 'none' : 'rootOnly',
        order: 'none',
      };
      const root = kustomizeRoot(String(record['id']), { files, path, options, base: memorySnapshot(files) });
      return [root, ...substitutedRoots(root, path)];
    });
}

const KUSTOMIZATIONS = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);
const FILE_LIMIT = 1 << 20;

function rootsOfFolder(folder: string): MutationRoot[] {
  const files = new Map<string, Content>();
  const paths: string[] = [];
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') walk(path);
      if (!entry.isFile() || statSync(join(folder, path)).size > FILE_LIMIT) continue;
      const bytes = readFileSync(join(folder, path));
      files.set(path, bytes.includes(0) ? bytes : bytes.toString('utf8'));
      if (KUSTOMIZATIONS.has(entry.name)) paths.push(below);
    }
  };
  walk('');
  const base = memorySnapshot(files);
  const options: BuildOptions = { schemas, loadRestrictor: 'none', order: 'none' };
  const roots = paths.map((path) => kustomizeRoot(`${folder}/${path}`, { files, path, options, base }));
  return [...roots, ...fluxRoots(folder, files, base)];
}

type FluxRoot = Extract<WorkspaceRoot, { kind: 'flux' }>;

const options: BuildOptions = { schemas, loadRestrictor: 'none', order: 'none' };
const stages: RenderStages = {
  build: (files, path) => build(files, path, options),
  render: (files, object, variables, written) => renderFlux(files, object, variables, { ...options, written }),
  validate: () => [],
};

/** The Flux Kustomizations that are written in the files, as the workspace renders them. */
function fluxRoots(folder: string, files: Files, base: Snapshot): MutationRoot[] {
  const index = indexFolder(base);
  return index.roots
    .filter((root): root is FluxRoot => root.kind === 'flux')
    .map((root) => {
      const holders = holdersOf(root, index, base);
      return {
        name: `${folder} ${root.id}`,
        files,
        render: (changes) =>
          rendered(() => {
            const snapshot = changed(base, changes);
            const now = changes.has(root.place.source.path) ? rootAnew(root, snapshot) : root;
            const renderings = new Map<string, RootRendering>();
            const written = (index.variables ?? []).filter(({ place }) => !changes.has(place.source.path));
            const again = changes.size === 0 ? [] : indexOfChanged(snapshot, changes, index);
            const lookup = createVariablesOf()({
              index: { roots: [], sources: [], variables: [...written, ...again] },
              renderings,
            });
            for (const holder of holders) renderings.set(holder.id, renderRoot(stages, snapshot, holder, 0, lookup));
            const { findings, manifests, ...rest } = renderFlux(snapshot, now.object, variablesOf(now, lookup), {
              ...options,
              written: now.node,
            });
            return { ...rest, findings, manifests };
          }),
      };
    });
}

/** The other roots that render the ConfigMaps and Secrets that a Kustomization asks for. */
function holdersOf(root: FluxRoot, index: WorkspaceIndex, base: Snapshot): WorkspaceRoot[] {
  const names = new Set(variablesOf(root, () => undefined).map(({ kind, name }) => `${kind}/${name}`));
  if (names.size === 0) return [];
  return index.roots.filter((other) => {
    if (other.id === root.id) return false;
    const { manifests } = renderRoot(stages, base, other, 0, () => undefined);
    return manifests.some((manifest) => {
      const object = toJson(manifest.node);
      return isJsonObject(object) && names.has(`${refOf(object).kind}/${refOf(object).name}`);
    });
  });
}

/** The object as its file says it now. */
function rootAnew(root: FluxRoot, snapshot: Snapshot): FluxRoot {
  const { path } = root.place.source;
  for (const node of readYaml(new SourceText(path, snapshot.text(path) ?? ''), 'resource').documents) {
    const object = toJson(node);
    const place = node.origin.place;
    if (node.kind === 'map' && isJsonObject(object) && place && keyOf(refOf(object)) === keyOf(refOf(root.object)))
      return { ...root, object, node, place, path: getString(object, 'spec', 'path')?.replace(/^\.\//, '') ?? '' };
  }
  throw new Error('the object is no more');
}

function indexOfChanged(
  snapshot: Snapshot,
  changes: Changes,
  index: WorkspaceIndex,
): NonNullable<WorkspaceIndex['variables']> {
  const paths = new Set(
    (index.variables ?? []).map(({ place }) => place.source.path).filter((path) => changes.has(path)),
  );
  return [...paths].flatMap((path) =>
    readYaml(new SourceText(path, snapshot.text(path) ?? ''), 'resource').documents.flatMap((node) => {
      const object = toJson(node);
      const place = node.origin.place;
      return node.kind === 'map' && isJsonObject(object) && place ? [{ object, node, place }] : [];
    }),
  );
}

/** How many values of a recorded case are put into variables. */
const VARIABLES = 4;
const SIMPLE = /^(\s+[\w.-]+:\s+)([a-z][a-z0-9]{2,20})$/gm;

/**
 * The same case applied by a Flux Kustomization, with some of its plain values moved to where variables are kept: a
 * ConfigMap in a file, one that a generator makes of a literal and an env file, the Kustomization itself.
 */
function substitutedRoots(root: MutationRoot, path: string): MutationRoot[] {
  const files = new Map<string, Content>();
  const values: string[] = [];
  for (const [file, text] of root.files) {
    const isResource =
      typeof text === 'string' && /^kind:/m.test(text) && !KUSTOMIZATIONS.has(file.split('/').at(-1) ?? '');
    const isOwn = isResource && !/^kind:\s*(Kustomization|Component)/m.test(text) && !text.includes('$');
    files.set(
      file,
      isOwn
        ? text.replaceAll(SIMPLE, (line: string, head: string, value: string) => {
            if (
              values.length >= VARIABLES ||
              /^(true|false|null|yes|no|on|off)$/.test(value) ||
              /(name|namespace|kind):/.test(head)
            )
              return line;
            values.push(value);
            return `${head}\${V${values.length}}`;
          })
        : text,
    );
  }
  if (values.length < 2) return [];
  const [one = '', two = '', three = 'third', four = 'fourth'] = values;
  const meta = (name: string): string => `metadata: {name: ${name}, namespace: flux-system}`;
  files.set('flux/vars.yaml', `apiVersion: v1\nkind: ConfigMap\n${meta('written')}\ndata:\n  V1: ${one}\n`);
  files.set(
    'flux/generated/kustomization.yaml',
    `namespace: flux-system\ngeneratorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:\n- name: generated\n  literals: [V2=${two}]\n  envs: [more.env]\n`,
  );
  files.set('flux/generated/more.env', `V3=${three}\n`);
  files.set(
    'flux/apps.yaml',
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n${meta('case')}\nspec:\n  path: ./${path}\n  nameSuffix: -flux\n  commonMetadata:\n    labels:\n      applied: byflux\n  postBuild:\n    substitute:\n      V4: ${four}\n    substituteFrom:\n    - {kind: ConfigMap, name: written}\n    - {kind: ConfigMap, name: generated}\n`,
  );
  try {
    return fluxRoots(root.name, files, memorySnapshot(files)).filter(({ name }) => name.endsWith('/case'));
  } catch {
    return [];
  }
}
