// Owners and dependents, and the end of a namespace.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONFIG_MAPS, configMap, inProcess } from '../../test/apiserver/inProcess.ts';
import type { InProcess } from '../../test/apiserver/inProcess.ts';
import { fakeClock } from '../../test/kube/fakeClock.ts';
import type { FakeClock } from '../../test/kube/fakeClock.ts';
import { getList, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';

let clock: FakeClock;
let api: InProcess;
beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-01-01T00:00:00Z'));
  api = await inProcess({ controllers: true, clock });
  clock.advance(200);
});
afterEach(() => api.dispose());

function make(name: string, owner?: string): void {
  const uid = owner && getString(api.get(`${CONFIG_MAPS}/${owner}`).body, 'metadata', 'uid');
  const references: JsonObject[] =
    owner && uid ? [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid, blockOwnerDeletion: true }] : [];
  api.post(CONFIG_MAPS, { ...configMap(name), metadata: { name, ownerReferences: references } });
}
const exists = (...names: string[]): boolean[] => names.map((name) => api.get(`${CONFIG_MAPS}/${name}`).code === 200);

test('background: dependents follow their owner, and theirs follow them', () => {
  make('owner');
  make('child', 'owner');
  make('grandchild', 'child');
  api.delete(`${CONFIG_MAPS}/owner`);
  expect(exists('owner', 'child')).toEqual([false, true]);
  clock.advance(200);
  expect(exists('child', 'grandchild')).toEqual([false, false]);
});

test('foreground: the owner waits for its dependents', () => {
  make('owner');
  make('child', 'owner');
  api.patch(`${CONFIG_MAPS}/child`, { metadata: { finalizers: ['example.dev/hold'] } });
  api.delete(`${CONFIG_MAPS}/owner`, { propagationPolicy: 'Foreground' });
  clock.advance(200);
  expect(exists('owner', 'child')).toEqual([true, true]);
  api.patch(`${CONFIG_MAPS}/child`, { metadata: { finalizers: null } });
  clock.advance(200);
  expect(exists('owner', 'child')).toEqual([false, false]);
});

test('orphan: dependents stay and forget their owner', () => {
  make('owner');
  make('child', 'owner');
  api.delete(`${CONFIG_MAPS}/owner`, { propagationPolicy: 'Orphan' });
  clock.advance(200);
  expect(exists('owner', 'child')).toEqual([false, true]);
  expect(getList(api.get(`${CONFIG_MAPS}/child`).body, 'metadata', 'ownerReferences')).toBeUndefined();
});

test('an object whose owner never was goes', () => {
  api.post(CONFIG_MAPS, {
    ...configMap('stray'),
    metadata: {
      name: 'stray',
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: '00000000-0000-4000-8000-000000000000' },
      ],
    },
  });
  clock.advance(200);
  expect(exists('stray')).toEqual([false]);
});

test('a namespace has its service account, and takes all that it holds along', () => {
  api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
  clock.advance(200);
  expect(api.get('/api/v1/namespaces/x/serviceaccounts/default').code).toBe(200);
  api.post('/api/v1/namespaces/x/configmaps', {
    ...configMap('held'),
    metadata: { name: 'held', finalizers: ['example.dev/hold'] },
  });
  api.delete('/api/v1/namespaces/x');
  clock.advance(200);
  expect(getString(api.get('/api/v1/namespaces/x').body, 'status', 'phase')).toBe('Terminating');
  expect(api.post('/api/v1/namespaces/x/configmaps', configMap('late')).code).toBe(403);
  api.patch('/api/v1/namespaces/x/configmaps/held', { metadata: { finalizers: null } });
  clock.advance(200);
  expect(api.get('/api/v1/namespaces/x').code).toBe(404);
  expect(api.get('/api/v1/namespaces/x/serviceaccounts/default').code).toBe(404);
});
