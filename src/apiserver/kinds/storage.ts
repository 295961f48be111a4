// Defaults of volumes and claims.
import type { JsonObject } from '../../model/json.ts';
import { requiredValue } from '../validation/fieldError.ts';
import { immutableField, textAt } from '../validation/values.ts';
import { objectAt, setDefault, setDefaults, structAt } from './defaulting.ts';
import type { KindRules } from './kind.ts';
import { claimErrors, claimStatusErrors, claimUpdateErrors } from './validateClaim.ts';

export function defaultClaim(claim: JsonObject): void {
  setDefault(structAt(claim, 'spec'), 'volumeMode', 'Filesystem');
}

export const persistentVolumeClaim: KindRules = {
  deleteAnswers: 'object',
  default: (object) => {
    defaultClaim(object);
    setDefault(structAt(object, 'status'), 'phase', 'Pending');
  },
  defaultsWhenRead: true,
  prepareForCreate: (object) => {
    object['status'] = {};
    pairDataSources(structAt(object, 'spec'), {});
    addFinalizer(object, 'kubernetes.io/pvc-protection');
  },
  prepareForUpdate: (object, old) => pairDataSources(structAt(object, 'spec'), objectAt(old, 'spec') ?? {}),
  validate: (object, _context, old) => claimErrors(object, old),
  validateStatusUpdate: claimStatusErrors,
  validateUpdate: claimUpdateErrors,
};

export const persistentVolume: KindRules = {
  deleteAnswers: 'object',
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

function isClaimOrSnapshot(source: JsonObject | undefined): boolean {
  const [group, kind] = [textAt(source, 'apiGroup'), textAt(source, 'kind')];
  return (
    (kind === 'PersistentVolumeClaim' && group === '') ||
    (kind === 'VolumeSnapshot' && group === 'snapshot.storage.k8s.io')
  );
}

/** The source of a claim has an old and a new field: what is in one is in the other. */
function pairDataSources(spec: JsonObject, before: JsonObject): void {
  // Sources in other namespaces are behind a feature gate that is off.
  if (textAt(objectAt(spec, 'dataSourceRef'), 'namespace') !== '' && !objectAt(before, 'dataSourceRef'))
    delete spec['dataSourceRef'];
  // The old field takes claims and snapshots only; all else is dropped, as it always was.
  const isInUse = objectAt(before, 'dataSource') ?? objectAt(before, 'dataSourceRef');
  if (!isInUse && !objectAt(spec, 'dataSourceRef') && !isClaimOrSnapshot(objectAt(spec, 'dataSource')))
    delete spec['dataSource'];
  const [old, next] = [objectAt(spec, 'dataSource'), objectAt(spec, 'dataSourceRef')];
  const copyOf = ({ apiGroup, kind, name }: JsonObject): JsonObject => ({
    apiGroup: apiGroup ?? null,
    kind: kind ?? '',
    name: name ?? '',
  });
  if (old && !next) spec['dataSourceRef'] = copyOf(old);
  else if (next && !old && (next['namespace'] ?? '') === '') spec['dataSource'] = copyOf(next);
}

export const storageClass: KindRules = {
  deleteAnswers: 'object',
  validate: (object) => (textAt(object, 'provisioner') === '' ? [requiredValue('provisioner')] : []),
  default: (object) => setDefaults(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validateUpdate: (object, old) =>
    ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].flatMap((field) =>
      immutableField(object[field], old[field], field),
    ),
};

export const csiDriver: KindRules = {
  deleteAnswers: 'object',
  default: (object) => {
    const spec = structAt(object, 'spec');
    setDefaults(spec, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: () => ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    });
  },
  generation: 'spec',
  unconditionalUpdate: false,
};
