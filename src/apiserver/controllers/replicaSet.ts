// ReplicaSets: as many pods as the spec asks for, and the counts in the status.
import { getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectAccess } from '../access.ts';
import { ApiError } from '../errors.ts';
import { REFUSED_RETRY_MS, runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { POD, REPLICA_SET } from './kinds.ts';
import { condition, isDeleting, isReady, MANAGER, ownedBy, podOf, setStatus } from './owned.ts';

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

function reconcile(set: JsonObject, { access, time }: ReconcileContext): number | undefined {
  const pods = activePods(ownedBy(access, set, POD));
  const wanted = isDeleting(set) ? pods.length : replicasOf(set);
  const template = getObject(set, 'spec', 'template') ?? {};
  const named = { generateName: `${getString(set, 'metadata', 'name') ?? ''}-` };
  let refusal: string | undefined;
  while (pods.length < wanted && refusal === undefined) {
    const made = createUnlessRefused(access, podOf(set, template, named));
    if (typeof made === 'string') refusal = made;
    else pods.push(made);
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
    ...(refusal === undefined
      ? {}
      : {
          conditions: [
            condition(set, time, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal }),
          ],
        }),
  });
  return refusal === undefined ? undefined : REFUSED_RETRY_MS;
}

/** The pod, or why admission or its kind's rules refuse it: that is told, and may be mended without a word to us. */
function createUnlessRefused(access: ObjectAccess, pod: JsonObject): JsonObject | string {
  try {
    return access.create(pod, MANAGER);
  } catch (error) {
    if (error instanceof ApiError && (error.code === 403 || error.code === 422)) return error.message;
    throw error;
  }
}
