// What a cluster's row says while its loop starts, and where it did not.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { initialState, newCluster } from '../../workspace/state.ts';
import type { ClusterState } from '../../workspace/state.ts';
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
    description: 'the loop did not start: no access · no loop here · embedded',
    context: 'cluster.connected.noloop.embedded',
  });
});

const repository = (name: string, revision: string): JsonObject => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  metadata: { name, namespace: 'flux-system' },
  status: { artifact: { revision: revision.replace(/@(.*)/, `@sha1:$1${'0'.repeat(33)}`) } },
});
const apps: JsonObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'apps', namespace: 'flux-system' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const shop = repository('shop', 'main@4f2c1a9');
const other = repository('other', 'main@1111111');
const READY = '1 kustomization, all ready · embedded';

test.each([
  ['HEAD main@4f2c1a9', { serving: 'head' }],
  ['origin/main@4f2c1a9', { serving: 'origin/main' }],
  ['working tree', { serving: 'tree' }],
  // Two revisions at once: none of them is what is served.
  ['HEAD', { serving: 'head', served: new Set([shop, other].map((one) => keyOf(refOf(one)))) }],
] as const)('who reconciles, and what is served: local loop · %s', (said, more) => {
  const served = new Set([keyOf(refOf(shop))]);
  const row = rowOf({ loop: 'controlling', sources: [shop, other], kustomizations: [apps], served, ...more });
  expect(row?.description).toBe(`local loop · ${said} · ${READY}`);
});

test('what needs somebody stands before who reconciles', () => {
  const failed = { ...apps, status: { conditions: [{ type: 'Ready', status: 'False', reason: 'BuildFailed' }] } };
  const row = rowOf({ loop: 'controlling', kustomizations: [apps, failed] });
  expect(row?.description).toBe('2 kustomizations, 1 failed · local loop · HEAD · embedded');
});

test('a cluster that Flux reconciles says so, has a lock, and is offered no loop', () => {
  const message = 'the loop did not start: Flux is there';
  const row = rowOf({ flux: { version: '2.9.1' }, message, kustomizations: [apps] });
  expect(row).toMatchObject({
    description: `Flux 2.9 · ${READY}`,
    state: 'ready',
    icon: { name: 'lock' },
    context: 'cluster.connected.flux.embedded',
  });
  expect(row?.tooltip).toContain('Reconciled by Flux 2.9.1: ');
  expect(rowOf({ flux: { version: '' }, kustomizations: [apps] })?.description).toBe(`Flux · ${READY}`);
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
