// The order of kinds that upstream sorts by: its legacy order of output, and the order of field specs. Data and one lookup.

/** Kinds that come before all others, in this order (kyaml resid.Gvk.IsLessThan; also the legacy order of output). */
export const kindsFirst: readonly string[] =
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap '
    .concat(
      'Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget',
    )
    .split(' ');

/** Kinds that come behind all others. */
export const kindsLast: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** The rank of a kind: negative for the first ones, 0 in between, positive for the last ones. */
export function kindRank(
  kind: string,
  first: readonly string[] = kindsFirst,
  last: readonly string[] = kindsLast,
): number {
  const atEnd = last.lastIndexOf(kind);
  if (atEnd >= 0) return atEnd + 1;
  const atStart = first.lastIndexOf(kind);
  return atStart >= 0 ? atStart - first.length : 0;
}
