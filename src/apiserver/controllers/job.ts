// Jobs: pods until enough of them succeeded or too many failed, then the condition that says so.
import { getList, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { runReconciler } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { JOB, POD } from './kinds.ts';
import { condition, conditionStatus, isDeleting, MANAGER, ownedBy, podOf, setStatus } from './owned.ts';
import { activePods } from './replicaSet.ts';

const DEFAULT_BACKOFF_LIMIT = 6;

export const jobs = runReconciler({ kind: JOB, owns: [POD], reconcile });

function reconcile(job: JsonObject, context: ReconcileContext): number | undefined {
  const { access } = context;
  if (isDeleting(job)) return undefined;
  if (conditionStatus(job, 'Complete') === 'True' || conditionStatus(job, 'Failed') === 'True')
    return expire(job, context);
  const pods = ownedBy(access, job, POD);
  const phase = (name: string): JsonObject[] => pods.filter((pod) => getString(pod, 'status', 'phase') === name);
  const counts = {
    succeeded: phase('Succeeded').length,
    failed: phase('Failed').length,
    active: activePods(pods).length,
  };
  const completions = numberAt(job, 'completions') ?? 1;
  if (getPath(job, 'spec', 'suspend') === true) {
    for (const pod of activePods(pods)) access.delete(refOf(pod));
    writeStatus(
      job,
      { ...counts, active: 0 },
      [
        condition(job, context.time, {
          type: 'Suspended',
          status: 'True',
          reason: 'JobSuspended',
          message: 'Job suspended',
        }),
      ],
      context,
    );
  } else if (counts.succeeded >= completions)
    finish(job, counts, 'Complete', 'CompletionsReached', 'Reached expected number of succeeded pods', context);
  else if (counts.failed > (numberAt(job, 'backoffLimit') ?? DEFAULT_BACKOFF_LIMIT))
    finish(job, counts, 'Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', context);
  else {
    const wanted = Math.min(numberAt(job, 'parallelism') ?? 1, completions - counts.succeeded);
    for (let i = counts.active; i < wanted; i++) access.create(newPod(job), MANAGER);
    writeStatus(job, { ...counts, active: Math.max(wanted, counts.active) }, [], context);
  }
  return undefined;
}

function numberAt(job: JsonObject, field: string): number | undefined {
  const value = getPath(job, 'spec', field);
  return typeof value === 'number' ? value : undefined;
}

function newPod(job: JsonObject): JsonObject {
  return podOf(job, getObject(job, 'spec', 'template') ?? {}, {
    generateName: `${getString(job, 'metadata', 'name') ?? ''}-`,
  });
}

interface Counts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
}

function finish(
  job: JsonObject,
  counts: Counts,
  type: 'Complete' | 'Failed',
  reason: string,
  message: string,
  context: ReconcileContext,
): void {
  const first = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [first, type].map((name) =>
    condition(job, context.time, { type: name, status: 'True', reason, message }),
  );
  writeStatus(job, { ...counts, active: 0 }, conditions, context);
}

function writeStatus(
  job: JsonObject,
  counts: Counts,
  conditions: readonly JsonObject[],
  { access, time }: ReconcileContext,
): void {
  const complete = conditions.some((one) => one['type'] === 'Complete');
  const optional = (field: string, value: number): JsonObject => (value > 0 ? { [field]: value } : {});
  setStatus(access, job, {
    startTime: getString(job, 'status', 'startTime') ?? time,
    ...(complete ? { completionTime: time } : {}),
    ...optional('active', counts.active),
    ...optional('succeeded', counts.succeeded),
    ...optional('failed', counts.failed),
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(conditions.length > 0 ? { conditions: [...conditions] } : {}),
  });
}

/** Finished Jobs with a time to live are deleted when it is over. */
function expire(job: JsonObject, { access, clock }: ReconcileContext): number | undefined {
  const seconds = numberAt(job, 'ttlSecondsAfterFinished');
  if (seconds === undefined) return undefined;
  const finished = (getList(job, 'status', 'conditions') ?? [])
    .map((one) => Date.parse(getString(one, 'lastTransitionTime') ?? ''))
    .filter((time) => !Number.isNaN(time));
  const left = Math.max(...finished) + seconds * 1000 - clock.now();
  if (left > 0) return left;
  access.delete(refOf(job), { propagation: 'Background' });
  return undefined;
}
