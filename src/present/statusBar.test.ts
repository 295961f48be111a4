// Which cluster the one item of the status bar is about.
import { expect, test } from 'vitest';
import { initialState, newCluster } from '../workspace/state.ts';
import type { ClusterState } from '../workspace/state.ts';
import { statusBar } from './statusBar.ts';

const cluster = (name: string, ready: 'True' | 'False', loop: ClusterState['loop']): ClusterState => ({
  ...newCluster(name, 'embedded'),
  phase: 'connected',
  loop,
  kustomizations: [
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'apps', namespace: 'flux-system' },
      status: { conditions: [{ type: 'Ready', status: ready, reason: 'BuildFailed', message: 'no' }] },
    },
  ],
});
const textOf = (...clusters: ClusterState[]): string => statusBar({ ...initialState('/w', true), clusters }).text;

test('of several clusters with a loop the worst is told, of equals the first', () => {
  const dev = cluster('dev', 'True', 'controlling');
  expect(textOf(dev, cluster('two', 'True', 'controlling'))).toBe('$(pass) dev: ready · HEAD');
  expect(textOf(dev, cluster('two', 'False', 'controlling'))).toBe('$(error) two: failed · HEAD');
});

test('a cluster that this window runs no loop on is told only where it runs none at all', () => {
  const other = cluster('other', 'False', 'none');
  expect(textOf(other, cluster('dev', 'True', 'controlling'))).toBe('$(pass) dev: ready · HEAD');
  expect(textOf(other)).toBe('$(error) other: failed');
});
