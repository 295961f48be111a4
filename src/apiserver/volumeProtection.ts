// Takes the protection finalizers off claims and volumes that are being deleted and that no pod or claim uses
// (k8s.io/kubernetes pkg/controller/volume/pvcprotection and pvprotection).
import { cloneJson, getList, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { ObjectAccess } from './access.ts';
import { ApiError } from './errors.ts';
import { STORAGE_RETRY_MS, StorageError } from './store/storageError.ts';

const MANAGER = 'kube-controller-manager';
const CLAIM = { group: '', version: 'v1', kind: 'PersistentVolumeClaim' };
const VOLUME = { group: '', version: 'v1', kind: 'PersistentVolume' };
const POD = { group: '', version: 'v1', kind: 'Pod' };
const FINALIZERS = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
} as const;

export function protectVolumes(access: ObjectAccess, clock: Clock): Disposable {
  let cancel: (() => void) | undefined;
  const look = (): void => {
    cancel = undefined;
    try {
      for (const kind of [CLAIM, VOLUME]) for (const object of access.list(kind)) release(access, object);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      cancel ??= clock.after(STORAGE_RETRY_MS, look);
    }
  };
  const subscription = access.onChange(({ object }) => {
    const kind = getString(object, 'kind');
    if (kind === CLAIM.kind || kind === VOLUME.kind || kind === POD.kind) cancel ??= clock.after(0, look);
  });
  cancel = clock.after(0, look);
  return {
    dispose: () => {
      subscription.dispose();
      cancel?.();
    },
  };
}

function release(access: ObjectAccess, object: JsonObject): void {
  const kind = getString(object, 'kind') as keyof typeof FINALIZERS;
  const finalizers = getList(object, 'metadata', 'finalizers') ?? [];
  const isEnding = getString(object, 'metadata', 'deletionTimestamp') !== undefined;
  if (!isEnding || !finalizers.includes(FINALIZERS[kind]) || isUsed(access, kind, object)) return;
  const next = cloneJson(object);
  (next['metadata'] as JsonObject)['finalizers'] = finalizers.filter((finalizer) => finalizer !== FINALIZERS[kind]);
  try {
    access.update(next, MANAGER);
  } catch (error) {
    // Changed or gone meanwhile: that change brings us back here.
    if (!(error instanceof ApiError)) throw error;
  }
}

function isUsed(access: ObjectAccess, kind: keyof typeof FINALIZERS, object: JsonObject): boolean {
  const name = getString(object, 'metadata', 'name') ?? '';
  if (kind === 'PersistentVolume')
    return access.list(CLAIM).some((claim) => getString(claim, 'spec', 'volumeName') === name);
  const pods = access.list(POD, getString(object, 'metadata', 'namespace'));
  return pods.some(
    (pod) =>
      !isOver(pod) &&
      (getList(pod, 'spec', 'volumes') ?? [])
        .filter(isJsonObject)
        .some((volume) => getString(volume, 'persistentVolumeClaim', 'claimName') === name),
  );
}

function isOver(pod: JsonObject): boolean {
  return ['Succeeded', 'Failed'].includes(getString(pod, 'status', 'phase') ?? '');
}
