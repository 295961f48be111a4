// Defaults of volumes and claims.
import type { JsonObject } from '../../model/json.ts';
import { setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { claimErrors, claimUpdateErrors } from './validateClaim.ts';

export function defaultClaim(claim: JsonObject): void {
  setDefault(structAt(claim, 'spec'), 'volumeMode', 'Filesystem');
}

export const persistentVolumeClaim: KindRules = {
  default: (object) => {
    defaultClaim(object);
    setDefault(structAt(object, 'status'), 'phase', 'Pending');
  },
  defaultsWhenRead: true,
  prepareForCreate: (object) => {
    object['status'] = {};
    addFinalizer(object, 'kubernetes.io/pvc-protection');
  },
  validate: claimErrors,
  validateUpdate: claimUpdateErrors,
};

export const persistentVolume: KindRules = {
  default: (object) => {
    setDefaults(structAt(object, 'spec'), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    setDefault(structAt(object, 'status'), 'phase', 'Pending');
  },
  prepareForCreate: (object) => addFinalizer(object, 'kubernetes.io/pv-protection'),
};

/** Keeps what is in use from going; src/apiserver/volumeProtection.ts takes it off again. */
function addFinalizer(object: JsonObject, finalizer: string): void {
  const metadata = structAt(object, 'metadata');
  const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
  if (!finalizers.includes(finalizer)) metadata['finalizers'] = [...finalizers, finalizer];
}
