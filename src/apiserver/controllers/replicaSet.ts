// ReplicaSets: as many pods as the spec asks for, and the counts in the status.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { POD, REPLICA_SET } from './kinds.ts';
import { isDeleting, isReady, MANAGER, ownedBy, podOf, setStatus } from './owned.ts';

export const replicaSets = runReconciler({ kind: REPLICA_SET, owns: [POD], reconcile });

export function replicasOf(object: JsonObject): number {
  const replicas = getPath(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}

/** Pods that count: neither finished nor on their way out. */
export function activePods(pods: readonly JsonObject[]): JsonObject[] {
  return pods.filter(
    (pod) => !isDeleting(pod) && !['Succeeded', 'Failed'].includes(getString(pod, 'status', 'phase') ?? ''),
  );
}

function reconcile(set: JsonObject, { access }: ReconcileContext): undefined {
  const pods = activePods(ownedBy(access, set, POD));
  const wanted = isDeleting(set) ? pods.length : replicasOf(set);
  const template = getObject(set, 'spec', 'template') ?? {};
  for (let i = pods.length; i < wanted; i++) {
    pods.push(
      access.create(podOf(set, template, { generateName: `${getString(set, 'metadata', 'name') ?? ''}-` }), MANAGER),
    );
  }
  // Pods that are not ready go first, as Kubernetes chooses its victims.
  const victims = pods
    .toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)))
    .slice(0, Math.max(0, pods.length - wanted));
  for (const pod of victims) access.delete(refOf(pod));
  const left = pods.filter((pod) => !victims.includes(pod));
  const ready = left.filter(isReady).length;
  setStatus(access, set, {
    replicas: left.length,
    ...(left.length > 0 ? { fullyLabeledReplicas: left.length } : {}),
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
    observedGeneration: getPath(set, 'metadata', 'generation') ?? 1,
  });
  return undefined;
}
