// What an edit would do to the clusters, counted: the entries of the plans of the present text, of the objects that were
// edited. Pure; makes no plan.
import type { PlanAction, PlanEntry } from '../../diff/plan/plan.ts';
import { equalJson } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ClusterState, RootRendering, WorkspaceState } from '../../workspace/state.ts';

/** An object of a rendering that the edit has reached. */
interface EditedObject {
  readonly rendering: RootRendering;
  readonly field: { readonly manifest: Manifest };
}

/** The worst first. What is unchanged, and what is skipped, is not done. */
const SAID: readonly PlanAction[] = ['replace', 'prune', 'orphan', 'handover', 'configure', 'create'];

/** What the plans of a cluster do, by the root and the object. */
export interface Effects {
  /** Empty where there is only one cluster. */
  readonly cluster: string;
  readonly actions: ReadonlyMap<string, PlanAction>;
}

/** What the plans of the present text do in each connected cluster. A plan of an older text says nothing of this one. */
export function effectsOf({ clusters, renderings }: Pick<WorkspaceState, 'clusters' | 'renderings'>): Effects[] {
  const connected = clusters.filter(({ phase }) => phase === 'connected');
  return connected.map((cluster) => {
    const actions = new Map<string, PlanAction>();
    for (const { root, version } of renderings.values()) {
      if (root.kind !== 'flux') continue;
      const { namespace, name } = refOf(root.object);
      const plan = cluster.plans.get(`${namespace}/${name}`);
      if (plan?.kind !== 'made' || plan.version !== version) continue;
      for (const entry of plan.plan.entries)
        if (SAID.includes(entry.action) && !isOnlyDrift(entry, cluster.drifts))
          actions.set(`${root.id} ${keyOf(entry.ref)}`, entry.action);
    }
    return { cluster: connected.length > 1 ? cluster.name : '', actions };
  });
}

/** `this edit: 1 replace, 2 configure`, of each cluster where there are several; undefined where it does nothing. */
export function editText(effects: readonly Effects[], objects: readonly EditedObject[]): string | undefined {
  const keys = new Set(
    objects.map(({ rendering, field }) => `${rendering.root.id} ${keyOf(manifestRef(field.manifest))}`),
  );
  const texts = effects.flatMap(({ cluster, actions }) => {
    const done = [...keys].flatMap((key) => actions.get(key) ?? []);
    const counts = SAID.flatMap((action) => {
      const number = done.filter((one) => one === action).length;
      return number > 0 ? [`${number} ${action}`] : [];
    });
    return counts.length > 0 ? [`${counts.join(', ')}${cluster === '' ? '' : ` in ${cluster}`}`] : [];
  });
  return texts.length === 0 ? undefined : `this edit: ${texts.join('; ')}`;
}

/** What has drifted is put back whatever is edited. */
function isOnlyDrift({ ref, action, changes }: PlanEntry, drifts: ClusterState['drifts']): boolean {
  const drift = drifts.get(keyOf(ref));
  if (!drift || action !== 'configure') return false;
  return changes.every(({ path, after }) =>
    drift.changes.some((one) => one.path === path && equalJson(one.after, after)),
  );
}
