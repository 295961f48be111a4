import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { initialState, newCluster } from '../../workspace/state.ts';
import type { WorkspaceState } from '../../workspace/state.ts';
import { declaredPart, diffDocuments } from './diffDocuments.ts';

test('of the live object only what Git declares or the change removes is compared', () => {
  const desired: JsonObject = { spec: { replicas: 3, containers: [{ name: 'web', image: 'a' }] } };
  const live: JsonObject = {
    spec: { replicas: 5, paused: true, strategy: 'x', containers: [{ name: 'web', image: 'b', tty: false }] },
    status: {},
  };
  expect(declaredPart(live, desired, new Set(['spec.paused']))).toEqual({
    spec: { replicas: 5, paused: true, containers: [{ name: 'web', image: 'b' }] },
  });
});

test("a Secret's values are in neither side", () => {
  const ref = { group: '', version: 'v1', kind: 'Secret', namespace: 'prod', name: 'login' };
  const secret = (value: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'prod' },
    data: { password: value },
  });
  const drift = { owner: ref, ref, changes: [], desired: secret('b2xk'), live: secret('bmV3') };
  const cluster = { ...newCluster('dev', 'embedded'), drifts: new Map([['/Secret/prod/login', drift]]) };
  const state: WorkspaceState = { ...initialState('/repo', true), clusters: [cluster] };
  const { desired, live } = diffDocuments(state, 'dev', ref);
  expect(desired + live).not.toMatch(/b2xk|bmV3/);
  expect(desired).toContain('password: •••');
});
