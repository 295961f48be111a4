// The clock of the machine, where timers of Node would not do what they are asked.
import { expect, test, vi } from 'vitest';
import { systemClock, timeLimit } from './clock.ts';

const DAY = 86_400_000;

test('B13: a wait of more than 24 days, which a timer of Node takes for 1 ms, is waited for', () => {
  vi.useFakeTimers();
  try {
    const called: string[] = [];
    systemClock.after(60 * DAY, () => called.push('60 days'));
    const cancel = systemClock.after(30 * DAY, () => called.push('30 days'));
    systemClock.after(1e30, () => called.push('for ever'));
    vi.advanceTimersByTime(29 * DAY);
    cancel();
    vi.advanceTimersByTime(30 * DAY);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(DAY);
    expect(called).toEqual(['60 days']);
  } finally {
    vi.useRealTimers();
  }
});

test.each([2 ** 40, 1e30, 1.5, 0])('a limit of %d ms is one', async (ms) => {
  const limit = timeLimit(ms);
  await new Promise((resolve) => setImmediate(resolve));
  await (ms < 1000 ? expect.poll(() => limit.aborted).toBe(true) : expect(limit.aborted).toBe(false));
});
