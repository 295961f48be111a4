// CronJobs: a Job at each time of the schedule, with the concurrency policy and the history limits.
import { cloneJson, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, refOf } from '../../model/objectRef.ts';
import type { ObjectAccess } from '../access.ts';
import { runReconciler, timeOf } from './controller.ts';
import type { ReconcileContext } from './controller.ts';
import { parseSchedule } from './cronSchedule.ts';
import { CRON_JOB, JOB } from './kinds.ts';
import { conditionStatus, isDeleting, MANAGER, ownedBy, ownerReference, setStatus } from './owned.ts';

const MINUTE_MS = 60_000;
const DEFAULT_HISTORY = { succeeded: 3, failed: 1 } as const;

export const cronJobs = runReconciler({ kind: CRON_JOB, owns: [JOB], reconcile });

function reconcile(cron: JsonObject, context: ReconcileContext): number | undefined {
  const { access, clock } = context;
  const schedule = parseSchedule(getString(cron, 'spec', 'schedule') ?? '');
  if (isDeleting(cron) || !schedule) return undefined;
  const jobs = ownedBy(access, cron, JOB);
  const active = jobs.filter(
    (job) => conditionStatus(job, 'Complete') !== 'True' && conditionStatus(job, 'Failed') !== 'True',
  );
  trimHistory(access, cron, jobs);
  const since = Date.parse(
    getString(cron, 'status', 'lastScheduleTime') ?? getString(cron, 'metadata', 'creationTimestamp') ?? '',
  );
  const due = schedule.next(since);
  if (getPath(cron, 'spec', 'suspend') !== true && due !== undefined && due <= clock.now()) {
    const latest = latestDue(schedule.next, due, clock.now());
    const started = run(access, cron, active, latest);
    writeStatus(access, cron, started ? [...active, started] : active, timeOf(latest));
  } else writeStatus(access, cron, active, getString(cron, 'status', 'lastScheduleTime'));
  const next = schedule.next(clock.now());
  return next === undefined ? undefined : Math.min(next - clock.now(), MINUTE_MS);
}

/** Missed times are not made up for: only the latest one counts. */
function latestDue(next: (ms: number) => number | undefined, due: number, now: number): number {
  let latest = due;
  for (let at = next(due); at !== undefined && at <= now; at = next(at)) latest = at;
  return latest;
}

function run(
  access: ObjectAccess,
  cron: JsonObject,
  active: readonly JsonObject[],
  due: number,
): JsonObject | undefined {
  const policy = getString(cron, 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && active.length > 0) return undefined;
  if (policy === 'Replace') for (const job of active) access.delete(refOf(job), { propagation: 'Background' });
  const template = getObject(cron, 'spec', 'jobTemplate') ?? {};
  const name = `${getString(cron, 'metadata', 'name') ?? ''}-${due / MINUTE_MS}`;
  const namespace = getString(cron, 'metadata', 'namespace') ?? '';
  if (access.get({ ...JOB, namespace, name })) return undefined;
  const metadata = {
    ...cloneJson(getObject(template, 'metadata') ?? {}),
    name,
    namespace,
    ownerReferences: [ownerReference(cron)],
  };
  return access.create(
    { apiVersion: apiVersionOf(JOB), kind: JOB.kind, metadata, spec: cloneJson(getObject(template, 'spec') ?? {}) },
    MANAGER,
  );
}

function trimHistory(access: ObjectAccess, cron: JsonObject, jobs: readonly JsonObject[]): void {
  const limit = (field: string, fallback: number): number => {
    const value = getPath(cron, 'spec', field);
    return typeof value === 'number' ? value : fallback;
  };
  const finished = (type: string): JsonObject[] =>
    jobs
      .filter((job) => conditionStatus(job, type) === 'True')
      .sort((a, b) =>
        (getString(b, 'metadata', 'creationTimestamp') ?? '').localeCompare(
          getString(a, 'metadata', 'creationTimestamp') ?? '',
        ),
      );
  const extra = [
    ...finished('Complete').slice(limit('successfulJobsHistoryLimit', DEFAULT_HISTORY.succeeded)),
    ...finished('Failed').slice(limit('failedJobsHistoryLimit', DEFAULT_HISTORY.failed)),
  ];
  for (const job of extra) access.delete(refOf(job), { propagation: 'Background' });
}

function writeStatus(
  access: ObjectAccess,
  cron: JsonObject,
  active: readonly JsonObject[],
  lastScheduleTime: string | undefined,
): void {
  const references = active.map((job) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    namespace: refOf(job).namespace,
    name: refOf(job).name,
    uid: getString(job, 'metadata', 'uid') ?? '',
  }));
  const lastSuccessfulTime = getString(cron, 'status', 'lastSuccessfulTime');
  setStatus(access, cron, {
    ...(references.length > 0 ? { active: references } : {}),
    ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
  });
}
