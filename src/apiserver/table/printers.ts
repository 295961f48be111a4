// Which printer shows which built-in kind: one line each. Other kinds have a name and an age, custom resources the columns
// of their definition.
import * as configuration from './configuration.ts';
import * as network from './network.ts';
import { pod } from './pod.ts';
import type { Printer } from './printer.ts';
import * as workloads from './workloads.ts';

/** By `group/Kind`, with an empty group for the core one. */
export const printers: ReadonlyMap<string, Printer> = new Map<string, Printer>([
  ['apps/Deployment', workloads.deployment],
  ['apps/ReplicaSet', workloads.replicaSet],
  ['apps/StatefulSet', workloads.statefulSet],
  ['apps/DaemonSet', workloads.daemonSet],
  ['/Pod', pod],
  ['batch/Job', workloads.job],
  ['batch/CronJob', workloads.cronJob],
  ['autoscaling/HorizontalPodAutoscaler', workloads.horizontalPodAutoscaler],
  ['policy/PodDisruptionBudget', workloads.podDisruptionBudget],
  ['/Service', network.service],
  ['networking.k8s.io/Ingress', network.ingress],
  ['networking.k8s.io/NetworkPolicy', network.networkPolicy],
  ['discovery.k8s.io/EndpointSlice', network.endpointSlice],
  ['/ConfigMap', configuration.configMap],
  ['/Secret', configuration.secret],
  ['/ServiceAccount', configuration.named],
  ['rbac.authorization.k8s.io/Role', configuration.dated],
  ['rbac.authorization.k8s.io/ClusterRole', configuration.dated],
  ['rbac.authorization.k8s.io/RoleBinding', configuration.roleBinding],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', configuration.roleBinding],
  ['apiextensions.k8s.io/CustomResourceDefinition', configuration.dated],
  ['/Namespace', configuration.namespace],
  ['/Node', configuration.node],
  ['/PersistentVolumeClaim', configuration.persistentVolumeClaim],
  ['/PersistentVolume', configuration.persistentVolume],
  ['coordination.k8s.io/Lease', configuration.lease],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', configuration.webhookConfiguration],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', configuration.webhookConfiguration],
  ['scheduling.k8s.io/PriorityClass', configuration.priorityClass],
  ['apiregistration.k8s.io/APIService', configuration.apiService],
  ['/Event', configuration.event],
]);

/** For kinds that have no printer of their own. */
export const defaultPrinter: Printer = configuration.named;
