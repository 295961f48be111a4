// Notices that the machine has slept, by a clock that went on while no timer did. What was open then may be half open now, and
// nothing on it says so. Knows no connection.
import type { Clock } from '../../model/clock.ts';

export interface WakeWatch {
  /** Looks from now on, until the result is called and nobody else holds it. */
  hold(): () => void;
}

/** Between two looks: so long after waking it is noticed at the latest. */
const LOOK_MS = 5_000;
/** Timers that come so much too late did not only wait for a busy process. A clock that was set says the same, and costs a ping. */
const SLEPT_MS = 30_000;

export function createWakeWatch(clock: Clock, woke: () => void): WakeWatch {
  let holders = 0;
  let cancel: (() => void) | undefined;
  const look = (): void => {
    const begun = clock.now();
    cancel = clock.after(LOOK_MS, () => {
      look();
      if (clock.now() - begun > LOOK_MS + SLEPT_MS) woke();
    });
  };
  return {
    hold() {
      if (holders++ === 0) look();
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        if (--holders === 0) cancel?.();
      };
    },
  };
}
