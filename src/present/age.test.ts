import { expect, test } from 'vitest';
import { ageOf } from './age.ts';

const SINCE = '2026-01-01T12:00:00Z';
const after = (seconds: number): number => Date.parse(SINCE) + seconds * 1_000;

test.each([
  [0, 'just now', 10],
  [9.9, 'just now', 0.1],
  [12, '10 s ago', 8],
  [59, '50 s ago', 1],
  [60, '1 min ago', 60],
  [125, '2 min ago', 55],
  [3_600, '1 h ago', 3_600],
  [86_399, '23 h ago', 1],
  [3 * 86_400, '3 d ago', 86_400],
])('%d s later it is %s, for %d s more', (seconds, text, more) => {
  const age = ageOf(SINCE, after(seconds));
  expect(age?.text).toBe(text);
  expect(age?.changesIn).toBeCloseTo(more * 1_000);
});

test('a clock that is a little behind says "just now", one that is far behind nothing', () => {
  expect(ageOf(SINCE, after(-5))).toEqual({ text: 'just now', changesIn: 15_000 });
  expect(ageOf(SINCE, after(-3_600))).toBeUndefined();
  expect(ageOf('soon', after(0))).toBeUndefined();
  expect(ageOf(undefined, after(0))).toBeUndefined();
});
