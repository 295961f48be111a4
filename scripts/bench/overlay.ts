// The generated overlays that the benchmarks build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A base of Deployments, Services and ConfigMaps under an overlay with labels, images, prefix, generator and patches.
 * With `own` every tenth application has a patch and a generator of its own too, as overlays of many teams have them.
 */
export function writeOverlay(folder: string, size: number, own = false): void {
  const base = join(folder, 'base');
  const overlay = join(folder, 'overlay');
  mkdirSync(base, { recursive: true });
  mkdirSync(overlay, { recursive: true });
  const tenth = own ? Array.from({ length: Math.ceil(size / 30) }, (_, i) => i * 10) : [];
  const documents: string[] = [];
  for (let i = 0; documents.length < size; i++)
    documents.push(
      deployment(i),
      service(i),
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-${i}\ndata:\n  level: info\n  url: http://app-${i}\n`,
    );
  writeFileSync(join(base, 'all.yaml'), documents.slice(0, size).join('---\n'));
  writeFileSync(join(base, 'kustomization.yaml'), 'resources: [all.yaml]\n');
  writeFileSync(
    join(overlay, 'kustomization.yaml'),
    `resources: [../base]
namePrefix: prod-
namespace: prod
labels:
- pairs: {team: shop}
  includeSelectors: true
images:
- name: shop/app
  newTag: 2.0.0
configMapGenerator:
- name: shared
  literals: [mode=prod]
${tenth.map((i) => `- name: own-${i}\n  literals: [mode=prod, app=${i}]\n`).join('')}replicas:
- name: app-0
  count: 5
patches:
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /metadata/annotations
      value: {note: patched}
${[0, ...tenth].map(limitPatch).join('')}`,
  );
}

function limitPatch(i: number): string {
  return `- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app-${i}}
    spec: {template: {spec: {containers: [{name: app, resources: {limits: {memory: 1Gi}}}]}}}
`;
}

function deployment(i: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${i}
spec:
  replicas: 2
  selector:
    matchLabels: {app: app-${i}}
  template:
    metadata:
      labels: {app: app-${i}}
    spec:
      containers:
      - name: app
        image: shop/app:1.0.0
        ports:
        - containerPort: 8080
        envFrom:
        - configMapRef: {name: settings-${i}}
`;
}

function service(i: number): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: app-${i}\nspec:\n  selector: {app: app-${i}}\n  ports:\n  - port: 80\n    targetPort: 8080\n`;
}
