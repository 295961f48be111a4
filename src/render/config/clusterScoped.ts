// Which kinds have no namespace, as kustomize 5.8 knows them from the Kubernetes 1.21 API that is built into it. A kind
// that stands nowhere counts as namespaced. Must not grow with newer Kubernetes versions: names and references hang on it.
import type { GroupVersionKind } from '../../model/resourceType.ts';

const kinds: readonly string[] = [
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

const known = new Set(
  kinds.flatMap((row) => {
    const [apiVersion = '', ...names] = row.split(' ');
    return names.map((name) => `${apiVersion} ${name}`);
  }),
);

/** Whether a kind is certainly cluster-scoped (kyaml openapi.IsCertainlyClusterScoped). */
export function isClusterScoped(gvk: GroupVersionKind): boolean {
  return known.has(`${gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`} ${gvk.kind}`);
}
