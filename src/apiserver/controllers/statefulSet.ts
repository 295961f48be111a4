// StatefulSets: pods with ordinal names, made and removed in order unless the policy is Parallel, and their claims.
import { cloneJson, getList, getObject, getPath, getString, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectAccess } from '../access.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { POD, STATEFUL_SET, VOLUME_CLAIM } from './kinds.ts';
import { isDeleting, isReady, MANAGER, ownedBy, podOf, setStatus, templateHash } from './owned.ts';
import { replicasOf } from './replicaSet.ts';

const REVISION_LABEL = 'controller-revision-hash';

export const statefulSets = runReconciler({ kind: STATEFUL_SET, owns: [POD], reconcile });

function reconcile(set: JsonObject, { access }: ReconcileContext): undefined {
  if (isDeleting(set)) return undefined;
  const name = getString(set, 'metadata', 'name') ?? '';
  const revision = `${name}-${templateHash(getObject(set, 'spec', 'template') ?? {})}`;
  const wanted = replicasOf(set);
  const parallel = getString(set, 'spec', 'podManagementPolicy') === 'Parallel';
  const byName = new Map(ownedBy(access, set, POD).map((pod) => [getString(pod, 'metadata', 'name') ?? '', pod]));
  const start = getPath(set, 'spec', 'ordinals', 'start');
  const first = typeof start === 'number' ? start : 0;

  removeExtra(access, name, first + wanted, byName);
  for (let ordinal = first; ordinal < first + wanted; ordinal++) {
    const pod = byName.get(`${name}-${ordinal}`);
    const isCurrent = pod && getString(pod, 'metadata', 'labels', REVISION_LABEL) === revision;
    if (!pod) byName.set(`${name}-${ordinal}`, createPod(access, set, ordinal, revision));
    else if (!isCurrent && !isDeleting(pod) && getString(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete') {
      access.delete(refOf(pod));
      break;
    }
    if (!parallel && !(pod && isReady(pod))) break;
  }
  writeStatus(
    set,
    [...byName.values()].map((pod) => access.get(refOf(pod))).filter((pod) => pod !== undefined),
    revision,
    access,
  );
  return undefined;
}

function removeExtra(access: ObjectAccess, name: string, end: number, pods: Map<string, JsonObject>): void {
  for (const [podName, pod] of pods) {
    if (Number(podName.slice(name.length + 1)) < end) continue;
    if (!isDeleting(pod)) access.delete(refOf(pod));
    pods.delete(podName);
  }
}

function createPod(access: ObjectAccess, set: JsonObject, ordinal: number, revision: string): JsonObject {
  const name = `${getString(set, 'metadata', 'name') ?? ''}-${ordinal}`;
  const claims = (getList(set, 'spec', 'volumeClaimTemplates') ?? []).filter(isJsonObject);
  for (const claim of claims) createClaim(access, set, claim, name);
  const labels = {
    [REVISION_LABEL]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  const pod = podOf(set, getObject(set, 'spec', 'template') ?? {}, { name, labels });
  const spec = getObject(pod, 'spec') ?? {};
  const volumes = claims.map((claim) => ({
    name: getString(claim, 'metadata', 'name') ?? '',
    persistentVolumeClaim: { claimName: claimName(claim, name) },
  }));
  return access.create(
    {
      ...pod,
      spec: {
        ...spec,
        hostname: name,
        ...(volumes.length > 0 ? { volumes: [...(getList(spec, 'volumes') ?? []), ...volumes] } : {}),
      },
    },
    MANAGER,
  );
}

function claimName(claim: JsonObject, pod: string): string {
  return `${getString(claim, 'metadata', 'name') ?? ''}-${pod}`;
}

/** Claims outlive their pods and their set: they have no owner. */
function createClaim(access: ObjectAccess, set: JsonObject, claim: JsonObject, pod: string): void {
  const ref = {
    ...VOLUME_CLAIM,
    namespace: getString(set, 'metadata', 'namespace') ?? '',
    name: claimName(claim, pod),
  };
  if (access.get(ref)) return;
  const labels = getObject(set, 'spec', 'selector', 'matchLabels') ?? {};
  access.create(
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: ref.name, namespace: ref.namespace, labels: cloneJson(labels) },
      spec: cloneJson(getObject(claim, 'spec') ?? {}),
    },
    MANAGER,
  );
}

function writeStatus(set: JsonObject, pods: readonly JsonObject[], revision: string, access: ObjectAccess): void {
  const updated = pods.filter((pod) => getString(pod, 'metadata', 'labels', REVISION_LABEL) === revision).length;
  const ready = pods.filter(isReady).length;
  const wanted = replicasOf(set);
  const before = getString(set, 'status', 'currentRevision') ?? revision;
  const done = updated === wanted && ready === wanted;
  setStatus(access, set, {
    observedGeneration: getPath(set, 'metadata', 'generation') ?? 1,
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    availableReplicas: ready,
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    currentRevision: done ? revision : before,
    updateRevision: revision,
    ...(done ? { currentReplicas: updated } : {}),
    collisionCount: 0,
  });
}
