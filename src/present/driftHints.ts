// What the cluster has behind a value, where that has drifted from it: at the line that declares it. Pure.
import type { FieldChange } from '../diff/plan.ts';
import { manifestRef } from '../model/manifest.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { ClusterState, Drift, RootRendering, WorkspaceState } from '../workspace/state.ts';
import { clockTime } from './clockTime.ts';
import { behindValue } from './inlayHints.ts';
import type { InlayHint } from './inlayHints.ts';
import { objectName } from './names.ts';
import { reachedByFile, reachedPath, reachedText } from './reached.ts';
import type { ReachedField, ReachOf } from './reached.ts';
import { textShift } from './textShift.ts';
import { inertMarkdown } from './treeNode.ts';
import { valueText } from './valueText.ts';

interface DriftIn {
  readonly cluster: ClusterState;
  readonly drift: Drift;
}

/** The hints between two offsets of the file as it is now. */
export function driftHints(
  state: WorkspaceState,
  reach: ReachOf,
  path: string,
  text: string,
  range: { readonly start: number; readonly end: number },
): InlayHint[] {
  if (state.clusters.every(({ drifts }) => drifts.size === 0)) return [];
  return reachedByFile(state, reach, path, text).flatMap(({ rendering, fields }) => {
    const drifts = driftsOf(state, rendering);
    const source = fields[0]?.place.source;
    if (drifts.size === 0 || !source) return [];
    const shift = textShift(source.text, text);
    return fields.flatMap((field) => {
      // Only where the value was set last is it declared.
      if (field.part !== 'value' || field.link !== field.node.origin || field.node.kind !== 'scalar') return [];
      const offset = shift.toNew(field.place.end);
      if (offset === undefined || offset < range.start || offset > range.end) return [];
      return (drifts.get(keyOf(manifestRef(field.manifest))) ?? []).flatMap(({ cluster, drift }) => {
        const change = drift.live && drift.changes.find((one) => one.path === reachedPath(field));
        return change ? [{ offset: behindValue(text, offset), parts: [partOf(field, change, cluster)] }] : [];
      });
    });
  });
}

/** The drifts of what a Flux Kustomization has applied, by the object. */
function driftsOf({ clusters }: WorkspaceState, { root }: RootRendering): Map<string, DriftIn[]> {
  const found = new Map<string, DriftIn[]>();
  if (root.kind !== 'flux') return found;
  const owner = keyOf(refOf(root.object));
  for (const cluster of clusters)
    for (const [key, drift] of cluster.drifts)
      if (keyOf(drift.owner) === owner) found.set(key, [...(found.get(key) ?? []), { cluster, drift }]);
  return found;
}

function partOf(field: ReachedField, change: FieldChange, cluster: ClusterState): InlayHint['parts'][number] {
  const hidden = reachedText(field) === '•••';
  const value = hidden ? '•••' : valueText(change.before);
  const live = change.before === undefined ? 'live without this' : `live ${value}`;
  const who = change.owner
    ? `, set by ${[change.owner.manager, clockTime(change.owner.time)].join(' ').trimEnd()}`
    : '';
  const about = `${reachedPath(field)} of ${objectName(manifestRef(field.manifest))}`;
  return {
    text: `${live}${who}`,
    tooltip: inertMarkdown(
      `${about} has drifted in the cluster ${cluster.name}: ${live}${who}. Heal Drift of Object puts it back.`,
    ),
    place: undefined,
  };
}
