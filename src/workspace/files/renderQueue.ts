// Which roots are stale and which is rendered next: newest text wins, one root at a time, input between two of them.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';

export interface RenderQueue extends Disposable {
  /** Marks roots as stale. Those that are looked at (see `focus`) go first. */
  add(ids: Iterable<string>): void;
  /** The roots that someone looks at, most urgent first. */
  focus(ids: readonly string[]): void;
  readonly idle: boolean;
}

/** Calls `render` for each stale root, in a turn of its own, so that a keystroke is never behind more than one root. */
export function createRenderQueue(clock: Clock, render: (id: string) => void, onIdle: () => void): RenderQueue {
  const stale = new Set<string>();
  let focused: readonly string[] = [];
  let cancel: (() => void) | undefined;
  let disposed = false;

  const next = (): string | undefined => focused.find((id) => stale.has(id)) ?? stale.values().next().value;
  const turn = (): void => {
    cancel = undefined;
    const id = next();
    if (id === undefined) return;
    stale.delete(id);
    render(id);
    if (stale.size > 0) schedule();
    else onIdle();
  };
  const schedule = (): void => {
    if (!disposed) cancel ??= clock.after(0, turn);
  };

  return {
    add: (ids) => {
      for (const id of ids) stale.add(id);
      if (stale.size > 0) schedule();
    },
    focus: (ids) => {
      focused = ids;
    },
    get idle() {
      return stale.size === 0;
    },
    dispose: () => {
      disposed = true;
      stale.clear();
      cancel?.();
    },
  };
}
