// Ages are followed while the view is seen, as often as they read otherwise, and not at all while it is hidden.
import { expect, test } from 'vitest';
import { fakeClock } from '../../test/kube/fakeClock.ts';
import { followAges } from './ages.ts';

test('nothing waits for a view that is hidden, and nothing after the end', () => {
  const clock = fakeClock(0);
  const made: number[] = [];
  const ages = followAges(
    () => 10_000,
    () => made.push(clock.now()),
    clock,
  );
  ages.follow();
  expect(clock.pending).toBe(0);
  ages.see(true);
  expect([made, clock.pending]).toEqual([[0], 1]);
  clock.advance(25_000);
  expect(made).toEqual([0, 10_000, 20_000]);
  ages.see(false);
  clock.advance(60_000);
  expect([made.length, clock.pending]).toEqual([3, 0]);
  ages.see(true);
  expect(made.at(-1)).toBe(85_000);
  ages.dispose();
  expect(clock.pending).toBe(0);
});

test('where no age is shown nothing waits', () => {
  const clock = fakeClock(0);
  const ages = followAges(
    () => undefined,
    () => undefined,
    clock,
  );
  ages.see(true);
  expect(clock.pending).toBe(0);
});
