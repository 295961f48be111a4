// Differences that generated sequences against a real API server found (test/real/mergeSequences.ts), each as small as it is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import type { Answered, InProcess } from '../../../test/apiserver/inProcess.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PAIRS = '/apis/example.dev/v1/namespaces/default/pairs';
const PAIRS_2 = '/apis/example.dev/v2/namespaces/default/pairs';
const NAMESPACED = (group: string, plural: string): string => `/apis/${group}/v1/namespaces/default/${plural}`;

const schema = (...fields: string[]): JsonObject => {
  const spec = { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])) };
  const status = { type: 'object', properties: { phase: { type: 'string' } } };
  return { openAPIV3Schema: { type: 'object', properties: { spec, status } } };
};
const served = (name: string, storage: boolean, ...fields: string[]): JsonObject => ({
  name,
  served: true,
  storage,
  subresources: { status: {} },
  schema: schema(...fields),
});
const pairs: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'pairs.example.dev' },
  spec: {
    group: 'example.dev',
    scope: 'Namespaced',
    names: { plural: 'pairs', kind: 'Pair' },
    versions: [served('v1', true, 'a', 'b'), served('v2', false, 'a')],
  },
};
const pair = (name: string, more: JsonObject, version = 'v1', metadata: JsonObject = {}): JsonObject => ({
  apiVersion: `example.dev/${version}`,
  kind: 'Pair',
  metadata: { name, ...metadata },
  ...more,
});

let api: InProcess;
beforeAll(async () => {
  api = await inProcess();
  api.post(CRDS, pairs);
});
afterAll(() => api.dispose());

const versionOf = (answer: Answered): string => getString(answer.body, 'metadata', 'resourceVersion') ?? '';
const managerOf = (answer: Answered): unknown[] =>
  (getList(answer.body, 'metadata', 'managedFields') ?? []).map((entry) => getString(entry, 'manager'));

test('an apply in one version meets the status that a manager of another version owns', () => {
  api.post(PAIRS, pair('owned', {}));
  api.patch(`${PAIRS}/owned/status?fieldManager=m1`, pair('owned', { status: { phase: 'x' } }), 'apply');
  const sent = pair('owned', { status: { phase: 'y' } }, 'v2');
  expect(api.patch(`${PAIRS_2}/owned?fieldManager=m2`, sent, 'apply').code).toBe(409);
  expect(api.patch(`${PAIRS}/owned?fieldManager=m2`, pair('owned', { status: { phase: 'y' } }), 'apply').code).toBe(
    200,
  );
});

test('an apply to the status meets nobody outside of it, in whatever version', () => {
  api.patch(`${PAIRS}/status?fieldManager=m1`, pair('status', { spec: { a: 'x' } }), 'apply');
  const sent = pair('status', { spec: { a: 'y' }, status: { phase: 'p' } }, 'v2');
  expect(api.patch(`${PAIRS_2}/status/status?fieldManager=m2`, sent, 'apply').code).toBe(200);
});

test('empty labels that were applied are stored, not shown, and taking them away is a change', () => {
  const made = api.patch(`${PAIRS}/bare?fieldManager=m1`, pair('bare', {}, 'v1', { labels: {} }), 'apply');
  expect(getPath(made.body, 'metadata', 'labels')).toBeUndefined();
  const put = api.put(`${PAIRS}/bare?fieldManager=u1`, made.body);
  expect(versionOf(put)).not.toBe(versionOf(made));
  expect(versionOf(api.put(`${PAIRS}/bare?fieldManager=u1`, put.body))).toBe(versionOf(put));
});

test('a label that was applied as null is stored so and shown as empty, so that the next write is a change', () => {
  const sent = pair('null-label', {}, 'v1', { labels: { l: null, m: '1' } });
  const made = api.patch(`${PAIRS}/null-label?fieldManager=m1`, sent, 'apply');
  expect(getPath(made.body, 'metadata', 'labels')).toEqual({ l: '', m: '1' });
  const put = api.put(`${PAIRS}/null-label?fieldManager=m1`, made.body);
  expect(versionOf(put)).not.toBe(versionOf(made));
  expect(versionOf(api.put(`${PAIRS}/null-label?fieldManager=m1`, put.body))).toBe(versionOf(put));
});

test('a value of a Secret that is null is stored so and shown as empty, so that the next write is a change', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'null-value' }, data: { a: null } };
  const made = api.post('/api/v1/namespaces/default/secrets', secret);
  expect(made.body['data']).toEqual({ a: '' });
  const path = '/api/v1/namespaces/default/secrets/null-value';
  const patched = api.patch(path, { type: 'Opaque' });
  expect([versionOf(patched) === versionOf(made), patched.body['data']]).toEqual([false, { a: '' }]);
  expect(versionOf(api.patch(path, { type: 'Opaque' }))).toBe(versionOf(patched));
});

test('a deletion that waits loses what the version of its request does not know', () => {
  api.post(PAIRS, pair('going', { spec: { a: '1', b: '2' } }, 'v1', { finalizers: ['example.dev/hold'] }));
  api.delete(`${PAIRS_2}/going`);
  expect(api.get(`${PAIRS}/going`).body['spec']).toEqual({ a: '1' });
});

test('an apply that does not say generateName again takes it away', () => {
  const named = pair('gen', {}, 'v1', { generateName: 'g-' });
  api.patch(`${PAIRS}/gen?fieldManager=m1`, named, 'apply');
  const after = api.patch(`${PAIRS}/gen?fieldManager=m1`, pair('gen', {}), 'apply');
  expect(getPath(after.body, 'metadata', 'generateName')).toBeUndefined();
});

test('pruning through another version keeps the required fields of the struct', () => {
  const path = (version: string): string =>
    `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h?fieldManager=m1`;
  const scaler = (version: string, spec: JsonObject): JsonObject => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec,
  });
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
  api.patch(path('v2'), scaler('v2', { maxReplicas: 3, scaleTargetRef }), 'apply');
  const after = api.patch(path('v1'), scaler('v1', { minReplicas: 1 }), 'apply');
  expect([after.code, getPath(after.body, 'spec', 'maxReplicas')]).toEqual([200, 3]);
  expect(managerOf(after)).toEqual(['m1']);
});

test('an emptied list counts as a change of a network policy, and is stored as none', () => {
  const path = NAMESPACED('networking.k8s.io', 'networkpolicies');
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' } };
  api.post(path, { ...policy, spec: { podSelector: {} } });
  const after = api.patch(`${path}/p`, { spec: { ingress: [] } });
  expect(after.body).toMatchObject({ metadata: { generation: 2 }, spec: { podSelector: {} } });
  expect(getPath(after.body, 'spec', 'ingress')).toBeUndefined();
});

test('micro times have six digits, no more and no fewer', () => {
  const path = NAMESPACED('coordination.k8s.io', 'leases');
  const lease = (name: string, renewTime: string): JsonObject => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name },
    spec: { renewTime },
  });
  expect(api.post(path, lease('l', '2026-01-01T01:00:00.000001+01:00')).body['spec']).toEqual({
    renewTime: '2026-01-01T00:00:00.000001Z',
  });
  expect(api.post(path, lease('m', '2026-01-01T00:00:01.5Z')).body['message']).toContain(
    'cannot parse ".5Z" as ".000000"',
  );
});

test('defaults that were left out of a new Job are stored with the mark of its deletion', () => {
  const containers = [{ name: 'app', image: 'app:1' }];
  const spec = { template: { spec: { restartPolicy: 'Never', containers } } };
  api.post(NAMESPACED('batch', 'jobs'), { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec });
  const path = `${NAMESPACED('batch', 'jobs')}/j`;
  const marked = api.delete(path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' });
  const patch = [{ op: 'remove', path: '/spec/template/spec/containers/0/imagePullPolicy' }];
  expect(versionOf(api.patch(path, patch, 'json'))).toBe(versionOf(marked));
});

test('an autoscaler keeps the metric that its manager set in v1 and leaves out in v2', () => {
  const path = (version: string): string =>
    `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h`;
  const hpa = (version: string, spec: JsonObject): JsonObject => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, maxReplicas: 3, ...spec },
  });
  api.patch(`${path('v1')}?fieldManager=m`, hpa('v1', { targetCPUUtilizationPercentage: 60 }), 'apply');
  const { body } = api.patch(`${path('v2')}?fieldManager=m`, hpa('v2', {}), 'apply');
  expect(getPath(body, 'spec', 'metrics', 0, 'resource', 'target', 'averageUtilization')).toBe(60);
});

test('metadata of an embedded resource is an object, and one that is null is empty', () => {
  const embedded = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const version = { name: 'v1', served: true, storage: true };
  const root = { type: 'object', properties: { spec: { type: 'object', properties: { embedded } } } };
  const names = { plural: 'boxes', kind: 'Box' };
  api.post(CRDS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boxes.example.dev' },
    spec: {
      group: 'example.dev',
      scope: 'Namespaced',
      names,
      versions: [{ ...version, schema: { openAPIV3Schema: root } }],
    },
  });
  const box = (metadata: JsonObject | string | null): JsonObject => {
    const inner = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    return { apiVersion: 'example.dev/v1', kind: 'Box', metadata: { generateName: 'b-' }, spec: { embedded: inner } };
  };
  expect(getPath(api.post(NAMESPACED('example.dev', 'boxes'), box(null)).body, 'spec', 'embedded', 'metadata')).toEqual(
    {},
  );
  const noKind = { ...box({}), metadata: { name: 'b' }, spec: { embedded: { apiVersion: 'v1', kind: null } } };
  const applied = api.patch(`${NAMESPACED('example.dev', 'boxes')}/b?fieldManager=m`, noKind, 'apply');
  expect([applied.code, getString(applied.body, 'message')]).toEqual([
    422,
    'Box.example.dev "b" is invalid: spec.embedded.kind: Invalid value: null: must be a string',
  ]);
  expect(getString(api.post(NAMESPACED('example.dev', 'boxes'), box('x')).body, 'message')).toBe(
    'Box in version "v1" cannot be handled as a Box: spec.embedded.metadata: Invalid value: "x": json: cannot unmarshal string into Go value of type v1.ObjectMeta',
  );
});

test('null at a key of a map of quantities is none of it', () => {
  const runtime = {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'light' },
    handler: 'h',
    overhead: { podFixed: { cpu: null } },
  };
  const made = api.post('/apis/node.k8s.io/v1/runtimeclasses', runtime);
  expect([made.code, getPath(made.body, 'overhead')]).toEqual([201, { podFixed: { cpu: '0' } }]);
});

test('a node is selected by expressions with an operator that fits their values, and by its name', () => {
  const refusals = (term: JsonObject): unknown => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
    const spec = { containers: [{ name: 'c', image: 'i' }], affinity: { nodeAffinity } };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
    const { code, body } = api.post('/api/v1/namespaces/default/pods?dryRun=All', pod);
    return [code, ...(getList(body, 'details', 'causes') ?? []).map((cause) => getString(cause, 'message'))];
  };
  expect(refusals({ matchExpressions: [{ key: 'k' }] })).toEqual([
    422,
    'Invalid value: "": not a valid selector operator',
  ]);
  expect(refusals({ matchExpressions: [{ key: 'k', operator: 'Gt', values: ['1', '2'] }] })).toEqual([
    422,
    "Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
  ]);
  expect(refusals({ matchFields: [{ key: 'metadata.uid', operator: 'In', values: ['n'] }] })).toEqual([
    422,
    'Invalid value: "metadata.uid": not a valid field selector key',
  ]);
  expect(refusals({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] })).toEqual([201]);
});

test('a claim says completely what it is made from', () => {
  const claim = (dataSource: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'c' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSource },
  });
  const made = api.post('/api/v1/namespaces/default/persistentvolumeclaims', claim({ kind: 'PersistentVolumeClaim' }));
  expect([made.code, getString(made.body, 'message')]).toEqual([
    422,
    'PersistentVolumeClaim "c" is invalid: [spec.dataSource.name: Required value, spec.dataSourceRef.name: Required value]',
  ]);
});

test('a field of the pod is named where it is to be written', () => {
  const volume = { name: 'v', downwardAPI: { items: [{ path: 'l', fieldRef: { apiVersion: 'v1' } }] } };
  const spec = { containers: [{ name: 'c', image: 'i' }], volumes: [volume] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
  const made = api.post('/api/v1/namespaces/default/pods?dryRun=All', pod);
  expect([made.code, getString(made.body, 'message')]).toEqual([
    422,
    'Pod "p" is invalid: spec.volumes[0].downwardAPI.fieldRef.fieldPath: Required value',
  ]);
});

test('a Job that has begun has begun then, and is not done without saying when', () => {
  const jobs = NAMESPACED('batch', 'jobs');
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  api.post(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { template } });
  const write = (status: JsonObject): unknown[] => {
    const { code, body } = api.patch(`${jobs}/j/status`, { status }, 'merge');
    return [code, ...(getList(body, 'details', 'causes') ?? []).map((cause) => getString(cause, 'field'))];
  };
  expect(write({ startTime: '2026-01-02T03:04:05Z' })).toEqual([200]);
  expect(write({ startTime: null })).toEqual([422, 'status.startTime']);
  expect(write({ conditions: [{ type: 'Complete', status: 'True' }] })).toEqual([
    422,
    'status.completionTime',
    'status.conditions',
  ]);
});

test.each<[string, JsonObject, string[]]>([
  ['known names', { limits: { cpu: '1', 'example.com/gpu': 1 }, requests: { cpu: '500m', 'example.com/gpu': 1 } }, []],
  [
    'an unknown name',
    { requests: { cpus: '1' } },
    [
      'Invalid value: "cpus": must be a standard resource type or fully qualified',
      'Invalid value: "cpus": must be a standard resource for containers',
    ],
  ],
  [
    'more than the limit',
    { limits: { memory: '1Gi' }, requests: { memory: '2Gi' } },
    ['Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi'],
  ],
  [
    'a part of a device',
    { limits: { 'example.com/gpu': '2' }, requests: { 'example.com/gpu': '1500m' } },
    [
      'Invalid value: "1500m": must be an integer',
      'Invalid value: "1500m": must be equal to example.com/gpu limit of 2',
    ],
  ],
  [
    'a device without a limit',
    { requests: { 'example.com/gpu': '1' } },
    ['Required value: Limit must be set for non overcommitable resources'],
  ],
])('a container may ask for what nodes have: %s', (_, resources, expected) => {
  const spec = { containers: [{ name: 'c', image: 'i', resources }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
  const { body } = api.post('/api/v1/namespaces/default/pods?dryRun=All', pod);
  const causes = getList(body, 'details', 'causes') ?? [];
  expect(causes.map((cause) => getString(cause, 'message'))).toEqual(expected);
});

test('a write that lets an object go answers what it sent, empty lists as such', () => {
  const roles = NAMESPACED('rbac.authorization.k8s.io', 'roles');
  const metadata = { name: 'held', finalizers: ['example.dev/hold'] };
  api.post(roles, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: [] });
  api.delete(`${roles}/held`);
  const last = api.patch(`${roles}/held`, { rules: [], metadata: { finalizers: null } }, 'strategic');
  expect([last.code, getPath(last.body, 'rules'), api.get(`${roles}/held`).code]).toEqual([200, [], 404]);
});
