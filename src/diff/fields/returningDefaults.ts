// Fields that nobody owns any more and that the server sets again, and those that come with another: a prediction must not
// say that they are gone. Values as of k8s.io/kubernetes, pkg/apis/<group>/<version>/defaults.go. Fills in nothing else that
// the live object does not have.
import { cloneJson, getKey, getList, getObject, getPath, getString, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';

type Defaults = Readonly<Record<string, JsonValue>>;

const ROLLING: JsonValue = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

/** Fields of `spec` by kind. */
const SPECS = new Map<string, Defaults>([
  ['apps/Deployment', { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: ROLLING }],
  ['apps/StatefulSet', { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' }],
  ['apps/DaemonSet', { revisionHistoryLimit: 10 }],
  ['batch/Job', { parallelism: 1, suspend: false }],
  [
    'batch/CronJob',
    { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  ],
  ['autoscaling/HorizontalPodAutoscaler', { minReplicas: 1 }],
  ['/Service', { sessionAffinity: 'None', type: 'ClusterIP', internalTrafficPolicy: 'Cluster' }],
]);

const POD: Defaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
};
const CONTAINER: Defaults = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };

/** A merged object with the defaults of those fields that the live object has and the merge has taken away. */
export function withReturningDefaults(merged: JsonObject, live: JsonObject): JsonObject {
  const { group, kind } = refOf(merged);
  const fields = SPECS.get(`${group}/${kind}`);
  if (!fields) return merged;
  const after = cloneJson(merged);
  const [spec, before] = [getObject(after, 'spec'), getObject(live, 'spec')];
  if (!spec || !before) return merged;
  refill(spec, before, fields);
  if (kind === 'Service') settleSession(spec);
  const path = kind === 'CronJob' ? ['jobTemplate', 'spec', 'template', 'spec'] : ['template', 'spec'];
  const [pod, livePod] = [getObject(spec, ...path), getObject(before, ...path)];
  if (pod && livePod) refillPod(pod, livePod);
  return after;
}

/** The settings of a session come and go with it (SetDefaults_Service). */
function settleSession(spec: JsonObject): void {
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig'];
  if (spec['sessionAffinity'] !== 'ClientIP') return;
  if (getPath(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds') === undefined)
    spec['sessionAffinityConfig'] = { clientIP: { timeoutSeconds: 10_800 } };
}

function refillPod(pod: JsonObject, live: JsonObject): void {
  refill(pod, live, POD);
  for (const list of ['containers', 'initContainers']) {
    for (const container of getList(pod, list) ?? []) {
      const before = (getList(live, list) ?? []).find((one) => getString(one, 'name') === getString(container, 'name'));
      if (!isJsonObject(container) || !isJsonObject(before)) continue;
      refill(container, before, { ...CONTAINER, imagePullPolicy: pullPolicy(getString(container, 'image') ?? '') });
    }
  }
}

function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function refill(after: JsonObject, before: JsonObject, defaults: Defaults): void {
  for (const [field, value] of Object.entries(defaults))
    if (getKey(after, field) === undefined && getPath(before, field) !== undefined)
      setKey(after, field, isJsonObject(value) ? cloneJson(value) : value);
}
