// Time as a parameter, so that no test waits for a clock.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** A timer of Node or of a browser that is to wait longer does not wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Aborts after `ms`, however many or few they are: AbortSignal.timeout takes whole numbers of 32 bits only. */
export function timeLimit(ms: number): AbortSignal {
  return AbortSignal.timeout(Math.min(Math.max(Math.trunc(ms), 0), LONGEST_TIMER_MS));
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (left: number): void => {
      timer =
        left > LONGEST_TIMER_MS
          ? setTimeout(() => wait(left - LONGEST_TIMER_MS), LONGEST_TIMER_MS)
          : setTimeout(callback, left);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
