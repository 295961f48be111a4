import { expect, test } from 'vitest';
import { reduce } from './reduce.ts';
import { initialState } from './state.ts';
import type { RootRendering, WorkspaceState } from './state.ts';

const root = { id: 'prod', kind: 'kustomize', path: 'prod' } as const;
const rendering = (version: number, more: Partial<RootRendering> = {}): RootRendering => ({
  root,
  version,
  manifests: [],
  findings: [],
  files: new Set(),
  lastGood: [],
  ...more,
});
const start: WorkspaceState = { ...initialState('/repo', true), index: { roots: [root], sources: [] } };

test('a rendering of older text never replaces a newer one', () => {
  const state = reduce(start, { type: 'rendered', rendering: rendering(2) });
  expect(reduce(state, { type: 'rendered', rendering: rendering(1) })).toBe(state);
});

test('the last good rendering stays while there are errors', () => {
  const manifest = {
    node: { kind: 'map', entries: new Map(), origin: { place: undefined, cause: { by: 'resource' } } },
  } as const;
  const good = reduce(start, { type: 'rendered', rendering: rendering(1, { manifests: [manifest] }) });
  const bad = reduce(good, {
    type: 'rendered',
    rendering: rendering(2, { findings: [{ code: 'yaml-syntax', severity: 'error', message: 'x' }] }),
  });
  expect(bad.renderings.get('prod')?.lastGood).toEqual([manifest]);
});

test('what is not whole, since something is being fetched, does not replace what was', () => {
  const manifest = {
    node: { kind: 'map', entries: new Map(), origin: { place: undefined, cause: { by: 'resource' } } },
  } as const;
  const pending = { type: 'rendered', rendering: rendering(2, { pending: true }) } as const;
  expect(reduce(start, pending).renderings.get('prod')?.lastGood).toEqual([]);
  const good = reduce(start, { type: 'rendered', rendering: rendering(1, { manifests: [manifest] }) });
  expect(reduce(good, pending).renderings.get('prod')).toMatchObject({ manifests: [manifest], lastGood: [manifest] });
});

test('no loop runs on a cluster that has stopped, and what is served to it is remembered', () => {
  const phase = { type: 'clusterPhase', cluster: 'dev', message: '' } as const;
  const runs = [
    { type: 'clusters', clusters: [{ name: 'dev', provider: 'embedded' }] } as const,
    { ...phase, phase: 'connected', server: 'https://127.0.0.1', loop: 'controlling', serving: 'tree' } as const,
  ].reduce(reduce, start);
  expect(runs.clusters[0]).toMatchObject({ loop: 'controlling', serving: 'tree' });
  const stopped = reduce(runs, { ...phase, phase: 'stopped' });
  expect(stopped.clusters[0]).toMatchObject({ phase: 'stopped', loop: 'none', server: '', serving: 'tree' });
});

test('drift comes and goes', () => {
  const owner = {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name: 'apps',
  };
  const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'prod', name: 'web' };
  const known = reduce(start, { type: 'clusters', clusters: [{ name: 'dev', provider: 'embedded' }] });
  const event = (changes: { path: string; before: number; after: number }[]): WorkspaceState =>
    reduce(known, {
      type: 'loop',
      cluster: 'dev',
      event: { type: 'drift', owner, ref, changes, desired: {}, live: {} },
    });
  expect(event([{ path: 'spec.replicas', before: 5, after: 3 }]).clusters[0]?.drifts.size).toBe(1);
  expect(event([]).clusters[0]?.drifts.size).toBe(0);
});
