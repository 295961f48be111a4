// Finds what can be rendered in a folder: directories with a kustomization, and Flux objects written in its files.
// Reads a snapshot; renders nothing.
import { getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { toJson } from '../../model/node.ts';
import { refOf } from '../../model/objectRef.ts';
import { SourceText } from '../../model/sourceText.ts';
import { joinPath, normalizePath } from '../../source/paths.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { readYaml } from '../../yaml/read.ts';
import { checkFluxReferences, repositoriesElsewhere } from './fluxReferences.ts';
import type { FluxFileObject, Root, WorkspaceIndex } from '../state.ts';
import { variableNames, writtenVariables } from './writtenVariables.ts';

/** The names that kustomize recognises (api/konfig/general.go). */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Folders that hold no manifests and may be huge. */
export const NO_MANIFESTS: ReadonlySet<string> = new Set(['.git', 'node_modules', '.terraform', '.venv']);
const FLUX_GROUPS = /apiVersion:\s*["']?(?:kustomize|source)\.toolkit\.fluxcd\.io\//;
const FILE_LIMIT = 20_000;

/** Reads the folder. Roots in order of their path, Flux Kustomizations after them in order of their name. */
export function indexFolder(snapshot: Snapshot): WorkspaceIndex {
  const roots: Root[] = [];
  const objects: FluxFileObject[] = [];
  const yamlFiles: string[] = [];
  for (const { directory, files } of walk(snapshot)) {
    const name = KUSTOMIZATION_NAMES.find((one) => files.includes(one));
    if (name !== undefined && !isComponent(snapshot.text(joinPath(directory, name))))
      roots.push({ id: directory === '' ? '.' : directory, kind: 'kustomize', path: directory });
    for (const file of files.filter((one) => /\.ya?ml$/.test(one))) {
      yamlFiles.push(joinPath(directory, file));
      objects.push(...fluxObjectsOf(snapshot, joinPath(directory, file)));
    }
  }
  const kustomizations = objects.filter(({ object }) => isFluxKustomization(object));
  const sources = objects.filter(({ object }) => !isFluxKustomization(object));
  const elsewhere = repositoriesElsewhere(kustomizations, snapshot);
  const flux = kustomizations.map((one) => rootOfObject(one, elsewhere)).filter((root) => root !== undefined);
  const unique = [...new Map(flux.map((root) => [root.id, root])).values()];
  return {
    roots: [...roots, ...unique.toSorted((a, b) => (a.id < b.id ? -1 : 1))],
    sources,
    variables: writtenVariables(snapshot, yamlFiles, variableNames(unique)),
    findings: checkFluxReferences(kustomizations, sources),
  };
}

/** The id of the root of a Flux Kustomization. */
export function fluxRootId(owner: { readonly namespace: string; readonly name: string }): string {
  return `flux:${owner.namespace}/${owner.name}`;
}

export function isFluxKustomization(object: JsonObject): boolean {
  return refOf(object).group === 'kustomize.toolkit.fluxcd.io' && refOf(object).kind === 'Kustomization';
}

function rootOfObject({ object, node, place }: FluxFileObject, others: ReadonlySet<string>): Root | undefined {
  const ref = refOf(object);
  const path = normalizePath(getString(object, 'spec', 'path') ?? '');
  // The path is one of the source: of what a generator or a registry makes, or of another repository, the folder has no such files.
  const elsewhere =
    (getString(object, 'spec', 'sourceRef', 'kind') ?? 'GitRepository') !== 'GitRepository' ||
    others.has(getString(object, 'spec', 'sourceRef', 'name') ?? '');
  return path === undefined || ref.name === '' || elsewhere
    ? undefined
    : { id: fluxRootId(ref), kind: 'flux', path, object, node, place };
}

function fluxObjectsOf(snapshot: Snapshot, path: string): FluxFileObject[] {
  const text = snapshot.text(path);
  if (text === undefined || !FLUX_GROUPS.test(text)) return [];
  const found: FluxFileObject[] = [];
  for (const node of readYaml(new SourceText(path, text), 'resource').documents) {
    const object = toJson(node);
    const place = node.origin.place;
    if (node.kind !== 'map' || !isJsonObject(object) || !place) continue;
    const { group } = refOf(object);
    if (group === 'kustomize.toolkit.fluxcd.io' || group === 'source.toolkit.fluxcd.io')
      found.push({ object, node, place });
  }
  return found;
}

/** Components are rendered through the kustomizations that use them, never alone. */
function isComponent(text: string | undefined): boolean {
  return text !== undefined && /^kind:\s*["']?Component["']?\s*$/m.test(text);
}

/** Where a link leads is walked anyway, or is none of this folder's business; one to a folder above has no end. */
function isLinked(snapshot: Snapshot, directory: string, name: string): boolean {
  if (!snapshot.real) return false;
  return snapshot.real(joinPath(directory, name)) !== joinPath(snapshot.real(directory) ?? directory, name);
}

function* walk(snapshot: Snapshot): Generator<{ directory: string; files: string[] }> {
  const open = [''];
  let seen = 0;
  for (let directory = open.pop(); directory !== undefined && seen < FILE_LIMIT; directory = open.pop()) {
    const files: string[] = [];
    const folders: string[] = [];
    for (const name of snapshot.list(directory)) {
      const kind = snapshot.kind(joinPath(directory, name));
      if (kind === 'file') files.push(name);
      else if (kind === 'directory' && !NO_MANIFESTS.has(name) && !isLinked(snapshot, directory, name))
        folders.push(joinPath(directory, name));
    }
    seen += files.length;
    yield { directory, files };
    open.push(...folders.reverse());
  }
}
