// Why an object is not ready: its replicas, its pod, the line that is to blame. And no value of a Secret anywhere.
import { expect, test } from 'vitest';
import { flux, fluxFile, sentenceOf, stateOf } from '../../../test/whyState.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { lineOfWhy } from './commit.ts';
import { allNotReady, whyNotReady } from './why.ts';

const failed = ['False', 'HealthCheckFailed', 'health check failed after 1s: timeout waiting for: [...]'] as const;
const infra = flux('infra', failed, { spec: { wait: true }, objects: ['infra_web_apps_Deployment'] });

const FILE = (image: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: infra}\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n        image: ${image}\n${more}`;
const files = {
  'flux/infra.yaml': fluxFile('infra'),
  'infra/kustomization.yaml': 'resources: [web.yaml]\nimages:\n- name: example/web\n  newTag: v1.19.x\n',
  'infra/web.yaml': FILE('example/web:v1'),
};

function workload(kind: string, spec: JsonObject, status: JsonObject, group = 'apps/v1'): JsonObject {
  return { apiVersion: group, kind, metadata: { name: 'web', namespace: 'infra', generation: 1 }, spec, status };
}
const web = workload('Deployment', { replicas: 1 }, { replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 });

function pod(state: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'infra' },
    spec: { containers: [{ name: 'main', image: 'example/web:v1.19.x' }] },
    status: { phase: 'Pending', containerStatuses: [{ name: 'main', ready: false, state, ...more }] },
  };
}
const waits = (reason: string, message: string): JsonObject => ({ waiting: { reason, message } });

const why = (
  one: JsonObject,
  pods?: readonly JsonObject[],
  inFiles: Readonly<Record<string, string>> = files,
): string =>
  sentenceOf({ kustomizations: [infra], live: [one], files: inFiles, ...(pods ? { pods: { web: pods } } : {}) }, one);

test('from the dependency to the tag: the sentence of the whole', () => {
  const apps = flux('apps', ['False', 'DependencyNotReady', ''], { spec: { dependsOn: [{ name: 'infra' }] } });
  const pods = { web: [pod(waits('ImagePullBackOff', 'Back-off pulling image'))] };
  expect(sentenceOf({ kustomizations: [apps, infra], live: [web], pods, files }, apps)).toBe(
    'apps waits for infra -> Deployment infra/web has 0 of 1 replicas -> its pod cannot pull "example/web:v1.19.x" -> that tag was set in infra/kustomization.yaml:4.',
  );
  expect(sentenceOf({ kustomizations: [infra], live: [web], pods, files }, infra)).toMatch(
    /^infra is not healthy -> Deployment infra\/web has 0 of 1 replicas -> /,
  );
});

test('an image that is written whole, and one that the files say otherwise by now', () => {
  const pulls = [pod(waits('ErrImagePull', 'not found'))];
  const written = { 'flux/infra.yaml': fluxFile('infra'), 'infra/web.yaml': FILE('example/web:v1.19.x') };
  expect(why(web, pulls, written)).toMatch(/-> that image was set in infra\/web\.yaml:9\.$/);
  const mended = { 'flux/infra.yaml': fluxFile('infra'), 'infra/web.yaml': FILE('example/web:v2') };
  expect(why(web, pulls, mended)).toMatch(
    /-> the files as they are now say "example\/web:v2" in infra\/web\.yaml:9\.$/,
  );
  expect(why(web, pulls, {})).toMatch(/-> its pod cannot pull "example\/web:v1\.19\.x"\.$/);
});

test('of what else keeps a pod down', () => {
  expect(
    why(web, [
      pod(waits('CrashLoopBackOff', 'back-off'), { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
    ]),
  ).toMatch(/-> container main of its pod crashes: it ended with exit code 137 \(OOMKilled\)\.$/);
  expect(why(web, [pod({ terminated: { exitCode: 1, reason: 'Error', message: 'password hunter2' } })])).toMatch(
    /-> container main of its pod ended with exit code 1 \(Error\)\.$/,
  );
  expect(why(web, [pod(waits('RunContainerError', 'exec: "x": not found'))])).toMatch(
    /-> container main of its pod waits: RunContainerError \(exec: "x": not found\)\.$/,
  );
});

test('a ConfigMap that is missing leads to the line that names it', () => {
  const more = '        envFrom:\n        - configMapRef: {name: other}\n        - configMapRef: {name: web-config}\n';
  const inFiles = { 'flux/infra.yaml': fluxFile('infra'), 'infra/web.yaml': FILE('example/web:v1.19.x', more) };
  expect(why(web, [pod(waits('CreateContainerConfigError', 'configmap "web-config" not found'))], inFiles)).toMatch(
    /-> its pod cannot start container main: configmap "web-config" not found -> that name is set in infra\/web\.yaml:12\.$/,
  );
});

test('a pod without a node, and the claim that it waits for', () => {
  const unbound: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'infra' },
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node fits.' }],
    },
  };
  const claim = (name: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'infra' },
    spec: { storageClassName: 'fast' },
    status: { phase: 'Pending' },
  });
  const world = { kustomizations: [infra], pods: { web: [unbound] } };
  expect(sentenceOf({ ...world, live: [web] }, web)).toBe(
    'Deployment infra/web has 0 of 1 replicas -> its pod cannot be scheduled: no node fits.',
  );
  const inFiles = {
    'flux/infra.yaml': fluxFile('infra'),
    'infra/data.yaml':
      'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: infra}\nspec:\n  storageClassName: fast\n',
  };
  expect(sentenceOf({ ...world, live: [web, claim('data')], files: inFiles }, web)).toBe(
    'Deployment infra/web has 0 of 1 replicas -> its pod cannot be scheduled: no node fits -> PersistentVolumeClaim infra/data is not ready: PVC is not Bound. phase: Pending -> its storage class "fast" is set in infra/data.yaml:5.',
  );
});

test('a probe that does not say yes leads to where it is written', () => {
  const runs = pod({ running: {} });
  const unready = {
    ...runs,
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '' }],
      containerStatuses: [{ name: 'main', ready: false, state: { running: {} } }],
    },
  };
  const probe = '        readinessProbe:\n          httpGet: {path: /ready, port: 80}\n';
  const inFiles = { 'flux/infra.yaml': fluxFile('infra'), 'infra/web.yaml': FILE('example/web:v1.19.x', probe) };
  expect(why(web, [unready], inFiles)).toMatch(
    /-> container main of its pod runs and is not ready -> its readiness probe is written in infra\/web\.yaml:11\.$/,
  );
});

test('each kind of workload counts what it counts', () => {
  const daemon = workload(
    'DaemonSet',
    {},
    {
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 1,
      numberReady: 1,
    },
  );
  expect(why(daemon)).toBe('DaemonSet infra/web has 1 of 3 pods.');
  expect(why(workload('StatefulSet', { replicas: 3 }, { replicas: 3, readyReplicas: 2 }))).toBe(
    'StatefulSet infra/web has 2 of 3 replicas.',
  );
  const job = {
    conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'x' }],
    failed: 2,
  };
  expect(why(workload('Job', { completions: 1 }, job, 'batch/v1'))).toBe(
    'Job infra/web has failed: 2 pods failed, 0 of 1 completions.',
  );
  const quota = {
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }],
  };
  expect(why(workload('Deployment', { replicas: 2 }, quota))).toBe(
    'Deployment infra/web has 0 of 2 replicas -> no pod can be made: exceeded quota.',
  );
  const rollout = { replicas: 3, updatedReplicas: 1, availableReplicas: 3, readyReplicas: 3 };
  expect(why(workload('Deployment', { replicas: 3 }, rollout))).toBe(
    'Deployment infra/web is not ready: Updated: 1/3.',
  );
});

test('a custom resource says its own words, a missing object that it is missing, one that goes what holds it', () => {
  const certificate = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'web', namespace: 'infra' },
    status: {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'DoesNotExist', message: 'Issuing certificate.\nIt takes long.' },
      ],
    },
  };
  expect(why(certificate)).toBe('Certificate infra/web is not ready: Issuing certificate. · It takes long.');
  expect(sentenceOf({ missing: [web] }, web)).toBe('Deployment infra/web is not in the cluster.');
  const namespace: JsonObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'infra', deletionTimestamp: '2026-01-01T00:00:00Z' },
    spec: { finalizers: ['kubernetes'] },
    status: {
      phase: 'Terminating',
      conditions: [{ type: 'NamespaceContentRemaining', status: 'True', message: 'pods. has 1 resource instances' }],
    },
  };
  expect(why(namespace)).toBe(
    'Namespace infra is being deleted -> finalizer kubernetes holds it: pods. has 1 resource instances.',
  );
});

test('of several objects the worst is followed, and their number is said', () => {
  const apps = flux('infra', failed, {
    spec: { wait: true },
    objects: ['infra_web_apps_Deployment', 'infra_lost__ConfigMap', 'infra_ok__ConfigMap'],
  });
  const map = (name: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'infra' },
  });
  expect(sentenceOf({ kustomizations: [apps], live: [web, map('ok')], missing: [map('lost')] }, apps)).toBe(
    'infra is not healthy: 2 of 3 objects are not ready -> ConfigMap infra/lost is not in the cluster.',
  );
});

test('with spec.healthChecks those are looked at, and without an object that is not ready the condition speaks', () => {
  const checks = {
    spec: { healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'infra' }] },
  };
  const apps = flux('infra', failed, checks);
  expect(sentenceOf({ kustomizations: [apps], live: [web] }, apps)).toBe(
    'infra is not healthy -> Deployment infra/web has 0 of 1 replicas.',
  );
  expect(sentenceOf({ kustomizations: [apps] }, apps)).toBe(
    'infra failed -> health check failed after 1s: timeout waiting for: [...].',
  );
});

test('a Kustomization in an inventory is followed as one, and what is not rendered yet is nothing to wait for', () => {
  const child = flux('apps', ['False', 'Whatever', 'no']);
  const root = flux('infra', failed, {
    spec: { wait: true },
    objects: ['flux-system_apps_kustomize.toolkit.fluxcd.io_Kustomization'],
  });
  expect(sentenceOf({ kustomizations: [root, child], live: [child] }, root)).toBe(
    'infra is not healthy -> apps failed -> no.',
  );
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'infra' },
  };
  const both = flux('infra', failed, {
    spec: { wait: true },
    objects: ['infra_web_helm.toolkit.fluxcd.io_HelmRelease', 'infra_web_apps_Deployment'],
  });
  expect(sentenceOf({ kustomizations: [both], live: [release, web] }, both)).toBe(
    'infra is not healthy -> Deployment infra/web has 0 of 1 replicas.',
  );
  expect(why(release)).toBe('HelmRelease infra/web is not rendered yet.');
});

test('a pod of an inventory has its own words', () => {
  const own = { ...pod(waits('ErrImagePull', 'not found')), apiVersion: 'v1', kind: 'Pod' };
  const inFiles = {
    'flux/infra.yaml': fluxFile('infra'),
    'infra/pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, namespace: infra}\nspec:\n  containers:\n  - name: main\n    image: example/web:v1.19.x\n',
  };
  const world = { kustomizations: [infra], live: [own], pods: { 'web-1': [own] }, files: inFiles };
  expect(sentenceOf(world, own)).toBe(
    'Pod infra/web-1 is not ready: Pod is in the Pending phase -> it cannot pull "example/web:v1.19.x" -> that image was set in infra/pod.yaml:7.',
  );
});

test('the files of another cluster, with a Kustomization of the same name, have no say', () => {
  const other = { ...files, 'flux/infra.yaml': fluxFile('infra').replace('path: ./infra', 'path: ./elsewhere') };
  const pulls = [pod(waits('ErrImagePull', 'not found'))];
  expect(why(web, pulls, { ...other, 'elsewhere/web.yaml': FILE('example/web:v1') })).toMatch(
    /-> its pod cannot pull "example\/web:v1\.19\.x"\.$/,
  );
});

test('an image whose tag came from a Secret is not shown', () => {
  const inFiles = {
    'flux/infra.yaml': fluxFile('infra', 'postBuild: {substituteFrom: [{kind: Secret, name: tags}]}'),
    'flux/tags.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: tags, namespace: flux-system}\nstringData: {TAG: v1.19.x}\n',
    'infra/web.yaml': FILE('example/web:${TAG}'),
  };
  const said = why(web, [pod(waits('ErrImagePull', 'v1.19.x'))], inFiles);
  expect(said).toContain('its pod cannot pull "•••"');
  expect(said).not.toContain('v1.19.x');
});

test('the line for Git is the last link, and everything that is not ready is told once', () => {
  const world = { kustomizations: [infra], live: [web], pods: { web: [pod(waits('ErrImagePull', ''))] }, files };
  const { state, cluster } = stateOf(world);
  const found = whyNotReady(state, cluster, refOf(web));
  expect(lineOfWhy(found?.links ?? [])).toEqual({
    path: 'infra/kustomization.yaml',
    text: files['infra/kustomization.yaml'],
    line: 4,
  });
  expect(allNotReady(state, cluster).map((one) => one.ref.kind)).toEqual(['Kustomization']);
  const ready = flux('infra', ['True', 'ReconciliationSucceeded', ''], { objects: ['infra_web_apps_Deployment'] });
  const other = stateOf({ ...world, kustomizations: [ready] });
  expect(allNotReady(other.state, other.cluster).map((one) => one.ref.kind)).toEqual(['Deployment']);
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'r', namespace: 'a' },
  };
  const meant = stateOf({
    kustomizations: [
      flux('still', undefined, { spec: { suspend: true } }),
      flux('infra', ['True', 'ReconciliationSucceeded', ''], { objects: ['a_r_helm.toolkit.fluxcd.io_HelmRelease'] }),
    ],
    live: [release],
  });
  expect(allNotReady(meant.state, meant.cluster)).toEqual([]);
});
