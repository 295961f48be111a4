// The workloads of the generated sequences, with pieces of pod specs; and the words that rows of kinds are made of.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

const containers = (...items: JsonObject[]): JsonObject => ({ containers: items });
const app = (more: JsonObject): JsonObject => containers({ name: 'app', ...more });

/** Of the spec of a pod; whole elements are valid alone where the list is new. */
const podPieces: readonly JsonObject[] = [
  app({ image: 'app:2' }),
  app({ imagePullPolicy: 'Always' }),
  app({ env: [{ name: 'A', value: '1' }] }),
  app({ env: [{ name: 'B', value: '2' }] }),
  app({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
  app({ env: [{ name: 'C', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] }),
  app({ envFrom: [{ configMapRef: { name: 'c' } }] }),
  app({ ports: [{ containerPort: 80 }] }),
  app({ ports: [{ containerPort: 80, name: 'http', protocol: 'TCP' }] }),
  app({
    ports: [
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, protocol: 'TCP' },
    ],
  }),
  app({ resources: { limits: { cpu: '0.5', memory: '1024Mi' } } }),
  app({ resources: { requests: { cpu: '100m' }, limits: { cpu: 1 } } }),
  // Written in other than the canonical form: kept as it is, made canonical, or rounded to thousandths.
  app({ resources: { limits: { cpu: '1E3', memory: '0.5e10' } } }),
  app({ resources: { limits: { cpu: '+5', memory: '5.Gi' }, requests: { cpu: '100.5u', memory: '1000k' } } }),
  app({ resources: { limits: { 'ephemeral-storage': '0.7Ki', memory: '8Ei' } } }),
  app({ command: ['run', '-x'], args: ['a'] }),
  app({ livenessProbe: { httpGet: { path: '/', port: 80 } } }),
  app({ readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 3 } }),
  app({ startupProbe: { exec: { command: ['true'] } } }),
  app({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
  app({ securityContext: { runAsUser: 1, capabilities: { add: ['A', 'B'] } } }),
  app({ lifecycle: { preStop: { exec: { command: ['stop'] } } } }),
  app({ workingDir: '', stdin: false, tty: true }),
  containers({ name: 'side', image: 'side' }),
  containers({ name: 'side', image: 'side:1', env: [{ name: 'A', value: '' }] }),
  { initContainers: [{ name: 'init', image: 'init:1' }] },
  { volumes: [{ name: 'v', emptyDir: {} }] },
  { volumes: [{ name: 'v', emptyDir: { sizeLimit: '100.5u' } }] },
  { volumes: [{ name: 'v', emptyDir: { sizeLimit: '007Gi' } }] },
  { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
  { volumes: [{ name: 'w', secret: { secretName: 's', items: [{ key: 'k', path: 'p' }] } }] },
  {
    volumes: [{ name: 'x', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'c' } }] } }],
  },
  { volumes: [{ name: 'y', hostPath: { path: '/y' } }] },
  { volumes: [{ name: 'z', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }] },
  { containers: [{ name: 'app', resources: { limits: { cpu: '1' }, requests: { cpu: '500m' } } }] },
  { containers: [{ name: 'app', resources: { requests: { cpu: '2', 'example.com/gpu': '1' } } }] },
  { nodeSelector: { disk: 'ssd' } },
  { nodeSelector: { disk: 'hdd', zone: 'a' } },
  { tolerations: [{ key: 'k', operator: 'Exists' }] },
  { tolerations: [{ key: 'l', value: 'v', effect: 'NoSchedule' }] },
  { serviceAccountName: 'robot' },
  { serviceAccount: 'old' },
  { terminationGracePeriodSeconds: 5 },
  { hostNetwork: true },
  { hostNetwork: false },
  { dnsPolicy: 'Default', dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '1' }] } },
  { hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] },
  { imagePullSecrets: [{ name: 'p' }, { name: 'q' }] },
  { securityContext: { fsGroup: 5, sysctls: [{ name: 'kernel.shm_rmid_forced', value: '0' }] } },
  {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'Exists' }] }],
        },
      },
    },
  },
  {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, preference: { matchExpressions: [{ key: 'k', operator: 'Gt', values: ['3'] }] } },
          { weight: 6, preference: { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] } },
        ],
      },
    },
  },
  {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'z', labelSelector: { matchLabels: { a: 'b' } } } },
        ],
      },
    },
  },
  {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { a: 'b' } },
      },
    ],
  },
  { priorityClassName: '' },
  { automountServiceAccountToken: false },
  { enableServiceLinks: false, shareProcessNamespace: true },
  { readinessGates: [{ conditionType: 'g' }] },
];

const podSpec: JsonObject = { containers: [{ name: 'app', image: 'app:1' }] };
const labelled = { metadata: { labels: { app: 'x' } } };
const template = { ...labelled, spec: podSpec };
export const selector = { matchLabels: { app: 'x' } };
const inTemplate = (pieces: readonly JsonObject[]): JsonObject[] => [
  ...pieces.map((spec) => ({ spec: { template: { spec } } })),
  { spec: { template: { metadata: { annotations: { stamp: '1' } } } } },
  { spec: { template: { metadata: { labels: { more: '2' } } } } },
];
export const conditions = [
  { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'R', message: 'm' }] } },
  { status: { conditions: [{ type: 'Other', status: 'Unknown' }] } },
];
export const fields = (path: string, values: readonly JsonValue[]): JsonObject[] =>
  values.map((value) =>
    path
      .split('.')
      .toReversed()
      .reduce<JsonValue>((inner, step) => ({ [step]: inner }), value),
  ) as JsonObject[];

/** A row of the table of kinds. */
export type Row = readonly [
  plural: string,
  kind: string,
  apiVersions: string | readonly string[],
  base: JsonObject,
  pieces: readonly JsonObject[],
  statusPieces?: readonly JsonObject[] | undefined,
  more?: { readonly cluster?: boolean; readonly scale?: boolean },
];

export const workloads: readonly Row[] = [
  [
    'deployments',
    'Deployment',
    'apps/v1',
    { spec: { selector, template } },
    [
      ...inTemplate(podPieces),
      ...fields('spec.replicas', [0, 1, 3]),
      ...fields('spec.strategy', [
        { type: 'Recreate' },
        { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
        { rollingUpdate: { maxUnavailable: '50%' } },
      ]),
      ...fields('spec.minReadySeconds', [0, 5]),
      ...fields('spec.paused', [true, false]),
      ...fields('spec.revisionHistoryLimit', [0, 2]),
      ...fields('spec.progressDeadlineSeconds', [100]),
    ],
    [...conditions, ...fields('status.replicas', [0, 2]), ...fields('status.observedGeneration', [1])],
    { scale: true },
  ],
  [
    'statefulsets',
    'StatefulSet',
    'apps/v1',
    { spec: { selector, serviceName: 's', template } },
    [
      ...inTemplate(podPieces),
      ...fields('spec.replicas', [0, 2]),
      ...fields('spec.podManagementPolicy', ['Parallel', 'OrderedReady']),
      ...fields('spec.updateStrategy', [{ type: 'OnDelete' }, { rollingUpdate: { partition: 1 } }]),
      ...fields('spec.volumeClaimTemplates', [
        [
          {
            metadata: { name: 'd' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      ]),
      ...fields('spec.persistentVolumeClaimRetentionPolicy', [{ whenDeleted: 'Delete' }]),
      ...fields('spec.ordinals', [{ start: 1 }]),
    ],
    [...conditions, ...fields('status.replicas', [0, 2])],
    { scale: true },
  ],
  [
    'daemonsets',
    'DaemonSet',
    'apps/v1',
    { spec: { selector, template } },
    [
      ...inTemplate(podPieces),
      ...fields('spec.updateStrategy', [
        { type: 'OnDelete' },
        { rollingUpdate: { maxUnavailable: 1 } },
        { rollingUpdate: { maxSurge: '10%', maxUnavailable: 0 } },
      ]),
      ...fields('spec.minReadySeconds', [1]),
    ],
    [
      ...conditions,
      ...fields('status', [
        { currentNumberScheduled: 1, desiredNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 },
      ]),
    ],
  ],
  [
    'replicasets',
    'ReplicaSet',
    'apps/v1',
    { spec: { selector, template } },
    [...inTemplate(podPieces), ...fields('spec.replicas', [0, 3])],
    [...conditions, ...fields('status.replicas', [0, 2])],
    { scale: true },
  ],
  [
    'jobs',
    'Job',
    'batch/v1',
    { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
    [
      ...inTemplate(podPieces),
      ...fields('spec.parallelism', [0, 2]),
      ...fields('spec.completions', [1, 2]),
      ...fields('spec.backoffLimit', [0, 3]),
      ...fields('spec.ttlSecondsAfterFinished', [10]),
      ...fields('spec.suspend', [true, false]),
      ...fields('spec.activeDeadlineSeconds', [60]),
      ...fields('spec.completionMode', ['Indexed']),
      ...fields('spec.podFailurePolicy', [
        { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      ]),
    ],
    [...fields('status.active', [1]), ...fields('status.startTime', ['2026-01-01T00:00:00Z'])],
  ],
  [
    'cronjobs',
    'CronJob',
    'batch/v1',
    {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } } } },
      },
    },
    [
      ...podPieces.map((spec) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } })),
      ...fields('spec.schedule', ['@daily', '5 * * * *']),
      ...fields('spec.suspend', [true, false]),
      ...fields('spec.concurrencyPolicy', ['Forbid', 'Allow']),
      ...fields('spec.successfulJobsHistoryLimit', [0, 1]),
      ...fields('spec.startingDeadlineSeconds', [10]),
      ...fields('spec.timeZone', ['Etc/UTC']),
      ...fields('spec.jobTemplate.metadata.labels', [{ a: 'b' }]),
      ...fields('spec.jobTemplate.spec.backoffLimit', [1]),
    ],
    fields('status.lastScheduleTime', ['2026-01-01T00:00:00Z']),
  ],
  [
    'pods',
    'Pod',
    'v1',
    { spec: podSpec },
    [
      ...podPieces.map((spec) => ({ spec })),
      ...fields('spec.activeDeadlineSeconds', [10, 5]),
      ...fields('spec.restartPolicy', ['Never']),
    ],
    [
      ...conditions,
      ...fields('status.phase', ['Running', 'Pending']),
      ...fields('status.podIP', ['10.1.1.1']),
      ...fields('status.hostIP', ['10.1.1.2']),
    ],
  ],
];
