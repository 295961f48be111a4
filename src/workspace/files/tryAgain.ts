// What could not be done for want of files or memory, and is tried again by itself. Keeps names only.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';

export interface TryAgain extends Disposable {
  /** Has these tried again in a while, with all that came before then. */
  later(names: Iterable<string>): void;
}

const AFTER_MS = 5_000;

export function createTryAgain(clock: Clock, again: (names: readonly string[]) => void): TryAgain {
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;
  return {
    later(names) {
      for (const name of names) waiting.add(name);
      cancel ??= clock.after(AFTER_MS, () => {
        cancel = undefined;
        const due = [...waiting];
        waiting.clear();
        again(due);
      });
    },
    dispose: () => cancel?.(),
  };
}
