// Workloads with many fields set, all valid.
import type { JsonObject } from '../../../src/model/json.ts';
import { podSpecs } from './podSpecs.ts';
import { claim, conditions, labels, selector } from './row.ts';
import type { Row } from './row.ts';

const template = (spec: JsonObject | undefined): JsonObject => ({ metadata: { labels }, spec: spec ?? {} });
const { containers, placing, volumes } = podSpecs;
const plain: JsonObject = { containers: [{ name: 'app', image: 'app:1' }] };
const { activeDeadlineSeconds: _deadline, ...lasting } = placing ?? {};
const failurePolicy = {
  rules: [
    { action: 'FailJob', onExitCodes: { containerName: 'app', operator: 'In', values: [1, 2] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ],
};
const job: JsonObject = {
  parallelism: 2,
  completions: 2,
  backoffLimit: 3,
  activeDeadlineSeconds: 60,
  ttlSecondsAfterFinished: 10,
  completionMode: 'Indexed',
  suspend: false,
  podReplacementPolicy: 'Failed',
  podFailurePolicy: failurePolicy,
  template: template({ ...plain, restartPolicy: 'Never' }),
};

export const workloads: readonly Row[] = [
  [
    'Pod',
    'pods',
    'v1',
    { containers: { spec: containers ?? {} }, placing: { spec: placing ?? {} }, volumes: { spec: volumes ?? {} } },
    {
      status: {
        phase: 'Running',
        conditions,
        podIP: '10.1.1.1',
        podIPs: [{ ip: '10.1.1.1' }],
        hostIP: '10.1.1.2',
        hostIPs: [{ ip: '10.1.1.2' }],
        qosClass: 'Burstable',
        startTime: '2026-01-01T00:00:00Z',
        containerStatuses: [
          {
            name: 'app',
            image: 'app:1',
            imageID: '',
            ready: true,
            restartCount: 0,
            state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          },
        ],
      },
    },
  ],
  [
    'Deployment',
    'deployments',
    'apps/v1',
    {
      containers: {
        spec: {
          selector,
          template: template(containers),
          replicas: 2,
          minReadySeconds: 1,
          progressDeadlineSeconds: 100,
          revisionHistoryLimit: 3,
          paused: false,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
        },
      },
      placing: { spec: { selector, template: template(lasting), strategy: { type: 'Recreate' } } },
      volumes: { spec: { selector, template: template(volumes) } },
    },
    {
      status: {
        replicas: 2,
        updatedReplicas: 1,
        readyReplicas: 1,
        availableReplicas: 1,
        collisionCount: 1,
        conditions,
      },
    },
  ],
  [
    'StatefulSet',
    'statefulsets',
    'apps/v1',
    {
      containers: {
        spec: {
          selector,
          serviceName: 's',
          template: template(containers),
          replicas: 2,
          minReadySeconds: 1,
          podManagementPolicy: 'Parallel',
          revisionHistoryLimit: 3,
          ordinals: { start: 1 },
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
        },
      },
      placing: {
        spec: { selector, serviceName: 's', template: template(lasting), updateStrategy: { type: 'OnDelete' } },
      },
    },
    {
      status: { replicas: 2, currentReplicas: 1, readyReplicas: 1, updatedReplicas: 1, collisionCount: 1, conditions },
    },
  ],
  [
    'DaemonSet',
    'daemonsets',
    'apps/v1',
    {
      containers: {
        spec: {
          selector,
          template: template(containers),
          minReadySeconds: 1,
          revisionHistoryLimit: 3,
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } },
        },
      },
      placing: { spec: { selector, template: template(lasting), updateStrategy: { type: 'OnDelete' } } },
    },
    {
      status: {
        currentNumberScheduled: 1,
        desiredNumberScheduled: 1,
        numberMisscheduled: 0,
        numberReady: 1,
        numberAvailable: 1,
        collisionCount: 1,
        conditions,
      },
    },
  ],
  [
    'Job',
    'jobs',
    'batch/v1',
    {
      indexed: { spec: job },
      perindex: {
        spec: {
          completions: 3,
          parallelism: 1,
          completionMode: 'Indexed',
          backoffLimitPerIndex: 1,
          maxFailedIndexes: 2,
          successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
          template: template({ ...plain, restartPolicy: 'Never' }),
        },
      },
      placing: { spec: { template: template({ ...placing, restartPolicy: 'OnFailure' }) } },
      manual: {
        spec: {
          manualSelector: true,
          selector,
          suspend: true,
          template: template({ ...plain, restartPolicy: 'Never' }),
        },
      },
    },
    {
      status: {
        active: 1,
        ready: 1,
        startTime: '2026-01-01T00:00:00Z',
        failed: 0,
        uncountedTerminatedPods: { succeeded: ['a'] },
        conditions: [{ type: 'Suspended', status: 'False' }],
      },
    },
  ],
  [
    'CronJob',
    'cronjobs',
    'batch/v1',
    {
      full: {
        spec: {
          schedule: '5 * * * *',
          timeZone: 'Etc/UTC',
          startingDeadlineSeconds: 10,
          concurrencyPolicy: 'Forbid',
          suspend: true,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: { metadata: { labels, annotations: { a: 'b' } }, spec: job },
        },
      },
    },
    { status: { lastScheduleTime: '2026-01-01T00:00:00Z', active: [{ kind: 'Job', name: 'j' }] } },
  ],
];
