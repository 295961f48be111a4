// What a cluster's row says while its loop starts, and where it did not.
import { expect, test } from 'vitest';
import { initialState, newCluster } from '../workspace/state.ts';
import type { ClusterState } from '../workspace/state.ts';
import { cancelledServing, clusterTree } from './clusterTree.ts';

const rowOf = (more: Partial<ClusterState>): ReturnType<typeof clusterTree>[number] | undefined => {
  const cluster = { ...newCluster('dev', 'embedded'), phase: 'connected' as const, ...more };
  return clusterTree({ ...initialState('/w', true), clusters: [cluster] })[0];
};

test('a loop that starts is on its way, and not offered to be started', () => {
  const row = rowOf({ loop: 'starting', message: 'starting the loop' });
  expect(row).toMatchObject({
    state: 'progressing',
    description: 'starting the loop · embedded',
    context: 'cluster.connected.loop.embedded',
  });
});

test('a loop that did not start has failed, and is offered again', () => {
  const row = rowOf({ loop: 'none', message: 'the loop did not start: no access' });
  expect(row).toMatchObject({
    state: 'failed',
    description: 'the loop did not start: no access · embedded · no loop here',
    context: 'cluster.connected.noloop.embedded',
  });
});

test('a change of what is served that was cancelled says what the loop goes on with', () => {
  const cancelled = { kind: 'cancelled', serving: 'head' } as const;
  expect(cancelledServing('tree', 'dev', { ...cancelled, held: false })).toBe(
    'Serving working tree to dev was cancelled: the loop goes on with HEAD.',
  );
  expect(cancelledServing('origin/main', 'dev', { ...cancelled, held: true })).toBe(
    'Serving origin/main to dev was cancelled: the loop goes on with the applied files, until the next commit.',
  );
  expect(cancelledServing('tree', 'dev', { kind: 'stopped', reason: 'no access' })).toBe(
    'Serving working tree to dev was cancelled, and the loop did not start again: no access',
  );
});
