// The built-in kinds of the generated sequences: what an object needs, and pieces that it may have besides.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

export interface BuiltinKind {
  readonly kind: string;
  readonly plural: string;
  readonly apiVersions: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** What a valid object needs besides metadata. */
  readonly base: JsonObject;
  readonly pieces: readonly JsonObject[];
  /** Pieces of the status, for kinds with that subresource. */
  readonly statusPieces: readonly JsonObject[];
}

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
  { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
  { volumes: [{ name: 'w', secret: { secretName: 's', items: [{ key: 'k', path: 'p' }] } }] },
  {
    volumes: [
      { name: 'x', projected: { sources: [{ secret: { name: 's' } }, { serviceAccountToken: { path: 't' } }] } },
    ],
  },
  { volumes: [{ name: 'y', hostPath: { path: '/y' } }] },
  { volumes: [{ name: 'z', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }] },
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
  { overhead: { cpu: '1' } },
];

const podSpec: JsonObject = { containers: [{ name: 'app', image: 'app:1' }] };
const labelled = { metadata: { labels: { app: 'x' } } };
const template = { ...labelled, spec: podSpec };
const selector = { matchLabels: { app: 'x' } };
const inTemplate = (pieces: readonly JsonObject[]): JsonObject[] => [
  ...pieces.map((spec) => ({ spec: { template: { spec } } })),
  { spec: { template: { metadata: { annotations: { stamp: '1' } } } } },
  { spec: { template: { metadata: { labels: { more: '2' } } } } },
];
const conditions = [
  { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'R', message: 'm' }] } },
  { status: { conditions: [{ type: 'Other', status: 'Unknown' }] } },
];
const fields = (path: string, values: readonly JsonValue[]): JsonObject[] =>
  values.map((value) =>
    path
      .split('.')
      .toReversed()
      .reduce<JsonValue>((inner, step) => ({ [step]: inner }), value),
  ) as JsonObject[];

type Row = readonly [
  plural: string,
  kind: string,
  apiVersions: string | readonly string[],
  base: JsonObject,
  pieces: readonly JsonObject[],
  statusPieces?: readonly JsonObject[],
  more?: { readonly cluster?: boolean; readonly scale?: boolean },
];

const rules = (...items: JsonObject[]): JsonObject => ({ rules: items });
const rolePieces = [
  rules({ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }),
  rules(
    { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['s'], verbs: ['get'] },
  ),
  { rules: [] },
];
const bindingPieces = [
  { subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'm' }] },
  {
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'g', apiGroup: 'rbac.authorization.k8s.io' },
    ],
  },
];

const rows: readonly Row[] = [
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
  [
    'services',
    'Service',
    'v1',
    { spec: { ports: [{ port: 80 }] } },
    [
      ...fields('spec.ports', [
        [{ port: 80, name: 'http', targetPort: 'web' }],
        [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
        [{ port: 53, name: 'dns', protocol: 'UDP' }],
        [{ port: 443, name: 'tls', appProtocol: 'https' }],
      ]),
      ...fields('spec.selector', [{ app: 'x' }, { tier: 'y' }, {}]),
      ...fields('spec.type', ['NodePort', 'LoadBalancer', 'ClusterIP']),
      ...fields('spec.sessionAffinity', ['ClientIP', 'None']),
      ...fields('spec.externalTrafficPolicy', ['Local', 'Cluster']),
      ...fields('spec.externalIPs', [['1.2.3.4']]),
      ...fields('spec.internalTrafficPolicy', ['Local']),
      ...fields('spec.publishNotReadyAddresses', [true]),
      ...fields('spec.loadBalancerSourceRanges', [['1.0.0.0/8']]),
      ...fields('spec', [{ type: 'ExternalName', externalName: 'x.example' }, { clusterIP: 'None' }]),
      ...fields('spec.ipFamilyPolicy', ['PreferDualStack', 'SingleStack']),
    ],
    [...conditions, ...fields('status.loadBalancer.ingress', [[{ ip: '5.5.5.5' }]])],
  ],
  [
    'configmaps',
    'ConfigMap',
    'v1',
    {},
    [
      ...fields('data', [{ a: '1' }, { a: '2' }, { b: '' }, { 'c.txt': 'x\ny' }, {}]),
      ...fields('binaryData', [{ z: 'AAE=' }]),
      ...fields('immutable', [false, true]),
    ],
  ],
  [
    'secrets',
    'Secret',
    'v1',
    {},
    [
      ...fields('data', [{ a: 'MQ==' }, { a: 'Mg==' }, { b: '' }]),
      ...fields('stringData', [{ a: 'x' }, { s: 'y' }]),
      ...fields('type', ['Opaque', 'example.dev/t']),
      ...fields('immutable', [false]),
    ],
  ],
  [
    'serviceaccounts',
    'ServiceAccount',
    'v1',
    {},
    [
      ...fields('imagePullSecrets', [[{ name: 'p' }], [{ name: 'q' }], []]),
      ...fields('secrets', [[{ name: 's' }]]),
      ...fields('automountServiceAccountToken', [true, false]),
    ],
  ],
  [
    'persistentvolumeclaims',
    'PersistentVolumeClaim',
    'v1',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    [
      ...fields('spec.storageClassName', ['fast', '']),
      ...fields('spec.volumeMode', ['Block', 'Filesystem']),
      ...fields('spec.selector', [{ matchLabels: { a: 'b' } }]),
      ...fields('spec.resources.requests.storage', ['2Gi']),
      ...fields('spec.dataSource', [{ kind: 'PersistentVolumeClaim', name: 'src' }]),
      ...fields('spec.accessModes', [['ReadWriteOnce', 'ReadOnlyMany']]),
    ],
    [
      ...conditions,
      ...fields('status.phase', ['Bound', 'Pending']),
      ...fields('status.capacity', [{ storage: '1024Mi' }]),
    ],
  ],
  [
    'ingresses',
    'Ingress',
    'networking.k8s.io/v1',
    { spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } } },
    [
      ...fields('spec.ingressClassName', ['nginx']),
      ...fields('spec.tls', [[{ hosts: ['a.example'], secretName: 't' }]]),
      ...fields('spec.rules', [
        [
          {
            host: 'a.example',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { name: 'http' } } } }],
            },
          },
        ],
        [
          {
            http: {
              paths: [{ pathType: 'ImplementationSpecific', backend: { service: { name: 'q', port: { number: 1 } } } }],
            },
          },
        ],
      ]),
    ],
    fields('status.loadBalancer.ingress', [[{ ip: '5.5.5.5' }], [{ hostname: 'h.example' }]]),
  ],
  [
    'networkpolicies',
    'NetworkPolicy',
    'networking.k8s.io/v1',
    { spec: { podSelector: {} } },
    [
      ...fields('spec.podSelector', [{ matchLabels: { a: 'b' } }]),
      ...fields('spec.policyTypes', [['Ingress'], ['Ingress', 'Egress']]),
      ...fields('spec.ingress', [[{}], [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }], []]),
      ...fields('spec.egress', [
        [
          {
            to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
            ports: [{ port: 'dns', protocol: 'UDP' }],
          },
        ],
      ]),
    ],
  ],
  ['roles', 'Role', 'rbac.authorization.k8s.io/v1', {}, rolePieces],
  [
    'rolebindings',
    'RoleBinding',
    'rbac.authorization.k8s.io/v1',
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' } },
    [...bindingPieces, ...fields('roleRef.name', ['other'])],
  ],
  [
    'clusterroles',
    'ClusterRole',
    'rbac.authorization.k8s.io/v1',
    {},
    [...rolePieces, ...fields('aggregationRule', [{ clusterRoleSelectors: [{ matchLabels: { never: 'x' } }] }])],
    undefined,
    { cluster: true },
  ],
  [
    'clusterrolebindings',
    'ClusterRoleBinding',
    'rbac.authorization.k8s.io/v1',
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' } },
    bindingPieces,
    undefined,
    { cluster: true },
  ],
  [
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    ['autoscaling/v2', 'autoscaling/v1'],
    { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, maxReplicas: 3 } },
    [
      ...fields('spec.minReplicas', [1, 2]),
      ...fields('spec.maxReplicas', [3, 5]),
      ...fields('spec.metrics', [
        [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
        [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '0.5Gi' } } }],
      ]),
      ...fields('spec.targetCPUUtilizationPercentage', [60]),
      ...fields('spec.behavior', [
        { scaleDown: { stabilizationWindowSeconds: 10 } },
        { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }] } },
      ]),
    ],
    [...fields('status', [{ currentReplicas: 1, desiredReplicas: 2 }])],
  ],
  [
    'poddisruptionbudgets',
    'PodDisruptionBudget',
    'policy/v1',
    { spec: { selector } },
    [
      ...fields('spec.minAvailable', [1, '50%']),
      ...fields('spec.maxUnavailable', [1]),
      ...fields('spec.unhealthyPodEvictionPolicy', ['AlwaysAllow']),
      ...fields('spec.selector', [{}, { matchLabels: { b: 'c' } }]),
    ],
    [...fields('status', [{ currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 }])],
  ],
  ['namespaces', 'Namespace', 'v1', {}, [], [...conditions, ...fields('status.phase', ['Active'])], { cluster: true }],
  [
    'limitranges',
    'LimitRange',
    'v1',
    { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Ti' } }] } },
    fields('spec.limits', [
      [{ type: 'PersistentVolumeClaim', min: { storage: '0.5' } }],
      [{ type: 'example.dev/x', max: { cpu: '1' } }],
    ]),
  ],
  [
    'endpointslices',
    'EndpointSlice',
    'discovery.k8s.io/v1',
    { addressType: 'IPv4', endpoints: [] },
    [
      ...fields('endpoints', [[{ addresses: ['1.2.3.4'], conditions: { ready: true } }]]),
      ...fields('ports', [[{ port: 80 }], [{ name: 'x', port: 90, protocol: 'UDP' }]]),
    ],
  ],
  [
    'leases',
    'Lease',
    'coordination.k8s.io/v1',
    {},
    [
      ...fields('spec.holderIdentity', ['a', 'b']),
      ...fields('spec.leaseDurationSeconds', [15]),
      ...fields('spec.renewTime', ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:01.5Z']),
    ],
  ],
  [
    'priorityclasses',
    'PriorityClass',
    'scheduling.k8s.io/v1',
    { value: 5 },
    [...fields('description', ['d']), ...fields('preemptionPolicy', ['Never']), ...fields('globalDefault', [false])],
    undefined,
    { cluster: true },
  ],
  [
    'storageclasses',
    'StorageClass',
    'storage.k8s.io/v1',
    { provisioner: 'p.example' },
    [
      ...fields('allowVolumeExpansion', [true]),
      ...fields('parameters', [{ a: 'b' }]),
      ...fields('mountOptions', [['ro']]),
      ...fields('volumeBindingMode', ['Immediate']),
    ],
    undefined,
    { cluster: true },
  ],
];

const LOCAL_ONLY_METADATA: readonly JsonObject[] = [
  { metadata: { labels: { l: '1' } } },
  { metadata: { labels: { l: '2', m: '1' } } },
  { metadata: { annotations: { 'm.example.dev/n': 'x' } } },
  { metadata: { annotations: { note: '', other: 'y' } } },
  { metadata: { finalizers: ['m.example.dev/hold'] } },
  { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '1111' }] } },
  { metadata: { labels: {} } },
];

/** Pieces that every kind may have. */
export const metadataPieces = LOCAL_ONLY_METADATA;

export const builtinKinds: readonly BuiltinKind[] = rows.map(
  ([plural, kind, apiVersions, base, pieces, statusPieces = [], more = {}]) => ({
    kind,
    plural,
    apiVersions: typeof apiVersions === 'string' ? [apiVersions] : apiVersions,
    namespaced: more.cluster !== true,
    subresources: [...(statusPieces.length > 0 ? ['status'] : []), ...(more.scale === true ? ['scale'] : [])],
    base,
    pieces,
    statusPieces,
  }),
);
