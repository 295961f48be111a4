// The parts of a status, as Flux writes them: conditions, history, durations, patches.
import { expect, test } from 'vitest';
import { getPath } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { conditionsOf, getCondition, markReconciling, markStalled, setCondition } from './conditions.ts';
import { parseDuration, printDuration } from './duration.ts';
import { recordHistory } from './kustomization/history.ts';
import { addressOf } from './gitRepository/sources.ts';
import { mergeDiff } from './statusPatch.ts';

const object = (): JsonObject => ({ metadata: { generation: 2 } });

test('a condition keeps its time until it changes, and the list its order', () => {
  const one = object();
  setCondition(one, 'Healthy', 'True', 'Succeeded', 'ok', 0);
  setCondition(one, 'Ready', 'True', 'Succeeded', 'ok', 0);
  markReconciling(one, 'Progressing', 'work', 0);
  expect(conditionsOf(one).map((condition) => condition.type)).toEqual(['Reconciling', 'Ready', 'Healthy']);
  setCondition(one, 'Ready', 'True', 'Succeeded', 'ok', 5000);
  expect(getCondition(one, 'Ready')?.lastTransitionTime).toBe('1970-01-01T00:00:00Z');
  setCondition(one, 'Ready', 'False', 'Failed', 'no', 5000);
  expect(getCondition(one, 'Ready')).toMatchObject({
    lastTransitionTime: '1970-01-01T00:00:05Z',
    observedGeneration: 2,
  });
  markStalled(one, 'Wrong', 'for good', 0);
  expect(conditionsOf(one).map((condition) => condition.type)).toEqual(['Stalled', 'Ready', 'Healthy']);
});

test('history counts a known result up and moves it to the front; five are kept', () => {
  const one = object();
  const record = (digest: string, now: number): void =>
    recordHistory(one, { digest, status: 'ok', revision: `r${now}`, now: now * 1000, durationMs: 1500 });
  ['a', 'b', 'a', 'c', 'd', 'e', 'f'].forEach((digest, index) => record(digest, index));
  const history = getPath(one, 'status', 'history') as JsonObject[];
  expect(history.map((entry) => `${String(entry['digest'])}${String(entry['totalReconciliations'])}`)).toEqual([
    'f1',
    'e1',
    'd1',
    'c1',
    'a2',
  ]);
  expect(history[4]).toMatchObject({
    firstReconciled: '1970-01-01T00:00:00Z',
    lastReconciled: '1970-01-01T00:00:02Z',
    lastReconciledDuration: '1.5s',
    metadata: { revision: 'r2' },
  });
});

test.each([
  ['10m', 600_000, '10m0s'],
  ['1h0m5s', 3_605_000, '1h0m5s'],
  ['1.5s', 1500, '1.5s'],
  ['345ms', 345, '345ms'],
  ['0', 0, '0s'],
])('the duration %s', (text, milliseconds, printed) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(printDuration(milliseconds)).toBe(printed);
});

test.each(['', 'm', '10', '1x', '1m2'])('%j is no duration', (text) => expect(parseDuration(text)).toBeUndefined());

test('a patch holds what changed, removals as null, and lists as a whole', () => {
  const before = { a: 1, gone: 'x', same: { deep: true }, map: { x: 1, y: 2 }, list: [1, 2] };
  const after = { a: 2, same: { deep: true }, map: { x: 1, y: 3 }, list: [1] };
  expect(mergeDiff(before, after)).toEqual({ a: 2, gone: null, map: { y: 3 }, list: [1] });
  expect(mergeDiff(before, before)).toBeUndefined();
});

test.each([
  'https://github.com/example/shop.git',
  'https://github.com/example/shop',
  'https://user:token@GitHub.com/example/shop.git',
  'ssh://git@github.com/example/shop.git',
  'ssh://git@github.com:22/example/shop',
  'git@github.com:example/shop.git',
])('%s is the same repository', (url) => expect(addressOf(url)).toBe('github.com/example/shop'));

test('another host, path or case of the path is another repository', () => {
  const others = [
    'https://gitlab.com/example/shop',
    'https://github.com/example/shop2',
    'https://github.com/Example/shop',
    'https://github.com:8443/example/shop',
  ];
  expect(new Set(others.map(addressOf)).has('github.com/example/shop')).toBe(false);
});
