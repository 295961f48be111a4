// How far Reconcile All is, by what Flux has written since it was asked.
import { expect, test } from 'vitest';
import { flux, stateOf } from '../../test/whyState.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { reconcileAllFailure, reconcileAllProgress } from './reconcileAll.ts';
import type { Asked, Progress } from './reconcileAll.ts';

type Ready = Parameters<typeof flux>[1];
const READY: Ready = ['True', 'ReconciliationSucceeded', ''];
const FAILED: Ready = ['False', 'Whatever', 'no'];
const WAITS: Ready = ['False', 'DependencyNotReady', ''];
const RUNS: Ready = ['Unknown', 'Progressing', ''];

/** One that has handled its request, and what it depends on. */
function one(name: string, ready: Ready, ...dependsOn: string[]): JsonObject {
  const object = flux(name, ready, { spec: { dependsOn: dependsOn.map((on) => ({ name: on })) } });
  return { ...object, status: { ...(object['status'] as JsonObject), lastHandledReconcileAt: 'now' } };
}

function progress(
  kustomizations: readonly JsonObject[],
  how: Partial<Asked> = {},
  first: Partial<Asked> = {},
): Progress {
  const all = kustomizations.map((object, at): Asked => {
    const asked = { cluster: 'dev', ref: refOf(object), before: 'then', answer: 'handled', whenFree: false } as const;
    return { ...asked, ...how, ...(at === 0 ? first : {}) };
  });
  return reconcileAllProgress(stateOf({ kustomizations }).state, all);
}

test('what was ready before is not counted before it has answered, nor before the watch shows that', () => {
  const both = [one('a', READY), one('b', READY)];
  expect(progress(both, {}, { answer: 'none' })).toMatchObject({ line: '1 of 2 ready', isOver: false });
  expect(progress(both, {}, { before: 'now' })).toMatchObject({ line: '1 of 2 ready', isOver: false });
  expect(progress(both)).toMatchObject({ line: '2 of 2 ready', isOver: true });
});

test('what waits is said with whom it waits for in the end, and it is not over while that is under way', () => {
  const all = [one('infra', RUNS), one('api', WAITS, 'infra'), one('web', WAITS, 'api')];
  expect(progress(all)).toMatchObject({ line: '0 of 3 ready · 2 wait for infra', isOver: false });
  const [infra, ...others] = all as [JsonObject, JsonObject, JsonObject];
  expect(progress([infra, others[0]])).toMatchObject({ line: '0 of 2 ready · 1 waits for infra', isOver: false });
});

test('what has failed is counted and said; whoever waits for it waits for nothing that comes', () => {
  const found = progress([one('infra', FAILED), one('api', WAITS, 'infra'), one('web', WAITS, 'api'), one('x', READY)]);
  expect(found.isOver).toBe(true);
  expect(reconcileAllFailure(found)).toBe('1 of 4 ready · 2 wait for infra · 1 failed: infra failed -> no.');
});

test('a request that fails is a failure; of several the first is said', () => {
  const failed = { answer: { failed: 'GitRepository is not ready' } };
  const found = progress([one('a', READY), one('b', READY)], failed);
  expect(reconcileAllFailure(found)).toBe('0 of 2 ready · 2 failed, the first: a: GitRepository is not ready');
});

test('what it waits for is ready by now: it is over only once it was asked again', () => {
  const both = [one('web', WAITS, 'infra'), one('infra', READY)];
  expect(progress(both)).toMatchObject({ line: '1 of 2 ready · 1 waits for infra', isOver: false });
  expect(progress(both, {}, { whenFree: true })).toMatchObject({ isOver: true });
});

test('a circle, and what is not there, is waited for by nobody', () => {
  expect(progress([one('a', WAITS, 'b'), one('b', WAITS, 'a')]).isOver).toBe(true);
  const gone = progress([one('a', WAITS, 'gone')]);
  expect([gone.isOver, reconcileAllFailure(gone)]).toEqual([true, '0 of 1 ready · 1 waits for gone']);
  expect(reconcileAllFailure(progress([one('a', READY)]))).toBeUndefined();
});
