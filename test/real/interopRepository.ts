// The repository of interop.ts: a Kustomization that brings two others, with objects that servers fill with defaults.
import { join } from 'node:path';
import type { KubeClient } from '../../src/kube/client.ts';
import { writeFiles } from '../folder.ts';
import { gitNow } from './git.ts';

const kustomization = (name: string, path: string, more = ''): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  interval: 1h
  path: ${path}
  prune: true
  sourceRef: {kind: GitRepository, name: fleet}
${more}`;

const FILES: Readonly<Record<string, string>> = {
  'cluster/infra.yaml': kustomization('infra', './infra', '  wait: true\n'),
  'cluster/apps.yaml': kustomization(
    'apps',
    './apps',
    '  dependsOn: [{name: infra}]\n  targetNamespace: shop\n  commonMetadata: {labels: {team: shop}}\n  postBuild: {substitute: {greeting: hello}}\n',
  ),
  'infra/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
  'infra/definition.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: buoys.example.dev}
spec:
  group: example.dev
  scope: Namespaced
  names: {plural: buoys, singular: buoy, kind: Buoy, listKind: BuoyList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {depth: {type: integer, default: 3}}}}}}
`,
  'infra/buoy.yaml': 'apiVersion: example.dev/v1\nkind: Buoy\nmetadata: {name: one, namespace: shop}\nspec: {}\n',
  'infra/role.yaml':
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: shop-reader}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'apps/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [web.yaml]
configMapGenerator:
- name: settings
  literals: ["greeting=\${greeting}"]
secretGenerator:
- name: login
  literals: [user=shop]
images:
- {name: web, newTag: "2"}
`,
  'apps/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web
        envFrom: [{configMapRef: {name: settings}}]
        ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]
        resources: {requests: {cpu: 0.5, memory: 1024Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: once
  annotations: {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}
data: {a: b}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: job}]}}}}
`,
};

export const KUSTOMIZATIONS = ['fleet', 'infra', 'apps'];
export const INTEROP_REPOSITORY = 'fleet.git';

/** Writes the repository below `root` and returns its work tree. */
export function makeRepository(root: string): string {
  const work = join(root, 'work');
  writeFiles(work, FILES);
  gitNow(root, 'init', '-q', '--bare', '-b', 'main', INTEROP_REPOSITORY);
  gitNow(work, 'init', '-q', '-b', 'main');
  gitNow(work, 'add', '-A');
  gitNow(work, 'commit', '-q', '-m', 'all');
  gitNow(work, 'push', '-q', join(root, INTEROP_REPOSITORY), 'main');
  return work;
}

/** What `flux create source git` and `flux create kustomization` would make. */
export async function createFluxObjects(client: KubeClient, url: string): Promise<void> {
  const metadata = { name: 'fleet', namespace: 'flux-system' };
  const fieldManager = 'flux';
  await client.create(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: { interval: '1h', url: `${url}/${INTEROP_REPOSITORY}`, ref: { branch: 'main' } },
    },
    { fieldManager },
  );
  await client.create(
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: { interval: '1h', path: './cluster', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
    },
    { fieldManager },
  );
}
