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
  | 'Inside';

export interface Item {
  folder: string;
  readonly kind: ItemKind;
  name: string;
  variant: number;
  annotations: Record<string, string>;
  /** 0: sound; 1: no YAML; 2: refused by the server; 3: a kind that is not served. */
  broken: number;
}

export const VARIANTS = 6;

/** Cluster-scoped objects, and those that come with them, are drifted by labels only. */
export const isIncluded = ({ kind }: Item): boolean => ['Namespace', 'Definition', 'Inside', 'Fixed'].includes(kind);

export function refOfItem({ kind, name }: Item): ObjectRef {
  const namespace = 'TOKEN-app';
  switch (kind) {
    case 'Deployment':
      return { group: 'apps', version: 'v1', kind, namespace, name };
    case 'Job':
      return { group: 'batch', version: 'v1', kind, namespace, name };
    case 'Role':
      return { group: 'rbac.authorization.k8s.io', version: 'v1', kind, namespace, name };
    case 'Namespace':
      return { group: '', version: 'v1', kind, namespace: '', name: `TOKEN-${name}` };
    case 'Definition':
      return { group: `${name}.TOKEN.dev`, version: 'v1', kind: 'Buoy', namespace, name };
    case 'Inside':
      return { group: '', version: 'v1', kind: 'ConfigMap', namespace: `TOKEN-${name}`, name: `in-${name}` };
    case 'Fixed':
      return { group: '', version: 'v1', kind: 'ConfigMap', namespace, name: `fixed-${name}` };
    default:
      return { group: '', version: 'v1', kind, namespace, name };
  }
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
  if (namespace !== '') lines.push(`  namespace: ${namespace}`);
  lines.push('  labels:', `    variant: v${item.variant}`);
  const annotations = Object.entries(item.annotations);
  if (annotations.length > 0)
    lines.push('  annotations:', ...annotations.map(([key, value]) => `    ${key}: "${value}"`));
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
      return `spec:\n  selector: {app: a${variant}}\n  ports:\n  - {name: web, port: ${80 + variant}, targetPort: web}\n${variant % 2 === 0 ? '  - {name: two, port: 90, protocol: UDP}\n' : ''}`;
    case 'Deployment':
      return `spec:\n  replicas: 0\n  minReadySeconds: ${variant % 2}\n  selector: {matchLabels: {app: s${variant % 3}}}\n  template:\n    metadata: {labels: {app: s${variant % 3}}}\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.${variant}\n        env: [{name: A, value: "${variant}"}]\n`;
    case 'Job':
      return `spec:\n  suspend: true\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: job, image: "job:${variant % 2}"}]\n`;
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
