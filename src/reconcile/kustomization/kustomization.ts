// The Kustomization controller: what is looked at before a revision is built, and how the result becomes status and
// events (kustomize-controller, Reconcile). The work itself is in revision.ts.
import { healthRule } from '../../health/expressions.ts';
import { isGateOn } from '../../model/featureGates.ts';
import { getList, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { Unreadable } from '../../source/unreadable.ts';
import {
  getCondition,
  generationOf,
  isFalse,
  isReady,
  isTrue,
  markStalled,
  removeCondition,
  setCondition,
  statusOf,
} from '../conditions.ts';
import { announce } from '../context.ts';
import type { LoopContext } from '../context.ts';
import { checkDependencies, circleOf, TerminalFault } from './dependencies.ts';
import { jittered, printDuration } from '../duration.ts';
import { terminalSentence } from './expressionFault.ts';
import { finalizeKustomization } from './finalize.ts';
import {
  addFinalizer,
  EXTERNAL_ARTIFACT,
  GIT_REPOSITORY,
  hasFinalizer,
  intervalOf,
  isDeleting,
  isSuspended,
  KUSTOMIZE_STATUS_MANAGER,
  requestedAt,
  retryIntervalOf,
  sourceRefOf,
} from '../fluxKinds.ts';
import { record, revisionAnnotations } from './kustomizationContext.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import { isQuiet } from './quiet.ts';
import { reconcileRevision } from './revision.ts';
import { HealthInterrupted, StepFailure } from './run.ts';
import { sourceDenied } from './sourceDenied.ts';
import { statusPatcher } from '../statusPatch.ts';
import type { StatusPatcher } from '../statusPatch.ts';
import { comeBackAfter } from '../queue/workQueue.ts';
import type { Outcome } from '../queue/workQueue.ts';

/** Reconciles one Kustomization. What is wrong with it is in its status; exceptions are failures of the cluster. */
export async function reconcileKustomization(
  context: KustomizationContext,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Outcome> {
  const known = context.cached(ref);
  if (isQuiet(context, known)) {
    announce(context, ref, 'idle');
    return comeBackAfter(jittered(intervalOf(known), Math.random()));
  }
  const live = await context.client.get(ref, signal);
  if (!live) {
    context.drift.forget(ref);
    context.blocked.goesOn(ref);
    return {};
  }
  const patcher = statusPatcher(context.client, live, KUSTOMIZE_STATUS_MANAGER);
  const { object } = patcher;
  if (isDeleting(object)) {
    const outcome = await finalizeKustomization(context, patcher, signal);
    if (outcome.failed) await finish(patcher, context, signal);
    return outcome;
  }
  if (!hasFinalizer(object)) {
    addFinalizer(object);
    await patcher.flush(signal);
    return { after: 0 };
  }
  if (isSuspended(object)) {
    await finish(patcher, context, signal);
    return {};
  }
  const start = context.clock.now();
  try {
    const outcome = await reconcile(context, patcher, signal);
    await finish(patcher, context, signal);
    if (isReady(object)) recordSuccess(context, object, start);
    return outcome;
  } finally {
    announce(context, ref, 'idle');
  }
}

async function reconcile(context: KustomizationContext, patcher: StatusPatcher, signal: AbortSignal): Promise<Outcome> {
  const { object } = patcher;
  const rules = healthRule(getList(object, 'spec', 'healthCheckExprs') ?? []);
  if ('problem' in rules) return invalidExpression(context, object, rules.problem, undefined);
  const isLoggedIn = isGateOn(context.options, 'ObjectLevelWorkloadIdentity');
  if (!isLoggedIn && getString(object, 'spec', 'decryption', 'serviceAccountName'))
    return gateDisabled(context, object);
  const source = sourceRefOf(object);
  const found = await findSource(context, object, source, signal);
  if ('outcome' in found) return found.outcome;
  const { revision, digest } = found;
  context.blocked.waits(object);
  let blocked: string | undefined;
  try {
    blocked = await checkDependencies(context.client, object, source, revision, context.options ?? {}, signal);
  } catch (error) {
    if (!(error instanceof TerminalFault)) throw error;
    return invalidExpression(context, object, error.message, revision);
  }
  if (blocked !== undefined) {
    const circle = circleOf(object, context.kustomizations());
    const why = circle === undefined ? blocked : `${blocked}: the dependencies go in a circle: ${circle}`;
    setReady(context, object, 'False', 'DependencyNotReady', why);
    const message = `Dependencies do not meet ready condition, retrying in ${printDuration(context.requeueDependencyMs)}`;
    record(context, object, 'Normal', message, revision);
    return { after: context.requeueDependencyMs };
  }
  context.blocked.goesOn(refOf(object));
  const snapshot = context.artifacts.get(source, revision);
  if (!snapshot) {
    setReady(
      context,
      object,
      'False',
      'ArtifactFailed',
      `Source is not ready, artifact not found, retrying in ${printDuration(context.requeueDependencyMs)}`,
    );
    return { after: context.requeueDependencyMs };
  }
  try {
    await reconcileRevision(context, patcher, { snapshot, revision }, signal);
    context.artifacts.applied(refOf(object), digest);
  } catch (error) {
    if (error instanceof HealthInterrupted) return interrupted(context, object, error, revision);
    if (!(error instanceof StepFailure || error instanceof Unreadable)) throw error;
    const reason = error instanceof StepFailure ? error.reason : 'ArtifactFailed';
    setReady(context, object, 'False', reason, error.message);
    context.log.warn('reconcile', error.message, { kustomization: getString(object, 'metadata', 'name'), revision });
    record(context, object, 'Warning', error instanceof StepFailure ? error.event : error.message, revision);
    return comeBackAfter(retryIntervalOf(object));
  }
  return comeBackAfter(jittered(intervalOf(object), Math.random()));
}

/** The source's artifact, or why there is none (kustomize-controller, getSource). */
async function findSource(
  context: KustomizationContext,
  object: JsonObject,
  source: ObjectRef,
  signal: AbortSignal,
): Promise<{ revision: string; digest: string } | { outcome: Outcome }> {
  const fail = (reason: string, message: string, outcome: Outcome): { outcome: Outcome } => {
    setReady(context, object, 'False', reason, message);
    return { outcome };
  };
  const denied = sourceDenied(object, context.options ?? {});
  if (denied !== undefined) {
    setCondition(object, 'Stalled', 'True', 'AccessDenied', denied, context.clock.now());
    const result = fail('AccessDenied', denied, {});
    record(context, object, 'Warning', denied, undefined);
    return result;
  }
  if (source.kind !== GIT_REPOSITORY.kind && source.kind !== EXTERNAL_ARTIFACT.kind) {
    // Stalled, so that what waits for it hears at once that waiting is in vain.
    const message = `sources of kind ${source.kind} are not fetched by the local loop yet`;
    markStalled(object, 'UnsupportedSource', message, context.clock.now());
    statusOf(object)['observedGeneration'] = generationOf(object);
    const result = fail('UnsupportedSource', message, {});
    record(context, object, 'Warning', message, undefined);
    return result;
  }
  const found = await context.client.get(source, signal);
  if (!found)
    return fail(
      'ArtifactFailed',
      `${source.kind}.${source.group} "${source.name}" not found`,
      comeBackAfter(retryIntervalOf(object)),
    );
  const revision = getString(found, 'status', 'artifact', 'revision');
  if (revision !== undefined) return { revision, digest: getString(found, 'status', 'artifact', 'digest') ?? '' };
  return fail(
    'ArtifactFailed',
    `Source artifact not found, retrying in ${printDuration(context.requeueDependencyMs)}`,
    { after: context.requeueDependencyMs },
  );
}

/** An expression of the spec that does not compile: nothing is tried again until the spec changes. */
function invalidExpression(
  context: KustomizationContext,
  object: JsonObject,
  problem: string,
  revision: string | undefined,
): Outcome {
  const message = terminalSentence(problem);
  setReady(context, object, 'False', 'InvalidCELExpression', message);
  markStalled(object, 'InvalidCELExpression', message, context.clock.now());
  statusOf(object)['observedGeneration'] = generationOf(object);
  record(context, object, 'Warning', message, revision);
  return {};
}

const NO_IDENTITY =
  'to use spec.decryption.serviceAccountName for decryption authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller';

/** Keys of a cloud, fetched in the name of an account: off by default there, and nothing is decrypted here. */
function gateDisabled(context: KustomizationContext, object: JsonObject): Outcome {
  setReady(context, object, 'False', 'FeatureGateDisabled', NO_IDENTITY);
  markStalled(object, 'FeatureGateDisabled', NO_IDENTITY, context.clock.now());
  record(context, object, 'Warning', NO_IDENTITY, undefined);
  return {};
}

function interrupted(
  context: KustomizationContext,
  object: JsonObject,
  error: HealthInterrupted,
  revision: string,
): Outcome {
  const trigger = `${error.source.kind}/${error.source.namespace}/${error.source.name}`;
  setReady(context, object, 'False', 'HealthCheckCanceled', `New reconciliation triggered by ${trigger}`);
  record(
    context,
    object,
    'Normal',
    `Health checks canceled due to new reconciliation triggered by ${trigger}`,
    revision,
  );
  return { after: 0 };
}

function setReady(
  context: LoopContext,
  object: JsonObject,
  status: 'True' | 'False',
  reason: string,
  message: string,
): void {
  setCondition(object, 'Ready', status, reason, message, context.clock.now());
}

/** What every end of a reconciliation writes (kustomize-controller, finalizeStatus). */
async function finish(patcher: StatusPatcher, context: LoopContext, signal: AbortSignal): Promise<void> {
  const { object } = patcher;
  const request = requestedAt(object);
  if (request !== undefined) statusOf(object)['lastHandledReconcileAt'] = request;
  if (isTrue(object, 'Ready')) {
    removeCondition(object, 'Reconciling');
    statusOf(object)['observedGeneration'] = generationOf(object);
  }
  const reconciling = getCondition(object, 'Reconciling');
  if (isFalse(object, 'Ready') && reconciling) {
    setCondition(object, 'Reconciling', 'True', 'ProgressingWithRetry', reconciling.message, context.clock.now());
  }
  await patcher.flush(signal);
}

function recordSuccess(context: LoopContext, object: JsonObject, start: number): void {
  const next = getString(object, 'spec', 'interval');
  const took = printDuration(context.clock.now() - start);
  const revision = getString(object, 'status', 'lastAppliedRevision');
  const annotations = {
    'kustomize.toolkit.fluxcd.io/commit_status': 'update',
    ...revisionAnnotations(context, object, revision),
  };
  const message = `Reconciliation finished in ${took}, next run in ${printDuration(intervalOf(object))}`;
  context.kustomizeEvents.record(
    object,
    'Normal',
    getCondition(object, 'Ready')?.reason ?? 'info',
    message,
    annotations,
  );
  context.log.info('reconcile', `${refOf(object).name}: ready`, { took, revision, next });
}
