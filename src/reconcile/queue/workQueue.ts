// A queue of keys: each key is worked on by one worker at a time, a key that comes again meanwhile is done once more, and
// failures wait longer each time (client-go's workqueue). Knows nothing of what a key means.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';

/** When to come back to a key: `after` milliseconds from now; `failed` lets the wait grow; nothing waits for an event. */
export interface Outcome {
  readonly after?: number;
  readonly failed?: boolean;
  /** With `failed`: the cluster refused it, and may think better of it soon. The wait grows as after an exception. */
  readonly refused?: boolean;
}

/** After an interval as a spec has it; one of nothing asks for no further look (controller-runtime, RequeueAfter). */
export function comeBackAfter(milliseconds: number): Outcome {
  return milliseconds > 0 ? { after: Math.max(Math.round(milliseconds), 1) } : {};
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly concurrency: number;
  readonly work: (key: string) => Promise<Outcome>;
  /**
   * Waits of a failing key: from `min`, doubled each time, to `max` milliseconds; after an exception to `maxThrown`. A
   * cluster that was away for the night must not be waited for once it is back.
   */
  readonly backoff: { readonly min: number; readonly max: number; readonly maxThrown?: number };
  readonly onError: (key: string, error: unknown) => void;
}

export interface WorkQueue extends Disposable {
  /** Adds a key now, whatever it waited for. */
  add(key: string): void;
  /** Runs an action while nobody works on the key; what is added meanwhile comes after it. */
  exclusive<T>(key: string, action: () => Promise<T>): Promise<T>;
  /** Whether the key waits to be worked on, not counting one that only waits for its time. */
  isQueued(key: string): boolean;
  /** Resolves when nothing is queued and nobody works. Keys that wait for their time do not count. */
  idle(): Promise<void>;
}

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const queued = new Set<string>();
  const busy = new Set<string>();
  const timers = new Map<string, () => void>();
  const failures = new Map<string, number>();
  const alone = new Map<string, readonly (() => void)[]>();
  let waiters: (() => void)[] = [];
  let disposed = false;

  function add(key: string): void {
    if (disposed) return;
    timers.get(key)?.();
    timers.delete(key);
    queued.add(key);
    next();
  }

  function next(): void {
    for (const key of queued) {
      if (busy.size >= options.concurrency) return;
      if (busy.has(key)) continue;
      queued.delete(key);
      busy.add(key);
      void run(key);
    }
  }

  async function run(key: string): Promise<void> {
    let outcome: Outcome;
    let limit = options.backoff.max;
    try {
      outcome = await options.work(key);
      if (outcome.refused === true) limit = options.backoff.maxThrown ?? limit;
    } catch (error) {
      options.onError(key, error);
      outcome = { failed: true };
      limit = options.backoff.maxThrown ?? limit;
    }
    if (!disposed) settle(key, outcome, limit);
    release(key);
  }

  /** Those that wait for the key alone come before what is queued. */
  function release(key: string): void {
    busy.delete(key);
    const [first, ...others] = alone.get(key) ?? [];
    if (others.length === 0) alone.delete(key);
    else alone.set(key, others);
    if (first) {
      busy.add(key);
      first();
    }
    next();
    if (queued.size === 0 && busy.size === 0) {
      for (const waiter of waiters) waiter();
      waiters = [];
    }
  }

  function settle(key: string, outcome: Outcome, limit: number): void {
    if (outcome.failed === true) failures.set(key, (failures.get(key) ?? 0) + 1);
    else failures.delete(key);
    const after =
      outcome.failed === true
        ? Math.min(options.backoff.min * 2 ** ((failures.get(key) ?? 1) - 1), limit)
        : outcome.after;
    if (after === undefined || queued.has(key)) return;
    if (after === 0) {
      // It has not done its work yet: who waits until all is done waits for it too.
      queued.add(key);
      return;
    }
    timers.get(key)?.();
    timers.set(
      key,
      options.clock.after(after, () => add(key)),
    );
  }

  return {
    add,
    async exclusive(key, action) {
      if (busy.has(key)) await new Promise<void>((begin) => alone.set(key, [...(alone.get(key) ?? []), begin]));
      else busy.add(key);
      try {
        return await action();
      } finally {
        release(key);
      }
    },
    isQueued: (key) => queued.has(key),
    idle: () =>
      queued.size === 0 && busy.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve)),
    dispose() {
      disposed = true;
      queued.clear();
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
