// The queue on a clock of its own: one worker for a key, once more for what came meanwhile, longer waits for what fails.
import { expect, test } from 'vitest';
import type { Clock } from '../../model/clock.ts';
import { createWorkQueue } from './workQueue.ts';
import type { Outcome, WorkQueue } from './workQueue.ts';

function manualClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      now += ms;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    },
  };
}

function queueOf(work: (key: string) => Promise<Outcome>): {
  queue: WorkQueue;
  clock: ReturnType<typeof manualClock>;
  errors: unknown[];
} {
  const clock = manualClock();
  const errors: unknown[] = [];
  const queue = createWorkQueue({
    clock,
    concurrency: 2,
    work,
    backoff: { min: 100, max: 350 },
    onError: (_, error) => errors.push(error),
  });
  return { queue, clock, errors };
}

test('a key that comes while it is worked on is done once more, not at once', async () => {
  const done: (() => void)[] = [];
  let running = 0;
  const { queue } = queueOf(async () => {
    expect(++running).toBe(1);
    await new Promise<void>((resolve) => done.push(resolve));
    running--;
    return {};
  });
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(done).toHaveLength(1);
  done[0]?.();
  await Promise.resolve().then(() => undefined);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  expect(done).toHaveLength(2);
  done[1]?.();
  await queue.idle();
  expect(done).toHaveLength(2);
});

test('no more workers than were asked for', async () => {
  const started: string[] = [];
  const { queue } = queueOf((key) => {
    started.push(key);
    return new Promise(() => undefined);
  });
  for (const key of ['a', 'b', 'c']) queue.add(key);
  expect(started).toEqual(['a', 'b']);
  queue.dispose();
});

test('an outcome brings the key back, an event brings it back sooner and only once', async () => {
  const times: number[] = [];
  const { queue, clock } = queueOf(async () => {
    times.push(clock.now());
    return { after: 1000 };
  });
  queue.add('a');
  await clock.advance(400);
  queue.add('a');
  await clock.advance(999);
  expect(times).toEqual([0, 400]);
  await clock.advance(1);
  expect(times).toEqual([0, 400, 1400]);
});

test('A6: failures wait longer each time, up to the limit', async () => {
  const times: number[] = [];
  const { queue, clock, errors } = queueOf(async () => {
    times.push(clock.now());
    throw new Error('no');
  });
  queue.add('a');
  for (let step = 0; step < 110; step++) await clock.advance(10);
  expect(times).toEqual([0, 100, 300, 650, 1000]);
  expect(errors).toHaveLength(5);
});

test('A21: after an exception the wait stays short, however long a failure may take', async () => {
  const times: number[] = [];
  const clock = manualClock();
  const queue = createWorkQueue({
    clock,
    concurrency: 1,
    work: async () => {
      times.push(clock.now());
      throw new Error('no connection');
    },
    backoff: { min: 100, max: 10_000, maxThrown: 200 },
    onError: () => undefined,
  });
  queue.add('a');
  for (let step = 0; step < 71; step++) await clock.advance(10);
  expect(times).toEqual([0, 100, 300, 500, 700]);
});

test('an action of its own waits for who works on the key, and what was added waits for the action', async () => {
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const { queue } = queueOf(async (key) => {
    order.push(`work ${key}`);
    await new Promise<void>((resolve) => ends.push(resolve));
    return {};
  });
  queue.add('a');
  const alone = queue.exclusive('a', async () => void order.push('alone'));
  queue.add('a');
  expect(order).toEqual(['work a']);
  ends.shift()?.();
  await alone;
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(order).toEqual(['work a', 'alone', 'work a']);
});

test('an action that fails gives the key free again', async () => {
  const done: string[] = [];
  const { queue } = queueOf(async (key) => {
    done.push(key);
    return {};
  });
  await expect(queue.exclusive('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  queue.add('a');
  await queue.idle();
  expect(done).toEqual(['a']);
});

test('what comes back at once has not done its work yet: idle waits for it', async () => {
  const outcomes: Outcome[] = [{ after: 0 }, { after: 500 }];
  let runs = 0;
  const { queue } = queueOf(async () => outcomes[runs++] ?? {});
  queue.add('a');
  await queue.idle();
  expect(runs).toBe(2);
});
