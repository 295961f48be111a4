// The entry of a repository without Flux objects: one folder of it, reconciled by a GitRepository and a Kustomization that
// are made in the cluster only (what `flux create source git` and `flux create kustomization` would make).
import { basename } from 'node:path';
import { manifestRef } from '../../model/manifest.ts';
import { normalizePath } from '../../source/paths.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import { renderFlux } from '../../render/flux/renderFlux.ts';
import { FLUX_NAMESPACE, gitRepository, kustomizationOf } from './fluxEntry.ts';
import type { FluxEntry } from './fluxEntry.ts';
import { GIT_REPOSITORY } from '../fluxKinds.ts';
import type { WorkspaceOrigin } from './workspaceOrigin.ts';

export interface FolderEntryOptions {
  /** The folder inside the repository, as the person wrote it. */
  readonly path: string;
  /** Without it, objects without a namespace go to `default`. */
  readonly targetNamespace: string | undefined;
  readonly schemas: SchemaSet;
}

const NAME_LIMIT = 63;

/** Throws an Error with one sentence where the folder is not in the repository. */
export function folderEntry(
  snapshot: Snapshot,
  root: string,
  origin: WorkspaceOrigin,
  options: FolderEntryOptions,
): FluxEntry {
  const folder = normalizePath(options.path);
  if (folder === undefined || snapshot.kind(folder) !== 'directory')
    throw new Error(`${options.path} is no folder of ${root}: name one inside the repository`);
  const ref = { namespace: FLUX_NAMESPACE, name: nameOf(root) };
  const source = gitRepository(ref, origin);
  const spec = { path: `./${folder}`, wait: true, timeout: '5m0s' };
  const plain = kustomizationOf(ref, { ...GIT_REPOSITORY, ...ref }, spec);
  const namespace = options.targetNamespace ?? defaultNamespace(snapshot, plain, options.schemas);
  const kustomization =
    namespace === undefined
      ? plain
      : kustomizationOf(ref, { ...GIT_REPOSITORY, ...ref }, { ...spec, targetNamespace: namespace });
  const made =
    namespace === undefined || namespace === 'default'
      ? [source, kustomization]
      : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, source, kustomization];
  return { folder, why: 'as asked for', objects: made, root: undefined, missing: [], made };
}

/** `default` where nothing of the build names a namespace: Flux alone would refuse the objects, kubectl would take it. */
function defaultNamespace(
  snapshot: Snapshot,
  kustomization: Parameters<typeof renderFlux>[1],
  schemas: SchemaSet,
): string | undefined {
  const { manifests } = renderFlux(snapshot, kustomization, [], { schemas, loadRestrictor: 'none', order: 'none' });
  const namespaced = manifests.map(manifestRef).filter((ref) => schemas.resourceOf(ref)?.namespaced !== false);
  return namespaced.length > 0 && namespaced.every((ref) => ref.namespace === '') ? 'default' : undefined;
}

/** The name of the folder as Kubernetes takes it. */
function nameOf(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_LIMIT)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'workspace' : name;
}
