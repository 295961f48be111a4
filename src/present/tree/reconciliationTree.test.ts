// What the tree says of drift: which field, by whom, whether it comes back, and whether anybody heals it.
import { expect, test } from 'vitest';
import { MASKED } from '../../diff/plan/plan.ts';
import { DRIFT_ANNOTATION } from '../../model/driftMode.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { initialState, newCluster } from '../../workspace/state.ts';
import type { Drift, LiveObject, WorkspaceState } from '../../workspace/state.ts';
import { objectNode } from './objectNode.ts';
import type { ObjectNodes } from './objectNode.ts';
import { nextAge, reconciliationTree } from './reconciliationTree.ts';
import type { Shown } from './reconciliationTree.ts';
import type { TreeNode } from './treeNode.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const treeOf = (state: WorkspaceState, shown: Partial<Shown> = {}): TreeNode[] =>
  reconciliationTree(state, { grouping: 'source', now: NOON, ...shown });

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
  const [node] = treeOf(drifted({}));
  expect(node?.description).toBe('drifted · 1 of 1');
  expect(node?.children[0]?.description).toBe('drifted: spec.replicas 5, Git says 3 (autoscaler) · prod');
});

test('drift that comes back says how often, and what ends the fight', () => {
  const flapping = { path: 'spec.replicas', manager: 'autoscaler', times: 4, since: Date.UTC(2026, 0, 1, 12) };
  const object = treeOf(drifted({ flapping }))[0]?.children[0];
  expect(object?.description).toMatch(/· 4 times since \d\d:\d\d, healed each time · prod$/);
  expect(object?.tooltip).toContain('name it in spec.ignore of apps');
});

test('of a ready Kustomization the number of its objects stands last', () => {
  const state = drifted({}, { [DRIFT_ANNOTATION]: 'detect' });
  const clusters = state.clusters.map((cluster) => ({ ...cluster, drifts: new Map() }));
  expect(treeOf({ ...state, clusters })[0]?.description).toBe('ready · drift is only detected · 1 object');
});

test('the node of an object is kept while it, its drift and its place are the same', () => {
  const known: ObjectNodes = new WeakMap();
  const live: LiveObject = { ref: web, status: 'Current', message: '', object: {} };
  const drift = drifted({});
  const of = (state: WorkspaceState, object: LiveObject = live, name = 'dev') => {
    const clusters = state.clusters.map((one) => ({ ...one, name, objects: new Map([[keyOf(web), object]]) }));
    return treeOf({ ...state, clusters }, { known })[0]?.children[0];
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
  const [node] = treeOf({ ...initialState('/w', true), clusters: [cluster] });
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
    return treeOf({ ...initialState('/w', true), clusters: [cluster] })[0];
  });
  expect(nodes.map((node) => node?.expansion)).toEqual(['none', 'expanded']);
  expect(nodes[0]?.id).not.toBe(nodes[1]?.id);
});

test('what waits for others names those that are not ready', () => {
  const named = (name: string, ready: 'True' | 'False', reason: string, dependsOn: string[] = []): JsonObject => ({
    ...owner({}),
    metadata: { name, namespace: 'flux-system' },
    // An empty namespace is none.
    spec: { dependsOn: dependsOn.map((one) => ({ name: one, namespace: '' })) },
    status: { conditions: [{ type: 'Ready', status: ready, reason, message: 'dependency is not ready' }] },
  });
  const kustomizations = [
    named('apps', 'False', 'DependencyNotReady', ['infra', 'queue', 'gone']),
    named('infra', 'True', 'ReconciliationSucceeded'),
    named('queue', 'False', 'HealthCheckFailed'),
  ];
  const cluster = { ...newCluster('dev', 'embedded'), phase: 'connected' as const, kustomizations };
  const [node] = treeOf({ ...initialState('/w', true), clusters: [cluster] });
  expect(node?.description).toBe('waiting for queue, gone');
});

test('a Service that selects no pods is ready, and its row says so', () => {
  const ref = { group: '', version: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };
  const live = new Map([[keyOf(ref), { ref, status: 'Current' as const, message: '', object: {} }]]);
  const known = new WeakMap();
  const rows = [new Set<string>(), new Set([keyOf(ref)])].map((withoutPods) => {
    const cluster = { ...newCluster('dev', 'embedded'), objects: live, withoutPods };
    return objectNode(cluster, { ...ref, kind: 'Kustomization' }, ref, known);
  });
  expect(rows.map(({ description, state }) => `${description}, ${state}`)).toEqual([
    'ready · shop, ready',
    'ready · selects no pods · shop, ready',
  ]);
});

test('a Kustomization that only detects drift says so, and offers to heal it again', () => {
  const [heals] = treeOf(drifted({}));
  const [detects] = treeOf(drifted({}, { [DRIFT_ANNOTATION]: 'detect' }));
  expect(heals?.context).toBe('kustomization.active.heals.drifted');
  expect(detects?.context).toBe('kustomization.active.detects.drifted');
  expect(detects?.description).toBe('drifted · 1 of 1 · drift is only detected');
});

test("a Secret's drift says which field and who, and no value", () => {
  const changes = [{ path: 'data.password', before: MASKED, after: MASKED, owner: { manager: 'kubectl-edit' } }];
  const object = treeOf(drifted({ changes }))[0]?.children[0];
  expect(object?.description).toBe('drifted: data.password ••• (changed) (kubectl-edit) · prod');
});

const source = (more: JsonObject = {}): JsonObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name: 'shop', namespace: 'flux-system' },
  status: {
    conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'stored artifact' }],
    artifact: { revision: `main@sha1:4f2c1a9${'0'.repeat(33)}`, lastUpdateTime: '2026-01-01T12:00:00Z' },
  },
  ...more,
});
/** A Kustomization of that source: suspended, or with a reason of its Ready condition. */
const fed = (name: string, reason: string): JsonObject => ({
  ...owner({}),
  metadata: { name, namespace: 'flux-system' },
  spec: { sourceRef: { kind: 'GitRepository', name: 'shop' }, suspend: reason === 'suspended' },
  status: {
    conditions: [
      { type: 'Ready', status: reason === 'ReconciliationSucceeded' ? 'True' : 'False', reason, message: '' },
    ],
  },
});
const withFlux = (sources: JsonObject[], kustomizations: JsonObject[]): WorkspaceState => ({
  ...initialState('/w', true),
  clusters: [{ ...newCluster('dev', 'embedded'), phase: 'connected', sources, kustomizations }],
});
const FIVE = withFlux(
  [source()],
  [
    fed('b-ready', 'ReconciliationSucceeded'),
    fed('e-waits', 'DependencyNotReady'),
    fed('d-failed', 'BuildFailed'),
    fed('c-off', 'suspended'),
    fed('a-ready', 'ReconciliationSucceeded'),
  ],
);
const outline = (nodes: readonly TreeNode[]): string[] =>
  nodes.flatMap(({ label, children }) => [label, ...outline(children).map((line) => `  ${line}`)]);

test('by source, by kustomization, by state: the same rows, the worst state first', () => {
  expect(outline(treeOf(FIVE))).toEqual(['shop', '  a-ready', '  b-ready', '  c-off', '  d-failed', '  e-waits']);
  const flat = treeOf(FIVE, { grouping: 'kustomization' });
  expect(outline(flat)).toEqual(['a-ready', 'b-ready', 'c-off', 'd-failed', 'e-waits']);
  expect(flat[0]?.description).toBe('ready · 0 objects · GitRepository shop');
  const states = treeOf(FIVE, { grouping: 'state' });
  expect(outline(states).join(', ')).toBe(
    'failed,   d-failed, waiting,   e-waits, suspended,   c-off, ready,   a-ready,   b-ready',
  );
  expect(states.at(-1)).toMatchObject({ description: '2 kustomizations', state: 'ready', expansion: 'expanded' });
  expect(states[0]?.children[0]?.id).toBe(flat[3]?.id);
});

test('a source that feeds nothing, or failed, is in sight in every grouping', () => {
  const failed = source({ status: { conditions: [{ type: 'Ready', status: 'False', message: 'no such branch' }] } });
  expect(outline(treeOf(withFlux([source()], []), { grouping: 'kustomization' }))).toEqual(['shop']);
  const state = withFlux([failed], [fed('apps', 'ReconciliationSucceeded')]);
  expect(treeOf(state, { grouping: 'kustomization' })[0]?.description).toMatch(/GitRepository shop failed$/);
  expect(treeOf(state, { grouping: 'state' })[0]).toMatchObject({ label: 'failed', description: '1 source' });
});

test('a source says what it fetched, and since when: time changes the words, never the order', () => {
  const [now, later] = [12_000, 3_600_000].map((ms) => treeOf(FIVE, { now: NOON + ms }));
  expect(now?.[0]?.description).toBe('main@4f2c1a9 · 10 s ago · GitRepository');
  expect(later?.[0]?.description).toBe('main@4f2c1a9 · 1 h ago · GitRepository');
  expect(outline(later ?? [])).toEqual(outline(now ?? []));
  expect(nextAge(FIVE, NOON + 12_000)).toBe(8_000);
  expect(nextAge(withFlux([], []), NOON)).toBeUndefined();
});
