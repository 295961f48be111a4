// The manifests of generated scenarios: one text for each kind, name, variant and way of being broken.
import type { ObjectRef } from '../../src/model/objectRef.ts';

/** `Fixed` is an immutable ConfigMap; `Inside` an object in a namespace of the repository; `Definition` a CRD with an object of it. */
export type ItemKind =
  | 'ConfigMap'
  | 'Secret'
  | 'Service'
  | 'Deployment'
  | 'Job'
  | 'ServiceAccount'
  | 'Role'
  | 'Fixed'
  | 'Namespace'
  | 'Definition'
  | 'Inside'
  | 'RoleBinding'
  | 'StatefulSet'
  | 'CronJob'
  | 'HorizontalPodAutoscaler'
  | 'Ingress'
  | 'ClusterRole'
  | 'PriorityClass';

export interface Item {
  folder: string;
  readonly kind: ItemKind;
  name: string;
  variant: number;
  annotations: Record<string, string>;
  /** 0: sound; 1: no YAML; 2: a name that is none; 3: a kind that is not served; 4: in no namespace; 5: a field that is none. */
  broken: number;
}

export const VARIANTS = 6;
export const BREAKS = 5;

/** Cluster-scoped objects, and those that come with them, are drifted by labels only. */
export const isIncluded = ({ kind }: Item): boolean =>
  ['Namespace', 'Definition', 'Inside', 'Fixed', 'ClusterRole', 'PriorityClass'].includes(kind);

const GROUPS: Readonly<Partial<Record<ItemKind, readonly [group: string, version: string]>>> = {
  Deployment: ['apps', 'v1'],
  StatefulSet: ['apps', 'v1'],
  Job: ['batch', 'v1'],
  CronJob: ['batch', 'v1'],
  HorizontalPodAutoscaler: ['autoscaling', 'v2'],
  Ingress: ['networking.k8s.io', 'v1'],
  Role: ['rbac.authorization.k8s.io', 'v1'],
  RoleBinding: ['rbac.authorization.k8s.io', 'v1'],
  ClusterRole: ['rbac.authorization.k8s.io', 'v1'],
  PriorityClass: ['scheduling.k8s.io', 'v1'],
};

export function refOfItem({ kind, name }: Item): ObjectRef {
  const namespace = 'TOKEN-app';
  const [group, version] = GROUPS[kind] ?? ['', 'v1'];
  switch (kind) {
    case 'ClusterRole':
    case 'PriorityClass':
      return { group, version, kind, namespace: '', name: `TOKEN-${name}` };
    case 'Namespace':
      return { group: '', version: 'v1', kind, namespace: '', name: `TOKEN-${name}` };
    case 'Definition':
      return { group: `${name}.TOKEN.dev`, version: 'v1', kind: 'Buoy', namespace, name };
    case 'Inside':
      return { group: '', version: 'v1', kind: 'ConfigMap', namespace: `TOKEN-${name}`, name: `in-${name}` };
    case 'Fixed':
      return { group: '', version: 'v1', kind: 'ConfigMap', namespace, name: `fixed-${name}` };
    default:
      return { group, version, kind, namespace, name };
  }
}

/** What a folder has however the edits go, until it is emptied; and what is left of an emptied one, so that its path is there. */
export const basePath = (folder: string): string => `${folder}/base.yaml`;
export const readmePath = (folder: string): string => `${folder}/README.md`;
export function baseText(folder: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base-${folder}, namespace: TOKEN-app}\ndata: {a: b}\n`;
}

export function manifestText(item: Item): string {
  if (item.broken === 1) return 'apiVersion: v1\nkind: [ConfigMap\n';
  if (item.kind === 'Definition') return `${definition(item)}---\n${manifest(item)}`;
  return manifest(item);
}

function manifest(item: Item): string {
  const { group, version, kind, namespace, name } = refOfItem(item);
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const served = item.broken === 3 ? 'absent.example.dev/v1' : apiVersion;
  const called = item.broken === 2 ? `${name}_BAD` : name;
  const lines = [`apiVersion: ${served}`, `kind: ${kind}`, 'metadata:', `  name: ${called}`];
  if (namespace !== '') lines.push(`  namespace: ${item.broken === 4 ? 'TOKEN-absent' : namespace}`);
  lines.push('  labels:', `    variant: v${item.variant}`);
  const annotations = Object.entries(item.annotations);
  if (annotations.length > 0)
    lines.push('  annotations:', ...annotations.map(([key, value]) => `    ${key}: "${value}"`));
  if (item.broken === 5) lines.push('absent: true');
  return `${lines.join('\n')}\n${body(item)}`;
}

function body({ kind, variant }: Item): string {
  switch (kind) {
    case 'ConfigMap':
    case 'Inside':
      return `data:\n  shared: value-${variant}\n${variant % 2 === 0 ? '  extra: "1"\n' : ''}${variant === 3 ? '  filled: $'.concat('{value:=default}\n') : ''}`;
    case 'Fixed':
      return `immutable: true\ndata:\n  shared: value-${variant % 2}\n`;
    case 'Secret':
      return variant % 2 === 0 ? `stringData:\n  key: value-${variant}\n` : `data:\n  key: dmFsdWU=\n`;
    case 'Service':
      return `spec:\n  selector: {app: a${variant}}\n${variant === 4 ? '  sessionAffinity: ClientIP\n' : ''}  ports:\n  - {name: web, port: ${80 + variant}, targetPort: web}\n${variant % 2 === 0 ? '  - {name: two, port: 90, protocol: UDP}\n' : ''}`;
    case 'Deployment':
      return `spec:\n  replicas: 0\n  minReadySeconds: ${variant % 2}\n${variant % 2 === 0 ? '  revisionHistoryLimit: 3\n' : ''}  selector: {matchLabels: {app: s${variant % 3}}}\n  template:\n    metadata: {labels: {app: s${variant % 3}}}\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.${variant}\n        env: [{name: A, value: "${variant}"}]\n`;
    case 'Job':
      return `spec:\n  suspend: true\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: job, image: "job:${variant % 2}"}]\n`;
    case 'RoleBinding':
      return `roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r${variant % 3}}\nsubjects: [{kind: User, name: u${variant}, apiGroup: rbac.authorization.k8s.io}]\n`;
    case 'StatefulSet':
      return `spec:\n  replicas: 0\n  serviceName: s${variant % 3}\n  selector: {matchLabels: {app: set}}\n  template:\n    metadata: {labels: {app: set}}\n    spec:\n      containers:\n      - {name: web, image: "nginx:1.${variant}", ports: [{containerPort: ${80 + variant}}]}\n`;
    case 'CronJob':
      return `spec:\n  suspend: true\n  schedule: "${variant} * * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers: [{name: job, image: job, args: [a${variant}]}]\n`;
    case 'HorizontalPodAutoscaler':
      return `spec:\n  minReplicas: ${1 + (variant % 2)}\n  maxReplicas: ${3 + variant}\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: one}\n  metrics:\n  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: ${50 + variant}}}}\n`;
    case 'Ingress':
      return `spec:\n  rules:\n  - host: h${variant % 2}.example.com\n    http:\n      paths: [{path: /p${variant}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]\n`;
    case 'PriorityClass':
      return `value: ${1000 + (variant % 2)}\ndescription: d${variant}\n`;
    case 'ClusterRole':
    case 'Role':
      return `rules:\n- {apiGroups: [""], resources: [pods], verbs: [get${variant % 2 === 0 ? ', list' : ''}]}\n`;
    case 'Definition':
      return `spec:\n  depth: ${variant}\n  parts: [{name: a, size: ${variant}}, {name: b}]\n`;
    default:
      return '';
  }
}

function definition({ name, variant, annotations }: Item): string {
  const more = variant % 2 === 0 ? ', note: {type: string, default: none}' : '';
  const noted = Object.entries(annotations).map(([key, value]) => `${key}: "${value}"`);
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: buoys.${name}.TOKEN.dev
  annotations: {${noted.join(', ')}}
spec:
  group: ${name}.TOKEN.dev
  scope: Namespaced
  names: {plural: buoys, singular: buoy, kind: Buoy, listKind: BuoyList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              depth: {type: integer}
              parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}, size: {type: integer}}}}${more === '' ? '' : `\n              note: {type: string, default: none}`}
`;
}
