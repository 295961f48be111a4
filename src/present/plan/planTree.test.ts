// What the Plan view says while its plans are made, and of which Kustomizations.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { SourceText } from '../../model/sourceText.ts';
import { initialState, newCluster } from '../../workspace/state.ts';
import type { PlanState, Root, WorkspaceState } from '../../workspace/state.ts';
import { planMessage, planTree, plansOf } from './planTree.ts';

const kustomization = (name: string): JsonObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name, namespace: 'flux-system' },
});
const node = { kind: 'map', entries: new Map(), origin: { place: undefined, cause: { by: 'resource' } } } as const;
const place = { source: new SourceText('clusters/dev/apps.yaml', ''), start: 0, end: 0 };
const root = (name: string): Root => ({
  id: `flux:flux-system/${name}`,
  kind: 'flux',
  path: name,
  object: kustomization(name),
  node,
  place,
});
const unchanged = (name: string): [string, PlanState] => [
  `flux-system/${name}`,
  {
    kind: 'made',
    version: 1,
    plan: {
      kustomization: `flux-system/${name}`,
      revision: 'sha256:1',
      server: '',
      confirmed: true,
      entries: [],
      findings: [],
    },
  },
];
const stateWith = (live: string[], planned: string[]): WorkspaceState => ({
  ...initialState('/repo', true),
  index: { roots: ['apps', 'infra'].map(root), sources: [] },
  clusters: [
    {
      ...newCluster('dev', 'embedded'),
      phase: 'connected',
      kustomizations: live.map(kustomization),
      plans: new Map(planned.map(unchanged)),
    },
  ],
});

test('before every plan is there, nothing is said of changes', () => {
  expect(planMessage(stateWith(['apps', 'infra'], []))).toBe(
    'Comparing the files with the cluster: 0 of 2 kustomizations.',
  );
  expect(planMessage(stateWith(['apps', 'infra'], ['infra']))).toBe(
    'Comparing the files with the cluster: 1 of 2 kustomizations.',
  );
  expect(planMessage(stateWith(['apps', 'infra'], ['apps', 'infra']))).toBe('');
});

test('of what the folder does not write no plan is awaited, and of what the cluster has no more none is shown', () => {
  const state = stateWith(['apps', 'foreign'], ['apps', 'gone']);
  const [cluster] = state.clusters;
  expect(cluster && plansOf(state, cluster).map(({ owner }) => owner.name)).toEqual(['apps']);
  expect(planMessage(state)).toBe('');
});

test('a plan that would fail is not "no changes": its errors are shown, though nothing else is', () => {
  const state = stateWith(['apps'], []);
  const [key, made] = unchanged('apps');
  const refusal = {
    severity: 'error',
    code: 'apply-refused',
    message: 'web dry-run failed (Forbidden): no',
    at: place,
  } as const;
  const plan: PlanState =
    made.kind === 'made'
      ? { ...made, plan: { ...made.plan, findings: [refusal, { ...refusal, severity: 'warning' }] } }
      : made;
  const failing = { ...state, clusters: state.clusters.map((one) => ({ ...one, plans: new Map([[key, plan]]) })) };
  expect(planMessage(failing)).toContain('1 kustomization would fail.');
  const [shown] = planTree(failing);
  expect(shown?.description).toBe('1 error');
  expect(shown?.children?.map(({ label, description }) => [label, description])).toEqual([
    ['apps.yaml:1', 'web dry-run failed (Forbidden): no'],
  ]);
});
