// What a plan warns of before all else: losses, replacements, selectors, zero replicas, wider rights.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { changeDangers, createDangers, pruneDangers, replaceDangers } from './danger.ts';
import { fieldChanges } from '../fields/fieldChanges.ts';
import type { Danger } from './plan.ts';

const object = (apiVersion: string, kind: string, more: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', namespace: 'ns' },
  ...more,
});
const codes = (dangers: readonly Danger[]): string[] => dangers.map(({ code }) => code);
const change = (before: JsonObject, after: JsonObject): Danger[] =>
  changeDangers(before, after, fieldChanges(before, after, { live: before, schema: undefined }));
const RBAC = 'rbac.authorization.k8s.io/v1';
const claims = (whenDeleted: string): JsonObject => ({
  spec: { volumeClaimTemplates: [{}], persistentVolumeClaimRetentionPolicy: { whenDeleted } },
});

test.each([
  ['a claim', object('v1', 'PersistentVolumeClaim'), ['data-loss']],
  ['a namespace', object('v1', 'Namespace'), ['namespace-removal']],
  ['another group’s Namespace', object('example.com/v1', 'Namespace'), []],
  ['a definition', object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), ['definition-removal']],
  ['a ConfigMap', object('v1', 'ConfigMap'), []],
  [
    'a Kustomization that prunes',
    object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', {
      spec: { prune: true },
      status: { inventory: { entries: [{}, {}] } },
    }),
    ['data-loss'],
  ],
  [
    'a Kustomization that orphans',
    object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', {
      spec: { prune: true, deletionPolicy: 'Orphan' },
      status: { inventory: { entries: [{}] } },
    }),
    [],
  ],
] as const)('pruning %s', (_, live, expected) => {
  expect(codes(pruneDangers(live))).toEqual(expected);
});

test('a StatefulSet says what becomes of its volume claims', () => {
  expect(pruneDangers(object('apps/v1', 'StatefulSet', claims('Retain')))[0]?.message).toBe(
    'a StatefulSet is deleted; its volume claims stay',
  );
  expect(pruneDangers(object('apps/v1', 'StatefulSet', claims('Delete')))[0]?.message).toContain(
    'its volume claims with it',
  );
});

test('a replacement loses what a deletion loses', () => {
  expect(codes(replaceDangers(object('v1', 'PersistentVolumeClaim')))).toEqual(['data-loss']);
  expect(codes(replaceDangers(object('batch/v1', 'Job')))).toEqual(['replacement']);
});

test('a selector of a Service, zero replicas, an immutable field', () => {
  const service = (app: string): JsonObject => object('v1', 'Service', { spec: { selector: { app } } });
  expect(codes(change(service('a'), service('b')))).toEqual(['selector']);
  const deployment = (replicas: number, app = 'a'): JsonObject =>
    object('apps/v1', 'Deployment', { spec: { replicas, selector: { matchLabels: { app } } } });
  expect(codes(change(deployment(3), deployment(0)))).toEqual(['zero-replicas']);
  expect(codes(change(deployment(0), deployment(3)))).toEqual([]);
  expect(codes(change(deployment(3), deployment(3, 'b')))).toEqual(['immutable']);
});

test('of an immutable ConfigMap a new key is refused as well as another value; its labels are free', () => {
  const settings = (data: JsonObject, labels: JsonObject = {}): JsonObject => ({
    ...object('v1', 'ConfigMap', { immutable: true, data }),
    metadata: { name: 'a', namespace: 'b', labels },
  });
  expect(codes(change(settings({ a: '1' }), settings({ a: '1', b: '2' })))).toEqual(['immutable']);
  expect(codes(change(settings({ a: '1' }), settings({ a: '2' })))).toEqual(['immutable']);
  expect(codes(change(settings({ a: '1' }), settings({ a: '1' }, { app: 'a' })))).toEqual([]);
});

test('a version that a definition does not serve any more', () => {
  const definition = (...served: string[]): JsonObject =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      spec: { versions: ['v1alpha1', 'v1'].map((name) => ({ name, served: served.includes(name) })) },
    });
  expect(change(definition('v1alpha1', 'v1'), definition('v1')).map(({ message }) => message)).toEqual([
    'v1alpha1 of the CustomResourceDefinition is not served any more',
  ]);
});

test('a role that allows more, by what its rules cover', () => {
  const role = (...rules: JsonObject[]): JsonObject => object(RBAC, 'Role', { rules });
  const rule = (resources: string[], verbs: string[], more: JsonObject = {}): JsonObject => ({
    apiGroups: [''],
    resources,
    verbs,
    ...more,
  });
  expect(change(role(rule(['pods'], ['*'])), role(rule(['pods'], ['get', 'list'])))).toEqual([]);
  expect(change(role(rule(['pods'], ['get'])), role(rule(['pods'], ['get'], { resourceNames: ['a'] })))).toEqual([]);
  expect(change(role(rule(['pods'], ['get'])), role(rule(['pods', 'secrets'], ['get'])))).toEqual([
    { code: 'wider-rbac', message: 'the Role allows more: get secrets' },
  ]);
  expect(codes(createDangers(role(rule(['secrets'], ['get']))))).toEqual([]);
  expect(codes(createDangers(role(rule(['*'], ['*']))))).toEqual(['wider-rbac']);
});

test('a binding that reaches further', () => {
  const binding = (role: string, ...names: string[]): JsonObject =>
    object(RBAC, 'ClusterRoleBinding', {
      roleRef: { kind: 'ClusterRole', name: role },
      subjects: names.map((name) => ({ kind: 'User', name })),
    });
  expect(change(binding('view', 'a', 'b'), binding('view', 'b'))).toEqual([]);
  expect(change(binding('view', 'a'), binding('view', 'a', 'b')).map(({ message }) => message)).toEqual([
    'the ClusterRoleBinding gives ClusterRole view to User b',
  ]);
  expect(codes(createDangers(binding('view', 'a')))).toEqual([]);
  expect(codes(createDangers(binding('cluster-admin', 'a')))).toEqual(['wider-rbac']);
  expect(codes(createDangers(binding('view', 'system:anonymous')))).toEqual(['wider-rbac']);
});
