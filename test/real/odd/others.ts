// Configuration, access, policies and definitions with many fields set, all valid.
import type { JsonObject } from '../../../src/model/json.ts';
import { claim, conditions, selector } from './row.ts';
import type { Row } from './row.ts';

const rbac = 'rbac.authorization.k8s.io';
const rules = [
  { apiGroups: [''], resources: ['pods'], resourceNames: ['p'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
];
const hook: JsonObject = {
  name: 'a.m.example.dev',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  matchPolicy: 'Exact',
  timeoutSeconds: 5,
  clientConfig: { service: { namespace: 'none', name: 'none', path: '/hook', port: 443 } },
  rules: [
    {
      apiGroups: ['none.example.dev'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['things', 'things/status'],
      scope: 'Namespaced',
    },
  ],
  namespaceSelector: { matchLabels: { a: 'b' } },
  objectSelector: { matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
  matchConditions: [{ name: 'c', expression: 'true' }],
};

export const others: readonly Row[] = [
  [
    'ConfigMap',
    'configmaps',
    'v1',
    { full: { data: { a: '1', 'b.txt': 'x' }, binaryData: { z: 'AAE=' }, immutable: false } },
  ],
  ['ConfigMap', 'configmaps', 'v1', { fixed: { data: { a: '1' }, immutable: true } }],
  [
    'Secret',
    'secrets',
    'v1',
    {
      full: { type: 'Opaque', data: { a: 'MQ==' }, immutable: false },
      fixed: { data: { a: 'MQ==' }, immutable: true },
      tls: { type: 'kubernetes.io/tls', data: { 'tls.crt': 'MQ==', 'tls.key': 'MQ==' } },
      docker: { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
    },
  ],
  [
    'ServiceAccount',
    'serviceaccounts',
    'v1',
    {
      full: {
        automountServiceAccountToken: true,
        imagePullSecrets: [{ name: 'p' }],
        secrets: [{ name: 's', namespace: 'm' }],
      },
    },
  ],
  ['Role', 'roles', `${rbac}/v1`, { full: { rules } }],
  [
    'ClusterRole',
    'clusterroles',
    `${rbac}/v1`,
    {
      full: { rules: [...rules, { nonResourceURLs: ['/healthz', '/x/*'], verbs: ['get'] }] },
      aggregated: { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { never: 'x' } }] } },
    },
    { cluster: true },
  ],
  [
    'RoleBinding',
    'rolebindings',
    `${rbac}/v1`,
    {
      full: {
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'ServiceAccount', name: 'a', namespace: 'm' },
          { kind: 'User', name: 'u', apiGroup: rbac },
          { kind: 'Group', name: 'g' },
        ],
      },
    },
  ],
  [
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    'autoscaling/v2',
    {
      full: {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
          minReplicas: 1,
          maxReplicas: 3,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
            {
              type: 'Pods',
              pods: {
                metric: { name: 'm', selector: { matchLabels: { a: 'b' } } },
                target: { type: 'AverageValue', averageValue: '5' },
              },
            },
            {
              type: 'Object',
              object: {
                describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
                metric: { name: 'm' },
                target: { type: 'Value', value: '5' },
              },
            },
            { type: 'External', external: { metric: { name: 'e' }, target: { type: 'Value', value: '5' } } },
            {
              type: 'ContainerResource',
              containerResource: {
                name: 'memory',
                container: 'c',
                target: { type: 'AverageValue', averageValue: '1Gi' },
              },
            },
          ],
          behavior: {
            scaleDown: { stabilizationWindowSeconds: 10, selectPolicy: 'Min' },
            scaleUp: {
              policies: [
                { type: 'Pods', value: 1, periodSeconds: 5 },
                { type: 'Percent', value: 10, periodSeconds: 5 },
              ],
            },
          },
        },
      },
    },
    {
      status: {
        currentReplicas: 1,
        desiredReplicas: 2,
        observedGeneration: 1,
        conditions: [{ type: 'AbleToScale', status: 'True' }],
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 5 } } }],
      },
    },
  ],
  [
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    'autoscaling/v1',
    {
      old: {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
          minReplicas: 1,
          maxReplicas: 3,
          targetCPUUtilizationPercentage: 50,
        },
      },
    },
    { status: { currentReplicas: 1, desiredReplicas: 2, currentCPUUtilizationPercentage: 5 } },
  ],
  [
    'PodDisruptionBudget',
    'poddisruptionbudgets',
    'policy/v1',
    {
      least: { spec: { minAvailable: 1, selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
      most: { spec: { maxUnavailable: '50%', selector } },
    },
    {
      status: {
        currentHealthy: 1,
        desiredHealthy: 1,
        disruptionsAllowed: 0,
        expectedPods: 1,
        observedGeneration: 1,
        disruptedPods: { p: '2026-01-01T00:00:00Z' },
        conditions,
      },
    },
  ],
  [
    'PersistentVolumeClaim',
    'persistentvolumeclaims',
    'v1',
    {
      full: { spec: claim },
      copied: {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          dataSourceRef: { apiGroup: 'snapshot.example', kind: 'Snapshot', name: 'src' },
          volumeName: 'v',
        },
      },
    },
    {
      status: {
        phase: 'Bound',
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        conditions: [{ type: 'Resizing', status: 'True' }],
      },
    },
  ],
  [
    'Namespace',
    'namespaces',
    'v1',
    { full: { spec: { finalizers: ['kubernetes'] } } },
    { cluster: true, status: { phase: 'Active', conditions } },
  ],
  [
    'Node',
    'nodes',
    'v1',
    {
      full: {
        spec: {
          podCIDR: '10.1.0.0/24',
          podCIDRs: ['10.1.0.0/24'],
          providerID: 'p://1',
          unschedulable: true,
          taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
        },
      },
    },
    {
      cluster: true,
      status: {
        capacity: { cpu: '1', memory: '1Gi', pods: '10' },
        allocatable: { cpu: '1' },
        conditions,
        addresses: [{ type: 'InternalIP', address: '1.2.3.4' }],
        daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
        nodeInfo: { kernelVersion: '6', osImage: 'o', architecture: 'amd64' },
        images: [{ names: ['a'], sizeBytes: 5 }],
        volumesInUse: ['v'],
      },
    },
  ],
  [
    'Lease',
    'leases',
    'coordination.k8s.io/v1',
    {
      full: {
        spec: {
          holderIdentity: 'a',
          leaseDurationSeconds: 15,
          leaseTransitions: 1,
          acquireTime: '2026-01-01T00:00:00.000000Z',
          renewTime: '2026-01-01T00:00:00.000000Z',
        },
      },
    },
  ],
  [
    'PriorityClass',
    'priorityclasses',
    'scheduling.k8s.io/v1',
    { full: { value: 5, description: 'd', preemptionPolicy: 'Never', globalDefault: false } },
    { cluster: true },
  ],
  [
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    'admissionregistration.k8s.io/v1',
    {
      full: { webhooks: [hook, { ...hook, name: 'b.m.example.dev', clientConfig: { url: 'https://none.example/x' } }] },
    },
    { cluster: true },
  ],
  [
    'CustomResourceDefinition',
    'customresourcedefinitions',
    'apiextensions.k8s.io/v1',
    {
      full: {
        spec: {
          group: 'odd.example.dev',
          scope: 'Namespaced',
          names: {
            plural: 'full',
            singular: 'fullone',
            kind: 'FullOne',
            listKind: 'FullOneList',
            shortNames: ['fo'],
            categories: ['all'],
          },
          conversion: { strategy: 'None' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              deprecated: true,
              deprecationWarning: 'old',
              schema: {
                openAPIV3Schema: {
                  type: 'object',
                  properties: {
                    spec: {
                      type: 'object',
                      required: ['a'],
                      properties: {
                        a: { type: 'string', maxLength: 5, pattern: '^a', enum: ['a', 'ab'], default: 'a' },
                        n: { type: 'integer', minimum: 0, maximum: 9, nullable: true },
                        l: {
                          type: 'array',
                          maxItems: 5,
                          items: { type: 'object', properties: { k: { type: 'string' } }, required: ['k'] },
                          'x-kubernetes-list-type': 'map',
                          'x-kubernetes-list-map-keys': ['k'],
                        },
                        m: { type: 'object', additionalProperties: { type: 'string', format: 'date-time' } },
                        o: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                        e: { 'x-kubernetes-int-or-string': true },
                      },
                      'x-kubernetes-validations': [{ rule: "self.a == 'a'", message: 'no' }],
                    },
                    status: { type: 'object', properties: { replicas: { type: 'integer' } } },
                  },
                },
              },
              subresources: {
                status: {},
                scale: {
                  specReplicasPath: '.spec.n',
                  statusReplicasPath: '.status.replicas',
                  labelSelectorPath: '.status.s',
                },
              },
              additionalPrinterColumns: [
                { name: 'A', type: 'string', jsonPath: '.spec.a', priority: 1, format: 'date' },
              ],
              selectableFields: [{ jsonPath: '.spec.a' }],
            },
            { name: 'v2', served: false, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
          ],
        },
      },
      // All that its versions say alike is the definition's own.
      alike: {
        spec: {
          group: 'odd.example.dev',
          scope: 'Namespaced',
          names: { plural: 'alike', singular: 'alikeone', kind: 'AlikeOne', listKind: 'AlikeOneList' },
          versions: ['v1', 'v2'].map((name) => ({
            name,
            served: true,
            storage: name === 'v1',
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { a: { type: 'string' }, n: { type: 'integer' } } },
                  status: { type: 'object', properties: { n: { type: 'integer' } } },
                },
              },
            },
            subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
            additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.spec.a' }],
            selectableFields: [{ jsonPath: '.spec.a' }],
          })),
        },
      },
    },
    { cluster: true },
  ],
];
