// What the tree says of drift: which field, by whom, whether it comes back, and whether anybody heals it.
import { expect, test } from 'vitest';
import { DRIFT_ANNOTATION } from '../model/driftMode.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, refOf } from '../model/objectRef.ts';
import { initialState, newCluster } from '../workspace/state.ts';
import type { Drift, LiveObject, WorkspaceState } from '../workspace/state.ts';
import type { ObjectNodes } from './objectNode.ts';
import { reconciliationTree } from './reconciliationTree.ts';

const web = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'prod', name: 'web' };
const owner = (annotations: JsonObject): JsonObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'apps', namespace: 'flux-system', annotations },
  spec: {},
  status: {
    conditions: [
      { type: 'Ready', status: 'True', reason: 'ReconciliationSucceeded', message: 'Applied revision: main' },
    ],
    inventory: { entries: [{ id: 'prod_web_apps_Deployment', v: 'v1' }] },
  },
});

function drifted(more: Partial<Drift>, annotations: JsonObject = {}): WorkspaceState {
  const kustomization = owner(annotations);
  const changes = [{ path: 'spec.replicas', before: 5, after: 3, owner: { manager: 'autoscaler' } }];
  const drift: Drift = { owner: refOf(kustomization), ref: web, changes, desired: {}, live: {}, ...more };
  const cluster = newCluster('dev', 'embedded');
  const drifts = new Map([[keyOf(web), drift]]);
  return {
    ...initialState('/w', true),
    clusters: [{ ...cluster, phase: 'connected', kustomizations: [kustomization], drifts }],
  };
}

test('a drifted object says field, values and manager; its Kustomization how many have drifted', () => {
  const [node] = reconciliationTree(drifted({}));
  expect(node?.description).toBe('drifted · 1 of 1');
  expect(node?.children[0]?.description).toBe('drifted: spec.replicas 5, Git says 3 (autoscaler) · prod');
});

test('drift that comes back says how often, and what ends the fight', () => {
  const flapping = { path: 'spec.replicas', manager: 'autoscaler', times: 4, since: Date.UTC(2026, 0, 1, 12) };
  const object = reconciliationTree(drifted({ flapping }))[0]?.children[0];
  expect(object?.description).toMatch(/· 4 times since \d\d:\d\d, healed each time · prod$/);
  expect(object?.tooltip).toContain('name it in spec.ignore of apps');
});

test('of a ready Kustomization the number of its objects stands last', () => {
  const state = drifted({}, { [DRIFT_ANNOTATION]: 'detect' });
  const clusters = state.clusters.map((cluster) => ({ ...cluster, drifts: new Map() }));
  expect(reconciliationTree({ ...state, clusters })[0]?.description).toBe('ready · drift is only detected · 1 object');
});

test('the node of an object is kept while it, its drift and its place are the same', () => {
  const known: ObjectNodes = new WeakMap();
  const live: LiveObject = { ref: web, status: 'Current', message: '', object: {} };
  const drift = drifted({});
  const of = (state: WorkspaceState, object: LiveObject = live, name = 'dev') => {
    const clusters = state.clusters.map((one) => ({ ...one, name, objects: new Map([[keyOf(web), object]]) }));
    return reconciliationTree({ ...state, clusters }, known)[0]?.children[0];
  };
  const healed = { ...drift, clusters: drift.clusters.map((one) => ({ ...one, drifts: new Map() })) };
  const first = of(drift);
  expect(of(drift)).toBe(first);
  expect(of(healed)?.state).toBe('ready');
  expect(of(drift)).toEqual(first);
  expect(of(healed, { ...live, status: 'Failed' })?.state).toBe('failed');
  expect(of(healed, live, 'other')?.target?.cluster).toBe('other');
});

test('what failed is said once, with the name and line of the file', () => {
  const message = 'validation failed: apps/web/base/deployment.yaml:22:34: expected integer, got "eighty"';
  const conditions = [{ type: 'Ready', status: 'False', reason: 'BuildFailed', message }];
  const kustomizations = [{ ...owner({}), status: { conditions } }];
  const cluster = { ...newCluster('dev', 'embedded'), phase: 'connected' as const, kustomizations };
  const [node] = reconciliationTree({ ...initialState('/w', true), clusters: [cluster] });
  expect(node?.description).toBe('failed · deployment.yaml:22:34: expected integer, got "eighty"');
  expect(node?.tooltip).toContain('validation failed: apps/web/base/deployment.yaml:22:34');
});

test('a source that gets its first Kustomization is another node, since the one without was closed', () => {
  const source = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'shop', namespace: 'flux-system' },
  };
  const sourceRef = { kind: 'GitRepository', name: 'shop' };
  const nodes = [[], [{ ...owner({}), spec: { sourceRef } }]].map((kustomizations) => {
    const cluster = {
      ...newCluster('dev', 'embedded'),
      phase: 'connected' as const,
      sources: [source],
      kustomizations,
    };
    return reconciliationTree({ ...initialState('/w', true), clusters: [cluster] })[0];
  });
  expect(nodes.map((node) => node?.expansion)).toEqual(['none', 'expanded']);
  expect(nodes[0]?.id).not.toBe(nodes[1]?.id);
});

test('what waits for others names those that are not ready', () => {
  const named = (name: string, ready: 'True' | 'False', reason: string, dependsOn: string[] = []): JsonObject => ({
    ...owner({}),
    metadata: { name, namespace: 'flux-system' },
    spec: { dependsOn: dependsOn.map((one) => ({ name: one })) },
    status: { conditions: [{ type: 'Ready', status: ready, reason, message: 'dependency is not ready' }] },
  });
  const kustomizations = [
    named('apps', 'False', 'DependencyNotReady', ['infra', 'queue', 'gone']),
    named('infra', 'True', 'ReconciliationSucceeded'),
    named('queue', 'False', 'HealthCheckFailed'),
  ];
  const cluster = { ...newCluster('dev', 'embedded'), phase: 'connected' as const, kustomizations };
  const [node] = reconciliationTree({ ...initialState('/w', true), clusters: [cluster] });
  expect(node?.description).toBe('waiting for queue, gone');
});

test('a Kustomization that only detects drift says so, and offers to heal it again', () => {
  const [heals] = reconciliationTree(drifted({}));
  const [detects] = reconciliationTree(drifted({}, { [DRIFT_ANNOTATION]: 'detect' }));
  expect(heals?.context).toBe('kustomization.active.heals');
  expect(detects?.context).toBe('kustomization.active.detects');
  expect(detects?.description).toBe('drifted · 1 of 1 · drift is only detected');
});
