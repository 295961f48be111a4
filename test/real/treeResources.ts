// Generated resources for trees.ts: kinds with the fields that transformers reach, and references between them.
import { chance, pick, rarely, some } from './treeDraw.ts';
import type { Draw } from './treeDraw.ts';
import type { Made } from './treeLevel.ts';
import { scalar, textScalar } from './treeScalars.ts';
import { structured } from './treeTexts.ts';

const NAMES = ['web', 'db', 'cfg', 'web-2', 'a.b', 'x'] as const;
export const NAMESPACES = ['one', 'two', 'default'] as const;

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusterScoped?: boolean;
  readonly body: (draw: Draw) => string;
}

const name = (draw: Draw): string => pick(draw, NAMES);

function podSpec(draw: Draw, pad: string): string {
  const container = (i: number): string => `
- name: c${i}
  image: ${pick(draw, ['web:1', 'nginx', 'registry.example.com:5000/web:1.2', 'db@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3', 'web'])}${
    chance(draw, 40)
      ? `
  env:
  - name: A
    value: ${pick(draw, ['"1"', 'x', '$(A) y', '"$(VAR)"'])}
  - name: B
    valueFrom:
      ${chance(draw, 50) ? 'configMapKeyRef' : 'secretKeyRef'}:
        name: ${name(draw)}
        key: k`
      : ''
  }${
    chance(draw, 30)
      ? `
  envFrom:
  - ${chance(draw, 50) ? 'configMapRef' : 'secretRef'}:
      name: ${name(draw)}`
      : ''
  }${
    chance(draw, 30)
      ? `
  ports:
  - containerPort: 80
    name: http
  - containerPort: 80
    protocol: UDP`
      : ''
  }${
    chance(draw, 20)
      ? `
  args: ["--a", ${pick(draw, ['x', '"1"', 'b c'])}]`
      : ''
  }`;
  const volumes = chance(draw, 40)
    ? `
volumes:
- name: v
  configMap: {name: ${name(draw)}}
- name: w
  secret:
    secretName: ${name(draw)}
- name: y
  persistentVolumeClaim:
    claimName: ${name(draw)}${
      chance(draw, 30)
        ? `
- name: z
  projected:
    sources:
    - configMap:
        name: ${name(draw)}
    - secret: {name: ${name(draw)}}`
        : ''
    }`
    : '';
  const text = `${
    chance(draw, 30)
      ? `
serviceAccountName: ${name(draw)}`
      : ''
  }${
    chance(draw, 20)
      ? `
imagePullSecrets:
- name: ${name(draw)}`
      : ''
  }${
    chance(draw, 20)
      ? `
initContainers:${container(9)}`
      : ''
  }
containers:${container(0)}${chance(draw, 30) ? container(1) : ''}${volumes}`;
  return text.replaceAll('\n', `\n${pad}`);
}

function template(draw: Draw, pad: string): string {
  const labels = chance(draw, 70)
    ? `
metadata:
  labels:
    app: web${chance(draw, 20) ? '\n  annotations: {n: "1"}' : ''}`
    : '';
  return `${labels.replaceAll('\n', `\n${pad}`)}
${pad}spec:${podSpec(draw, `${pad}  `)}`;
}

const workload = (kind: string): Kind => ({
  apiVersion: 'apps/v1',
  kind,
  body: (draw) => `
spec:${chance(draw, 70) && kind !== 'DaemonSet' ? `\n  replicas: ${pick(draw, ['1', '2', '3'])}` : ''}${
    chance(draw, 70)
      ? `
  selector:
    matchLabels:
      app: web`
      : ''
  }${
    kind === 'StatefulSet'
      ? `
  serviceName: ${name(draw)}`
      : ''
  }
  template:${template(draw, '    ')}${
    kind === 'StatefulSet' && chance(draw, 40)
      ? `
  volumeClaimTemplates:
  - metadata:
      name: data
    spec: {accessModes: [ReadWriteOnce]}`
      : ''
  }`,
});

const data = (draw: Draw): string =>
  some(draw, 4, (i) => `\n  ${pick(draw, ['k', 'a.txt', 'C-c', 'B_b', 't1x', 't10x'])}${i}: ${scalar(draw, 4)}`).join(
    '',
  ) + (rarely(draw, 5) ? '\n  k0: again' : '');

const binding = (kind: string, of: readonly string[]): Kind => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  clusterScoped: kind === 'ClusterRoleBinding',
  body: (draw) => `
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${pick(draw, of)}
  name: ${name(draw)}
subjects:
- kind: ServiceAccount
  name: ${chance(draw, 30) ? 'default' : name(draw)}${chance(draw, 60) ? `\n  namespace: ${pick(draw, NAMESPACES)}` : ''}
- kind: User
  name: ${name(draw)}`,
});

const KINDS: readonly Kind[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', body: (draw) => `\ndata:${data(draw) || ' {}'}` },
  workload('Deployment'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    body: (draw) =>
      `\nspec:\n${chance(draw, 80) ? `  selector:\n    app: web\n` : ''}  ports:\n  - port: 80\n    name: http\n${chance(draw, 30) ? '  - port: 80\n    protocol: UDP\n' : ''}  type: ${pick(draw, ['ClusterIP', 'NodePort'])}`,
  },
  {
    apiVersion: 'example.com/v1',
    kind: 'Foo',
    body: (draw) => `\nspec:${some(draw, 4, (i) => `\n  f${i}: ${scalar(draw, 4)}`).join('') || ' {}'}`,
  },
  {
    apiVersion: 'example.com/v1',
    kind: 'Foo',
    body: (draw) =>
      `\nspec:\n  f0: ${name(draw)}\n  image: web:1${chance(draw, 50) ? '\n  items:\n  - name: a\n    id: 1\n    v: old\n  - name: b\n    id: 1\n  - {id: 2}' : ''}${chance(draw, 30) ? `\n  ref: {name: ${name(draw)}, key: ${name(draw)}}` : ''}${chance(draw, 30) ? `\n  containers:\n  - image: nginx:1.2\n  - name: x` : ''}${chance(draw, 20) ? '\n  sel: {app: web}\n  note: {}' : ''}${chance(draw, 4) ? pick(draw, ['\n  <<: {f1: merged, f3: {a: 1}}', '\n  <<: [{f1: one}, {f1: two, f2: x}]', '\n  <<: {<<: {f1: deep, f2: x}, f3: y}', '\n  f4: !!merge x']) : ''}`,
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    body: (draw) =>
      `\ndata:\n  k0: ${pick(draw, ['"a:b:c"', 'http://web.one:80/x', '$(VAR)', '"$(VAR) and $(A)"', '$(NONE)', '$$(VAR)'])}\n  conf.json: ${pick(draw, ['\'{"host": "h", "n": [1, {"a": "b"}]}\'', '|-\n    {\n      "host": "h",\n      "n": []\n    }'])}\n  conf.yaml: |${pick(draw, ['', '-'])}\n    host: h # comment\n    list:\n      - name: a\n        v: 1\n      - name: b\n        v: "2"${chance(draw, 40) ? `\n    single: 'x'\n    block: ${pick(draw, ['|', '>-', '|+'])}\n      b\n    star: a *b` : ''}`,
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    body: (draw) =>
      `\n${chance(draw, 50) ? 'stringData:\n  k: v\n  n: "1"' : 'data:\n  k: dmFsdWU='}${chance(draw, 40) ? '\ntype: Opaque' : ''}`,
  },
  workload('StatefulSet'),
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    body: (draw) =>
      chance(draw, 50) ? `\nsecrets:\n- name: ${name(draw)}\nimagePullSecrets:\n- name: ${name(draw)}` : '',
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    body: (draw) => `
spec:
  tls:
  - secretName: ${name(draw)}
    hosts: [a.example.com]
  rules:
  - host: a.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: ${name(draw)}
            port: {number: 80}`,
  },
  workload('DaemonSet'),
  { apiVersion: 'batch/v1', kind: 'Job', body: (draw) => `\nspec:\n  template:${template(draw, '    ')}` },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    body: (draw) =>
      `\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:${template(draw, '        ')}`,
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    body: (draw) =>
      `\nrules:\n- apiGroups: [""]\n  resources: [secrets]\n  resourceNames: [${name(draw)}]\n  verbs: [get]`,
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    clusterScoped: true,
    body: (draw) =>
      `\nrules:\n- apiGroups: ["*"]\n  resources: ["*"]\n  resourceNames: [${name(draw)}]\n  verbs: ["*"]`,
  },
  binding('RoleBinding', ['Role', 'ClusterRole']),
  binding('ClusterRoleBinding', ['ClusterRole']),
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    body: (draw) =>
      `\nspec:\n  accessModes: [ReadWriteOnce]\n  volumeName: ${name(draw)}\n  storageClassName: ${name(draw)}`,
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    clusterScoped: true,
    body: (draw) => `\nspec:\n  storageClassName: ${name(draw)}\n  claimRef: {name: ${name(draw)}, namespace: one}`,
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    clusterScoped: true,
    body: () => '\nprovisioner: example.com/p',
  },
  { apiVersion: 'v1', kind: 'Namespace', clusterScoped: true, body: () => '' },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    clusterScoped: true,
    body: (draw) => `\nspec:\n  service:\n    name: ${name(draw)}\n    namespace: ${pick(draw, NAMESPACES)}`,
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    clusterScoped: true,
    body: () => '\nvalue: 1000000',
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    body: (draw) => `\nspec:${podSpec(draw, '  ')}\n  priorityClassName: ${name(draw)}`,
  },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', body: (draw) => `\nspec:\n  template:${template(draw, '    ')}` },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    body: (draw) =>
      `\nspec:\n  parentRefs:\n  - name: ${name(draw)}\n  rules:\n  - backendRefs:\n    - name: ${name(draw)}\n      port: 80`,
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    clusterScoped: true,
    body: (draw) =>
      `\nwebhooks:\n- name: a.example.com\n  clientConfig:\n    service: {name: ${name(draw)}, namespace: ${pick(draw, NAMESPACES)}}`,
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    body: (draw) =>
      `\nspec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: ${pick(draw, ['Deployment', 'StatefulSet'])}\n    name: ${name(draw)}\n  maxReplicas: 3`,
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    body: () => '\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web',
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    body: () =>
      '\nspec:\n  podSelector:\n    matchLabels: {app: web}\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: web',
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    clusterScoped: true,
    body: (draw) =>
      `\nwebhooks:\n- name: a.example.com\n  clientConfig:\n    service:\n      name: ${name(draw)}\n      namespace: ${pick(draw, NAMESPACES)}`,
  },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    clusterScoped: true,
    body: () =>
      '\nspec:\n  group: example.com\n  names: {kind: Foo, plural: foos}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          image: {type: string}',
  },
];

/** One resource; common kinds come first, so that it shrinks to a ConfigMap. */
export function resource(draw: Draw, tag: string): Made {
  const kind = chance(draw, 50) ? pick(draw, KINDS) : pick(draw, KINDS.slice(0, 6));
  const own = name(draw) + (chance(draw, 70) ? tag : '');
  const namespace = kind.clusterScoped !== true && chance(draw, 35) ? pick(draw, NAMESPACES) : undefined;
  const labels = chance(draw, 40)
    ? `\n  labels:\n    app: web\n    ${pick(draw, ['tier', 'b/c', '"k"'])}: ${textScalar(draw)}`
    : '';
  const annotations = chance(draw, 40)
    ? `\n  annotations:\n    note: ${scalar(draw, 6)}${chance(draw, 20) ? '\n    config.kubernetes.io/local-config: "false"' : ''}${chance(draw, 5) ? `\n    ${pick(draw, ['note', 'n'])}: ${scalar(draw, 6)}\n    n: twice` : ''}`
    : '';
  const body = kind.body(draw);
  const inner = chance(draw, 25) ? withText(draw, body) : { body, texts: [] };
  const text = `apiVersion: ${kind.apiVersion}
kind: ${kind.kind}
metadata:
  name: ${own}${namespace === undefined ? '' : `\n  namespace: ${namespace}`}${labels}${annotations}${inner.body}
`;
  return { id: { apiVersion: kind.apiVersion, kind: kind.kind, name: own, namespace, texts: inner.texts }, text };
}

/** The data or the spec of an object with a field more that holds a text, and the field paths into that. */
function withText(draw: Draw, body: string): { readonly body: string; readonly texts: readonly string[] } {
  const field = /^\n(data|stringData|spec):(?! \{\})/.exec(body)?.[1];
  if (field === undefined) return { body, texts: [] };
  const { text, paths } = structured(draw);
  // What is there stands further to the right than the new field.
  const lines = body.slice(1).split('\n');
  const isBlock = chance(draw, 40) && /^(?![ \n])[\t\n\x20-\x7e]+[^\n]\n?$/.test(text);
  const written = isBlock
    ? `|${text.endsWith('\n') ? '' : '-'}\n    ${text.trimEnd().replaceAll('\n', '\n    ')}`
    : JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape);
  return {
    body: `\n${[lines[0], `  s.txt: ${written}`, ...lines.slice(1)].join('\n')}`,
    texts: paths.map((path) => `${field}.s\\.txt.${path}`),
  };
}

const escape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
