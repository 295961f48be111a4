// The parts of a comparison, each on a screen: what counts as a difference, who owns it, what stays hidden.
import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { hasDrifted } from './compare.ts';
import { desiredObject } from './desired/desired.ts';
import { diffDocuments } from './documents.ts';
import { compareObject } from './drift.ts';
import { fieldChanges } from './fields/fieldChanges.ts';
import { adoptIgnored, ignoredPaths, readIgnoreRules } from './ignoreRules.ts';
import { immutableChange } from './plan/immutableFields.ts';
import { matchesLabels, parseLabelSelector } from './labelSelector.ts';
import { hasControl } from './desired/metadata.ts';
import { predictApply } from './plan/predict.ts';
import { stageOf } from './desired/stages.ts';
import { takeoverPatch, unionFields } from './takeover.ts';

const schemas = builtinSchemas();
const OWNER = { namespace: 'flux-system', name: 'apps' };
const desired = (object: JsonObject): JsonObject => desiredObject(object, { owner: OWNER, schemas });

function deployment(spec: JsonObject, container: JsonObject = {}, more: JsonObject = {}): JsonObject {
  const containers = [{ name: 'web', image: 'web:1', ...container }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'ns', ...more },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      ...spec,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  };
}

const service = (port: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', namespace: 'ns' },
  spec: { ports: [port], selector: { a: 'b' } },
});
const changed = (before: JsonObject, after: JsonObject): unknown[] =>
  fieldChanges(before, after, {
    live: before,
    schema: schemas.schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' }),
  }).map((one) => [one.path, one.before, one.after]);

test('items of keyed lists are named by their keys, wherever they stand', () => {
  const env = (...pairs: [string, string][]): JsonObject => ({ env: pairs.map(([name, value]) => ({ name, value })) });
  expect(
    changed(deployment({}, env(['A', '1'], ['B', '2'])), deployment({}, env(['B', '3'], ['C', '4'], ['A', '1']))),
  ).toEqual([
    ['spec.template.spec.containers[web].env[B].value', '2', '3'],
    ['spec.template.spec.containers[web].env[C]', undefined, { name: 'C', value: '4' }],
  ]);
});

test('lists without keys: items one by one where their number is the same, whole otherwise', () => {
  expect(changed(deployment({}, { args: ['a', 'b'] }), deployment({}, { args: ['a', 'c'] }))).toEqual([
    ['spec.template.spec.containers[web].args[1]', 'b', 'c'],
  ]);
  expect(changed(deployment({}, { args: ['a'] }), deployment({}, { args: ['a', 'c'] }))).toEqual([
    ['spec.template.spec.containers[web].args', ['a'], ['a', 'c']],
  ]);
});

test('labels with dots stand in brackets; status and the rest of metadata do not count', () => {
  const before = { ...deployment({}, {}, { labels: { 'a.b/c': '1' }, generation: 1 }), status: { replicas: 1 } };
  expect(changed(before, deployment({}, {}, { labels: { 'a.b/c': '2' }, generation: 2 }))).toEqual([
    ['metadata.labels[a.b/c]', '1', '2'],
  ]);
  expect(hasDrifted(before, deployment({}, {}, { labels: { 'a.b/c': '1' } }))).toBe(false);
});

test('a change names the other manager that owns the live value, the newest first', () => {
  const entry = (manager: string, time: string): JsonObject => ({
    manager,
    operation: 'Update',
    time,
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  });
  const live = deployment(
    { replicas: 5 },
    {},
    { managedFields: [entry('kubectl-scale', '2026-01-02T00:00:00Z'), entry('old', '2026-01-01T00:00:00Z')] },
  );
  const [change] = fieldChanges(live, deployment({ replicas: 3 }), { live, schema: undefined });
  expect(change?.owner).toEqual({ manager: 'kubectl-scale', time: '2026-01-02T00:00:00Z' });
});

test.each([
  ['replicas', deployment({ replicas: 3 }), deployment({ replicas: 5, revisionHistoryLimit: 10 }), ['spec.replicas']],
  [
    'what the server defaults is no drift',
    deployment({}),
    deployment({ replicas: 1, strategy: { type: 'RollingUpdate' } }, { resources: {}, terminationMessagePath: '/x' }),
    [],
  ],
  [
    'quantities by their number',
    deployment({}, { resources: { limits: { cpu: '0.5', memory: '1024Mi' } } }),
    deployment({}, { resources: { limits: { cpu: '500m', memory: '1Gi' } } }),
    [],
  ],
  ['the target port of a service', service({ port: 80 }), service({ port: 80, protocol: 'TCP', targetPort: 80 }), []],
  [
    'ports by number and protocol',
    service({ port: 80, targetPort: 8080 }),
    service({ port: 80, protocol: 'TCP', targetPort: 9090 }),
    ['spec.ports[80,TCP].targetPort'],
  ],
  [
    'reconcile: disabled',
    deployment({ replicas: 3 }, {}, { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }),
    deployment({ replicas: 5 }),
    [],
  ],
])('drift: %s', (_, git, live, paths) => {
  const found = compareObject(
    desired(git),
    {
      ...live,
      metadata: {
        ...(live['metadata'] as JsonObject),
        labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      },
    },
    { schemas },
  );
  expect(found.map((change) => change.path)).toEqual(paths);
});

test('spec.ignore: paths by target, left out of drift, kept or given up at an apply', () => {
  const rules = readIgnoreRules({
    spec: { ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deploy.*', labelSelector: 'app in (web)' } }] },
  });
  const live = deployment({ replicas: 5 }, {}, { labels: { app: 'web' }, managedFields: [] });
  const git = deployment({ replicas: 3 }, {}, { labels: { app: 'web' } });
  expect(ignoredPaths(rules, live)).toEqual(['/spec/replicas']);
  expect(compareObject(git, live, { ignore: rules })).toEqual([]);
  expect(adoptIgnored(git, live, git, ['/spec/replicas'], 'me')).toEqual(
    deployment({ replicas: 5 }, {}, { labels: { app: 'web' } }),
  );
  const scaled = deployment(
    { replicas: 5 },
    {},
    { managedFields: [{ manager: 'hpa', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }] },
  );
  expect(adoptIgnored(git, scaled, git, ['/spec/replicas'], 'me')).toEqual(
    deployment({}, {}, { labels: { app: 'web' } }),
  );
});

test('control values are read from labels and annotations in any case', () => {
  const object = (field: string, value: string): JsonObject => ({
    metadata: { [field]: { 'kustomize.toolkit.fluxcd.io/ssa': value } },
  });
  expect([
    hasControl(object('labels', 'IGNORE'), 'ssa', 'Ignore'),
    hasControl(object('annotations', 'ignore'), 'ssa', 'Ignore'),
    hasControl(object('labels', 'no'), 'ssa', 'Ignore'),
  ]).toEqual([true, true, false]);
});

test.each([
  ['a=b', { a: 'b' }, true],
  ['a==b,c!=d', { a: 'b' }, true],
  ['a in (x, b), !c', { a: 'b' }, true],
  ['a notin (b)', { a: 'b' }, false],
  ['a', {}, false],
  ['', {}, true],
])('the selector "%s"', (text, labels, matches) => {
  expect(matchesLabels(parseLabelSelector(text) ?? [], new Map(Object.entries(labels)))).toBe(matches);
});

test('what is no selector is not read', () => {
  expect([parseLabelSelector('a=b=c'), parseLabelSelector('a in b'), parseLabelSelector(',')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('takeover merges the fields of kubectl into ours and leaves the others', () => {
  const entry = (manager: string, operation: string, field: string, more: JsonObject = {}): JsonObject => ({
    manager,
    operation,
    fieldsV1: { 'f:data': { [`f:${field}`]: {} } },
    ...more,
  });
  const live = {
    metadata: {
      managedFields: [
        entry('kustomize-controller', 'Apply', 'a'),
        entry('kubectl-client-side-apply', 'Update', 'b'),
        entry('operator', 'Update', 'c'),
        entry('kubectl', 'Update', 'd', { subresource: 'status' }),
      ],
    },
  };
  expect(takeoverPatch({}, live, [])).toEqual([
    {
      op: 'replace',
      path: '/metadata/managedFields',
      value: [
        live.metadata.managedFields[2],
        live.metadata.managedFields[3],
        { ...entry('kustomize-controller', 'Apply', 'a'), fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
      ],
    },
  ]);
  expect(
    takeoverPatch({ metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' } } }, live, []),
  ).toEqual([]);
  expect(takeoverPatch({}, { metadata: { managedFields: [entry('operator', 'Update', 'c')] } }, [])).toEqual([]);
});

test('a union of fields keeps members that have children', () => {
  expect(unionFields({ 'f:a': {} }, { 'f:a': { 'f:b': {} } })).toEqual({ 'f:a': { '.': {}, 'f:b': {} } });
});

test('an apply is foretold: removed fields go, fields of others stay', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'c',
      namespace: 'ns',
      managedFields: [
        {
          manager: 'kustomize-controller',
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
        },
      ],
    },
    data: { a: '1', b: '2', c: '3' },
  };
  expect(
    predictApply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'ns' }, data: { a: '5' } },
      live,
      schemas,
    ),
  ).toMatchObject({ data: { a: '5', c: '3' } });
});

test('defaults inside lists that are replaced as a whole are no change', () => {
  const policy = (port: JsonObject): JsonObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'ns' },
    spec: { podSelector: {}, ingress: [{ ports: [port] }] },
  });
  const predicted = (git: JsonObject): unknown =>
    (predictApply(policy(git), policy({ port: 80, protocol: 'TCP' }), schemas) as JsonObject)['spec'];
  expect(predicted({ port: 80 })).toEqual(policy({ port: 80, protocol: 'TCP' })['spec']);
  expect(predicted({ port: 81 })).toEqual(policy({ port: 81, protocol: 'TCP' })['spec']);
  expect(predicted({ port: 80, protocol: 'UDP' })).toEqual(policy({ port: 80, protocol: 'UDP' })['spec']);
});

test('both sides of a diff of a Secret are masked, and still tell what changed', () => {
  const secret = (data: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', uid: 'u', managedFields: [] },
    data,
  });
  const { desired: after, live } = diffDocuments(
    secret({ a: 'MQ==', b: 'Mg==' }),
    secret({ a: 'MQ==', b: 'Mw==', c: 'NA==' }),
  );
  expect([after?.['data'], live?.['data']]).toEqual([
    { a: '•••', b: '••• (changed)' },
    { a: '•••', b: '••• (changed)', c: '••• (changed)' },
  ]);
  expect(live?.['metadata']).toEqual({ name: 's' });
});

test('immutable fields are known by kind', () => {
  const change = (path: string): { path: string; before: string } => ({ path, before: 'x' });
  const live = (apiVersion: string, kind: string, more: JsonObject = {}): JsonObject => ({
    apiVersion,
    kind,
    metadata: { name: 'x' },
    ...more,
  });
  expect(
    immutableChange(live('batch/v1', 'Job'), [change('spec.template.spec.containers[c].image')])?.path,
  ).toBeDefined();
  expect(
    immutableChange(live('apps/v1', 'StatefulSet'), [change('spec.replicas'), change('spec.serviceName')])?.path,
  ).toBe('spec.serviceName');
  expect(immutableChange(live('v1', 'ConfigMap'), [change('data.a')])).toBeUndefined();
  expect(immutableChange(live('v1', 'ConfigMap', { immutable: true }), [change('data.a')])?.path).toBe('data.a');
});

test.each([
  ['v1', 'Namespace', 'definitions'],
  ['example.com/v1', 'Namespace', 'rest'],
  ['storage.k8s.io/v1', 'StorageClass', 'classes'],
  ['v1', 'ConfigMap', 'rest'],
])('the stage of %s %s is %s', (apiVersion, kind, stage) => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  expect(stageOf({ group: group ?? '', version: version ?? '', kind, namespace: '', name: 'x' })).toBe(stage);
});

test('what is sent is what a Go type would print: structs, no unknown fields, no nulls', () => {
  const sent = desired(deployment({ replicas: null, paused: false, replicsa: 9 }, { args: [], env: [{ name: 'A' }] }));
  expect(sent['spec']).toEqual({
    selector: { matchLabels: { app: 'web' } },
    strategy: {},
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A' }], resources: {} }] },
    },
  });
  const wrong = deployment({ replicas: 'three', replicsa: 9 });
  expect(desired(wrong)['spec']).toEqual(wrong['spec']);
});

test('stringData becomes data; custom resources are left as they are', () => {
  expect(
    desired({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'ü' }, data: { b: 'Mg==' } })[
      'data'
    ],
  ).toEqual({ a: 'w7w=', b: 'Mg==' });
  expect(
    desired({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { a: null, b: {} },
      status: {},
    }),
  ).toEqual({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: {
      name: 'w',
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
    },
    spec: { a: null, b: {} },
  });
});

test('common metadata comes last and may overwrite owner labels, as upstream lets it', () => {
  const object = desiredObject(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
    { owner: OWNER, commonMetadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'x', team: 'a' } } },
  );
  expect(object['metadata']).toMatchObject({
    labels: {
      'kustomize.toolkit.fluxcd.io/name': 'x',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      team: 'a',
    },
  });
});
