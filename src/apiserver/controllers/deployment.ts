// Deployments: one ReplicaSet for each pod template, the old ones scaled down, and the status that `kubectl rollout
// status` and kstatus read. A stand-in for the rollout: the new set is scaled up at once, the old ones when it is ready.
import { cloneJson, getList, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import type { ObjectAccess } from '../access.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { DEPLOYMENT, REPLICA_SET } from './kinds.ts';
import { condition, isDeleting, MANAGER, ownedBy, ownerReference, setStatus, templateHash } from './owned.ts';
import { replicasOf } from './replicaSet.ts';

const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const DEFAULT_DEADLINE_S = 600;
/** Old sets that are kept at zero replicas for a rollback. */
const DEFAULT_HISTORY = 10;

export const deployments = runReconciler({ kind: DEPLOYMENT, owns: [REPLICA_SET], reconcile });

function reconcile(deployment: JsonObject, context: ReconcileContext): number | undefined {
  const { access } = context;
  if (isDeleting(deployment)) return undefined;
  const sets = ownedBy(access, deployment, REPLICA_SET);
  const hash = templateHash(getObject(deployment, 'spec', 'template') ?? {});
  const found = sets.find((set) => getString(set, 'metadata', 'labels', HASH_LABEL) === hash);
  const old = sets.filter((set) => set !== found);
  const next = Math.max(0, ...old.map(revisionOf)) + 1;
  const current = found
    ? withRevision(access, found, Math.max(next, revisionOf(found)))
    : createSet(access, deployment, next, hash);
  const revised = withRevision(access, deployment, revisionOf(current));

  const wanted = replicasOf(deployment);
  const paused = getPath(deployment, 'spec', 'paused') === true;
  const scaled = paused ? current : scale(access, current, wanted);
  const available = count(scaled, 'availableReplicas');
  if (!paused && available >= wanted) for (const set of old) scale(access, set, 0);
  prune(access, revised, old);
  return writeStatus(revised, [scaled, ...old.map((set) => access.get(refOf(set)) ?? set)], context);
}

function createSet(access: ObjectAccess, deployment: JsonObject, revision: number, hash: string): JsonObject {
  const template = cloneJson(getObject(deployment, 'spec', 'template') ?? {});
  const labels = { ...getObject(template, 'metadata', 'labels'), [HASH_LABEL]: hash };
  const selector = getObject(deployment, 'spec', 'selector') ?? {};
  return access.create(
    {
      apiVersion: apiVersionOf(REPLICA_SET),
      kind: REPLICA_SET.kind,
      metadata: {
        name: `${getString(deployment, 'metadata', 'name') ?? ''}-${hash}`,
        namespace: getString(deployment, 'metadata', 'namespace') ?? '',
        labels,
        annotations: {
          'deployment.kubernetes.io/desired-replicas': String(replicasOf(deployment)),
          [REVISION]: String(revision),
        },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: replicasOf(deployment),
        selector: { ...selector, matchLabels: { ...getObject(selector, 'matchLabels'), [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...getObject(template, 'metadata'), labels } },
      },
    },
    MANAGER,
  );
}

function revisionOf(object: JsonObject): number {
  return Number(getString(object, 'metadata', 'annotations', REVISION) ?? 0);
}

/** A set that becomes current again (a rollback) gets a new revision; the annotation of the deployment follows it. */
function withRevision(access: ObjectAccess, object: JsonObject, revision: number): JsonObject {
  if (revisionOf(object) === revision) return object;
  const metadata = getObject(object, 'metadata') ?? {};
  const annotations = { ...getObject(metadata, 'annotations'), [REVISION]: String(revision) };
  return access.update({ ...object, metadata: { ...metadata, annotations } }, MANAGER);
}

function scale(access: ObjectAccess, set: JsonObject, replicas: number): JsonObject {
  if (replicasOf(set) === replicas) return set;
  return access.update({ ...set, spec: { ...getObject(set, 'spec'), replicas } }, MANAGER);
}

function prune(access: ObjectAccess, deployment: JsonObject, old: readonly JsonObject[]): void {
  const limit = getPath(deployment, 'spec', 'revisionHistoryLimit');
  const kept = typeof limit === 'number' ? limit : DEFAULT_HISTORY;
  const idle = old
    .filter((set) => replicasOf(set) === 0 && count(set, 'replicas') === 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  for (const set of idle.slice(kept)) access.delete(refOf(set));
}

function count(object: JsonObject, field: string): number {
  const value = getPath(object, 'status', field);
  return typeof value === 'number' ? value : 0;
}

function writeStatus(
  deployment: JsonObject,
  sets: readonly JsonObject[],
  { access, time, clock }: ReconcileContext,
): number | undefined {
  const wanted = replicasOf(deployment);
  const total = (field: string): number => sets.reduce((sum, set) => sum + count(set, field), 0);
  const current = sets[0] ?? {};
  const updated = count(current, 'replicas');
  const available = total('availableReplicas');
  const complete = updated === wanted && total('replicas') === wanted && available >= wanted;
  const { progress, again } = progressOf(deployment, current, complete, time, clock.now());
  const optional = (field: string, value: number): JsonObject => (value > 0 ? { [field]: value } : {});
  setStatus(access, deployment, {
    observedGeneration: getPath(deployment, 'metadata', 'generation') ?? 1,
    ...optional('replicas', total('replicas')),
    ...optional('updatedReplicas', updated),
    ...optional('readyReplicas', total('readyReplicas')),
    ...optional('availableReplicas', available),
    ...optional('unavailableReplicas', Math.max(0, total('replicas') - available, wanted - available)),
    conditions: [
      available >= wanted
        ? condition(
            deployment,
            time,
            {
              type: 'Available',
              status: 'True',
              reason: 'MinimumReplicasAvailable',
              message: 'Deployment has minimum availability.',
            },
            true,
          )
        : condition(
            deployment,
            time,
            {
              type: 'Available',
              status: 'False',
              reason: 'MinimumReplicasUnavailable',
              message: 'Deployment does not have minimum availability.',
            },
            true,
          ),
      progress,
      ...replicaFailure(deployment, sets, time),
    ],
  });
  return again;
}

/** Why pods of one of the sets cannot be made. */
function replicaFailure(deployment: JsonObject, sets: readonly JsonObject[], time: string): JsonObject[] {
  const found = sets
    .flatMap((set) => getList(set, 'status', 'conditions') ?? [])
    .find((one) => getString(one, 'type') === 'ReplicaFailure' && getString(one, 'status') === 'True');
  if (!found) return [];
  const [reason, message] = [getString(found, 'reason') ?? '', getString(found, 'message') ?? ''];
  return [condition(deployment, time, { type: 'ReplicaFailure', status: 'True', reason, message }, true)];
}

/** The Progressing condition, and when to look again for its deadline. */
function progressOf(
  deployment: JsonObject,
  set: JsonObject,
  complete: boolean,
  time: string,
  now: number,
): { progress: JsonObject; again: number | undefined } {
  const name = getString(set, 'metadata', 'name') ?? '';
  if (complete) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    return {
      progress: condition(
        deployment,
        time,
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message },
        true,
      ),
      again: undefined,
    };
  }
  const seconds = getPath(deployment, 'spec', 'progressDeadlineSeconds');
  const deadline =
    progressStart(deployment, name, now) + (typeof seconds === 'number' ? seconds : DEFAULT_DEADLINE_S) * 1000;
  if (now >= deadline) {
    const message = `ReplicaSet "${name}" has timed out progressing.`;
    return {
      progress: condition(
        deployment,
        time,
        { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message },
        true,
      ),
      again: undefined,
    };
  }
  const message = `ReplicaSet "${name}" is progressing.`;
  return {
    progress: condition(
      deployment,
      time,
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message },
      true,
    ),
    again: deadline - now,
  };
}

/** When the rollout to this set began: the time at which the Progressing condition first named it. */
function progressStart(deployment: JsonObject, set: string, now: number): number {
  const conditions = getPath(deployment, 'status', 'conditions');
  const found = Array.isArray(conditions)
    ? conditions.find((one) => getString(one, 'type') === 'Progressing')
    : undefined;
  const names =
    getString(found, 'message')?.includes(`"${set}"`) === true &&
    getString(found, 'reason') !== 'NewReplicaSetAvailable';
  return names ? Date.parse(getString(found, 'lastUpdateTime') ?? '') : now;
}
