// The kinds with rules of their own: one line each.
import { admissionPolicy, admissionPolicyBinding } from './admissionPolicy.ts';
import * as configuration from './configuration.ts';
import { inEndpointSlice, inLease, inNode, inPodSpec, inStatefulSet, withoutDisabled } from './disabledFields.ts';
import { event } from './event.ts';
import { endpointSlice } from './endpointSlice.ts';
import { ingress } from './ingress.ts';
import type { KindRules } from './kind.ts';
import { limitRange } from './limits.ts';
import { node } from './node.ts';
import * as policy from './policy.ts';
import { role, roleBinding } from './rbac.ts';
import { service } from './service.ts';
import { ingressClass, podTemplate, runtimeClass } from './small.ts';
import { csiDriver, persistentVolume, persistentVolumeClaim, storageClass } from './storage.ts';
import { webhookConfiguration } from './webhooks.ts';
import * as workloads from './workloads.ts';

const inTemplate = inPodSpec('spec', 'template', 'spec');

/** By `group/Kind`, with an empty group for the core one. */
export const kindRules: ReadonlyMap<string, KindRules> = new Map<string, KindRules>([
  ['/Pod', withoutDisabled(workloads.pod, inPodSpec('spec'))],
  ['/Event', event],
  ['apps/Deployment', withoutDisabled(workloads.deployment, inTemplate)],
  ['apps/ReplicaSet', withoutDisabled(workloads.replicaSet, inTemplate)],
  ['apps/StatefulSet', withoutDisabled(workloads.statefulSet, inStatefulSet)],
  ['apps/DaemonSet', withoutDisabled(workloads.daemonSet, inTemplate)],
  ['batch/Job', withoutDisabled(workloads.job, inTemplate)],
  ['batch/CronJob', withoutDisabled(workloads.cronJob, inPodSpec('spec', 'jobTemplate', 'spec', 'template', 'spec'))],
  ['/Service', service],
  ['/ConfigMap', configuration.configMap],
  ['/Secret', configuration.secret],
  ['discovery.k8s.io/EndpointSlice', withoutDisabled(endpointSlice, inEndpointSlice, 'counted')],
  ['rbac.authorization.k8s.io/Role', role],
  ['rbac.authorization.k8s.io/ClusterRole', role],
  ['/ServiceAccount', configuration.serviceAccount],
  ['/Namespace', configuration.namespace],
  ['/Node', withoutDisabled(node, inNode)],
  ['coordination.k8s.io/Lease', withoutDisabled(configuration.lease, inLease)],
  ['rbac.authorization.k8s.io/RoleBinding', roleBinding],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', roleBinding],
  ['/PersistentVolumeClaim', persistentVolumeClaim],
  ['/PersistentVolume', persistentVolume],
  ['storage.k8s.io/StorageClass', storageClass],
  ['storage.k8s.io/CSIDriver', csiDriver],
  ['/LimitRange', limitRange],
  ['/ResourceQuota', { deleteAnswers: 'object' }],
  ['/PodTemplate', podTemplate],
  ['storage.k8s.io/VolumeAttachment', { deleteAnswers: 'object', unconditionalUpdate: false }],
  ['storage.k8s.io/CSINode', { deleteAnswers: 'object', unconditionalUpdate: false }],
  ['storage.k8s.io/VolumeAttributesClass', { deleteAnswers: 'object' }],
  ['resource.k8s.io/ResourceClaimTemplate', { deleteAnswers: 'object' }],
  ['resource.k8s.io/ResourceSlice', { deleteAnswers: 'object' }],
  ['resource.k8s.io/ResourceClaim', { deleteAnswers: 'object' }],
  ['resource.k8s.io/DeviceClass', { deleteAnswers: 'object' }],
  ['/Endpoints', { createOnUpdate: true }],
  ['node.k8s.io/RuntimeClass', runtimeClass],
  ['networking.k8s.io/IngressClass', ingressClass],
  ['networking.k8s.io/NetworkPolicy', policy.networkPolicy],
  ['networking.k8s.io/Ingress', ingress],
  ['policy/PodDisruptionBudget', policy.disruptionBudget],
  ['autoscaling/HorizontalPodAutoscaler', policy.horizontalPodAutoscaler],
  ['scheduling.k8s.io/PriorityClass', policy.priorityClass],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', webhookConfiguration],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', webhookConfiguration],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicy', admissionPolicy],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', admissionPolicyBinding],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicy', admissionPolicy],
  ['admissionregistration.k8s.io/MutatingAdmissionPolicyBinding', admissionPolicyBinding],
]);
