// Admission policies with requests that they judge, for admissionPolicies.ts. Each case has a namespace of its own, `NS` in
// its texts; its policies and bindings are about that namespace only, where they do not say otherwise.
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

export interface AdmissionCase {
  readonly name: string;
  /** Specs; the name of a policy is that of the case with its place. */
  readonly policies: readonly JsonObject[];
  /** Bindings of the first policy, without its name; one that denies when absent. */
  readonly bindings?: readonly JsonObject[];
  /** Made before the policies. */
  readonly objects?: readonly (readonly [path: string, object: JsonObject])[];
  readonly requests: readonly (readonly [method: string, path: string, body?: JsonValue])[];
}

const CONFIG_MAPS = '/api/v1/namespaces/NS/configmaps';
const configMap = (name: string, data: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const create = (
  name: string,
  data: JsonObject = {},
  metadata: JsonObject = {},
): readonly [string, string, JsonValue] => ['POST', CONFIG_MAPS, configMap(name, data, metadata)];
const rules = (
  resources: string[],
  operations: string[] = ['CREATE', 'UPDATE'],
  more: JsonObject = {},
): JsonObject[] => [{ apiGroups: [''], apiVersions: ['v1'], operations, resources, ...more }];
const own = { matchLabels: { 'kubernetes.io/metadata.name': 'NS' } };
const about = (resourceRules: JsonObject[], more: JsonObject = {}): JsonObject => ({
  matchConstraints: { resourceRules, namespaceSelector: own, ...more },
});
const maps = about(rules(['configmaps']));
const policy = (validations: JsonObject[], more: JsonObject = {}): JsonObject => ({ ...maps, validations, ...more });
const deny: JsonObject = { validationActions: ['Deny'] };

const AUTOSCALERS_V1 = rules(['horizontalpodautoscalers'], ['*'], { apiGroups: ['autoscaling'] });
const createAutoscaler = (version: string, spec: JsonObject = {}): readonly [string, string, JsonValue] => [
  'POST',
  `/apis/autoscaling/${version}/namespaces/NS/horizontalpodautoscalers`,
  {
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { maxReplicas: 3, ...spec, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
  },
];

export const ADMISSION_CASES: readonly AdmissionCase[] = [
  {
    name: 'messages',
    policies: [
      policy([
        { expression: "object.data.a != 'one'", message: ' told by message ' },
        { expression: "object.data.a != 'two'", messageExpression: "'computed: ' + object.metadata.name" },
        { expression: "object.data.a != 'three'" },
        {
          expression: "object.data.a != 'four'",
          message: 'fallback',
          messageExpression: 'string(object.data.missing)',
        },
        { expression: "object.data.a != 'five'", message: 'm', messageExpression: "'two\\nlines'" },
      ]),
    ],
    requests: ['one', 'two', 'three', 'four', 'five', 'six'].map((a) => create(a, { a })),
  },
  {
    name: 'reasons',
    policies: [
      policy(
        ['Forbidden', 'Invalid', 'RequestEntityTooLarge'].map((reason) => ({
          expression: `object.data.a != '${reason}'`,
          message: 'no',
          reason,
        })),
      ),
    ],
    requests: ['Forbidden', 'Invalid', 'RequestEntityTooLarge'].map((a, i) => create(`r${i}`, { a })),
  },
  {
    name: 'updates',
    policies: [policy([{ expression: 'oldObject == null || object.data.a == oldObject.data.a', message: 'fixed' }])],
    requests: [
      create('u', { a: '1' }),
      ['PUT', `${CONFIG_MAPS}/u`, configMap('u', { a: '2' })],
      ['PATCH', `${CONFIG_MAPS}/u`, { data: { b: '2' } }],
      ['APPLY', `${CONFIG_MAPS}/u`, configMap('u', { a: '3' })],
      ['APPLY', `${CONFIG_MAPS}/v`, configMap('v', { a: '3' })],
      ['PATCH', `${CONFIG_MAPS}/u?dryRun=All`, { data: { a: '5' } }],
      ['DELETE', `${CONFIG_MAPS}/u`],
    ],
  },
  {
    name: 'deletes',
    policies: [
      {
        ...about(rules(['configmaps'], ['DELETE'])),
        validations: [{ expression: "oldObject.metadata.name != 'locked' && object == null", message: 'locked' }],
      },
    ],
    requests: [
      create('locked'),
      create('free'),
      ['DELETE', `${CONFIG_MAPS}/locked`],
      ['DELETE', `${CONFIG_MAPS}/free`],
      ['DELETE', `${CONFIG_MAPS}/missing`],
      ['DELETE', CONFIG_MAPS],
    ],
  },
  {
    name: 'variables',
    policies: [
      policy(
        [
          {
            expression: 'variables.count < 3',
            messageExpression: "'has ' + string(variables.count) + ' of ' + variables.first",
          },
          { expression: 'variables.first != "x"' },
        ],
        {
          variables: [
            { name: 'keys', expression: 'has(object.data) ? object.data.map(k, k) : []' },
            { name: 'count', expression: 'size(variables.keys)' },
            { name: 'first', expression: "object.data['first']" },
          ],
        },
      ),
    ],
    requests: [
      create('a', { first: 'x' }),
      create('b', { first: 'y', c: '1', d: '2' }),
      create('c', {}),
      create('d', { first: 'y' }),
    ],
  },
  {
    name: 'conditions',
    policies: [
      policy([{ expression: 'false', message: 'always' }], {
        matchConditions: [
          { name: 'not-skipped', expression: "object.metadata.name != 'skipped'" },
          { name: 'has-a', expression: "object.data.a == '1'" },
        ],
      }),
      policy([{ expression: 'false', message: 'never' }], {
        failurePolicy: 'Ignore',
        matchConditions: [{ name: 'has-b', expression: "object.data.b == '1'" }],
      }),
    ],
    bindings: [deny],
    requests: [create('skipped'), create('no-data'), create('other', { a: '2' }), create('hit', { a: '1' })],
  },
  {
    name: 'failures',
    policies: [
      policy([{ expression: "object.data.missing == 'x'", message: 'm' }, { expression: 'object.data.n > 3' }]),
    ],
    requests: [create('f', { a: '1' }), create('g', { missing: 'x', n: '3' })],
  },
  {
    name: 'ignored',
    policies: [
      policy([{ expression: "object.data.missing == 'x'" }, { expression: "object.data.a == 'x'" }], {
        failurePolicy: 'Ignore',
      }),
    ],
    requests: [create('f', { a: '1' }), create('g', { a: 'x' })],
  },
  {
    name: 'actions',
    policies: [
      policy([
        { expression: "object.data.a != '1'", message: 'one' },
        { expression: 'object.data.a.size() == 2', message: 'two' },
      ]),
    ],
    bindings: [{ validationActions: ['Warn', 'Audit'] }],
    requests: [create('w', { a: '1' }), create('x', {}), create('y', { a: '22' })],
  },
  {
    name: 'params',
    objects: [
      [CONFIG_MAPS, configMap('limits', { max: '2' }, { labels: { role: 'limit' } })],
      [CONFIG_MAPS, configMap('tight', { max: '1' }, { labels: { role: 'limit' } })],
    ],
    policies: [
      policy(
        [
          {
            expression: 'size(object.data) <= int(params.data.max)',
            messageExpression: "'at most ' + params.data.max + ' by ' + params.metadata.name",
          },
        ],
        { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
      ),
    ],
    bindings: [
      {
        ...deny,
        paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' },
        matchResources: { objectSelector: { matchLabels: { by: 'name' } } },
      },
      {
        ...deny,
        paramRef: { selector: { matchLabels: { role: 'limit' } }, parameterNotFoundAction: 'Allow' },
        matchResources: { objectSelector: { matchLabels: { by: 'label' } } },
      },
    ],
    requests: [
      create('p1', { a: '1' }, { labels: { by: 'label' } }),
      create('p2', { a: '1', b: '2' }, { labels: { by: 'label' } }),
      create('p3', { a: '1', b: '2', c: '3' }, { labels: { by: 'name' } }),
      create('p4', { a: '1', b: '2', c: '3' }),
    ],
  },
  {
    name: 'missing-params',
    policies: [
      policy([{ expression: 'params == null', message: 'has params' }], {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      }),
    ],
    bindings: [{ ...deny, paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } }],
    requests: [create('p1')],
  },
  {
    name: 'allowed-params',
    policies: [policy([{ expression: 'false' }], { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } })],
    bindings: [{ ...deny, paramRef: { name: 'none', parameterNotFoundAction: 'Allow' } }],
    requests: [create('p1')],
  },
  {
    name: 'no-param-ref',
    policies: [
      policy([{ expression: 'params == null', message: 'has params' }, { expression: "object.data.a == '1'" }], {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      }),
    ],
    requests: [create('p1'), create('p2', { a: '1' })],
  },
  {
    name: 'unknown-params',
    policies: [policy([{ expression: 'true' }], { paramKind: { apiVersion: 'none.example.dev/v1', kind: 'Thing' } })],
    bindings: [{ ...deny, paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } }],
    requests: [create('p1')],
  },
  {
    name: 'request',
    policies: [
      policy([
        {
          expression: "object.data.ask != 'kind'",
          messageExpression:
            "request.kind.kind + ' ' + request.requestKind.version + ' ' + request.resource.resource + ' ' + request.operation + ' ' + request.namespace + ' ' + request.name",
        },
        {
          expression: "object.data.ask != 'user'",
          messageExpression: "request.userInfo.username + ' ' + string('system:masters' in request.userInfo.groups)",
        },
        { expression: "object.data.ask != 'dry' || !request.dryRun", message: 'dry run' },
        {
          expression: "object.data.ask != 'options'",
          messageExpression: "request.options.kind + ' ' + string(has(request.options.fieldManager))",
        },
        { expression: "object.data.ask != 'sub' || !has(request.subResource)", message: 'sub' },
        { expression: "object.data.ask != 'name' || !has(request.name)", messageExpression: "'name ' + request.name" },
      ]),
    ],
    requests: [
      create('kind', { ask: 'kind' }),
      create('options', { ask: 'options' }),
      ['POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry', { ask: 'dry' })],
      create('sub', { ask: 'sub' }),
      create('name', { ask: 'name' }),
      ['POST', CONFIG_MAPS, { ...configMap('', { ask: 'name' }), metadata: { generateName: 'gen-' } }],
      ['POST', CONFIG_MAPS, { ...configMap('', { ask: 'kind' }), metadata: { generateName: 'gen-' } }],
    ],
  },
  {
    name: 'namespace-object',
    policies: [
      policy([
        {
          expression: 'namespaceObject.metadata.name == object.data.a',
          messageExpression: "'in ' + namespaceObject.metadata.name + ' ' + namespaceObject.status.phase",
        },
        { expression: "namespaceObject.metadata.labels['team'] == 'x'" },
      ]),
    ],
    requests: [create('n1', { a: 'x' }), create('n2', { a: 'NS' })],
  },
  {
    name: 'authorizer',
    policies: [
      policy([
        {
          expression:
            "object.data.ask != 'self' || authorizer.group('').resource('secrets').namespace('NS').check('create').allowed()",
          message: 'may not',
        },
        {
          expression:
            "object.data.ask != 'account' || authorizer.serviceAccount('NS', 'robot').group('').resource('secrets').namespace('NS').check('get').allowed()",
          message: 'robot may not',
        },
        {
          expression: "object.data.ask != 'path' || !authorizer.path('/healthz').check('get').allowed()",
          message: 'path',
        },
        {
          expression: "object.data.ask != 'own' || !authorizer.requestResource.check('custom').allowed()",
          message: 'own',
        },
        {
          expression:
            "object.data.ask != 'bad' || authorizer.serviceAccount('NS', 'Not A Name').path('/x').check('get').allowed()",
          message: 'bad',
        },
        {
          expression: "object.data.ask != 'three' || [1, 2, 3].all(i, authorizer.path('/x').check('get').allowed())",
          message: 'too much',
        },
      ]),
    ],
    requests: ['self', 'account', 'path', 'own', 'bad', 'three'].map((ask) => create(ask, { ask })),
  },
  {
    name: 'selectors',
    policies: [
      {
        matchConstraints: {
          resourceRules: rules(['*']),
          excludeResourceRules: rules(['secrets'], ['*']),
          namespaceSelector: own,
          objectSelector: { matchLabels: { strict: 'yes' } },
        },
        validations: [{ expression: 'false', message: 'selected' }],
      },
    ],
    requests: [
      create('s1'),
      create('s2', {}, { labels: { strict: 'yes' } }),
      [
        'POST',
        '/api/v1/namespaces/NS/secrets',
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', labels: { strict: 'yes' } } },
      ],
      [
        'POST',
        '/api/v1/namespaces/NS/serviceaccounts',
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's', labels: { strict: 'yes' } } },
      ],
    ],
  },
  {
    name: 'names',
    policies: [
      {
        ...about(rules(['configmaps'], ['*'], { resourceNames: ['hit'] })),
        validations: [{ expression: 'false', message: 'named' }],
      },
    ],
    requests: [create('hit'), create('miss'), ['APPLY', `${CONFIG_MAPS}/hit`, configMap('hit')]],
  },
  {
    name: 'binding-scope',
    policies: [policy([{ expression: 'false', message: 'bound' }])],
    bindings: [{ ...deny, matchResources: { objectSelector: { matchLabels: { bound: 'yes' } } } }],
    requests: [create('b1'), create('b2', {}, { labels: { bound: 'yes' } })],
  },
  {
    name: 'namespaces',
    policies: [
      {
        matchConstraints: { resourceRules: rules(['namespaces'], ['*'], { scope: 'Cluster' }) },
        matchConditions: [{ name: 'own', expression: "request.name.startsWith('NS-')" }],
        validations: [
          {
            expression:
              "request.operation == 'DELETE' ? oldObject.metadata.name != 'NS-kept' : !object.metadata.name.endsWith('-bad')",
            messageExpression: "request.namespace + ' ' + string(namespaceObject == null)",
          },
        ],
      },
    ],
    requests: [
      ['POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'NS-bad' } }],
      ['POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'NS-kept' } }],
      ['DELETE', '/api/v1/namespaces/NS-kept'],
    ],
  },
  {
    name: 'scale',
    policies: [
      {
        ...about([
          {
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            operations: ['UPDATE'],
            resources: ['deployments/scale', 'deployments/status'],
          },
        ]),
        validations: [
          {
            expression: "request.subResource != 'scale' || object.spec.replicas < 5",
            messageExpression:
              "request.kind.kind + ' of ' + request.resource.resource + ' ' + string(oldObject.spec.replicas)",
          },
          {
            expression: "request.subResource != 'status' || object.status.replicas < 5",
            messageExpression: 'request.kind.kind',
          },
        ],
      },
    ],
    requests: [
      [
        'POST',
        '/apis/apps/v1/namespaces/NS/deployments',
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
          },
        },
      ],
      ['PATCH', '/apis/apps/v1/namespaces/NS/deployments/d/scale', { spec: { replicas: 7 } }],
      ['PATCH', '/apis/apps/v1/namespaces/NS/deployments/d/scale', { spec: { replicas: 3 } }],
      ['PATCH', '/apis/apps/v1/namespaces/NS/deployments/d/status', { status: { replicas: 9 } }],
      ['PATCH', '/apis/apps/v1/namespaces/NS/deployments/d', { spec: { replicas: 9 } }],
    ],
  },
  {
    name: 'equivalent',
    policies: [
      {
        ...about(AUTOSCALERS_V1),
        validations: [
          {
            expression: 'object.spec.targetCPUUtilizationPercentage < 50',
            messageExpression:
              "request.kind.version + ' ' + request.requestKind.version + ' ' + object.apiVersion + ' ' + string(object.spec.targetCPUUtilizationPercentage)",
          },
        ],
      },
    ],
    requests: [createAutoscaler('v2'), createAutoscaler('v1', { targetCPUUtilizationPercentage: 70 })],
  },
  {
    name: 'exact',
    policies: [
      {
        ...about(AUTOSCALERS_V1, { matchPolicy: 'Exact' }),
        validations: [{ expression: 'false' }],
      },
    ],
    requests: [createAutoscaler('v2')],
  },
  {
    name: 'order',
    policies: [
      policy([
        { expression: "object.metadata.name != 'Bad_Name'", message: 'policy' },
        { expression: "object.metadata.uid != ''", message: 'no uid' },
        { expression: "object.metadata.managedFields[0].operation == 'Update'", message: 'managed' },
      ]),
    ],
    requests: [create('Bad_Name'), create('twice'), create('twice'), ['PUT', `${CONFIG_MAPS}/none`, configMap('none')]],
  },
  {
    name: 'audit',
    policies: [
      {
        ...maps,
        auditAnnotations: [
          { key: 'told', valueExpression: "object.data.a == '1' ? 'one' : null" },
          { key: 'broken', valueExpression: "object.data.b == '1' ? 'b' : ''" },
        ],
      },
    ],
    requests: [create('a1', { a: '1' }), create('a2', { a: '2', b: '1' })],
  },
  {
    name: 'budget',
    policies: [
      policy([
        {
          expression:
            "['a','b','c','d'].all(a, object.data.all(k, object.data.all(l, object.data.all(m, k + l + m + a != 'x'))))",
          message: 'm',
        },
      ]),
    ],
    requests: [create('big', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, 'v'])))],
  },
  {
    name: 'libraries',
    policies: [
      policy([
        { expression: "object.data.a != 'q' || quantity('1Gi').isGreaterThan(quantity('500Mi'))", message: 'q' },
        { expression: "object.data.a != 'opt' || object.?data.b.orValue('z') != 'z'", message: 'optional' },
        { expression: "object.data.a != 'fmt' || 'a %s'.format([object.data.a]) == ''", message: 'format' },
        { expression: "object.data.a != 're' || object.data.a.matches('^x')", message: 'regex' },
      ]),
    ],
    requests: ['q', 'opt', 'fmt', 're'].map((a) => create(a, { a })),
  },
];

/** Policies and bindings that are refused. */
export const INVALID_POLICIES: readonly (readonly [kind: 'policy' | 'binding', spec: JsonObject])[] = [
  ['policy', {}],
  ['policy', { ...maps }],
  ['policy', policy([{ expression: 'object.x ==' }])],
  ['policy', policy([{ expression: 'nothing.x == 1' }])],
  ['policy', policy([{ expression: "'text'" }])],
  ['policy', policy([{ expression: 'object.spec.flag' }])],
  ['policy', policy([{ expression: '[object]' }])],
  ['policy', policy([{ expression: 'variables.x == 1' }])],
  ['policy', policy([{ expression: 'variables.y == 1' }], { variables: [{ name: 'x', expression: '1' }] })],
  ['policy', policy([{ expression: "variables.x == 'a'" }], { variables: [{ name: 'x', expression: '1' }] })],
  ['policy', policy([{ expression: 'params.x == 1' }])],
  ['policy', policy([{ expression: 'true', messageExpression: '1' }])],
  [
    'policy',
    policy([{ expression: 'true', messageExpression: "string(authorizer.path('/x').check('get').allowed())" }]),
  ],
  ['policy', policy([{ expression: 'true', messageExpression: ' ' }])],
  ['policy', policy([{ expression: ' ', message: ' ', reason: 'Other' }])],
  ['policy', policy([{ expression: 'true', message: 'two\nlines' }])],
  ['policy', policy([{ expression: 'true' }], { failurePolicy: 'Maybe' })],
  ['policy', policy([{ expression: 'true' }], { paramKind: { apiVersion: 'a/b/c', kind: '' } })],
  ['policy', policy([{ expression: 'true' }], { paramKind: { apiVersion: 'v1' } })],
  [
    'policy',
    policy([{ expression: 'true' }], {
      variables: [
        { name: 'in', expression: '' },
        { name: '', expression: '1 +' },
      ],
    }),
  ],
  [
    'policy',
    policy([{ expression: 'true' }], {
      matchConditions: [
        { name: '', expression: '' },
        { name: 'a b', expression: '1' },
      ],
    }),
  ],
  [
    'policy',
    policy([{ expression: 'true' }], {
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'variables.x' },
      ],
    }),
  ],
  [
    'policy',
    {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['*', 'a'],
            operations: ['CREATE', 'LOOK'],
            resources: ['a/*', 'a/b', '*', 'c'],
            resourceNames: ['x', 'x', 'a/b'],
          },
        ],
        matchPolicy: 'Some',
      },
      validations: [{ expression: 'true' }],
    },
  ],
  [
    'policy',
    {
      ...maps,
      auditAnnotations: [
        { key: 'a', valueExpression: '1' },
        { key: 'a', valueExpression: '' },
        { key: 'not ok', valueExpression: "'x'" },
      ],
    },
  ],
  ['policy', policy([{ expression: 'request.unknown == 1' }])],
  ['policy', policy([{ expression: 'namespaceObject.metadata.managedFields == 1' }])],
  ['policy', policy([{ expression: "duration('nonsense') == duration('1s')" }])],
  ['binding', {}],
  ['binding', { policyName: 'Not Ok', validationActions: ['Deny', 'Warn', 'Deny', 'Other'] }],
  ['binding', { policyName: 'p', validationActions: ['Deny'], paramRef: {} }],
  [
    'binding',
    {
      policyName: 'p',
      validationActions: ['Deny'],
      paramRef: { name: 'a/b', selector: {}, parameterNotFoundAction: 'Some' },
    },
  ],
];
