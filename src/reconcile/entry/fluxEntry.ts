// What a workspace brings to a cluster so that the loop has something to do: the Flux objects of its entry folder, and those
// that nobody wrote down because `flux bootstrap` makes them. Makes objects; applies none, and writes no file.
import { compareApplyOrder } from '../../model/inventory.ts';
import { getList, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { joinPath, normalizePath, parentPath } from '../../source/paths.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { chooseEntryFolder, isInside, isKustomization, objectsBelow, siblingClusters } from './entryFolder.ts';
import type { ObjectsByFolder } from './entryFolder.ts';
import { ARTIFACT_GENERATOR, GIT_REPOSITORY, KUSTOMIZATION, sourceRefOf } from '../fluxKinds.ts';
import type { WorkspaceOrigin } from './workspaceOrigin.ts';

export interface FluxEntry {
  /** The folder whose files were taken; the path of the build where the entry was made for one folder. */
  readonly folder: string;
  /** Why this folder. */
  readonly why: string;
  /** Everything that belongs to the entry, in apply order: namespaces and variables, sources, what reads them. */
  readonly objects: readonly JsonObject[];
  /** The Kustomization that builds the entry folder itself: it brings about all the others. */
  readonly root: JsonObject | undefined;
  /** GitRepositories that the entry reads and no file of the repository makes. */
  readonly missing: readonly ObjectRef[];
  /** Those of `objects` that are made in the cluster only. */
  readonly made: readonly JsonObject[];
}

/** The objects of a file; none for a file that is no manifest. */
export type ReadObjects = (path: string, text: string) => readonly JsonObject[];

export const FLUX_NAMESPACE = 'flux-system';
const DEPTH_LIMIT = 12;

/** The entry of a repository: the folder that is given, else the one that {@link chooseEntryFolder} finds. */
export function findFluxEntry(snapshot: Snapshot, read: ReadObjects, folder?: string): FluxEntry | undefined {
  const byFolder = readFolders(snapshot, read);
  const chosen = folder === undefined ? chooseEntryFolder(byFolder) : { folder, why: 'as asked for' };
  if (!chosen) return undefined;
  const objects = inOrder(objectsBelow(byFolder, chosen.folder));
  if (!objects.some(isKustomization)) return undefined;
  return {
    ...chosen,
    objects,
    root: objects.find((object) => isKustomization(object) && pathOf(object) === chosen.folder),
    missing: missingSources(byFolder, chosen.folder, objects),
    made: [],
  };
}

/** The folders whose files hold Flux Kustomizations: what may be given as an entry. */
export function entryChoices(snapshot: Snapshot, read: ReadObjects): string[] {
  return [...readFolders(snapshot, read)].filter(([, objects]) => objects.some(isKustomization)).map(([path]) => path);
}

/** Adds the GitRepositories that are missing, and the Kustomization of the entry folder, as `flux bootstrap` makes them. */
export function completeEntry(entry: FluxEntry, origin: WorkspaceOrigin): FluxEntry {
  const [first] = entry.missing;
  if (!first) return entry;
  const source = entry.missing.find(({ name }) => name === FLUX_NAMESPACE) ?? first;
  const made = entry.missing.map((ref) => gitRepository(ref, origin));
  const root = entry.root ?? rootFor(entry, source);
  const added = root && root !== entry.root ? [...made, root] : made;
  return { ...entry, objects: inOrder([...entry.objects, ...added]), root, made: added };
}

/** What is put into the cluster to begin with: the root and its source where there is a root, else all of it. */
export function startObjects(entry: FluxEntry): readonly JsonObject[] {
  const { root } = entry;
  if (!root) return entry.objects;
  const source = sourceRefOf(root);
  return entry.objects.filter((object) => {
    const { kind, name, namespace } = refOf(object);
    if (object === root || entry.made.includes(object)) return true;
    return kind === source.kind && name === source.name && namespace === source.namespace;
  });
}

/** A GitRepository of the workspace. */
export function gitRepository(ref: Pick<ObjectRef, 'namespace' | 'name'>, origin: WorkspaceOrigin): JsonObject {
  return {
    apiVersion: `${GIT_REPOSITORY.group}/${GIT_REPOSITORY.version}`,
    kind: GIT_REPOSITORY.kind,
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: { interval: '1m0s', url: origin.url, ref: { branch: origin.branch } },
  };
}

/** A Kustomization with `prune`, as `flux create kustomization` and `flux bootstrap` make it. */
export function kustomizationOf(
  ref: Pick<ObjectRef, 'namespace' | 'name'>,
  source: ObjectRef,
  spec: JsonObject,
): JsonObject {
  const sourceRef: JsonObject = { kind: source.kind, name: source.name };
  if (source.namespace !== ref.namespace) sourceRef['namespace'] = source.namespace;
  return {
    apiVersion: `${KUSTOMIZATION.group}/${KUSTOMIZATION.version}`,
    kind: KUSTOMIZATION.kind,
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: { interval: '10m0s', prune: true, sourceRef, ...spec },
  };
}

/** None where a Kustomization of the entry has that name already: it was written for something else. */
function rootFor(entry: FluxEntry, source: ObjectRef): JsonObject | undefined {
  const ref = { namespace: source.namespace, name: FLUX_NAMESPACE };
  const taken = entry.objects.some((object) => isKustomization(object) && refOf(object).name === ref.name);
  return taken ? undefined : kustomizationOf(ref, source, { path: `./${entry.folder}` });
}

/** Sources that the entry reads. What another file makes is left alone, unless it is a file of another cluster. */
function missingSources(byFolder: ObjectsByFolder, folder: string, objects: readonly JsonObject[]): ObjectRef[] {
  const siblings = siblingClusters(byFolder.keys(), folder);
  const written = [...byFolder]
    .filter(([path]) => !siblings.some((sibling) => isInside(path, sibling)))
    .flatMap(([, found]) => found.map(refOf));
  const wanted = objects.flatMap(sourcesOf).filter(({ kind }) => kind === GIT_REPOSITORY.kind);
  const missing = wanted.filter(
    (ref) =>
      !written.some(
        (one) =>
          one.kind === ref.kind && one.name === ref.name && (one.namespace === ref.namespace || one.namespace === ''),
      ),
  );
  return [...new Map(missing.map((ref) => [keyOf(ref), ref])).values()];
}

function sourcesOf(object: JsonObject): ObjectRef[] {
  const own = refOf(object).namespace || FLUX_NAMESPACE;
  if (isKustomization(object)) {
    const source = sourceRefOf(object);
    return [{ ...source, namespace: source.namespace || own }];
  }
  if (refOf(object).kind !== ARTIFACT_GENERATOR.kind) return [];
  return (getList(object, 'spec', 'sources') ?? []).map((source) => ({
    group: GIT_REPOSITORY.group,
    version: GIT_REPOSITORY.version,
    kind: getString(source, 'kind') ?? '',
    namespace: getString(source, 'namespace') ?? own,
    name: getString(source, 'name') ?? '',
  }));
}

function readFolders(snapshot: Snapshot, read: ReadObjects): ObjectsByFolder {
  const byFolder = new Map<string, JsonObject[]>();
  for (const path of manifestPaths(snapshot, '', 0)) {
    const objects = read(path, snapshot.text(path) ?? '').filter((object) => isEntryObject(object));
    if (objects.length > 0) byFolder.set(parentPath(path), [...(byFolder.get(parentPath(path)) ?? []), ...objects]);
  }
  return byFolder;
}

function* manifestPaths(snapshot: Snapshot, folder: string, depth: number): Generator<string> {
  if (depth > DEPTH_LIMIT) return;
  for (const name of snapshot.list(folder)) {
    if (name === '.git' || name === 'node_modules') continue;
    const path = joinPath(folder, name);
    const kind = snapshot.kind(path);
    if (kind === 'directory') yield* manifestPaths(snapshot, path, depth + 1);
    else if (kind === 'file' && /\.ya?ml$/.test(name)) yield path;
  }
}

function pathOf(kustomization: JsonObject): string | undefined {
  return normalizePath(getString(kustomization, 'spec', 'path') ?? '');
}

function isFlux(object: JsonObject): boolean {
  return /(^|\.)fluxcd\.io$/.test(refOf(object).group);
}

/** Flux's objects, and what stands beside them: namespaces and the ConfigMaps that are substituted from. */
function isEntryObject(object: JsonObject): boolean {
  const { kind, group, name } = refOf(object);
  return name !== '' && (isFlux(object) || (group === '' && (kind === 'Namespace' || kind === 'ConfigMap')));
}

function inOrder(objects: readonly JsonObject[]): JsonObject[] {
  return objects.toSorted((a, b) => rank(a) - rank(b) || compareApplyOrder(refOf(a), refOf(b)));
}

/** Sources before what reads them. */
function rank(object: JsonObject): number {
  const { group, kind } = refOf(object);
  if (kind === 'Namespace') return 0;
  if (!isFlux(object)) return 1;
  return group === GIT_REPOSITORY.group ? 2 : 3;
}
