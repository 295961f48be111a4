// What an edited file says above its documents: what the plan of its text would do with the objects that it reaches.
import { expect, test } from 'vitest';
import { applied, drifted } from '../../test/driftView.ts';
import { viewOf } from '../../test/sourceView.ts';
import type { PlanAction, PlanEntry } from '../diff/plan/plan.ts';
import { manifestRef } from '../model/manifest.ts';
import type { ClusterState, RootRendering, WorkspaceState } from '../workspace/state.ts';
import { newCluster } from '../workspace/state.ts';
import { editLenses, reachingDocuments } from './sourceFile/codeLenses.ts';

type Actions = Readonly<Record<string, PlanAction>>;

/** A cluster with a plan for the Kustomization of the sample: an action by the kind of each object. */
function cluster(
  name: string,
  { root, lastGood, version }: RootRendering,
  actions: Actions,
  made = version,
  changes: PlanEntry['changes'] = [],
): ClusterState {
  const entries = lastGood.map((manifest): PlanEntry => {
    const ref = manifestRef(manifest);
    return { ref, action: actions[ref.kind] ?? 'unchanged', stage: 'rest', reason: '', changes };
  });
  const plan = { kustomization: root.id, revision: '', server: '', confirmed: false, entries, findings: [] };
  const plans = new Map([['flux-system/web-staging', { kind: 'made' as const, plan, version: made }]]);
  return { ...newCluster(name, 'embedded'), phase: 'connected', plans };
}

function lenses(
  path: string,
  clusters: (rendering: RootRendering) => readonly ClusterState[],
  files = applied,
): string[] {
  const { state, reach, facts } = viewOf(files);
  const rendering = state.renderings.get('flux:flux-system/web-staging');
  if (!rendering) throw new Error('the sample has no Kustomization');
  const planned: WorkspaceState = { ...state, clusters: clusters(rendering) };
  const text = files[path] ?? '';
  return editLenses(planned, path, reachingDocuments(planned, reach, facts.of(path), path, text)).map(
    ({ place, title }) => `${place.source.position(place.start).line}: ${title}`,
  );
}

test('the worst is said first, and what stays is not said', () => {
  const actions: Actions = { ConfigMap: 'create', Deployment: 'replace', ServiceAccount: 'configure' };
  expect(lenses('staging/kustomization.yaml', (one) => [cluster('dev', one, actions)])).toEqual([
    '1: this edit: 1 replace, 1 configure, 1 create',
  ]);
  expect(lenses('staging/image.yaml', (one) => [cluster('dev', one, actions)])).toEqual(['1: this edit: 1 replace']);
  expect(lenses('base/account.yaml', (one) => [cluster('dev', one, actions)])).toEqual(['1: this edit: 1 configure']);
  expect(lenses('base/account.yaml', (one) => [cluster('dev', one, { Deployment: 'replace' })])).toEqual([]);
});

test('of several clusters each is named', () => {
  const both = (one: RootRendering): ClusterState[] => [
    cluster('dev', one, { Deployment: 'configure' }),
    cluster('other', one, { Deployment: 'replace' }),
  ];
  expect(lenses('staging/image.yaml', both)).toEqual(['1: this edit: 1 configure in dev; 1 replace in other']);
});

test('a plan of an older text says nothing, and neither does none', () => {
  expect(lenses('staging/image.yaml', (one) => [cluster('dev', one, { Deployment: 'configure' }, 1)])).toEqual([]);
  expect(lenses('staging/image.yaml', () => [{ ...newCluster('dev', 'embedded'), phase: 'connected' }])).toEqual([]);
});

test('what was taken away is said by the file that had it, and by the kustomization', () => {
  const { state, reach, facts } = viewOf(applied);
  const rendering = state.renderings.get('flux:flux-system/web-staging');
  const account = rendering?.lastGood.find((one) => manifestRef(one).kind === 'ServiceAccount');
  if (!rendering || !account) throw new Error('the sample has no ServiceAccount');
  const dev = cluster('dev', rendering, { ServiceAccount: 'prune' });
  const left = { ...rendering, lastGood: rendering.lastGood.filter((one) => one !== account), gone: [account] };
  const now = { ...state, clusters: [dev], renderings: new Map([...state.renderings, [rendering.root.id, left]]) };
  const titles = (path: string): string[] =>
    editLenses(now, path, reachingDocuments(now, reach, facts.of(path), path, applied[path] ?? '')).map(
      ({ title }) => title,
    );
  expect(titles('base/kustomization.yaml')).toEqual(['this edit: 1 prune']);
  expect(titles('staging/image.yaml')).toEqual([]);
});

test('drift alone is no work of the edit', () => {
  const { state, reach, facts } = viewOf(applied);
  const rendering = state.renderings.get('flux:flux-system/web-staging');
  if (!rendering) throw new Error('the sample has no Kustomization');
  const change = { path: 'spec.replicas', before: 7, after: 2 };
  const [dev] = drifted(state, [change]).clusters;
  const titles = (changes: PlanEntry['changes']): string[] => {
    const planned = cluster('dev', rendering, { Deployment: 'configure' }, rendering.version, changes);
    const clusters = [{ ...planned, drifts: dev?.drifts ?? new Map() }];
    const path = 'staging/image.yaml';
    const documents = reachingDocuments(state, reach, facts.of(path), path, applied[path] ?? '');
    return editLenses({ ...state, clusters }, path, documents).map(({ title }) => title);
  };
  expect(titles([change])).toEqual([]);
  expect(titles([change, { path: 'spec.paused', after: true }])).toEqual(['this edit: 1 configure']);
  expect(titles([{ ...change, after: 3 }])).toEqual(['this edit: 1 configure']);
});
