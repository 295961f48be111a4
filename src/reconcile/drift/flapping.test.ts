// When drift counts as a fight between two managers, and when it does not.
import { expect, test } from 'vitest';
import type { FieldChange } from '../../diff/plan/plan.ts';
import { createFlapCounter } from './flapping.ts';

const MINUTE = 60_000;
const replicas = (manager: string): FieldChange[] => [
  { path: 'spec.replicas', before: 5, after: 3, owner: { manager } },
];

test('a field that the same manager changes after each healing flaps from the third time on', () => {
  const counter = createFlapCounter();
  expect(counter.drifted('web', replicas('autoscaler'), 0)).toBeUndefined();
  counter.healed('web');
  expect(counter.drifted('web', replicas('autoscaler'), 10 * MINUTE)).toBeUndefined();
  counter.healed('web');
  expect(counter.drifted('web', replicas('autoscaler'), 20 * MINUTE)).toEqual({
    path: 'spec.replicas',
    manager: 'autoscaler',
    times: 3,
    since: 0,
  });
});

test('drift that was not healed between is one drift, however often it moves', () => {
  const counter = createFlapCounter();
  for (const time of [0, 1, 2, 3]) expect(counter.drifted('web', replicas('kubectl'), time)).toBeUndefined();
});

test('different managers, and what was long ago, do not add up', () => {
  const counter = createFlapCounter();
  for (const [time, manager] of ['a', 'b', 'c'].entries()) {
    expect(counter.drifted('web', replicas(manager), time)).toBeUndefined();
    counter.healed('web');
  }
  for (const day of [1, 2, 3]) {
    expect(counter.drifted('api', replicas('a'), day * 24 * 60 * MINUTE)).toBeUndefined();
    counter.healed('api');
  }
});

test('an object that is forgotten begins anew', () => {
  const counter = createFlapCounter();
  for (const time of [0, 1]) {
    counter.drifted('web', replicas('a'), time);
    counter.healed('web');
  }
  counter.forget('web');
  expect(counter.drifted('web', replicas('a'), 3)).toBeUndefined();
});
