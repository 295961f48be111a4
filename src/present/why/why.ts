// Why something in a cluster is not ready, in one sentence of links: the one function that every surface asks. Works on what
// the engine holds already; reads no cluster and no history.
import type { JsonObject } from '../../model/json.ts';
import { notRenderedYet } from '../../model/notRendered.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import { fluxState } from '../fluxState.ts';
import type { Why, WhyLink } from './chain.ts';
import type { Way, WhyContext } from './context.ts';
import { kustomizationLinks } from './kustomization.ts';
import { objectLinks, sourceLinks } from './object.ts';

/** The chain behind an object, a Kustomization or a source; undefined where it is ready, or where nobody knows it. */
export function whyNotReady(state: WorkspaceState, cluster: ClusterState, ref: ObjectRef): Why | undefined {
  const context: WhyContext = {
    state,
    cluster,
    linksOf: (next, way) => linksOf(context, next, way).map((link) => ({ ...link, of: [next, ...(link.of ?? [])] })),
  };
  const links = context.linksOf(ref, wayTo(cluster, ref));
  return links.length === 0 ? undefined : { ref, links };
}

function linksOf(context: WhyContext, ref: ObjectRef, way: Way): WhyLink[] {
  const { kustomizations, sources } = context.cluster;
  const key = keyOf(ref);
  const isIt = (one: JsonObject): boolean => keyOf(refOf(one)) === key;
  const kustomization = kustomizations.find(isIt);
  if (kustomization) return kustomizationLinks(context, kustomization, way);
  const source = sources.find(isIt);
  return source ? sourceLinks(source) : objectLinks(context, ref, way);
}

/**
 * What should be ready and is not, each with its chain: sources and Kustomizations, then objects whose Kustomizations are
 * ready all the same. What is suspended, or not rendered yet, is as it is meant to be.
 */
export function allNotReady(state: WorkspaceState, cluster: ClusterState): Why[] {
  const why = (ref: ObjectRef): Why[] => [whyNotReady(state, cluster, ref) ?? []].flat();
  const asMeant = (one: JsonObject): boolean => ['suspended', 'unrendered'].includes(fluxState(one).word);
  const flux = [...cluster.sources, ...cluster.kustomizations];
  const found = flux.filter((one) => !asMeant(one)).flatMap((one) => why(refOf(one)));
  const told = new Set(found.map((one) => keyOf(one.ref)));
  const known = new Set(flux.map((one) => keyOf(refOf(one))));
  const rest = cluster.kustomizations
    .filter((one) => !told.has(keyOf(refOf(one))))
    .flatMap(inventoryOfKustomization)
    .filter((ref) => !known.has(keyOf(ref)) && !isUnrendered(cluster, ref));
  return [...found, ...[...new Map(rest.map((ref) => [keyOf(ref), ref])).values()].flatMap((ref) => why(ref))];
}

function isUnrendered(cluster: ClusterState, ref: ObjectRef): boolean {
  const object = cluster.objects.get(keyOf(ref))?.object;
  return object !== undefined && notRenderedYet(object) !== undefined;
}

function wayTo(cluster: ClusterState, ref: ObjectRef): Way {
  const owner = cluster.kustomizations.find((one) =>
    inventoryOfKustomization(one).some((entry) => keyOf(entry) === keyOf(ref)),
  );
  return owner ? { seen: [], owner } : { seen: [] };
}
