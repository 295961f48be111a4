// Why a Flux object is not ready, where a file writes its kind or its name: for the hover there. Pure.
import { child, nodeAt } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { Stretch } from '../preview/previewPlaces.ts';
import type { Cursor } from '../sourceFile/sourceView.ts';
import { isWithin } from '../sourceFile/sourceView.ts';
import { textShift } from '../sourceFile/textShift.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import type { Why } from './chain.ts';
import { whyNotReady } from './why.ts';

/** The kind or the name under a cursor, and the clusters in which the object of it is not ready. */
export interface WhyInFile extends Stretch {
  readonly clusters: readonly { readonly cluster: string; readonly why: Why }[];
}

/** Undefined where no Flux object is named at the cursor, or it is ready wherever it is. */
export function whyInFile(state: WorkspaceState, cursor: Cursor): WhyInFile | undefined {
  const roots = state.index.roots.flatMap((root) => (root.kind === 'flux' ? [root] : []));
  for (const { object, node, place } of [...roots, ...state.index.sources]) {
    if (place.source.path !== cursor.path) continue;
    const shift = textShift(place.source.text, cursor.text);
    const offset = shift.toOld(cursor.offset);
    const named = [nodeAt(node, ['metadata', 'name']), child(node, 'kind')].map((one) => one?.origin.place);
    const at = named.find((one) => one !== undefined && offset !== undefined && isWithin(one, offset));
    const [start, end] = at ? [shift.toNew(at.start), shift.toNew(at.end)] : [];
    if (start === undefined || end === undefined) continue;
    const key = keyOf(refOf(object));
    const clusters = state.clusters.flatMap((cluster) => {
      const isThere = [...cluster.kustomizations, ...cluster.sources].some((one) => keyOf(refOf(one)) === key);
      const why = isThere ? whyNotReady(state, cluster, refOf(object)) : undefined;
      return why ? [{ cluster: cluster.name, why }] : [];
    });
    return clusters.length > 0 ? { start, end, clusters } : undefined;
  }
  return undefined;
}
