// A clock that only moves when a test says so.
import type { Clock } from '../../src/model/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void;
  /** Time goes on and timers do not: the machine sleeps. */
  sleep(ms: number): void;
  /** Until the next timer; undefined where none waits. */
  readonly dueIn: number | undefined;
  /** Timers that are still waiting. */
  readonly pending: number;
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start;
  const timers = new Map<number, { at: number; callback: () => void }>();
  let next = 0;
  const due = (limit: number): number | undefined =>
    [...timers]
      .filter(([, timer]) => timer.at <= limit)
      .toSorted(([a, left], [b, right]) => left.at - right.at || a - b)[0]?.[0];
  return {
    now: () => now,
    after: (ms, callback) => {
      const id = next++;
      timers.set(id, { at: now + ms, callback });
      return () => timers.delete(id);
    },
    advance: (ms) => {
      const end = now + ms;
      for (let id = due(end); id !== undefined; id = due(end)) {
        const timer = timers.get(id);
        timers.delete(id);
        now = Math.max(now, timer?.at ?? now);
        timer?.callback();
      }
      now = end;
    },
    sleep: (ms) => {
      now += ms;
      for (const timer of timers.values()) timer.at += ms;
    },
    get dueIn() {
      return timers.size === 0 ? undefined : Math.min(...[...timers.values()].map(({ at }) => at - now));
    },
    get pending() {
      return timers.size;
    },
  };
}
