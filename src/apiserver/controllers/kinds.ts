// The kinds that the stand-in controllers work on.
import type { GroupVersionKind } from '../../model/resourceType.ts';

const apps = (kind: string): GroupVersionKind => ({ group: 'apps', version: 'v1', kind });
const core = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind });
const batch = (kind: string): GroupVersionKind => ({ group: 'batch', version: 'v1', kind });

export const DEPLOYMENT = apps('Deployment');
export const REPLICA_SET = apps('ReplicaSet');
export const STATEFUL_SET = apps('StatefulSet');
export const DAEMON_SET = apps('DaemonSet');
export const JOB = batch('Job');
export const CRON_JOB = batch('CronJob');
export const POD = core('Pod');
export const NODE = core('Node');
export const VOLUME_CLAIM = core('PersistentVolumeClaim');
export const DISRUPTION_BUDGET: GroupVersionKind = { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' };
