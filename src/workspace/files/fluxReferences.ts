// What the Flux Kustomizations of a folder name, held against what the folder has: sources, dependencies, and whether a
// source is the folder itself. Says nothing of a folder that defines no source: then they come from elsewhere.
import type { Finding } from '../../model/finding.ts';
import { getList, getString } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import { child, nodeAt } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { refOf } from '../../model/objectRef.ts';
import { dependencyUnknown, sourceUnknown } from '../../render/flux/findings.ts';
import { cleanPath } from '../../render/flux/fluxPath.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import type { FluxFileObject } from '../state.ts';

/** Warnings only: what another repository or a person puts into the cluster is not written here. */
export function checkFluxReferences(
  kustomizations: readonly FluxFileObject[],
  sources: readonly FluxFileObject[],
): Finding[] {
  return kustomizations.flatMap((one) => [...sourceFindings(one, sources), ...dependencyFindings(one, kustomizations)]);
}

function sourceFindings({ object, node }: FluxFileObject, sources: readonly FluxFileObject[]): Finding[] {
  const reference = sourceOf(object);
  if (sources.length === 0 || !isWritten(reference)) return [];
  const ofKind = sources.map((source) => refOf(source.object)).filter(({ kind }) => kind === reference.kind);
  if (ofKind.some(({ name }) => name === reference.name)) return [];
  const written = nodeAt(node, ['spec', 'sourceRef']);
  const names = ofKind.map(({ name }) => name);
  return [sourceUnknown(reference.kind, reference.name, nearest(reference.name, names), placeOf(written, 'name'))];
}

/** What generators make, and the source that the bootstrap of a cluster makes, stand in no file of many repositories. */
function isWritten({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return name !== '' && name !== 'flux-system' && kind !== 'ExternalArtifact';
}

function dependencyFindings({ object, node }: FluxFileObject, all: readonly FluxFileObject[]): Finding[] {
  const names = all.map((one) => refOf(one.object).name);
  return (getList(object, 'spec', 'dependsOn') ?? []).flatMap((entry, index) => {
    const name = getString(entry, 'name') ?? '';
    if (name === '' || names.includes(name)) return [];
    const similar = nearest(name, names);
    return [dependencyUnknown(name, similar, placeOf(nodeAt(node, ['spec', 'dependsOn', index]), 'name'))];
  });
}

function placeOf(node: Node | undefined, field: string): Finding['at'] {
  return (child(node, field) ?? node)?.origin.place;
}

function sourceOf(object: FluxFileObject['object']): { kind: string; name: string } {
  return {
    kind: getString(object, 'spec', 'sourceRef', 'kind') ?? 'GitRepository',
    name: getString(object, 'spec', 'sourceRef', 'name') ?? '',
  };
}

/**
 * The names of GitRepositories that are of other repositories than this folder: none of the paths that they are used with
 * stands here, while those of another GitRepository do.
 */
export function repositoriesElsewhere(
  kustomizations: readonly FluxFileObject[],
  snapshot: Snapshot,
): ReadonlySet<string> {
  const standing = new Map<string, boolean>();
  for (const { object } of kustomizations) {
    const { kind, name } = sourceOf(object);
    if (kind !== 'GitRepository') continue;
    const path = cleanPath(getString(object, 'spec', 'path') ?? '');
    standing.set(name, standing.get(name) === true || (path !== '' && snapshot.kind(path) === 'directory'));
  }
  const anyStands = [...standing.values()].includes(true);
  return new Set([...standing].filter(([, stands]) => anyStands && !stands).map(([name]) => name));
}
