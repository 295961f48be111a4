// Waits until a set of objects is ready, on watches and not by asking again and again (fluxcd/pkg/ssa, WaitForSet). Changes
// nothing in the cluster; what it opened is closed when it returns.
import { systemClock } from '../model/clock.ts';
import type { Clock } from '../model/clock.ts';
import { deferred } from '../model/deferred.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, printRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeClient } from '../kube/client.ts';
import { settled } from './health.ts';
import type { Health } from './health.ts';
import { computeWaitStatus } from './status.ts';
import { followObjects } from './follow.ts';
import { watchPods } from './workload.ts';
import type { PodWatch } from './workload.ts';

export type WaitClient = Pick<KubeClient, 'resourceType' | 'resourceTypes' | 'watch'>;

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** End as soon as one object has failed, instead of when none is in progress any more. */
  readonly failFast?: boolean;
  /** Jobs with a TTL: they are gone when they are done. */
  readonly jobsWithTtl?: readonly ObjectRef[];
  /** Decides instead of kstatus for the objects that it answers for (healthCheckExprs). */
  readonly rule?: (object: JsonObject) => Health | undefined;
  /** Called when the picture changes. */
  readonly onProgress?: (progress: WaitProgress) => void;
  readonly clock?: Clock;
}

export interface ObjectHealth {
  readonly ref: ObjectRef;
  readonly health: Health;
  /** The sentence for the user: kstatus' own, and the reason of a pod where one is to blame. */
  readonly why: string;
  /** The pod that is to blame, and its reason. */
  readonly pod?: string;
}

export interface WaitProgress {
  readonly ready: number;
  readonly total: number;
  /** What is not ready yet, in the order of the set. */
  readonly pending: readonly ObjectHealth[];
}

export interface WaitResult {
  readonly ready: boolean;
  /** Empty when all is ready; else in Flux's words: `timeout waiting for: [Deployment/ns/a status: 'InProgress']`. */
  readonly message: string;
  readonly objects: readonly ObjectHealth[];
}

/** Groups whose kinds select their pods by labels. */
const POD_OWNERS = new Set(['apps', 'batch']);

/**
 * Waits for every object to be Current. Ends early when all are Current or Failed, since what has failed will not recover by
 * waiting. Throws the signal's reason when it is cancelled.
 */
export async function waitForReady(
  refs: readonly ObjectRef[],
  client: WaitClient,
  options: WaitOptions,
  signal?: AbortSignal,
): Promise<WaitResult> {
  signal?.throwIfAborted();
  if (refs.length === 0) return { ready: true, message: '', objects: [] };
  const clock = options.clock ?? systemClock;
  const pods = new Map<string, PodWatch | undefined>();
  const own = new AbortController();
  const { promise, resolve, reject } = deferred<WaitResult>();
  let said = '';

  const check = (timedOut: boolean): void => {
    if (own.signal.aborted) return;
    const objects = refs.map((ref) =>
      healthOf(ref, follower.get(ref), follower.problem(ref), options, pods.get(keyOf(ref))),
    );
    const ended = timedOut || isSettled(objects, options.failFast ?? false);
    report(objects);
    if (!ended) return openPods(objects);
    const message = failureMessage(objects, timedOut);
    resolve({ ready: message === '', message, objects });
  };

  const report = (objects: readonly ObjectHealth[]): void => {
    const pending = objects.filter((one) => one.health.status !== 'Current');
    const text = pending.map((one) => `${printRef(one.ref)} ${one.health.status} ${one.why}`).join('\n');
    if (text === said) return;
    said = text;
    options.onProgress?.({ ready: objects.length - pending.length, total: objects.length, pending });
  };

  const openPods = (objects: readonly ObjectHealth[]): void => {
    for (const { ref, health } of objects) {
      const object = follower.get(ref);
      if (health.status !== 'InProgress' || !object || pods.has(keyOf(ref)) || !POD_OWNERS.has(ref.group)) continue;
      pods.set(keyOf(ref), undefined);
      watchPods(object, client, () => check(false), own.signal).then(
        (watch) => (own.signal.aborted ? watch?.dispose() : pods.set(keyOf(ref), watch)),
        // Without a reason from a pod the object's own sentence stands.
        () => undefined,
      );
    }
  };

  const follower = followObjects(refs, client, clock, () => check(false), own.signal);
  const stopTimer = clock.after(options.timeout, () => check(true));
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    own.abort();
    stopTimer();
    signal?.removeEventListener('abort', abort);
    follower.dispose();
    for (const watch of pods.values()) watch?.dispose();
  }
}

/** `object` is null where it does not exist, undefined where that is not known yet. */
function healthOf(
  ref: ObjectRef,
  object: JsonObject | null | undefined,
  problem: string | undefined,
  options: WaitOptions,
  pods: PodWatch | undefined,
): ObjectHealth {
  if (object === undefined)
    return { ref, health: settled('Unknown', problem ?? ''), why: problem ?? 'its state is being read' };
  if (object === null) {
    const done = options.jobsWithTtl?.some((job) => keyOf(job) === keyOf(ref)) ?? false;
    return {
      ref,
      health: done ? settled('Current', 'Job is gone') : settled('NotFound', 'Resource not found'),
      why: 'it does not exist',
    };
  }
  const health = withPods(ref, options.rule?.(object) ?? computeWaitStatus(object), pods);
  const reason = health.status === 'InProgress' || health.status === 'Failed' ? pods?.why() : undefined;
  if (reason === undefined) return { ref, health, why: health.message };
  return { ref, health, why: `${health.message}; ${reason}`, pod: reason };
}

/** Kinds that own their pods fail with them; a Deployment waits for its own deadline (cli-utils, pod_controller.go). */
function withPods(ref: ObjectRef, health: Health, pods: PodWatch | undefined): Health {
  if (health.status !== 'InProgress' || (ref.kind !== 'StatefulSet' && ref.kind !== 'ReplicaSet')) return health;
  const failed = pods?.failed() ?? 0;
  return failed === 0 ? health : settled('Failed', `${failed} pods have failed`);
}

function isSettled(objects: readonly ObjectHealth[], failFast: boolean): boolean {
  const statuses = objects.map((one) => one.health.status);
  return (
    statuses.every((status) => status === 'Current' || status === 'Failed') || (failFast && statuses.includes('Failed'))
  );
}

function failureMessage(objects: readonly ObjectHealth[], timedOut: boolean): string {
  const bad = objects.filter(({ health }) => health.status === 'Failed' || (timedOut && health.status !== 'Current'));
  const list = bad.map(({ ref, health, pod }) => {
    // Upstream leaves the pod to the reader's search; its message goes on where there is nothing to name.
    const known = health.status === 'Unknown' ? health.message : (pod ?? '');
    const error = known === '' ? '' : `: ${known}`;
    return health.status === 'Unknown' && error === ''
      ? `can't determine status for ${printRef(ref)}`
      : `${printRef(ref)} status: '${health.status}'${error}`;
  });
  if (list.length === 0) return '';
  return `${timedOut ? 'timeout waiting for' : 'failed early due to stalled resources'}: [${list.join(', ')}]`;
}
