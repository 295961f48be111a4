// Odd Kustomizations: every field, alone and with others, and what becomes of it when it changes.
import type { JsonObject } from '../../../src/model/json.ts';
import { configMap, secret } from './fluxCase.ts';
import type { FluxCase } from './fluxCase.ts';

const FLUX = 'kustomize.toolkit.fluxcd.io';
type Files = Readonly<Record<string, string>>;

/** One Kustomization `app` over the files. */
const kustomization = (name: string, spec: JsonObject, files?: Files, more: Partial<FluxCase> = {}): FluxCase => ({
  name: `kustomization: ${name}`,
  ...(files ? { repository: (repo) => repo.commit(files) } : {}),
  kustomizations: { app: spec },
  // Looked at once more, with nothing new.
  steps: [{}],
  ...more,
});
const map = (name: string, data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const patchOf = (spec: JsonObject): Readonly<Record<string, JsonObject>> => ({ 'Kustomization/app': { spec } });
const marked = (name: string, key: string, value: string, as: 'annotations' | 'labels' = 'annotations'): string =>
  configMap(name, { value: 'x' }, `, ${as}: {${FLUX}/${key}: "${value}"}`);

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.TOKEN.example.com}
spec:
  group: TOKEN.example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
`;
const gadget = (spec: string): string =>
  `apiVersion: TOKEN.example.com/v1\nkind: Gadget\nmetadata: {name: g, namespace: TOKEN-app}\nspec: ${spec}\n`;
const gadgets = (rules: JsonObject): JsonObject => ({
  wait: true,
  timeout: '30s',
  healthCheckExprs: [{ apiVersion: 'TOKEN.example.com/v1', kind: 'Gadget', ...rules }],
});

const EVERYTHING: JsonObject = {
  commonMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
  dependsOn: [{ name: 'first', readyExpr: 'dep.metadata.name == "first" && self.spec.prune' }],
  retryInterval: '5m',
  timeout: '40s',
  path: './app',
  postBuild: {
    substituteStrategy: 'Always',
    substitute: { one: 'inline' },
    substituteFrom: [
      { kind: 'ConfigMap', name: 'values' },
      { kind: 'Secret', name: 'secrets' },
      { kind: 'ConfigMap', name: 'absent', optional: true },
    ],
  },
  prune: true,
  deletionPolicy: 'WaitForTermination',
  healthChecks: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a-one-z', namespace: 'TOKEN-app' }],
  namePrefix: 'a-',
  nameSuffix: '-z',
  patches: [
    {
      target: { kind: 'ConfigMap', labelSelector: 'patch=yes' },
      patch: '- {op: add, path: /data/patched, value: "${two}"}',
    },
    {
      patch:
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, namespace: TOKEN-app}\ndata: {merged: "${three:-three}"}\n',
    },
  ],
  images: [{ name: 'nginx', newName: 'other', newTag: '2' }],
  targetNamespace: 'TOKEN-app',
  force: true,
  wait: false,
  buildMetadata: ['originAnnotations', 'transformerAnnotations'],
  components: ['../part', '../absent'],
  ignoreMissingComponents: true,
  healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: "data.value == 'inline'", failed: 'false' }],
  ignore: [{ paths: ['/data/loose'], target: { kind: 'ConfigMap', name: '^a-one' } }],
};

const CHAIN: Readonly<Record<string, JsonObject>> = {
  one: { dependsOn: [{ name: 'three' }] },
  two: { dependsOn: [{ name: 'one' }], path: './two' },
  three: { dependsOn: [{ name: 'two', namespace: 'TOKEN-flux' }], path: './three' },
};

const spec: readonly FluxCase[] = [
  {
    name: 'kustomization: every field at once',
    repository: (repo) =>
      repo.commit({
        'first/zero.yaml': configMap('zero'),
        'app/one.yaml': configMap('one', { value: '${one}', loose: 'x' }, ', labels: {patch: "yes"}'),
        'app/two.yaml': configMap('two', { two: '${two}' }),
        'app/web.yaml': `apiVersion: v1\nkind: PodTemplate\nmetadata: {name: web, namespace: TOKEN-app}\ntemplate: {spec: {containers: [{name: c, image: "nginx:1"}]}}\n`,
        'part/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nlabels: [{pairs: {part: "yes"}}]\n',
      }),
    objects: [map('values', { one: 'from', two: '2' }), secret('secrets', { two: 'secret' })],
    kustomizations: { first: { path: './first' }, app: EVERYTHING },
    steps: [
      { flux: patchOf({ patches: null }) },
      { files: { 'app/two.yaml': null, 'app/four.yaml': configMap('four') } },
      {
        apply: {
          manager: 'other',
          object: { ...map('a-one-z', { loose: 'theirs' }), metadata: { name: 'a-one-z', namespace: 'TOKEN-app' } },
        },
      },
      { flux: patchOf({ components: null, commonMetadata: null, images: null, nameSuffix: null, healthChecks: null }) },
      { flux: { 'Kustomization/app': null } },
    ],
  },
  kustomization('a source in a namespace that is empty', {
    sourceRef: { kind: 'GitRepository', name: 'repo', namespace: '' },
  }),
  kustomization('a source that is missing', {
    sourceRef: { kind: 'GitRepository', name: 'nothing' },
    retryInterval: '1h',
  }),
  kustomization('a source of another namespace that is missing', {
    sourceRef: { kind: 'GitRepository', name: 'repo', namespace: 'TOKEN-app' },
  }),
  {
    name: 'kustomization: dependencies in a circle of three, opened',
    repository: (repo) =>
      repo.commit({
        'app/one.yaml': configMap('one'),
        'two/two.yaml': configMap('two'),
        'three/three.yaml': configMap('three'),
      }),
    kustomizations: CHAIN,
    meant: ['Kustomization/one.conditions', 'Kustomization/two.conditions', 'Kustomization/three.conditions'],
    steps: [{ flux: { 'Kustomization/one': { spec: { dependsOn: null } } } }],
  },
  ...[
    ['is none', 'dep.status.'],
    ['gives no boolean', 'dep.metadata.name'],
    ['asks for what is not there', 'dep.metadata.annotations.x == "y"'],
    ['holds', 'has(dep.status.lastAppliedRevision) && self.metadata.name == "app"'],
    ['does not hold', 'dep.spec.suspend == true'],
    ['asks for fields that have defaults', '!has(dep.spec.force) || dep.spec.force == false'],
    ['asks for a duration', 'duration(dep.spec.interval) == duration("60m")'],
    ['looks through a list', 'dep.status.conditions.filter(c, c.type == "Ready").all(c, c.status == "True")'],
    ['asks for an unknown variable', 'other.spec.prune'],
  ].map(([name = '', readyExpr = '']): FluxCase => ({
    name: `kustomization: a dependency whose expression ${name}`,
    kustomizations: { first: {}, app: { path: './app', namePrefix: 'x-', dependsOn: [{ name: 'first', readyExpr }] } },
  })),
  kustomization('a dependency that is missing', { dependsOn: [{ name: 'nothing', readyExpr: 'nonsense(' }] }),
  kustomization('health of nothing but itself', {
    healthChecks: [{ apiVersion: `${FLUX}/v1`, kind: 'Kustomization', name: 'app', namespace: 'TOKEN-flux' }],
  }),
  kustomization('wait for nothing', { wait: true, path: './empty' }, { 'empty/readme.txt': 'x\n' }),
  kustomization('health of a kind that nobody knows', {
    timeout: '30s',
    healthChecks: [{ apiVersion: 'none.example.com/v1', kind: 'None', name: 'x', namespace: 'TOKEN-app' }],
  }),
  kustomization('health of a version that is not served', {
    timeout: '30s',
    healthChecks: [
      { apiVersion: 'autoscaling/v2beta2', kind: 'HorizontalPodAutoscaler', name: 'x', namespace: 'TOKEN-app' },
    ],
  }),
  kustomization(
    'more objects than one event has room for',
    {},
    Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`app/m${at}.yaml`, configMap(`a-rather-long-name-of-an-object-${at}`)]),
    ),
  ),
  kustomization('health of what stands there twice', {
    healthChecks: ['one', 'one'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'TOKEN-app' })),
  }),
  ...[
    ['is current', { current: 'spec.state == "good"' }, '{state: good}'],
    ['has failed', { current: 'spec.state == "good"', failed: 'spec.state == "bad"' }, '{state: bad}'],
    ['is in progress although it failed', { inProgress: 'true', current: 'true', failed: 'true' }, '{state: bad}'],
    ['asks for what is not there', { current: 'status.ready' }, '{state: good}'],
    ['is none', { current: 'spec.state ==' }, '{state: good}'],
    ['gives no boolean', { current: 'spec.state' }, '{state: good}'],
  ].map(([name, rules, text]): FluxCase =>
    kustomization(`an expression of health ${String(name)}`, gadgets(rules as JsonObject), {
      'app/definition.yaml': DEFINITION,
      'app/gadget.yaml': gadget(String(text)),
    }),
  ),
  kustomization(
    'the rule of a group is that of all its versions and kinds',
    {
      wait: true,
      timeout: '30s',
      healthCheckExprs: [{ apiVersion: 'TOKEN.example.com/v7', current: 'spec.state == "good"' }],
    },
    { 'app/definition.yaml': DEFINITION, 'app/gadget.yaml': gadget('{state: good}') },
  ),
];

const variables = (name: string, postBuild: JsonObject, data: JsonObject, more: Partial<FluxCase> = {}): FluxCase =>
  kustomization(`variables: ${name}`, { postBuild }, { 'app/one.yaml': configMap('one', data) }, more);

const builds: readonly FluxCase[] = [
  variables(
    'a source that is missing',
    { substituteFrom: [{ kind: 'ConfigMap', name: 'nothing' }] },
    { value: '${a:=b}' },
  ),
  variables(
    'a source that may be missing, and nothing else',
    { substituteFrom: [{ kind: 'Secret', name: 'nothing', optional: true }] },
    { value: '${a}' },
  ),
  variables(
    'a source that may be missing comes',
    { substituteFrom: [{ kind: 'ConfigMap', name: 'late', optional: true }] },
    { value: '${a:=b}' },
    {
      steps: [
        {
          apply: {
            manager: 'dev',
            object: { ...map('late', { a: 'here' }), metadata: { name: 'late', namespace: 'TOKEN-flux' } },
          },
        },
      ],
    },
  ),
  variables('always, though there are none', { substituteStrategy: 'Always' }, { value: '${a:=b}', other: '$${c}' }),
  variables('always, and one is not set', { substituteStrategy: 'Always' }, { value: '${a}' }),
  variables(
    'an empty source',
    { substituteFrom: [{ kind: 'ConfigMap', name: 'empty' }] },
    { value: '${a}' },
    {
      objects: [map('empty', {})],
    },
  ),
  variables('a name that is none', { substitute: { 'a-b': 'x' } }, { value: '${a}' }),
  variables(
    'a name that is none in a source',
    { substituteFrom: [{ kind: 'ConfigMap', name: 'values' }] },
    { value: 'x' },
    {
      objects: [map('values', { 'a.b': 'x' })],
    },
  ),
  variables(
    'later sources and what stands inline win',
    {
      substitute: { c: 'inline' },
      substituteFrom: [
        { kind: 'ConfigMap', name: 'first' },
        { kind: 'Secret', name: 'second' },
      ],
    },
    { value: '${a} ${b} ${c}' },
    {
      objects: [map('first', { a: 'first', b: 'first', c: 'first' }), secret('second', { b: 'sec\nond', c: 'second' })],
    },
  ),
  variables(
    'functions',
    { substitute: { a: 'Abc.def', n: '5', e: '' } },
    {
      one: '${a^^} ${a,,} ${a^} ${a,}',
      two: '${a:1:2} ${a#A} ${a##*.} ${a%.*} ${a%%c*} ${#a}',
      three: '${a/b/X} ${a//e/Y} ${e:-empty} ${e-unset} ${q:=default} ${q=d}',
      four: '${n}',
    },
  ),
  variables('a function that is none', { substitute: { a: 'x' } }, { one: '${a:?nothing}', two: '${a:+plus}' }),
  kustomization('components that are missing', { components: ['../nothing'] }),
  kustomization('components that may be missing', { components: ['../nothing'], ignoreMissingComponents: true }),
  kustomization('a component that is no relative path', { components: ['/part'] }),
  kustomization('a patch that is none', { patches: [{ patch: 'nonsense' }] }),
  kustomization('a patch whose target is missing', {
    patches: [{ patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nothing}\n' }],
  }),
  kustomization('a namespace that is missing', { targetNamespace: 'TOKEN-nowhere' }),
  kustomization('decryption with keys that are missing', {
    decryption: { provider: 'sops', secretRef: { name: 'nothing' } },
  }),
  kustomization('decryption in the name of an account', { decryption: { provider: 'sops', serviceAccountName: 'x' } }),
  kustomization(
    'an encrypted Secret',
    {},
    {
      'app/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: TOKEN-app}\ndata: {a: "ENC[AES256_GCM,data:eA==,type:str]"}\nsops: {mac: x, lastmodified: "2024-01-01T00:00:00Z", version: 3.8.1}\n',
    },
  ),
  ...['', './', '/', './app/', 'x/../app', '../../app', '/app', 'app/one.yaml', 'nothing'].map((path) =>
    kustomization(`the path "${path}"`, { path }),
  ),
  kustomization(
    'a folder with a kustomization of its own',
    { namePrefix: 'p-', images: [{ name: 'a', newTag: '1' }] },
    {
      'app/kustomization.yaml': 'namePrefix: own-\nresources: [one.yaml, sub]\nimages: [{name: a, newName: b}]\n',
      'app/one.yaml': configMap('one'),
      'app/sub/kustomization.yml': 'resources: [two.yaml]\ncommonLabels: {sub: "yes"}\n',
      'app/sub/two.yaml': configMap('two'),
      'app/left.yaml': configMap('left'),
    },
  ),
  kustomization(
    'a list, several documents, and what Flux leaves alone',
    {},
    {
      'app/list.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1, namespace: TOKEN-app}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l2, namespace: TOKEN-app}}\n`,
      'app/many.yaml': `---\n# only a comment\n---\n${configMap('m1')}---\n${configMap('m2')}`,
      'app/.hidden.yaml': configMap('hidden'),
      'app/sub/deep.yml': configMap('deep'),
    },
  ),
  kustomization(
    'an object without a namespace',
    {},
    {
      'app/bare.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bare}\n',
    },
  ),
  kustomization(
    'a name that the server gives',
    {},
    {
      'app/bare.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: bare-, namespace: TOKEN-app}\n',
    },
  ),
];

const kubeconfig = (name: string, kubeConfig: JsonObject, objects: readonly JsonObject[] = []): FluxCase =>
  kustomization(`another cluster: ${name}`, { kubeConfig }, undefined, { objects });

/** Theirs are those of Go's libraries. */
const WORDS_OF_ITS_OWN = [
  'Kustomization/app.conditions',
  'theirs only: event Kustomization/app Warning',
  'ours only: event Kustomization/app Warning',
];
const account: JsonObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } };

const targets: readonly FluxCase[] = [
  kubeconfig('a Secret that is missing', { secretRef: { name: 'nothing' } }),
  kubeconfig('a key that is missing', { secretRef: { name: 'remote', key: 'nothing' } }, [
    secret('remote', { value: 'x' }),
  ]),
  kubeconfig('no key at all', { secretRef: { name: 'remote' } }, [secret('remote', { other: 'x' })]),
  {
    ...kubeconfig('no kubeconfig', { secretRef: { name: 'remote' } }, [secret('remote', { 'value.yaml': 'nonsense' })]),
    meant: WORDS_OF_ITS_OWN,
  },
  kubeconfig('a ConfigMap that is missing', { configMapRef: { name: 'nothing' } }),
  kubeconfig('a provider that nobody knows', { configMapRef: { name: 'remote' } }, [map('remote', { provider: 'x' })]),
  kubeconfig('no provider', { configMapRef: { name: 'remote' } }, [map('remote', { address: 'https://x' })]),
  {
    ...kubeconfig('the generic provider without an account', { configMapRef: { name: 'remote' } }, [
      map('remote', { provider: 'generic', address: 'https://127.0.0.1:1' }),
    ]),
    meant: WORDS_OF_ITS_OWN,
  },
  kustomization('in the name of an account that is missing', { serviceAccountName: 'nothing' }),
  kustomization(
    'in the name of an account that may do nothing, then may',
    { serviceAccountName: 'deployer' },
    undefined,
    {
      objects: [account],
      steps: [
        {
          apply: {
            manager: 'admin',
            object: {
              apiVersion: 'rbac.authorization.k8s.io/v1',
              kind: 'RoleBinding',
              metadata: { name: 'deployer', namespace: 'TOKEN-app' },
              roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
              subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace: 'TOKEN-flux' }],
            },
          },
        },
        { files: { 'app/one.yaml': null, 'app/two.yaml': configMap('two') } },
        { flux: { 'Kustomization/app': null } },
      ],
    },
  ),
];

const lives: readonly FluxCase[] = [
  kustomization(
    'prune off, then on',
    { prune: false },
    { 'app/one.yaml': configMap('one'), 'app/two.yaml': configMap('two') },
    {
      steps: [
        { files: { 'app/two.yaml': null } },
        { flux: patchOf({ prune: true }) },
        { files: { 'app/one.yaml': null, 'app/three.yaml': configMap('three') } },
      ],
    },
  ),
  kustomization(
    'marked prune: Disabled, as annotation and as label',
    {},
    {
      'app/a.yaml': marked('a', 'prune', 'Disabled'),
      'app/b.yaml': marked('b', 'prune', 'disabled', 'labels'),
      'app/c.yaml': configMap('c'),
    },
    {
      steps: [
        { files: { 'app/a.yaml': null, 'app/b.yaml': null } },
        { files: { 'app/a.yaml': configMap('a') } },
        { files: { 'app/a.yaml': null } },
        { flux: { 'Kustomization/app': null } },
      ],
    },
  ),
  ...(['Merge', 'merge', 'IfNotPresent', 'ifnotpresent', 'Ignore', 'Override'] as const).flatMap((value) =>
    (['annotations', 'labels'] as const).map((as) =>
      kustomization(
        `marked ssa: ${value} by ${as}`,
        {},
        { 'app/a.yaml': marked('a', 'ssa', value, as), 'app/z.yaml': configMap('z') },
        {
          steps: [
            {
              apply: {
                manager: 'kubectl',
                object: {
                  ...map('a', { value: 'theirs', more: 'm' }),
                  metadata: { name: 'a', namespace: 'TOKEN-app' },
                },
              },
            },
            { files: { 'app/a.yaml': marked('a', 'ssa', value, as).replace('"x"', '"y"') } },
            // Without the mark upstream gives up what kubectl owns at the second look, and a step makes one or two.
            ...(/^merge$/i.test(value) ? [] : [{ files: { 'app/a.yaml': configMap('a', { value: 'plain' }) } }]),
            { files: { 'app/a.yaml': null } },
          ],
        },
      ),
    ),
  ),
  kustomization(
    'marked reconcile: disabled in Git, then free',
    {},
    {
      'app/a.yaml': marked('a', 'reconcile', 'disabled'),
      'app/z.yaml': configMap('z'),
    },
    {
      steps: [
        { files: { 'app/a.yaml': configMap('a') } },
        { files: { 'app/a.yaml': marked('a', 'reconcile', 'Disabled').replace('"x"', '"y"') } },
        { files: { 'app/a.yaml': configMap('a', { value: 'z' }) } },
      ],
    },
  ),
  kustomization(
    'an immutable field, then force',
    {},
    { 'app/a.yaml': configMap('a').replace('\ndata:', '\nimmutable: true\ndata:') },
    {
      steps: [
        { files: { 'app/a.yaml': configMap('a', { value: 'new' }).replace('\ndata:', '\nimmutable: true\ndata:') } },
        { flux: patchOf({ force: true }) },
      ],
    },
  ),
  kustomization(
    'one that is wrong beside one that is right',
    {},
    {
      'app/a.yaml': configMap('a'),
      'app/b.yaml': configMap('b', { value: 7 }).replace('"7"', '7'),
    },
    { meant: ['Kustomization/app.history'] },
  ),
  ...['MirrorPrune', 'Delete', 'Orphan', 'WaitForTermination'].flatMap((deletionPolicy) =>
    [true, false].map((prune) =>
      kustomization(
        `deleted with ${deletionPolicy} where prune is ${String(prune)}`,
        { deletionPolicy, prune },
        undefined,
        {
          steps: [{ flux: { 'Kustomization/app': null } }],
        },
      ),
    ),
  ),
  kustomization('suspended from the start, resumed, suspended, deleted', { suspend: true }, undefined, {
    steps: [
      { flux: patchOf({ suspend: false }) },
      { flux: patchOf({ suspend: true }) },
      { files: { 'app/two.yaml': configMap('two') } },
      { flux: { 'Kustomization/app': null } },
    ],
  }),
  kustomization('rules of ignore that cannot be read', {
    ignore: [{ paths: ['data/value'] }, { paths: ['/data'], target: { name: '(' } }],
  }),
  kustomization(
    'ignore: what others own, and what nobody owns',
    { ignore: [{ paths: ['/data/value', '/metadata/labels/x~1y'] }] },
    {
      'app/a.yaml': configMap('a', { value: 'git', other: 'git' }, ', labels: {"x/y": "git"}'),
    },
    {
      steps: [
        {
          apply: {
            manager: 'other',
            object: { ...map('a', { value: 'theirs' }), metadata: { name: 'a', namespace: 'TOKEN-app' } },
          },
        },
        { files: { 'app/a.yaml': configMap('a', { value: 'git2', other: 'git2' }) } },
        { flux: patchOf({ ignore: null }) },
      ],
    },
  ),
  kustomization('intervals of nothing', { interval: '0s', retryInterval: '0s', timeout: '0s' }),
];

export const kustomizationCases: readonly FluxCase[] = [...spec, ...builds, ...targets, ...lives];
