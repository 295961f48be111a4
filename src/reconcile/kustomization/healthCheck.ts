// The health check of a reconciliation: which objects are waited for, and what the wait becomes in status and events
// (kustomize-controller, checkHealth).
import type { ChangeSet } from '../../model/changeSet.ts';
import { healthChecksOf } from '../../model/healthChecks.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { healthRule } from '../../health/expressions.ts';
import { isTrue, removeCondition, setCondition } from '../conditions.ts';
import { announce } from '../context.ts';
import { printDuration } from '../duration.ts';
import { KUSTOMIZATION, timeoutOf } from '../fluxKinds.ts';
import { record } from './kustomizationContext.ts';
import { HealthInterrupted, progress, StepFailure } from './run.ts';
import type { Run } from './run.ts';

/** Waits as spec.wait or spec.healthChecks ask for. Throws StepFailure, or HealthInterrupted when a newer revision is there. */
export async function checkHealth(
  run: Run,
  objects: readonly JsonObject[],
  changes: ChangeSet,
  drifted: boolean,
): Promise<void> {
  const { context, object, owner, revision } = run;
  const checked = refsToCheck(object, changes);
  if (checked.length === 0) {
    removeCondition(object, 'Healthy');
    return;
  }
  const refs = checked.filter((ref) => !isItself(ref, object));
  const wasHealthy = isTrue(object, 'Healthy');
  const isNewRevision = getString(object, 'status', 'lastAppliedRevision') !== revision;
  const start = context.clock.now();
  const message = `Running health checks for revision ${revision}`;
  progress(run, message);
  setCondition(
    object,
    'Healthy',
    'Unknown',
    'Progressing',
    `${message} with a timeout of ${printDuration(timeoutOf(object))}`,
    start,
  );
  await run.patcher.flush(run.signal);
  announce(context, owner, 'waiting', `${refs.length} objects`);
  const problem = await wait(run, refs, objects);
  const took = printDuration(context.clock.now() - start);
  if (problem !== undefined) {
    const sentence = `health check failed after ${took}: ${problem}`;
    setCondition(object, 'Healthy', 'False', 'HealthCheckFailed', problem, context.clock.now());
    throw new StepFailure('HealthCheckFailed', sentence);
  }
  const passed = `Health check passed in ${took}`;
  if (!wasHealthy || (isNewRevision && drifted)) record(context, object, 'Normal', passed, revision);
  setCondition(object, 'Healthy', 'True', 'Succeeded', passed, context.clock.now());
}

async function wait(run: Run, refs: readonly ObjectRef[], objects: readonly JsonObject[]): Promise<string | undefined> {
  const { context, object, owner } = run;
  const interrupt = context.interrupts.waiting(owner);
  const signal = AbortSignal.any([run.signal, interrupt]);
  const jobsWithTtl = objects
    .filter((one) => one['kind'] === 'Job' && getPath(one, 'spec', 'ttlSecondsAfterFinished') !== undefined)
    .map(refOf);
  const onProgress = (detail: string): void => announce(context, owner, 'waiting', detail);
  // Rules that cannot be compiled ended the reconciliation before (kustomization.ts).
  const rule = healthRule(getList(object, 'spec', 'healthCheckExprs') ?? []);
  try {
    return await context.stages.wait(
      run.target.watching,
      refs,
      { timeoutMs: timeoutOf(object), jobsWithTtl, onProgress, ...('problem' in rule ? {} : { rule }) },
      signal,
    );
  } catch (error) {
    if (interrupt.aborted && !run.signal.aborted) throw new HealthInterrupted(interrupt.reason as ObjectRef);
    throw error;
  }
}

/** With spec.wait all that was applied, else spec.healthChecks. */
function refsToCheck(object: JsonObject, changes: ChangeSet): ObjectRef[] {
  return getPath(object, 'spec', 'wait') === true
    ? changes.filter(({ action }) => action !== 'skipped').map(({ ref }) => ref)
    : healthChecksOf(object);
}

/** It would wait for itself for ever. */
function isItself(ref: ObjectRef, object: JsonObject): boolean {
  const self = refOf(object);
  return ref.kind === KUSTOMIZATION.kind && ref.name === self.name && ref.namespace === self.namespace;
}
