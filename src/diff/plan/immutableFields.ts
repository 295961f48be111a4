// Fields that the API server never lets an update change, by kind: what a prediction needs to know of validation. One line
// each; the server's own refusal counts once it was asked.
import { refOf } from '../../model/objectRef.ts';
import type { JsonObject } from '../../model/json.ts';
import type { FieldChange } from './plan.ts';

const IMMUTABLE = new Map<string, readonly RegExp[]>([
  ['apps/Deployment', [/^spec\.selector\b/]],
  ['apps/ReplicaSet', [/^spec\.selector\b/]],
  ['apps/DaemonSet', [/^spec\.selector\b/]],
  [
    'apps/StatefulSet',
    [
      /^spec\.(?!replicas|ordinals|template|updateStrategy|revisionHistoryLimit|persistentVolumeClaimRetentionPolicy|minReadySeconds)/,
    ],
  ],
  ['batch/Job', [/^spec\.(selector|template|completionMode|podFailurePolicy|backoffLimitPerIndex|managedBy)\b/]],
  ['/PersistentVolumeClaim', [/^spec\.(?!resources\.requests|volumeAttributesClassName)/]],
  [
    '/PersistentVolume',
    [
      /^spec\.(?!capacity|accessModes|persistentVolumeReclaimPolicy|claimRef|storageClassName|mountOptions|nodeAffinity|volumeAttributesClassName|volumeMode)/,
    ],
  ],
  ['/Secret', [/^type$/]],
  ['/Service', [/^spec\.clusterIPs?\b/]],
  ['rbac.authorization.k8s.io/RoleBinding', [/^roleRef\b/]],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', [/^roleRef\b/]],
  ['storage.k8s.io/StorageClass', [/^(parameters|provisioner|reclaimPolicy|volumeBindingMode)\b/]],
  ['scheduling.k8s.io/PriorityClass', [/^(value|preemptionPolicy)\b/]],
  ['networking.k8s.io/IngressClass', [/^spec\.controller$/]],
  ['apiextensions.k8s.io/CustomResourceDefinition', [/^spec\.(group|scope|names\.(kind|plural))$/]],
]);

/** What `immutable: true` holds fast in a ConfigMap or a Secret. */
const FROZEN = /^(data|binaryData|immutable)\b/;

/** The first change that the server will refuse; undefined where none is known. */
export function immutableChange(live: JsonObject, changes: readonly FieldChange[]): FieldChange | undefined {
  const { group, kind } = refOf(live);
  const isFrozen = (kind === 'ConfigMap' || kind === 'Secret') && group === '' && live['immutable'] === true;
  const patterns = IMMUTABLE.get(`${group}/${kind}`) ?? [];
  return changes.find(
    ({ path, before }) =>
      // Of what is frozen a new key is a change too.
      (isFrozen && FROZEN.test(path)) ||
      // Elsewhere setting what was never set is how a first value comes about: only a change or a removal is refused.
      (before !== undefined && patterns.some((pattern) => pattern.test(path))),
  );
}
