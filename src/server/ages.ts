// Keeps the ages of a view right for as long as somebody looks at it. Words nothing; nothing runs for a view that is hidden.
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';

/** An age that is due now is told with those that are due in a moment. */
const LEAST_MS = 50;

export interface Ages extends Disposable {
  /** The view was shown or hidden. */
  see(visible: boolean): void;
  /** The view was made anew: its ages may be others. */
  follow(): void;
}

/** `next`: milliseconds until an age reads otherwise, undefined where there is none. `refresh` makes the view anew then. */
export function followAges(next: () => number | undefined, refresh: () => void, clock: Clock): Ages {
  let visible = false;
  let cancel: (() => void) | undefined;
  const follow = (): void => {
    cancel?.();
    const wait = visible ? next() : undefined;
    cancel = wait === undefined ? undefined : clock.after(Math.max(wait, LEAST_MS), again);
  };
  const again = (): void => {
    refresh();
    follow();
  };
  return {
    see: (now) => {
      visible = now;
      if (visible) again();
      else follow();
    },
    follow,
    dispose: () => {
      visible = false;
      cancel?.();
    },
  };
}
