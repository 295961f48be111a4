// What the other Kustomizations of a cluster mean for the plan of one: definitions and namespaces that they are about to bring,
// and objects that they take from it. Asks the cluster only what is there.
import type { JsonObject } from '../model/json.ts';
import { manifestRef } from '../model/manifest.ts';
import type { Manifest } from '../model/manifest.ts';
import { toJson } from '../model/node.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import type { PlanRequest } from '../diff/planObjects.ts';
import type { KubeReader } from '../kube/client.ts';
import { isDeleting, isSuspended, sourceRefOf } from '../reconcile/fluxKinds.ts';
import { keyOfKustomization } from './planBuild.ts';

/** Another Kustomization of the same cluster, as the files are now. */
export interface Beside {
  readonly kustomization: JsonObject;
  readonly manifests: readonly Manifest[];
}

/** By kind and group: somebody else's `Namespace` brings nothing. */
const BROUGHT = new Map([
  ['CustomResourceDefinition', 'apiextensions.k8s.io'],
  ['Namespace', ''],
]);

/** Definitions and namespaces among manifests: what the objects of other Kustomizations may need. */
export function broughtBy(manifests: readonly Manifest[]): JsonObject[] {
  return manifests
    .filter((manifest) => {
      const { kind, group } = manifestRef(manifest);
      return BROUGHT.get(kind) === group;
    })
    .map((manifest) => toJson(manifest.node) as JsonObject);
}

/** Of such objects those that the cluster does not have. */
export async function notThere(
  brought: readonly JsonObject[],
  reader: KubeReader,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  // Of whatever version a file says: it is asked for by the one that every server has.
  const there = await Promise.all(
    brought.map((object) => reader.get({ ...refOf(object), version: 'v1', namespace: '' }, signal)),
  );
  return brought.filter((_, at) => there[at] === undefined);
}

export async function besides(
  kustomization: JsonObject,
  others: readonly Beside[],
  reader: KubeReader,
  signal: AbortSignal,
): Promise<Pick<PlanRequest, 'upcoming' | 'taker'>> {
  const active = others.filter(({ kustomization: other }) => !isSuspended(other) && !isDeleting(other));
  const brought = active.flatMap(({ manifests }) => broughtBy(manifests));
  const source = keyOf(sourceRefOf(kustomization));
  const takers = active.filter(({ kustomization: other }) => keyOf(sourceRefOf(other)) === source);
  return {
    upcoming: await notThere(brought, reader, signal),
    // Looked through only when something leaves, which is rare.
    taker: (ref) => {
      const taker = takers.find(({ manifests }) => manifests.some((one) => keyOf(manifestRef(one)) === keyOf(ref)));
      return taker && keyOfKustomization(taker.kustomization);
    },
  };
}
