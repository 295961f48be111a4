// Which kinds have a namespace and which have none, as kustomize 5.8.3 knows them: the Kubernetes 1.21 API that is built into
// it, and two kinds of later. A kind that stands nowhere counts as namespaced. Must not grow with Kubernetes: names and
// references hang on it.
import type { GroupVersionKind } from '../../model/resourceType.ts';
import type { Release } from '../release.ts';

const clusterScoped: readonly string[] = [
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1 CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1 CustomResourceDefinition',
  'apiregistration.k8s.io/v1 APIService',
  'apiregistration.k8s.io/v1beta1 APIService',
  'certificates.k8s.io/v1 CertificateSigningRequest',
  'certificates.k8s.io/v1beta1 CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema PriorityLevelConfiguration',
  'networking.k8s.io/v1 IngressClass',
  'networking.k8s.io/v1beta1 IngressClass',
  'node.k8s.io/v1 RuntimeClass',
  'node.k8s.io/v1beta1 RuntimeClass',
  'policy/v1beta1 PodSecurityPolicy',
  'rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1beta1 ClusterRole ClusterRoleBinding',
  'scheduling.k8s.io/v1 PriorityClass',
  'scheduling.k8s.io/v1beta1 PriorityClass',
  'storage.k8s.io/v1 CSIDriver CSINode StorageClass VolumeAttachment',
  'storage.k8s.io/v1beta1 CSIDriver CSINode StorageClass VolumeAttachment',
  'v1 ComponentStatus Namespace Node NodeProxyOptions PersistentVolume',
];

/** What 5.8.3 knows besides. */
const later: readonly string[] = [
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
];

const namespaced: readonly string[] = [
  'apps/v1 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v1 HorizontalPodAutoscaler Scale',
  'autoscaling/v2beta1 HorizontalPodAutoscaler',
  'autoscaling/v2beta2 HorizontalPodAutoscaler',
  'batch/v1 CronJob Job',
  'batch/v1beta1 CronJob',
  'coordination.k8s.io/v1 Lease',
  'coordination.k8s.io/v1beta1 Lease',
  'discovery.k8s.io/v1 EndpointSlice',
  'discovery.k8s.io/v1beta1 EndpointSlice',
  'events.k8s.io/v1 Event',
  'events.k8s.io/v1beta1 Event',
  'extensions/v1beta1 Ingress',
  'networking.k8s.io/v1 Ingress NetworkPolicy',
  'networking.k8s.io/v1beta1 Ingress',
  'policy/v1 PodDisruptionBudget',
  'policy/v1beta1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 Role RoleBinding',
  'rbac.authorization.k8s.io/v1beta1 Role RoleBinding',
  'storage.k8s.io/v1beta1 CSIStorageCapacity',
  'v1 ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodAttachOptions PodExecOptions',
  'v1 PodPortForwardOptions PodProxyOptions PodTemplate ReplicationController ResourceQuota Secret Service',
  'v1 ServiceAccount ServiceProxyOptions',
];

function byKind(rows: readonly string[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) => {
      const [apiVersion = '', ...names] = row.split(' ');
      return names.map((name) => `${apiVersion} ${name}`);
    }),
  );
}

const clusterScopedKinds = byKind(clusterScoped);
const laterKinds = byKind(later);
const namespacedKinds = byKind(namespaced);

/** The scope of a kind; undefined for kinds that are not built in. */
export function builtinScope(gvk: GroupVersionKind, release: Release): 'cluster' | 'namespaced' | undefined {
  const key = `${gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`} ${gvk.kind}`;
  if (clusterScopedKinds.has(key) || (release !== '5.8.1' && laterKinds.has(key))) return 'cluster';
  return namespacedKinds.has(key) ? 'namespaced' : undefined;
}
