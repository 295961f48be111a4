// Objects in all sorts of trouble: definitions with what they define, owners, finalizers, jobs, what others write into them.
import type { JsonObject } from '../../../src/model/json.ts';
import { configMap } from './fluxCase.ts';
import type { FluxCase, FluxStep } from './fluxCase.ts';

const FLUX = 'kustomize.toolkit.fluxcd.io';
type Files = Readonly<Record<string, string | null>>;

const objects = (name: string, files: Files, steps: readonly FluxStep[] = [], spec: JsonObject = {}): FluxCase => ({
  name: `objects: ${name}`,
  repository: (repo) => repo.commit(files),
  kustomizations: { app: spec },
  steps,
});
const inApp = (
  apiVersion: string,
  kind: string,
  name: string,
  body: JsonObject,
  more: JsonObject = {},
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'TOKEN-app', ...more },
  ...body,
});
const text = (...parts: Parameters<typeof inApp>): string => JSON.stringify(inApp(...parts));
/** Somebody else writes into a ConfigMap. */
const meddles = (name: string, body: JsonObject, manager = 'other', more: JsonObject = {}): FluxStep => ({
  apply: { manager, object: inApp('v1', 'ConfigMap', name, body, more) },
});
const live = (key: string, value: string): JsonObject => ({ annotations: { [`${FLUX}/${key}`]: value } });
const again: FluxStep = {};

const definition = (versions: readonly string[], scope = 'Namespaced'): string =>
  JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'parts.TOKEN.example.com' },
    spec: {
      group: 'TOKEN.example.com',
      scope,
      names: { kind: 'Part', plural: 'parts', singular: 'part', listKind: 'PartList' },
      versions: versions.map((name, at) => ({
        name,
        served: true,
        storage: at === versions.length - 1,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { size: { type: 'integer', default: 3 }, mode: { type: 'string', enum: ['a', 'b'] } },
              },
            },
          },
        },
      })),
    },
  });
const part = (version: string, spec: JsonObject): string =>
  JSON.stringify(inApp(`TOKEN.example.com/${version}`, 'Part', 'p', { spec }));
const deployment = (image: string, spec: JsonObject = {}): string =>
  text('apps/v1', 'Deployment', 'web', {
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } },
      ...spec,
    },
  });
const job = (image: string, more: JsonObject = {}): string =>
  text('batch/v1', 'Job', 'j', {
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } }, ...more },
  });

export const objectCases: readonly FluxCase[] = [
  objects(
    'a definition and its object, then the object goes, then both',
    {
      'app/crd.yaml': definition(['v1']),
      'app/part.yaml': part('v1', { mode: 'a' }),
      'app/one.yaml': configMap('one'),
    },
    [
      { files: { 'app/part.yaml': part('v1', { mode: 'b', size: 4 }) } },
      { files: { 'app/part.yaml': null } },
      { files: { 'app/part.yaml': part('v1', {}) } },
      { files: { 'app/part.yaml': null, 'app/crd.yaml': null } },
    ],
  ),
  objects(
    'a definition gets a second version, and the object follows',
    {
      'app/crd.yaml': definition(['v1']),
      'app/part.yaml': part('v1', { mode: 'a' }),
    },
    [
      { files: { 'app/crd.yaml': definition(['v1', 'v2']) } },
      { files: { 'app/part.yaml': part('v2', { mode: 'a' }) } },
      { files: { 'app/part.yaml': part('v2', { mode: 'b' }) } },
    ],
  ),
  {
    ...objects(
      'an object that its definition refuses',
      {
        'app/crd.yaml': definition(['v1']),
        'app/part.yaml': part('v1', { mode: 'c' }),
      },
      [{ files: { 'app/part.yaml': part('v1', { mode: 'a' }) } }],
    ),
    // What is made is in the inventory before it is made (docs/differences.md).
    meant: ['Kustomization/app.inventory', 'CustomResourceDefinition//parts'],
  },
  objects(
    'an object whose kind nobody defines, then somebody does',
    { 'app/part.yaml': part('v1', {}), 'app/one.yaml': configMap('one') },
    [{ files: { 'app/crd.yaml': definition(['v1']) } }],
  ),
  objects(
    'a namespace with what is in it, and without',
    {
      'app/ns.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: TOKEN-new}\n',
      'app/in.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: in, namespace: TOKEN-new}\ndata: {a: b}\n',
    },
    [{ files: { 'app/one.yaml': configMap('one') } }],
  ),
  objects('an object in a namespace that is missing', {
    'app/in.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: in, namespace: TOKEN-missing}\n',
    'app/one.yaml': configMap('one'),
  }),
  objects(
    'a Deployment that changes: image, a container more, an env less',
    { 'app/web.yaml': deployment('nginx:1') },
    [
      { files: { 'app/web.yaml': deployment('nginx:2', { replicas: 0, minReadySeconds: 0, paused: false }) } },
      { files: { 'app/web.yaml': deployment('nginx:2', { replicas: 2, revisionHistoryLimit: 3 }) } },
      { files: { 'app/web.yaml': deployment('nginx:2') } },
    ],
  ),
  objects('a selector that changes, then force', { 'app/web.yaml': deployment('nginx:1') }, [
    { files: { 'app/web.yaml': deployment('nginx:1').replaceAll('"app":"web"', '"app":"other"') } },
    { flux: { 'Kustomization/app': { spec: { force: true } } } },
  ]),
  objects('images by name, with tag, digest and another name', { 'app/web.yaml': deployment('nginx:1') }, [
    {
      flux: {
        'Kustomization/app': {
          spec: { images: [{ name: 'nginx', newName: 'r.example.com/nginx', digest: `sha256:${'a'.repeat(64)}` }] },
        },
      },
    },
    {
      flux: {
        'Kustomization/app': {
          spec: {
            images: [
              { name: 'nginx', newTag: '7' },
              { name: 'none', newTag: '1' },
            ],
          },
        },
      },
    },
  ]),
  objects('a Job that changes, and one that may be forced', { 'app/job.yaml': job('a:1') }, [
    { files: { 'app/job.yaml': job('a:2') } },
    {
      files: {
        'app/job.yaml': job('a:2').replace('"namespace"', `"annotations":{"${FLUX}/force":"Enabled"},"namespace"`),
      },
    },
  ]),
  objects(
    'a Job with a TTL that is waited for',
    { 'app/job.yaml': job('a:1', { ttlSecondsAfterFinished: 1, suspend: true }) },
    [],
    {
      wait: true,
      timeout: '30s',
    },
  ),
  objects(
    'a Service that gets another type and loses a port',
    {
      'app/svc.yaml': text('v1', 'Service', 's', {
        spec: {
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
          selector: { a: 'b' },
        },
      }),
    },
    [
      {
        files: {
          'app/svc.yaml': text('v1', 'Service', 's', {
            spec: { ports: [{ name: 'a', port: 80, protocol: 'TCP' }], selector: { a: 'b' } },
          }),
        },
      },
      {
        files: {
          'app/svc.yaml': text('v1', 'Service', 's', { spec: { type: 'ExternalName', externalName: 'x.example.com' } }),
        },
      },
    ],
  ),
  objects(
    'roles, their bindings and an account',
    {
      'app/rbac.yaml': [
        text('v1', 'ServiceAccount', 'sa', {}),
        text('rbac.authorization.k8s.io/v1', 'Role', 'r', {
          rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
        }),
        text('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rb', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
          subjects: [{ kind: 'ServiceAccount', name: 'sa' }],
        }),
      ].join('\n---\n'),
    },
    [again],
  ),
  objects(
    'a Secret by data and stringData, and another type',
    {
      'app/s.yaml': text('v1', 'Secret', 's', { data: { a: 'eA==' }, stringData: { b: 'y' } }),
    },
    [
      { files: { 'app/s.yaml': text('v1', 'Secret', 's', { stringData: { b: 'z' } }) } },
      { files: { 'app/s.yaml': text('v1', 'Secret', 's', { type: 'example.com/x', stringData: { b: 'z' } }) } },
    ],
  ),
  objects(
    'null and empty values',
    {
      'app/one.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: TOKEN-app, labels: {}, annotations: null}\ndata: {a: "", b: null}\nbinaryData: {}\n',
    },
    [again],
  ),
  objects(
    'status and fields of the server in Git',
    {
      'app/one.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: TOKEN-app, creationTimestamp: null, uid: x, resourceVersion: "7", generation: 3, managedFields: []}\ndata: {a: b}\n',
    },
    [again],
  ),
  objects(
    'empty and unknown metadata',
    {
      'app/one.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: TOKEN-app, finalizers: [], ownerReferences: [], managedFields: [], generation: 0, generateName: "", unknown: x}\ndata: {a: b}\n',
      'app/crd.yaml': definition(['v1']),
      'app/part.yaml': part('v1', {}).replace(
        '"namespace"',
        '"finalizers":[],"annotations":{},"generation":0,"namespace"',
      ),
    },
    [again],
  ),
  objects(
    'drift: another value, a value more, one less, gone',
    { 'app/one.yaml': configMap('one', { a: 'a', b: 'b' }) },
    [
      meddles('one', { data: { a: 'theirs' } }),
      meddles('one', { data: { more: 'theirs' } }),
      meddles('one', { data: {} }, 'kubectl'),
      meddles('one', { data: { a: 'k', more: 'k' } }, 'kubectl'),
      again,
    ],
  ),
  ...(
    ['ssa:Merge', 'ssa:IfNotPresent', 'ssa:Ignore', 'prune:Disabled', 'reconcile:disabled', 'force:Enabled'] as const
  ).map((pair) => {
    const [key = '', value = ''] = pair.split(':');
    return objects(
      `${key}: ${value} on the live object alone`,
      { 'app/one.yaml': configMap('one'), 'app/z.yaml': configMap('z') },
      [
        meddles('one', { data: { theirs: 'x' } }, 'admin', live(key, value)),
        { files: { 'app/one.yaml': configMap('one', { value: 'y' }) } },
        { files: { 'app/one.yaml': null } },
      ],
    );
  }),
  objects(
    'the labels of the owner are taken off, and another one is put on',
    { 'app/one.yaml': configMap('one'), 'app/z.yaml': configMap('z') },
    [
      meddles('one', {}, 'admin', { labels: { [`${FLUX}/name`]: 'other' } }),
      again,
      meddles('one', {}, 'admin', { labels: { [`${FLUX}/name`]: 'other' } }),
    ],
  ),
  objects(
    'a finalizer on what goes',
    { 'app/one.yaml': configMap('one', {}, ', finalizers: ["example.com/hold"]'), 'app/z.yaml': configMap('z') },
    [{ files: { 'app/one.yaml': configMap('one', { a: 'b' }) } }],
  ),
  objects(
    'labels, annotations and names that the server refuses',
    {
      'app/one.yaml': configMap('one', {}, ', labels: {"a b": "c"}'),
      'app/z.yaml': configMap('z'),
    },
    [{ files: { 'app/one.yaml': configMap('one', {}, ', annotations: {"a/b/c": "d"}') } }],
  ),
  objects('a kind that changes its name in one commit', { 'app/one.yaml': configMap('one') }, [
    { files: { 'app/one.yaml': text('v1', 'Secret', 'one', { stringData: { a: 'b' } }) } },
    { files: { 'app/one.yaml': configMap('two') } },
    { files: { 'app/one.yaml': configMap('two').replace('TOKEN-app', 'TOKEN-flux') } },
  ]),
  objects(
    'an older version of a kind',
    {
      'app/hpa.yaml': text('autoscaling/v1', 'HorizontalPodAutoscaler', 'h', {
        spec: {
          minReplicas: 1,
          maxReplicas: 3,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          targetCPUUtilizationPercentage: 50,
        },
      }),
    },
    [
      again,
      {
        files: {
          'app/hpa.yaml': text('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', {
            spec: {
              minReplicas: 1,
              maxReplicas: 4,
              scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
            },
          }),
        },
      },
    ],
  ),
  objects('two objects of one name', {
    'app/a.yaml': configMap('one', { a: '1' }),
    'app/b.yaml': configMap('one', { a: '2' }),
  }),
  objects('an object without kind, one without version', {
    'app/a.yaml': 'metadata: {name: x}\n',
    'app/b.yaml': configMap('one'),
  }),
  objects(
    'what waits for a Deployment that is never ready',
    { 'app/web.yaml': deployment('nginx:1', { replicas: 1 }) },
    [],
    { wait: true, timeout: '30s' },
  ),
  objects(
    'what waits for a Deployment of no replicas',
    { 'app/web.yaml': deployment('nginx:1', { replicas: 0 }) },
    [{ files: { 'app/one.yaml': configMap('one') } }, again],
    { wait: true, timeout: '30s' },
  ),
  {
    name: 'objects: one Kustomization makes another, which goes with it',
    // It may be at the new revision just then.
    meant: ['theirs only: event Kustomization/inner', 'ours only: event Kustomization/inner'],
    repository: (repo) =>
      repo.commit({
        'app/inner.yaml': `apiVersion: ${FLUX}/v1\nkind: Kustomization\nmetadata: {name: inner, namespace: TOKEN-flux, labels: {plumbline.test/engine: ENGINE}}\nspec: {interval: 1h, path: ./inner, prune: true, sourceRef: {kind: GitRepository, name: repo}}\n`,
        'inner/one.yaml': configMap('one'),
      }),
    kustomizations: { app: { wait: true, timeout: '40s' } },
    steps: [
      { files: { 'inner/two.yaml': configMap('two') } },
      { files: { 'app/inner.yaml': null, 'app/z.yaml': configMap('z') } },
    ],
  },
];
