// Admission configuration, classes and templates of the generated sequences: kinds with few pieces. Policies are bound to
// nothing, and webhooks are about no resource, so that none of them judges another sequence.
import { fields } from './workloads.ts';
import type { Row } from './workloads.ts';

const nowhere = [
  { apiGroups: ['none.example.dev'], apiVersions: ['*'], operations: ['CREATE'], resources: ['things'] },
];
const matching = { resourceRules: nowhere };
const webhook = {
  name: 'a.m.example.dev',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:1/hook' },
  rules: nowhere,
};

export const configurations: readonly Row[] = [
  [
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/v1',
    { spec: { matchConstraints: matching, validations: [{ expression: 'true' }] } },
    [
      ...fields('spec.failurePolicy', ['Ignore', 'Fail', 'Maybe']),
      ...fields('spec.validations', [
        [{ expression: "object.metadata.name == 'x'", message: 'm' }],
        [{ expression: 'size(object.data) > 1', reason: 'Forbidden', messageExpression: "'n ' + object.kind" }],
        [{ expression: 'nothing.x' }],
        [],
      ]),
      ...fields('spec.variables', [
        [{ name: 'v', expression: '1 + 1' }],
        [
          { name: 'w', expression: 'object.kind' },
          { name: 'v', expression: '2' },
        ],
      ]),
      ...fields('spec.matchConditions', [[{ name: 'c', expression: 'true' }], []]),
      ...fields('spec.paramKind', [{ apiVersion: 'v1', kind: 'ConfigMap' }]),
      ...fields('spec.matchConstraints', [
        { namespaceSelector: { matchLabels: { a: 'b' } } },
        { objectSelector: {} },
        { matchPolicy: 'Exact' },
        { excludeResourceRules: [{ ...nowhere[0], resourceNames: ['n'], scope: 'Cluster' }] },
      ]),
      ...fields('spec.auditAnnotations', [[{ key: 'k', valueExpression: "'v'" }]]),
    ],
    fields('status', [{ observedGeneration: 1 }, { typeChecking: {} }]),
    { cluster: true },
  ],
  [
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/v1',
    { spec: { policyName: 'none', validationActions: ['Deny'] } },
    [
      ...fields('spec.policyName', ['other', 'Not Ok']),
      ...fields('spec.validationActions', [['Warn'], ['Audit', 'Deny'], ['Deny', 'Warn']]),
      ...fields('spec.paramRef', [
        { name: 'p', parameterNotFoundAction: 'Deny' },
        { selector: { matchLabels: { a: 'b' } }, parameterNotFoundAction: 'Allow' },
        { namespace: 'm' },
      ]),
      ...fields('spec.matchResources', [matching, { objectSelector: { matchLabels: { a: 'b' } } }]),
    ],
    undefined,
    { cluster: true },
  ],
  [
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1',
    { webhooks: [webhook] },
    [
      ...fields('webhooks', [
        [{ ...webhook, failurePolicy: 'Ignore' }],
        [{ ...webhook, timeoutSeconds: 5 }],
        [{ ...webhook, name: 'b.m.example.dev', namespaceSelector: { matchLabels: { a: 'b' } } }],
        [{ name: 'short' }],
        [],
      ]),
    ],
    undefined,
    { cluster: true },
  ],
  [
    'podtemplates',
    'PodTemplate',
    'v1',
    { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } } },
    [
      ...fields('template.spec.containers', [[{ name: 'app', env: [{ name: 'A', value: '1' }] }]]),
      ...fields('template.metadata.annotations', [{ x: 'y' }]),
    ],
  ],
  [
    'runtimeclasses',
    'RuntimeClass',
    'node.k8s.io/v1',
    { handler: 'h' },
    [
      ...fields('handler', ['other']),
      ...fields('overhead', [{ podFixed: { cpu: '0.5' } }]),
      ...fields('scheduling', [{ nodeSelector: { a: 'b' } }]),
    ],
    undefined,
    { cluster: true },
  ],
];
