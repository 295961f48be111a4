// The Services that select no pods: ready all the same, so it is told as information only. Pure.
import { inventoryOfKustomization } from '../../model/inventoryOfKustomization.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { child, nodeAt, toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { hasLabels, podLabels, serviceSelector } from '../../model/podLabels.ts';
import type { Labels } from '../../model/podLabels.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import { objectName } from '../names.ts';
import { placed } from './chain.ts';
import type { Why } from './chain.ts';
import { placeOf, renderedNode } from './written.ts';

/** What is to be known of a Kustomization, of one of its objects, or of all that the cluster has; each with its chain. */
export function notesOn(state: WorkspaceState, cluster: ClusterState, of?: ObjectRef): Why[] {
  if (cluster.withoutPods.size === 0) return [];
  const isWanted = (owner: JsonObject, ref: ObjectRef): boolean =>
    of === undefined || [keyOf(refOf(owner)), keyOf(ref)].includes(keyOf(of));
  const made = madeLabels(state);
  return cluster.kustomizations.flatMap((owner) =>
    inventoryOfKustomization(owner)
      .filter((ref) => cluster.withoutPods.has(keyOf(ref)) && isWanted(owner, ref))
      .flatMap((ref) => noteOn(state, cluster, owner, ref, made(ref.namespace)) ?? []),
  );
}

function noteOn(
  state: WorkspaceState,
  cluster: ClusterState,
  owner: JsonObject,
  ref: ObjectRef,
  made: readonly JsonObject[],
): Why | undefined {
  const object = cluster.objects.get(keyOf(ref))?.object;
  const selector = object && serviceSelector(object);
  if (!selector || made.some((labels) => hasLabels(labels, selector))) return undefined;
  const wanted = selector.map(([key, value]) => `${key}=${value}`).join(', ');
  const node = nodeAt(renderedNode(state, ref, owner), ['spec', 'selector']);
  const place = placeOf(child(node, blamed(selector, made)) ?? node);
  return {
    ref,
    links: [
      { text: `${objectName(ref)} selects no pods`, target: { kind: 'object', ref }, of: [ref] },
      { text: `no pod that is rendered or runs in ${ref.namespace} has ${wanted}` },
      ...(place ? [placed(place, 'its selector is set in')] : []),
    ],
  };
}

/** The first label that no pod would have; where each is some pod's, the first. */
function blamed(selector: Labels, made: readonly JsonObject[]): string {
  const found = selector.find((label) => !made.some((labels) => hasLabels(labels, [label])));
  return (found ?? selector[0])?.[0] ?? '';
}

/** The labels of the pods that the files would make in a namespace, as any Kustomization renders them. */
function madeLabels({ renderings }: WorkspaceState): (namespace: string) => JsonObject[] {
  const flux = [...renderings.values()].filter(({ root }) => root.kind === 'flux');
  const all = flux.flatMap(({ manifests }) => manifests.map((manifest) => [namespaceOf(manifest), manifest] as const));
  return (namespace) =>
    all.flatMap(([own, { node }]): JsonObject[] => {
      const object = own === namespace ? toJson(node) : undefined;
      const labels = isJsonObject(object) ? podLabels(object) : undefined;
      return labels ? [labels] : [];
    });
}

/** What names no namespace goes to the one that Flux takes by default. */
function namespaceOf(manifest: Manifest): string {
  return manifestRef(manifest).namespace || 'default';
}
