// What a command without an argument can be about: the choices of its quick pick. Pure.
import { keyOf, refOf } from '../model/objectRef.ts';
import { inventoryOfKustomization } from '../model/inventoryOfKustomization.ts';
import { getPath } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { fluxState } from '../present/fluxState.ts';
import { GROUPING_HELP, GROUPINGS } from '../present/tree/grouping.ts';
import type { Grouping } from '../present/tree/grouping.ts';
import { count, objectName, scopedName } from '../present/names.ts';
import { driftSentence } from '../present/tree/objectNode.ts';
import { isMadeFrom, rootLabel } from '../present/rootNames.ts';
import { allNotReady } from '../present/why/why.ts';
import { detectsOnly } from '../model/driftMode.ts';
import type { ClusterState, Root, WorkspaceState } from '../workspace/state.ts';
import type { GroupingChoice, RootChoice, TargetChoice, TargetKind } from './protocol.ts';

/** Objects of the connected clusters that a command of this kind can act upon. */
export function targetChoices(state: WorkspaceState, kind: TargetKind): TargetChoice[] {
  const connected = state.clusters.filter((cluster) => cluster.phase === 'connected');
  return connected.flatMap((cluster) => {
    if (kind === 'object') return objectChoices(cluster);
    if (kind === 'drifted') return objectChoices(cluster).flatMap((choice) => withDrift(choice, cluster));
    if (kind === 'withDrift' || kind === 'healable') return driftedOwners(cluster, kind);
    if (kind === 'unready') return unreadyChoices(state, cluster);
    return fluxChoices(cluster, kind);
  });
}

/** Kustomizations with drifted objects, and how many. What is suspended is not healed. */
function driftedOwners(cluster: ClusterState, kind: 'withDrift' | 'healable'): TargetChoice[] {
  return cluster.kustomizations.flatMap((owner) => {
    const drifted = inventoryOfKustomization(owner).filter((ref) => cluster.drifts.has(keyOf(ref))).length;
    const isSuspended = getPath(owner, 'spec', 'suspend') === true;
    if (drifted === 0 || (kind === 'healable' && isSuspended)) return [];
    const ref = refOf(owner);
    return {
      label: objectName(ref),
      description: `${count(drifted, 'object')} drifted · ${cluster.name}`,
      cluster: cluster.name,
      ref,
    };
  });
}

/** What the Reconciliation view can be grouped by, with what it is now marked. */
export function groupingChoices(shown: Grouping): GroupingChoice[] {
  return GROUPINGS.map((by) => ({ by, label: by, description: GROUPING_HELP[by], shown: by === shown }));
}

function fluxChoices(cluster: ClusterState, kind: TargetKind): TargetChoice[] {
  const isOfDrift = kind === 'healing' || kind === 'detecting';
  const all =
    kind === 'kustomization' || isOfDrift ? cluster.kustomizations : [...cluster.kustomizations, ...cluster.sources];
  const wanted = (object: JsonObject): boolean => {
    if (isOfDrift) return detectsOnly(object) === (kind === 'detecting');
    const suspended = getPath(object, 'spec', 'suspend') === true;
    return kind === 'suspended' ? suspended : kind === 'active' ? !suspended : true;
  };
  return all.filter(wanted).map((object) => ({
    label: objectName(refOf(object)),
    description: `${fluxState(object).word} · ${cluster.name}`,
    cluster: cluster.name,
    ref: refOf(object),
  }));
}

function objectChoices(cluster: ClusterState): TargetChoice[] {
  return cluster.kustomizations.flatMap((owner) =>
    inventoryOfKustomization(owner).map((ref) => ({
      label: objectName(ref),
      description: `${scopedName(refOf(owner))} · ${cluster.name}`,
      cluster: cluster.name,
      ref,
      owner: refOf(owner),
    })),
  );
}

/** What is not ready, with the first link of why beside it. */
function unreadyChoices(state: WorkspaceState, cluster: ClusterState): TargetChoice[] {
  return allNotReady(state, cluster).map(({ ref, links }) => ({
    label: objectName(ref),
    description: `${links[0]?.text ?? ''} · ${cluster.name}`,
    cluster: cluster.name,
    ref,
  }));
}

/** What has drifted, beside where: nothing where the object has not. */
function withDrift(choice: TargetChoice, cluster: ClusterState): TargetChoice[] {
  const drift = cluster.drifts.get(keyOf(choice.ref));
  return drift ? [{ ...choice, description: `${driftSentence(drift)} · ${choice.description}` }] : [];
}

/** The roots that are made from a file, nearest first; every root where no file is named or none reads it. */
export function rootChoices(state: WorkspaceState, path: string | undefined): RootChoice[] {
  const reading =
    path === undefined
      ? []
      : [...state.renderings.values()].filter((one) => isMadeFrom(one, path)).map((one) => one.root);
  const roots = reading.length > 0 ? reading : state.index.roots;
  const folder = path === undefined ? '' : path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  const distance = (root: Root): number => (root.path === folder ? 0 : 1) + (root.kind === 'flux' ? 0 : 0.5);
  return roots.toSorted((a, b) => distance(a) - distance(b)).map((root) => choiceOf(root));
}

function choiceOf(root: Root): RootChoice {
  if (root.kind === 'kustomize') return { id: root.id, label: root.id, description: 'kustomization' };
  return {
    id: root.id,
    label: rootLabel(root),
    description: `Flux Kustomization of ${root.path === '' ? '.' : root.path}`,
  };
}
