// What a stand-in controller is, and the queue that all of them share: changes of objects become keys, a key is worked
// on once however often it was changed, and never inside the change that caused it. Knows no kind.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { JsonObject } from '../../model/json.ts';
import { getString } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { reasonOf } from '../../model/reason.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { ObjectAccess } from '../access.ts';
import { ApiError } from '../errors.ts';
import { STORAGE_RETRY_MS, StorageError } from '../store/storageError.ts';

/** Started with the server, disposed with it. */
export type Controller = (access: ObjectAccess, clock: Clock, log: Log) => Disposable;

export interface Reconciler {
  readonly kind: GroupVersionKind;
  /** Kinds whose objects are owned by ours: their changes wake the owner named in their controller reference. */
  readonly owns: readonly GroupVersionKind[];
  /** Brings one object forward. Returns after how many milliseconds to look again, or undefined to wait for a change. */
  readonly reconcile: (object: JsonObject, context: ReconcileContext) => number | undefined;
}

export interface ReconcileContext {
  readonly access: ObjectAccess;
  readonly clock: Clock;
  /** The time for status fields: RFC 3339 to the second. */
  readonly time: string;
}

/** Conflicts and disappearances are the normal course of things between controllers: the next change settles them. */
const RETRY_CODES = new Set([404, 409]);
const RETRY_MS = 100;
/** What was refused is tried again after this: policies, classes and quotas come and go without a word to us. */
export const REFUSED_RETRY_MS = 10_000;

/** Runs a reconciler over all objects of its kind, from those that exist when it starts. */
export function runReconciler(reconciler: Reconciler): Controller {
  return (access, clock, log) => {
    const pending = new Map<string, ObjectRef>();
    const timers = new Map<string, () => void>();
    let cancelDrain: (() => void) | undefined;

    const enqueue = (ref: ObjectRef): void => {
      pending.set(keyOf(ref), ref);
      cancelDrain ??= clock.after(0, drain);
    };
    const later = (ref: ObjectRef, ms: number): void => {
      timers.get(keyOf(ref))?.();
      timers.set(
        keyOf(ref),
        clock.after(ms, () => enqueue(ref)),
      );
    };
    const work = (ref: ObjectRef): void => {
      timers.get(keyOf(ref))?.();
      timers.delete(keyOf(ref));
      const object = access.get(ref);
      if (!object) return;
      try {
        const again = reconciler.reconcile(object, { access, clock, time: timeOf(clock.now()) });
        if (again !== undefined) later(ref, again);
      } catch (error) {
        if (error instanceof ApiError && RETRY_CODES.has(error.code)) later(ref, RETRY_MS);
        else log.warn('apiserver', `${reconciler.kind.kind} controller: ${reasonOf(error)}`, { object: keyOf(ref) });
        if (error instanceof StorageError) later(ref, STORAGE_RETRY_MS);
        // A policy refused it. Policies and their bindings go away without a word to us.
        else if (error instanceof ApiError && !RETRY_CODES.has(error.code)) later(ref, REFUSED_RETRY_MS);
      }
    };
    const drain = (): void => {
      cancelDrain = undefined;
      const batch = [...pending.values()];
      pending.clear();
      for (const ref of batch) work(ref);
    };

    const subscription = access.onChange(({ object }) => {
      const ref = refOf(object);
      if (isKind(ref, reconciler.kind)) enqueue(ref);
      else if (reconciler.owns.some((kind) => isKind(ref, kind))) {
        const owner = ownerRef(object, reconciler.kind);
        if (owner) enqueue(owner);
      }
    });
    for (const object of access.list(reconciler.kind)) enqueue(refOf(object));

    return {
      dispose: () => {
        subscription.dispose();
        cancelDrain?.();
        for (const cancel of timers.values()) cancel();
        pending.clear();
        timers.clear();
      },
    };
  };
}

/** RFC 3339 to the second, as Kubernetes writes times. */
export function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function isKind(ref: ObjectRef, kind: GroupVersionKind): boolean {
  return ref.kind === kind.kind && ref.group === kind.group;
}

function ownerRef(object: JsonObject, kind: GroupVersionKind): ObjectRef | undefined {
  const owner = controllerOf(object);
  if (!owner || getString(owner, 'kind') !== kind.kind) return undefined;
  return { ...kind, namespace: getString(object, 'metadata', 'namespace') ?? '', name: getString(owner, 'name') ?? '' };
}

/** The owner reference with `controller: true`. */
export function controllerOf(object: JsonObject): JsonObject | undefined {
  const metadata = object['metadata'];
  const owners =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
      ? metadata['ownerReferences']
      : undefined;
  if (!Array.isArray(owners)) return undefined;
  return owners.find(
    (owner): owner is JsonObject =>
      typeof owner === 'object' && owner !== null && !Array.isArray(owner) && owner['controller'] === true,
  );
}
