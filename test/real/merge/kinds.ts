// The built-in kinds of the generated sequences: what an object needs, and pieces that it may have besides.
import type { JsonObject } from '../../../src/model/json.ts';
import { configurations } from './policies.ts';
import { conditions, fields, selector, workloads } from './workloads.ts';
import type { Row } from './workloads.ts';

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
  ...workloads,
  ...configurations,
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
        [{ type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } }],
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
      [{ type: 'PersistentVolumeClaim', min: { storage: '1' } }],
      [{ type: 'example.dev/x', max: { storage: '1Ti' } }],
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
