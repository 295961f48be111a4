// Puts Flux's definitions and the workspace's own Flux objects into a cluster, so that the loop has something to do. Makes
// what is missing; what Flux already owns is left to it.
import { compareApplyOrder } from '../model/inventory.ts';
import { getObject, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { waitForReady } from '../health/wait.ts';
import { StatusError } from '../kube/client.ts';
import type { KubeClient } from '../kube/client.ts';
import { byCodeUnit, joinPath, parentPath } from '../source/paths.ts';
import type { Snapshot } from '../source/snapshot.ts';
import { KUSTOMIZE_MANAGER } from './fluxKinds.ts';

/** What a workspace brings along: its Flux objects and what they need, in apply order, and the folder they came from. */
export interface FluxEntry {
  readonly folder: string;
  readonly objects: readonly JsonObject[];
}

const OWNER_LABEL = 'kustomize.toolkit.fluxcd.io/name';
const DEFINITIONS_TIMEOUT = 60_000;
const DEPTH_LIMIT = 12;

/**
 * Finds the entry folder: `clusters/dev`, else the parent of a `flux-system` folder, else the folder with the most Flux
 * objects. `read` gives the objects of a file, and none for a file that is no manifest.
 */
export function findFluxEntry(
  snapshot: Snapshot,
  read: (path: string, text: string) => readonly JsonObject[],
): FluxEntry | undefined {
  const byFolder = new Map<string, JsonObject[]>();
  for (const path of manifestPaths(snapshot, '', 0)) {
    const objects = read(path, snapshot.text(path) ?? '').filter((object) => isEntryObject(object));
    if (objects.length > 0) byFolder.set(parentPath(path), [...(byFolder.get(parentPath(path)) ?? []), ...objects]);
  }
  const folder = entryFolder(byFolder);
  if (folder === undefined) return undefined;
  const inside = [...byFolder].filter(
    ([path]) => path === folder || path.startsWith(folder === '' ? '' : `${folder}/`),
  );
  const objects = inside
    .flatMap(([, found]) => found)
    .sort((a, b) => rank(a) - rank(b) || compareApplyOrder(refOf(a), refOf(b)));
  return { folder, objects };
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

function isFlux(object: JsonObject): boolean {
  return refOf(object).group.endsWith('.toolkit.fluxcd.io');
}

/** Flux's objects, and what stands beside them: namespaces and the ConfigMaps that are substituted from. */
function isEntryObject(object: JsonObject): boolean {
  const { kind, group, name } = refOf(object);
  return name !== '' && (isFlux(object) || (group === '' && (kind === 'Namespace' || kind === 'ConfigMap')));
}

function entryFolder(byFolder: ReadonlyMap<string, readonly JsonObject[]>): string | undefined {
  const count = (folder: string): number =>
    [...byFolder]
      .filter(([path]) => path === folder || path.startsWith(`${folder}/`))
      .flatMap(([, objects]) => objects)
      .filter(isFlux).length;
  const withFlux = [...byFolder]
    .filter(([, objects]) => objects.some(isFlux))
    .map(([path]) => path)
    .sort(byCodeUnit);
  if (count('clusters/dev') > 0) return 'clusters/dev';
  const system = withFlux.find((path) => path === 'flux-system' || path.endsWith('/flux-system'));
  if (system !== undefined) return parentPath(system) === '' ? system : parentPath(system);
  return withFlux.sort((a, b) => count(b) - count(a) || byCodeUnit(a, b))[0];
}

/** Sources before what reads them. */
function rank(object: JsonObject): number {
  const { group, kind } = refOf(object);
  if (kind === 'Namespace') return 0;
  if (!isFlux(object)) return 1;
  return group === 'source.toolkit.fluxcd.io' ? 2 : 3;
}

/** Applies the definitions, waits until they are served, then makes the objects of the entry that Flux does not own yet. */
export async function bootstrap(
  client: KubeClient,
  definitions: readonly JsonObject[],
  entry: FluxEntry | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const definition of definitions)
    await client.apply(definition, { fieldManager: KUSTOMIZE_MANAGER, force: true }, signal);
  const { message } = await waitForReady(definitions.map(refOf), client, { timeout: DEFINITIONS_TIMEOUT }, signal);
  if (message !== '') throw new Error(message);
  client.forgetTypes();
  for (const namespace of new Set((entry?.objects ?? []).map((object) => refOf(object).namespace))) {
    if (namespace !== '') await ensureNamespace(client, namespace, signal);
  }
  for (const object of entry?.objects ?? []) await ensureObject(client, object, signal);
}

async function ensureNamespace(client: KubeClient, name: string, signal: AbortSignal): Promise<void> {
  const ref: ObjectRef = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name };
  if (await client.get(ref, signal)) return;
  try {
    await client.create(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { fieldManager: 'plumbline' },
      signal,
    );
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
  }
}

/** An object with an owner is kept up by the Kustomization that owns it: touching it would take away its labels. */
async function ensureObject(client: KubeClient, object: JsonObject, signal: AbortSignal): Promise<void> {
  const served = await client.resourceType(refOf(object), signal);
  if (!served) return;
  const live = await client.get(refOf(object), signal);
  if (live && getString(getObject(live, 'metadata', 'labels'), OWNER_LABEL) !== undefined) return;
  await client.apply(object, { fieldManager: KUSTOMIZE_MANAGER, force: true }, signal);
}
