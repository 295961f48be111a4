// The Kustomizations of a cluster as the folder has them: which rendering is of which, how the files write it now, and what
// stands beside it. Reads the state only.
import { hasErrors } from '../../model/finding.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { KUSTOMIZATION } from '../../reconcile/fluxKinds.ts';
import { renderingMeant } from '../files/fluxRenderings.ts';
import type { Beside } from '../plan/planBeside.ts';
import type { ClusterState, RootRendering, WorkspaceState } from '../state.ts';

/** The rendering in the folder of a Kustomization of a cluster. */
export function renderingOf(state: WorkspaceState, kustomization: JsonObject): RootRendering | undefined {
  return renderingMeant(state, refOf(kustomization), getString(kustomization, 'spec', 'path'));
}

/** A Kustomization as the files write it now: as another one of the cluster makes it, else as it stands in its file. */
export function writtenOf(state: WorkspaceState, cluster: ClusterState, kustomization: JsonObject): JsonObject {
  return madeBy(state, cluster).get(keyOf(refOf(kustomization))) ?? inFile(state, kustomization);
}

/** The other Kustomizations of a cluster, and those that its own are about to make, as far as the folder can render them. */
export function othersOf(state: WorkspaceState, cluster: ClusterState, kustomization: JsonObject): Beside[] {
  const made = madeBy(state, cluster);
  const live = cluster.kustomizations.map((one) => ({
    kustomization: one,
    written: made.get(keyOf(refOf(one))) ?? inFile(state, one),
  }));
  const known = new Set(cluster.kustomizations.map((one) => keyOf(refOf(one))));
  const coming = [...made.values()]
    .filter((one) => !known.has(keyOf(refOf(one))))
    .map((one) => ({ kustomization: one, written: one }));
  return [...live, ...coming]
    .filter((one) => one.kustomization !== kustomization)
    .map((one) => ({ ...one, manifests: wholeOf(renderingOf(state, one.kustomization)) }));
}

function inFile(state: WorkspaceState, kustomization: JsonObject): JsonObject {
  const root = renderingOf(state, kustomization)?.root;
  return root?.kind === 'flux' ? root.object : kustomization;
}

/** With errors nothing is applied. */
function wholeOf(rendering: RootRendering | undefined): RootRendering['manifests'] {
  return rendering && !hasErrors(rendering.findings) ? rendering.manifests : [];
}

/** Kustomizations that the Kustomizations of a cluster apply. */
function madeBy(state: WorkspaceState, { kustomizations }: ClusterState): ReadonlyMap<string, JsonObject> {
  const made = new Map<string, JsonObject>();
  for (const kustomization of kustomizations)
    for (const manifest of wholeOf(renderingOf(state, kustomization))) {
      const ref = manifestRef(manifest);
      if (ref.group !== KUSTOMIZATION.group || ref.kind !== KUSTOMIZATION.kind) continue;
      made.set(keyOf(ref), toJson(manifest.node) as JsonObject);
    }
  return made;
}
