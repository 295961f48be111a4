// When a plan is predicted and when it is confirmed: a prediction answers a keystroke and nothing else.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { SourceText } from '../../model/sourceText.ts';
import type { KubeClient } from '../../kube/client.ts';
import { createPlanner } from './planner.ts';
import { reduce } from '../reduce.ts';
import { initialState, newCluster } from '../state.ts';
import type { RootRendering, WorkspaceState } from '../state.ts';

const kustomization: JsonObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'apps', namespace: 'flux-system' },
  spec: { path: './apps' },
};
const node = { kind: 'map', entries: new Map(), origin: { place: undefined, cause: { by: 'resource' } } } as const;
const rendering = (version: number): RootRendering => ({
  root: {
    id: 'flux:flux-system/apps',
    kind: 'flux',
    path: 'apps',
    object: kustomization,
    node,
    place: { source: new SourceText('clusters/dev/apps.yaml', ''), start: 0, end: 0 },
  },
  version,
  manifests: [],
  findings: [],
  files: new Set(),
  lastGood: [],
});

test('text that changed is predicted and then confirmed; a cluster that changed is asked at once', async () => {
  const asked: boolean[] = [];
  let state: WorkspaceState = {
    ...initialState('/repo', true),
    clusters: [{ ...newCluster('dev', 'embedded'), phase: 'connected', kustomizations: [kustomization] }],
  };
  const planner = createPlanner({
    state: () => state,
    emit: (event) => (state = reduce(state, event)),
    session: () => ({ client: {} as KubeClient, reader: {} as KubeClient }),
    revision: () => 'sha256:1',
    plan: async ({ confirm }) => {
      asked.push(confirm);
      return {
        kustomization: 'flux-system/apps',
        revision: 'sha256:1',
        server: '',
        confirmed: confirm,
        entries: [],
        findings: [],
      };
    },
    clock: { now: () => 0, after: (_, callback) => (queueMicrotask(callback), () => undefined) },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  state = reduce(state, { type: 'rendered', rendering: rendering(1) });
  planner.stale('flux:flux-system/apps');
  await settle();
  expect(asked.splice(0)).toEqual([false, true]);
  planner.stale();
  await settle();
  expect(asked.splice(0)).toEqual([true]);
  planner.dispose();
});
