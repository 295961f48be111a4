// What the comparison of two loops lets through: only what a move may do upstream, and what is remembered of a failed apply.
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/model/json.ts';
import { compareStates, rememberedKeys } from './loopCompare.ts';
import { followLives } from './loopMoves.ts';
import { isNotServedYet } from './loopPlanCompare.ts';
import type { Look } from './loopMoves.ts';

const look = (owner: string, uid: string, generation: number): Look => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': owner };
  return {
    state: new Map([['Buoy//a', { metadata: { labels, generation } }]]),
    uids: new Map([['Buoy//a', uid]]),
    questions: new Map(),
    early: new Map(),
  };
};

function differing(before: readonly [Look, Look], after: readonly [Look, Look]): number {
  const lives = followLives();
  lives.seen(...before);
  lives.endStep();
  return compareStates(after[0].state, lives.seen(...after)).length;
}

test('an object that was made again on a move counts its generations anew', () => {
  const before = [look('alpha', 'a', 2), look('alpha', 'x', 2)] as const;
  expect(differing(before, [look('beta', 'b', 1), look('beta', 'x', 2)])).toBe(0);
});

test('an object that was made again without a move does not, nor one that both have made again', () => {
  const before = [look('alpha', 'a', 2), look('alpha', 'x', 2)] as const;
  expect(differing(before, [look('alpha', 'b', 1), look('alpha', 'x', 2)])).toBe(1);
  expect(differing(before, [look('beta', 'b', 1), look('beta', 'y', 2)])).toBe(1);
  expect(differing(before, [look('beta', 'a', 2), look('beta', 'x', 3)])).toBe(1);
});

const kustomization = (reason: string, ...ids: string[]): JsonValue => ({
  conditions: [{ type: 'Ready', status: 'False', reason }],
  inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) },
  history: null,
});

const there = (state: Map<string, JsonValue>): Map<string, JsonValue> => new Map([...state, ['Namespace//c', {}]]);

test('what ours remembers of an apply that failed may be more, where it is there', () => {
  const theirs = new Map([
    ['Kustomization/beta', kustomization('ReconciliationFailed', '_a__Namespace', '_b__Namespace')],
  ]);
  const ids = ['_a__Namespace', '_b__Namespace', '_c__Namespace'];
  const ours = new Map([['Kustomization/beta', kustomization('ReconciliationFailed', ...ids)]]);
  expect(compareStates(theirs, ours)).toHaveLength(1);
  expect(compareStates(there(theirs), there(ours))).toEqual([]);
  expect(rememberedKeys(theirs, ours)).toEqual(['Namespace//c']);
});

test('what was remembered goes on to be when the next build fails, and nothing else does', () => {
  const theirs = there(new Map([['Kustomization/beta', kustomization('ArtifactFailed', '_a__Namespace')]]));
  const ours = there(
    new Map([['Kustomization/beta', kustomization('ArtifactFailed', '_a__Namespace', '_c__Namespace')]]),
  );
  expect(compareStates(theirs, ours, new Map(), new Set(['Namespace//c']))).toEqual([]);
  expect(compareStates(theirs, ours, new Map(), new Set(['Namespace//d']))).toHaveLength(1);
});

test('a question may have taken the place of the oldest build in a history', () => {
  const history = (...digests: string[]): Map<string, JsonValue> =>
    new Map([['Kustomization/beta', { history: digests, conditions: [], inventory: null }]]);
  const asked = new Map([['Kustomization/beta', 1]]);
  expect(compareStates(history('c', 'b', 'a'), history('c', 'b'), asked)).toEqual([]);
  expect(compareStates(history('c', 'b', 'a'), history('c', 'b'))).toHaveLength(1);
  expect(compareStates(history('c', 'b', 'a'), history('c', 'a'), asked)).toHaveLength(1);
  expect(compareStates(history('c', 'b', 'a'), history('c'), asked)).toHaveLength(1);
});

test('a definition that is not served yet is let through only where the same apply has made it', () => {
  const refusal = 'Buoy/app/one dry-run failed: no matches for kind "Buoy" in version "one.example.dev/v1"';
  expect(isNotServedYet(`${refusal}\nCustomResourceDefinition/buoys.one.example.dev created\n`)).toBe(true);
  expect(isNotServedYet(`${refusal}\nCustomResourceDefinition/buoys.two.example.dev created\n`)).toBe(false);
  expect(isNotServedYet(`${refusal}\nCustomResourceDefinition/buoys.one.example.dev configured\n`)).toBe(false);
  expect(isNotServedYet(refusal)).toBe(false);
  expect(isNotServedYet('ConfigMap/app/one dry-run failed: refused\nCustomResourceDefinition/a.b created')).toBe(false);
  expect(isNotServedYet('Applied revision: main@sha1:1')).toBe(false);
});

test('that an object which two Kustomizations have was taken once more is chance, of any other it is not', () => {
  const failed = (message: string, ...ids: string[]): JsonValue => ({
    conditions: [{ type: 'Ready', status: 'False', reason: 'ReconciliationFailed', message }],
    inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) },
    history: null,
  });
  const refusal = 'Job/app/x dry-run failed: no';
  const states = (message: string, ...others: string[]): Map<string, JsonValue> =>
    new Map([
      ['Kustomization/alpha', failed(message, '_one_scheduling.k8s.io_PriorityClass')],
      ['Kustomization/beta', failed('', ...others)],
    ]);
  const told = `${refusal}\nPriorityClass/one configured\n`;
  const both = '_one_scheduling.k8s.io_PriorityClass';
  expect(compareStates(states(told, both), states(`${refusal}\n`, both))).toEqual([]);
  expect(compareStates(states(told), states(`${refusal}\n`))).toHaveLength(1);
});
