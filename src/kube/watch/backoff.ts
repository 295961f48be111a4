// How long to wait before the next try: client-go's reflector backoff (0.8 s to 30 s, doubled, with jitter).
import type { Clock } from '../../model/clock.ts';

export interface Backoff {
  /** Milliseconds to wait now; each call makes the next wait longer. */
  next(): number;
}

export interface BackoffOptions {
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly first?: number;
  readonly most?: number;
}

/** Peace for so long, and the next failure counts as the first. An event does not: it proves little. */
const RESET_AFTER = 120_000;

export function createBackoff({ clock, random, first = 800, most = 30_000 }: BackoffOptions): Backoff {
  let base = first;
  let last = clock.now();
  return {
    next: () => {
      if (clock.now() - last > RESET_AFTER) base = first;
      const wait = Math.min(base, most);
      base = Math.min(base * 2, most);
      last = clock.now() + wait;
      return Math.round(wait * (1 + random()));
    },
  };
}
