// The health of the built-in kinds, one rule each, in a table by group and kind (kstatus, core.go). A new kind is one
// function and one line.
import { getKey, getPath, isJsonObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { integerAt, integerField, readConditions, stringAt } from './fields.ts';
import { failed, inProgress, settled, UnreadableStatus } from './health.ts';
import type { Health } from './health.ts';

type Rule = (object: JsonObject, now: number) => Health;

/** The deployment controller treats this as "no deadline". */
const NO_DEADLINE = 2_147_483_647;
/** How long a pod may be unschedulable before it counts as failed: an autoscaler may be at work. */
const SCHEDULE_WINDOW = 15_000;

const alwaysReady: Rule = () => settled('Current', 'Resource is always ready');

export const KIND_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Service', service],
  ['Pod', pod],
  ['Secret', alwaysReady],
  ['ConfigMap', alwaysReady],
  ['PersistentVolumeClaim', persistentVolumeClaim],
  ['apps/StatefulSet', statefulSet],
  ['apps/DaemonSet', daemonSet],
  ['extensions/DaemonSet', daemonSet],
  ['apps/Deployment', deployment],
  ['extensions/Deployment', deployment],
  ['apps/ReplicaSet', replicaSet],
  ['extensions/ReplicaSet', replicaSet],
  ['policy/PodDisruptionBudget', () => settled('Current', 'AllowedDisruptions has been computed.')],
  ['batch/CronJob', alwaysReady],
  ['batch/Job', job],
  ['apiextensions.k8s.io/CustomResourceDefinition', customResourceDefinition],
]);

/** The first check that does not hold, as progress. */
type Check = readonly [bad: boolean, reason: string, message: string];
function firstOf(checks: readonly Check[], otherwise: string): Health {
  for (const [bad, reason, message] of checks) if (bad) return inProgress(reason, message);
  return settled('Current', otherwise);
}

function service(object: JsonObject): Health {
  const waits =
    stringAt(object, 'ClusterIP', 'spec', 'type') === 'LoadBalancer' &&
    stringAt(object, '', 'spec', 'clusterIP') === '';
  return firstOf([[waits, 'NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer']], 'Service is ready');
}

function persistentVolumeClaim(object: JsonObject): Health {
  const phase = stringAt(object, 'unknown', 'status', 'phase');
  return firstOf([[phase !== 'Bound', 'NotBound', `PVC is not Bound. phase: ${phase}`]], 'PVC is Bound');
}

function statefulSet(object: JsonObject): Health {
  if (stringAt(object, '', 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return settled('Current', 'StatefulSet is using the ondelete update strategy');
  }
  const count = (field: string): number => integerAt(object, 0, 'status', field);
  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const [present, ready, current, updated] = [
    count('replicas'),
    count('readyReplicas'),
    count('currentReplicas'),
    count('updatedReplicas'),
  ];
  const partition = integerAt(object, -1, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const replicas: Check[] = [
    [wanted > present, 'LessReplicas', `Replicas: ${present}/${wanted}`],
    [wanted > ready, 'LessReady', `Ready: ${ready}/${wanted}`],
    [present > wanted, 'ExtraPods', `Pending termination: ${present - wanted}`],
  ];
  if (partition !== -1) {
    const rollout: Check = [
      updated < wanted - partition,
      'PartitionRollout',
      `updated: ${updated}/${wanted - partition}`,
    ];
    return firstOf([...replicas, rollout], `Partition rollout complete. updated: ${updated}`);
  }
  const revisions =
    stringAt(object, '', 'status', 'currentRevision') !== stringAt(object, '', 'status', 'updateRevision');
  const rest: Check[] = [
    [wanted > current, 'LessCurrent', `current: ${current}/${wanted}`],
    [revisions, 'RevisionMismatch', 'Waiting for updated revision to match current'],
  ];
  return firstOf([...replicas, ...rest], `All replicas scheduled as expected. Replicas: ${present}`);
}

function deployment(object: JsonObject): Health {
  let progressing = integerAt(object, NO_DEADLINE, 'spec', 'progressDeadlineSeconds') === NO_DEADLINE;
  let available = false;
  for (const { type, status, reason, message } of readConditions(object)) {
    if (type === 'Progressing' && reason === 'ProgressDeadlineExceeded') {
      return {
        status: 'Failed',
        message: 'Progress deadline exceeded',
        conditions: [{ type: 'Stalled', status: 'True', reason, message }],
      };
    }
    if (type === 'Progressing' && status === 'True' && reason === 'NewReplicaSetAvailable') progressing = true;
    if (type === 'Available' && status === 'True') available = true;
  }
  const count = (field: string): number => integerAt(object, 0, 'status', field);
  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const [present, updated, ready, usable] = [
    count('replicas'),
    count('updatedReplicas'),
    count('readyReplicas'),
    count('availableReplicas'),
  ];
  return firstOf(
    [
      [wanted > present, 'LessReplicas', `Replicas: ${present}/${wanted}`],
      [wanted > updated, 'LessUpdated', `Updated: ${updated}/${wanted}`],
      [present > wanted, 'ExtraPods', `Pending termination: ${present - wanted}`],
      [updated > usable, 'LessAvailable', `Available: ${usable}/${updated}`],
      [wanted > ready, 'LessReady', `Ready: ${ready}/${wanted}`],
      [!progressing, 'ReplicaSetNotAvailable', 'ReplicaSet not Available'],
      [!available, 'DeploymentNotAvailable', 'Deployment not Available'],
    ],
    `Deployment is available. Replicas: ${present}`,
  );
}

function replicaSet(object: JsonObject): Health {
  const failure = readConditions(object).some(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const count = (field: string): number => integerAt(object, 0, 'status', field);
  const wanted = integerAt(object, 1, 'spec', 'replicas');
  const [present, ready, usable, labelled] = [
    count('replicas'),
    count('readyReplicas'),
    count('availableReplicas'),
    count('fullyLabeledReplicas'),
  ];
  return firstOf(
    [
      [failure, 'ReplicaFailure', 'Replica Failure condition. Check Pods'],
      [wanted > labelled, 'LessLabelled', `Labelled: ${labelled}/${wanted}`],
      [wanted > usable, 'LessAvailable', `Available: ${usable}/${wanted}`],
      [wanted > ready, 'LessReady', `Ready: ${ready}/${wanted}`],
      [present > wanted, 'ExtraPods', `Pending termination: ${present - wanted}`],
    ],
    `ReplicaSet is available. Replicas: ${present}`,
  );
}

function daemonSet(object: JsonObject): Health {
  // Other kinds may lack both; here their absence means that the controller has not seen the object yet.
  for (const [parent, field, reason] of [
    ['metadata', 'generation', 'NoGeneration'],
    ['status', 'observedGeneration', 'NoObservedGeneration'],
  ] as const) {
    if (integerField(object, parent, field) === undefined) {
      return inProgress(reason, `${stringAt(object, '', 'kind')} ${parent}.${field} not found`);
    }
  }
  const count = (field: string): number => integerAt(object, 0, 'status', field);
  const wanted = integerAt(object, -1, 'status', 'desiredNumberScheduled');
  const [current, updated, usable, ready] = [
    count('currentNumberScheduled'),
    count('updatedNumberScheduled'),
    count('numberAvailable'),
    count('numberReady'),
  ];
  return firstOf(
    [
      [wanted === -1, 'NoDesiredNumber', 'Missing .status.desiredNumberScheduled'],
      [wanted > current, 'LessCurrent', `Current: ${current}/${wanted}`],
      [wanted > updated, 'LessUpdated', `Updated: ${updated}/${wanted}`],
      [wanted > usable, 'LessAvailable', `Available: ${usable}/${wanted}`],
      [wanted > ready, 'LessReady', `Ready: ${ready}/${wanted}`],
    ],
    `All replicas scheduled as expected. Replicas: ${wanted}`,
  );
}

function pod(object: JsonObject, now: number): Health {
  const conditions = readConditions(object);
  const phase = stringAt(object, '', 'status', 'phase');
  switch (phase) {
    case 'Succeeded':
      return settled('Current', 'Pod has completed successfully');
    case 'Failed':
      return settled('Current', 'Pod has completed, but not successfully');
    case 'Running': {
      if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True'))
        return settled('Current', 'Pod is Ready');
      const looping = crashLooping(object);
      if (looping.length > 0)
        return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${looping.join(',')}`);
      return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
    }
    case 'Pending': {
      const scheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
      if (scheduled?.reason !== 'Unschedulable') return inProgress('PodPending', 'Pod is in the Pending phase');
      const created = Date.parse(stringAt(object, '', 'metadata', 'creationTimestamp'));
      if (now - SCHEDULE_WINDOW < created) return inProgress('PodNotScheduled', 'Pod has not been scheduled');
      return failed('PodUnschedulable', 'Pod could not be scheduled');
    }
    case '':
      return inProgress('PodNotObserved', 'Pod phase not available');
    default:
      throw new UnreadableStatus(`unknown phase ${phase}`);
  }
}

function crashLooping(object: JsonObject): string[] {
  const statuses = getPath(object, 'status', 'containerStatuses');
  if (statuses === undefined) return [];
  if (!Array.isArray(statuses)) throw new UnreadableStatus('status.containerStatuses is no list');
  const names: string[] = [];
  for (const status of statuses) {
    if (!isJsonObject(status)) throw new UnreadableStatus('a container status is no map');
    const name = getKey(status, 'name');
    if (name === undefined) continue;
    if (typeof name !== 'string') throw new UnreadableStatus('the name of a container status is no string');
    if (waitingReason(status) === 'CrashLoopBackOff') names.push(name);
  }
  return names;
}

function waitingReason(status: JsonObject): string | undefined {
  const state = getKey(status, 'state');
  if (state === undefined) return undefined;
  if (!isJsonObject(state)) throw new UnreadableStatus('the state of a container is no map');
  const waiting = getKey(state, 'waiting');
  if (waiting === undefined) return undefined;
  if (!isJsonObject(waiting)) throw new UnreadableStatus('the waiting state of a container is no map');
  const reason = getKey(waiting, 'reason');
  if (reason !== undefined && typeof reason !== 'string')
    throw new UnreadableStatus('the reason of a waiting container is no string');
  return reason;
}

/** A Job that runs is Current, as kstatus has it: see {@link finishedJob} for the rule of a wait. */
function job(object: JsonObject): Health {
  const waits = stringAt(object, '', 'status', 'startTime') === '';
  return jobEnd(object) ?? firstOf([[waits, 'JobNotStarted', 'Job not started']], jobCounts(object));
}

/** A Job as a health check of Flux reads it: Current once it is done, not while it runs (fluxcd/pkg/runtime, statusreaders). */
export function finishedJob(object: JsonObject): Health {
  if (getPath(object, 'spec', 'suspend') === true) return settled('Current', 'Job is suspended');
  const end = jobEnd(object);
  if (end) return end;
  const waits = stringAt(object, '', 'status', 'startTime') === '';
  return waits
    ? inProgress('JobNotStarted', `Job not started. active: 0/${integerAt(object, 1, 'spec', 'parallelism')}`)
    : inProgress('JobInProgress', jobCounts(object));
}

const jobCount = (object: JsonObject, field: string): number => integerAt(object, 0, 'status', field);

function jobCounts(object: JsonObject): string {
  return `Job in progress. success:${jobCount(object, 'succeeded')}, active: ${jobCount(object, 'active')}, failed: ${jobCount(object, 'failed')}`;
}

function jobEnd(object: JsonObject): Health | undefined {
  const completions = integerAt(object, integerAt(object, 1, 'spec', 'parallelism'), 'spec', 'completions');
  for (const { type, status } of readConditions(object)) {
    if (status !== 'True') continue;
    if (type === 'Complete')
      return settled('Current', `Job Completed. succeeded: ${jobCount(object, 'succeeded')}/${completions}`);
    if (type === 'Failed')
      return failed('JobFailed', `Job Failed. failed: ${jobCount(object, 'failed')}/${completions}`);
  }
  return undefined;
}

function customResourceDefinition(object: JsonObject): Health {
  for (const { type, status, reason, message } of readConditions(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
    if (status === 'True') return settled('Current', 'CRD is established');
  }
  return inProgress('Installing', 'Install in progress');
}
