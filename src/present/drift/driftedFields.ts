// Every field that a cluster has otherwise than the files say, with where the files say it: what hints, quick fixes and the
// choices of commands are made from. Pure.
import type { FieldChange } from '../../diff/plan/plan.ts';
import { stepsOfPrinted } from '../../diff/fields/printedPath.ts';
import type { Steps } from '../../diff/fields/printedPath.ts';
import { equalJson, getString } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { nodeAt, toJson } from '../../model/node.ts';
import type { Node } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Place } from '../../model/sourceText.ts';
import { renderingMeant } from '../../workspace/files/fluxRenderings.ts';
import type { ClusterState, Drift, RootRendering, WorkspaceState } from '../../workspace/state.ts';
import { isFromSecret, isSecretValue } from '../explanation.ts';

export interface DriftedField {
  readonly cluster: ClusterState;
  readonly drift: Drift;
  readonly change: FieldChange;
  /** The rendering of the Kustomization that has applied the object. */
  readonly rendering: RootRendering;
  readonly manifest: Manifest;
  /** Keys and indexes from the manifest's root. */
  readonly steps: Steps;
  readonly node: Node;
  /** Where it was set last: the value, or the key above a map or list. Undefined for what the build made. */
  readonly place: Place | undefined;
  /** Its values are of a Secret and are shown nowhere. */
  readonly hidden: boolean;
}

/** The drifted fields that the files set. Where the files say by now what the cluster has, nothing is left to be said. */
export function driftedFields(state: Pick<WorkspaceState, 'clusters' | 'renderings'>): DriftedField[] {
  const manifests = manifestsByKey();
  return state.clusters.flatMap((cluster) =>
    [...cluster.drifts.values()].flatMap((drift) => {
      const rendering = drift.live && renderingFor(state, cluster, drift.owner);
      const known = rendering && manifests(rendering);
      // A file may leave the namespace to the Kustomization, or to the cluster.
      const manifest = known?.get(keyOf(drift.ref)) ?? known?.get(keyOf({ ...drift.ref, namespace: '' }));
      if (!rendering || !manifest) return [];
      const object = toJson(manifest.node);
      return drift.changes.flatMap((change): DriftedField[] => {
        const steps = stepsOfPrinted(object, change.path) ?? stepsOfPrinted(object, asWritten(drift.ref, change.path));
        const node = steps && nodeAt(manifest.node, steps);
        if (!node || equalJson(toJson(node), change.before)) return [];
        const hidden = isSecretValue(drift.ref, change.path) || isFromSecret(node.origin);
        const place = placeOf(manifest, steps, node);
        return [{ cluster, drift, change, rendering, manifest, steps, node, place, hidden }];
      });
    }),
  );
}

/** What a Secret has under `data` may be written under `stringData`. */
function asWritten({ group, kind }: ObjectRef, path: string): string {
  return group === '' && kind === 'Secret' ? path.replace(/^data(?=[.[])/, 'stringData') : path;
}

/** Thousands of objects may have drifted: each rendering is gone through once. */
function manifestsByKey(): (rendering: RootRendering) => ReadonlyMap<string, Manifest> {
  const known = new Map<RootRendering, ReadonlyMap<string, Manifest>>();
  return (rendering) => {
    const found =
      known.get(rendering) ?? new Map(rendering.lastGood.map((manifest) => [keyOf(manifestRef(manifest)), manifest]));
    known.set(rendering, found);
    return found;
  };
}

function renderingFor(
  state: Pick<WorkspaceState, 'renderings'>,
  { kustomizations }: ClusterState,
  owner: ObjectRef,
): RootRendering | undefined {
  const live = kustomizations.find((one) => keyOf(refOf(one)) === keyOf(owner));
  return renderingMeant(state, owner, live && getString(live, 'spec', 'path'));
}

function placeOf({ node: root }: Manifest, steps: Steps, node: Node): Place | undefined {
  const { place } = node.origin;
  if (node.kind === 'scalar' || !place) return place;
  const parent = nodeAt(root, steps.slice(0, -1));
  const key = parent?.kind === 'map' ? parent.entries.get(String(steps.at(-1)))?.keyPlace : undefined;
  return key?.source.path === place.source.path ? key : { source: place.source, start: place.start, end: place.start };
}
