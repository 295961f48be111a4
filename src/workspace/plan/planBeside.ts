// What the other Kustomizations of a cluster mean for the plan of one: definitions and namespaces that they are about to bring,
// and objects that they take from it. Asks the cluster only what is there.
import type { Finding } from '../../model/finding.ts';
import { getPath } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import type { PlanRequest } from '../../diff/plan/planObjects.ts';
import type { KubeReader } from '../../kube/client.ts';
import { isDeleting, isSuspended, sourceRefOf } from '../../reconcile/fluxKinds.ts';
import { comesTooEarly } from './early.ts';
import type { Arrival } from './early.ts';
import { keyOfKustomization } from './planBuild.ts';
import { waitsFor } from './waits.ts';

/** Another Kustomization of the same cluster, as the files are now. */
export interface Beside {
  readonly kustomization: JsonObject;
  /** The same as the files write it now, where they do. */
  readonly written: JsonObject;
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

/** What others are about to bring for a Kustomization, and who takes what leaves it. */
export interface Besides extends Pick<PlanRequest, 'upcoming' | 'taker'> {
  /** Warns of what the plan needs of others without waiting for them. */
  early(plan: Plan): Finding[];
}

/** `written`: the Kustomization itself, as the files write it now. */
export async function besides(
  written: JsonObject,
  others: readonly Beside[],
  reader: KubeReader,
  signal: AbortSignal,
): Promise<Besides> {
  const own = keyOfKustomization(written);
  const active = others.filter((other) => !isSuspended(saysSuspend(other)) && !isDeleting(other.kustomization));
  const all = [written, ...active.map((other) => other.written)];
  const byKey = new Map(all.map((one) => [keyOfKustomization(one), one]));
  const brought = active
    // What goes to another cluster is none for this one, and what waits for this one comes after it.
    .filter(({ written: other }) => getPath(other, 'spec', 'kubeConfig') === undefined)
    .filter(({ written: other }) => !waitsFor(keyOfKustomization(other), byKey).has(own))
    .flatMap(({ written: other, manifests }) =>
      broughtBy(manifests).map((object): Arrival => ({ by: keyOfKustomization(other), object })),
    );
  const missing = new Set(
    await notThere(
      brought.map(({ object }) => object),
      reader,
      signal,
    ),
  );
  const arrivals = brought.filter(({ object }) => missing.has(object));
  const source = keyOf(sourceRefOf(written));
  const takers = active.filter(({ kustomization: other }) => keyOf(sourceRefOf(other)) === source);
  return {
    upcoming: arrivals.map(({ object }) => object),
    // Looked through only when something leaves, which is rare.
    taker: (ref) => {
      const taker = takers.find(({ manifests }) => manifests.some((one) => keyOf(manifestRef(one)) === keyOf(ref)));
      return taker && keyOfKustomization(taker.kustomization);
    },
    early: (plan) => comesTooEarly(plan, arrivals, waitsFor(own, byKey)),
  };
}

/** `flux suspend` writes into the cluster; a file that says nothing of it leaves that as it is. */
function saysSuspend({ kustomization, written }: Beside): JsonObject {
  return getPath(written, 'spec', 'suspend') === undefined ? kustomization : written;
}
