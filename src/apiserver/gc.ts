// Garbage collection by owner references (k8s.io/kubernetes pkg/controller/garbagecollector): dependents of what is gone
// go too; foreground deletions wait for them; orphaned ones are let free first.
import { cloneJson, getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { Log } from '../model/log.ts';
import { keyOf, parseApiVersion, printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { ObjectAccess } from './access.ts';
import { ApiError } from './errors.ts';
import { STORAGE_RETRY_MS, StorageError } from './store/storageError.ts';

const MANAGER = 'kube-controller-manager';
const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

interface Known {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly owners: readonly string[];
}

/** Starts the collector over `existing` (every object of the store) and every later change. */
export function collectGarbage(
  existing: Iterable<JsonObject>,
  access: ObjectAccess,
  clock: Clock,
  log: Log,
): Disposable {
  const known = new Map<string, Known>();
  const dependents = new Map<string, Set<string>>();
  const pending = new Map<string, ObjectRef>();
  let cancel: (() => void) | undefined;

  const enqueue = (ref: ObjectRef): void => {
    pending.set(keyOf(ref), ref);
    cancel ??= clock.after(0, drain);
  };
  const enqueueDependents = (uid: string): void => {
    for (const dependent of dependents.get(uid) ?? []) {
      const found = known.get(dependent);
      if (found) enqueue(found.ref);
    }
  };
  const forget = (uid: string): void => {
    for (const owner of known.get(uid)?.owners ?? []) {
      const set = dependents.get(owner);
      set?.delete(uid);
      if (set?.size === 0) dependents.delete(owner);
    }
    known.delete(uid);
  };
  const learn = (object: JsonObject): void => {
    const uid = getString(object, 'metadata', 'uid') ?? '';
    forget(uid);
    const ref = refOf(object);
    const owners = ownersOf(object).map((owner) => getString(owner, 'uid') ?? '');
    known.set(uid, { ref, uid, owners });
    for (const owner of owners) {
      const set = dependents.get(owner) ?? new Set();
      dependents.set(owner, set.add(uid));
    }
    if (owners.length > 0 || isDeleting(object)) enqueue(ref);
  };
  const blockersOf = (uid: string): readonly Known[] =>
    [...(dependents.get(uid) ?? [])].flatMap((each) => known.get(each) ?? []);

  const work = (ref: ObjectRef): void => {
    const object = access.get(ref);
    if (!object) return;
    try {
      if (isDeleting(object)) finishDeletion(access, object, blockersOf(getString(object, 'metadata', 'uid') ?? ''));
      else dropIfAbandoned(access, object, (uid) => known.has(uid));
    } catch (error) {
      if (error instanceof StorageError) {
        pending.set(keyOf(ref), ref);
        cancel ??= clock.after(STORAGE_RETRY_MS, drain);
        return;
      }
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 409) enqueue(ref);
      else if (error.code !== 404) log.warn('apiserver', `garbage collection of ${printRef(ref)}: ${error.message}`);
    }
  };
  const drain = (): void => {
    cancel = undefined;
    const batch = [...pending.values()];
    pending.clear();
    for (const ref of batch) work(ref);
  };

  for (const object of existing) learn(object);
  const subscription = access.onChange(({ type, object }) => {
    const uid = getString(object, 'metadata', 'uid') ?? '';
    if (type !== 'DELETED') {
      learn(object);
      return;
    }
    const owners = known.get(uid)?.owners ?? [];
    forget(uid);
    enqueueDependents(uid);
    // A foreground deletion of an owner may have waited for this one.
    for (const owner of owners) {
      const found = known.get(owner);
      if (found) enqueue(found.ref);
    }
  });
  return {
    dispose: () => {
      subscription.dispose();
      cancel?.();
      pending.clear();
    },
  };
}

function ownersOf(object: JsonObject): JsonObject[] {
  return (getList(object, 'metadata', 'ownerReferences') ?? []).filter(isJsonObject);
}

function finalizersOf(object: JsonObject): string[] {
  return (getList(object, 'metadata', 'finalizers') ?? []).map(String);
}

function isDeleting(object: JsonObject): boolean {
  return getString(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** An object all of whose owners are gone goes; one that keeps some forgets the others. */
function dropIfAbandoned(access: ObjectAccess, object: JsonObject, exists: (uid: string) => boolean): void {
  const owners = ownersOf(object);
  if (owners.length === 0) return;
  const living = owners.filter((owner) => exists(getString(owner, 'uid') ?? ''));
  const waiting = living.filter((owner) => isWaiting(access, object, owner));
  if (living.length === 0) {
    // Read anew: an owner in a version or namespace that does not fit counts as gone, as upstream has it.
    access.delete(refOf(object), { propagation: policyOf(object), uid: getString(object, 'metadata', 'uid') ?? '' });
  } else if (living.length < owners.length)
    update(access, object, (metadata) => (metadata['ownerReferences'] = living));
  else if (waiting.length === owners.length) {
    access.delete(refOf(object), { propagation: 'Foreground', uid: getString(object, 'metadata', 'uid') ?? '' });
  }
}

/** Whether an owner is being deleted in the foreground and so waits for its dependents. */
function isWaiting(access: ObjectAccess, object: JsonObject, owner: JsonObject): boolean {
  const gvk = { ...parseApiVersion(getString(owner, 'apiVersion') ?? ''), kind: getString(owner, 'kind') ?? '' };
  const name = getString(owner, 'name') ?? '';
  const found =
    access.get({ ...gvk, namespace: getString(object, 'metadata', 'namespace') ?? '', name }) ??
    access.get({ ...gvk, namespace: '', name });
  return found !== undefined && isDeleting(found) && finalizersOf(found).includes(FOREGROUND);
}

/** How an abandoned object was meant to go, from the finalizers that it carries. */
function policyOf(object: JsonObject): 'Background' | 'Foreground' | 'Orphan' {
  const finalizers = finalizersOf(object);
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}

/** Takes the collector's finalizers off an object that is being deleted, when their work is done. */
function finishDeletion(access: ObjectAccess, object: JsonObject, dependents: readonly Known[]): void {
  const finalizers = finalizersOf(object);
  const uid = getString(object, 'metadata', 'uid');
  if (finalizers.includes(ORPHAN)) {
    for (const { ref } of dependents) {
      const dependent = access.get(ref);
      if (dependent)
        update(
          access,
          dependent,
          (metadata) =>
            (metadata['ownerReferences'] = ownersOf(dependent).filter((owner) => getString(owner, 'uid') !== uid)),
        );
    }
    removeFinalizer(access, object, ORPHAN);
  } else if (finalizers.includes(FOREGROUND)) {
    const blocking = dependents.filter(({ ref }) => isBlocking(access.get(ref), uid));
    if (blocking.length === 0) removeFinalizer(access, object, FOREGROUND);
    for (const { ref } of dependents) {
      const dependent = access.get(ref);
      if (dependent && !isDeleting(dependent) && ownersOf(dependent).length === 1)
        access.delete(ref, { propagation: 'Foreground', uid: getString(dependent, 'metadata', 'uid') ?? '' });
    }
  }
}

function isBlocking(dependent: JsonObject | undefined, uid: string | undefined): boolean {
  return (
    dependent !== undefined &&
    ownersOf(dependent).some((owner) => getString(owner, 'uid') === uid && owner['blockOwnerDeletion'] === true)
  );
}

function removeFinalizer(access: ObjectAccess, object: JsonObject, finalizer: string): void {
  update(
    access,
    object,
    (metadata) => (metadata['finalizers'] = finalizersOf(object).filter((each) => each !== finalizer)),
  );
}

function update(access: ObjectAccess, object: JsonObject, change: (metadata: JsonObject) => void): void {
  const next = cloneJson(object);
  change(next['metadata'] as JsonObject);
  access.update(next, MANAGER);
}
