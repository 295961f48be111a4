// What an edit would do to the clusters, counted: the entries of the plans of the present text, of the objects that were
// edited. Pure; makes no plan.
import type { PlanAction, PlanEntry } from '../diff/plan.ts';
import { equalJson } from '../model/json.ts';
import { manifestRef } from '../model/manifest.ts';
import type { Manifest } from '../model/manifest.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ClusterState, RootRendering, WorkspaceState } from '../workspace/state.ts';

/** An object of a rendering that the edit has reached. */
interface EditedObject {
  readonly rendering: RootRendering;
  readonly field: { readonly manifest: Manifest };
}

/** The worst first. What is unchanged, and what is skipped, is not done. */
const SAID: readonly PlanAction[] = ['replace', 'prune', 'orphan', 'handover', 'configure', 'create'];

/** `this edit: 1 replace, 2 configure`, of each cluster where there are several; undefined where it does nothing. */
export function editText(
  { clusters }: Pick<WorkspaceState, 'clusters'>,
  objects: readonly EditedObject[],
): string | undefined {
  const connected = clusters.filter(({ phase }) => phase === 'connected');
  const counts = connected.flatMap((cluster) => {
    const actions = actionsOf(cluster, objects);
    const said = SAID.flatMap((action) => {
      const number = actions.filter((one) => one === action).length;
      return number > 0 ? [`${number} ${action}`] : [];
    });
    return said.length > 0 ? [{ name: cluster.name, text: said.join(', ') }] : [];
  });
  if (counts.length === 0) return undefined;
  const texts = counts.map(({ name, text }) => (connected.length > 1 ? `${text} in ${name}` : text));
  return `this edit: ${texts.join('; ')}`;
}

/** What the plans of a cluster do with the objects. A plan of an older text says nothing of this one. */
function actionsOf({ plans, drifts }: ClusterState, objects: readonly EditedObject[]): PlanAction[] {
  const renderings = new Map(objects.map(({ rendering }) => [rendering.root.id, rendering]));
  return [...renderings.values()].flatMap((rendering) => {
    if (rendering.root.kind !== 'flux') return [];
    const { namespace, name } = refOf(rendering.root.object);
    const plan = plans.get(`${namespace}/${name}`);
    if (plan?.kind !== 'made' || plan.version !== rendering.version) return [];
    const keys = new Set(
      objects.filter((one) => one.rendering === rendering).map(({ field }) => keyOf(manifestRef(field.manifest))),
    );
    return plan.plan.entries
      .filter((entry) => keys.has(keyOf(entry.ref)) && !isOnlyDrift(entry, drifts))
      .map(({ action }) => action);
  });
}

/** What has drifted is put back whatever is edited. */
function isOnlyDrift({ ref, action, changes }: PlanEntry, drifts: ClusterState['drifts']): boolean {
  const drift = drifts.get(keyOf(ref));
  if (!drift || action !== 'configure') return false;
  return changes.every(({ path, after }) =>
    drift.changes.some((one) => one.path === path && equalJson(one.after, after)),
  );
}
