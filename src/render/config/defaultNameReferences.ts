// Which fields hold the name of which kind of object: facts of kustomize 5.8 as data. When an object is renamed, the
// fields that refer to it follow. Workloads share the paths below their pod specs.
import type { FieldSpec, GvkSelector } from '../transform/fieldSpec.ts';

/** The fields that refer to objects of a kind by name. */
export interface NameReference extends GvkSelector {
  readonly referrers: readonly FieldSpec[];
}

interface Workload {
  readonly kind: string;
  readonly podSpec: string;
  readonly version?: string;
}

const pod: Workload = { kind: 'Pod', podSpec: 'spec', version: 'v1' };
const anyPod: Workload = { kind: 'Pod', podSpec: 'spec' };
const podTemplate: Workload = { kind: 'PodTemplate', podSpec: 'template/spec' };
const deployment: Workload = { kind: 'Deployment', podSpec: 'spec/template/spec' };
const replicaSet: Workload = { kind: 'ReplicaSet', podSpec: 'spec/template/spec' };
const daemonSet: Workload = { kind: 'DaemonSet', podSpec: 'spec/template/spec' };
const statefulSet: Workload = { kind: 'StatefulSet', podSpec: 'spec/template/spec' };
const replicationController: Workload = { kind: 'ReplicationController', podSpec: 'spec/template/spec' };
const job: Workload = { kind: 'Job', podSpec: 'spec/template/spec' };
const cronJob: Workload = { kind: 'CronJob', podSpec: 'spec/jobTemplate/spec/template/spec' };

const readers = [pod, podTemplate, deployment, replicaSet, daemonSet, statefulSet, job, cronJob];
const runners = [anyPod, statefulSet, deployment, replicationController, cronJob, job, daemonSet];

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

function below(workloads: readonly Workload[], ...paths: readonly string[]): FieldSpec[] {
  return workloads.flatMap(({ kind, podSpec, version }) =>
    paths.map((path) => ({ path: `${podSpec}/${path}`, kind, version, create: false })),
  );
}

function field(kind: string, path: string, group?: string, version?: string): FieldSpec {
  return { path, kind, group, version, create: false };
}

const configMapFields = [
  ...below(
    readers,
    'volumes/configMap/name',
    'containers/env/valueFrom/configMapKeyRef/name',
    'initContainers/env/valueFrom/configMapKeyRef/name',
    'containers/envFrom/configMapRef/name',
    'initContainers/envFrom/configMapRef/name',
    'volumes/projected/sources/configMap/name',
  ),
  field('Node', 'spec/configSource/configMap'),
  field('Role', 'rules/resourceNames'),
  field('ClusterRole', 'rules/resourceNames'),
  field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'),
];

const secretFields = [
  ...below(
    readers,
    'volumes/secret/secretName',
    'containers/env/valueFrom/secretKeyRef/name',
    'initContainers/env/valueFrom/secretKeyRef/name',
    'containers/envFrom/secretRef/name',
    'initContainers/envFrom/secretRef/name',
    'imagePullSecrets/name',
    'volumes/projected/sources/secret/name',
  ),
  field('Ingress', 'spec/tls/secretName'),
  field('Ingress', 'metadata/annotations/ingress.kubernetes.io\\/auth-secret'),
  field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret'),
  field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret'),
  field('ServiceAccount', 'imagePullSecrets/name'),
  field('StorageClass', 'parameters/secretName'),
  field('StorageClass', 'parameters/adminSecretName'),
  field('StorageClass', 'parameters/userSecretName'),
  field('StorageClass', 'parameters/secretRef'),
  field('Role', 'rules/resourceNames'),
  field('ClusterRole', 'rules/resourceNames'),
  field('Service', 'spec/template/spec/containers/env/valueFrom/secretKeyRef/name', 'serving.knative.dev', 'v1'),
  field('PersistentVolume', 'spec/azureFile/secretName'),
];

const serviceFields = [
  field('StatefulSet', 'spec/serviceName', 'apps'),
  field('Ingress', 'spec/rules/http/paths/backend/serviceName'),
  field('Ingress', 'spec/backend/serviceName'),
  field('Ingress', 'spec/rules/http/paths/backend/service/name'),
  field('Ingress', 'spec/defaultBackend/service/name'),
  field('APIService', 'spec/service/name', 'apiregistration.k8s.io'),
  field('ValidatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
  field('MutatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
];

const scaled = [field('HorizontalPodAutoscaler', 'spec/scaleTargetRef/name')];
const roleBinding = field('RoleBinding', 'roleRef/name', RBAC);

export const nameReference: readonly NameReference[] = [
  { kind: 'Deployment', referrers: scaled },
  { kind: 'ReplicationController', referrers: scaled },
  { kind: 'ReplicaSet', referrers: scaled },
  { kind: 'StatefulSet', referrers: scaled },
  { kind: 'ConfigMap', version: 'v1', referrers: configMapFields },
  { kind: 'Secret', version: 'v1', referrers: secretFields },
  { kind: 'Service', version: 'v1', referrers: serviceFields },
  { kind: 'Role', group: RBAC, referrers: [roleBinding] },
  { kind: 'ClusterRole', group: RBAC, referrers: [roleBinding, field('ClusterRoleBinding', 'roleRef/name', RBAC)] },
  {
    kind: 'ServiceAccount',
    version: 'v1',
    referrers: [
      field('RoleBinding', 'subjects', RBAC),
      field('ClusterRoleBinding', 'subjects', RBAC),
      ...below(runners, 'serviceAccountName'),
    ],
  },
  {
    kind: 'PersistentVolumeClaim',
    version: 'v1',
    referrers: below(runners, 'volumes/persistentVolumeClaim/claimName'),
  },
  {
    kind: 'PersistentVolume',
    version: 'v1',
    referrers: [field('PersistentVolumeClaim', 'spec/volumeName'), field('ClusterRole', 'rules/resourceNames')],
  },
  {
    kind: 'StorageClass',
    version: 'v1',
    group: 'storage.k8s.io',
    referrers: [
      field('PersistentVolume', 'spec/storageClassName'),
      field('PersistentVolumeClaim', 'spec/storageClassName'),
      field('StatefulSet', 'spec/volumeClaimTemplates/spec/storageClassName'),
    ],
  },
  { kind: 'PriorityClass', version: 'v1', group: 'scheduling.k8s.io', referrers: below(runners, 'priorityClassName') },
  // Upstream writes the version into the group, so that this row never applies. Kept, since the output has to be equal.
  {
    kind: 'IngressClass',
    version: 'v1',
    group: 'networking.k8s.io/v1',
    referrers: [field('Ingress', 'spec/ingressClassName')],
  },
  {
    kind: 'ValidatingAdmissionPolicy',
    group: ADMISSION,
    referrers: [field('ValidatingAdmissionPolicyBinding', 'spec/policyName', ADMISSION)],
  },
];
