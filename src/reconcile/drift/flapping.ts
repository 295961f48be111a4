// Drift that comes back: a field that was healed and is changed again, time after time, by the same manager. Two that write
// one field never come to rest, and neither of them says so. Counts only; heals nothing.
import type { FieldChange } from '../../diff/plan/plan.ts';
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';

/** A field that another manager and Git overwrite in turn. */
export interface Flapping {
  readonly path: string;
  /** The field manager that changes it each time; empty where the server does not know. */
  readonly manager: string;
  /** How often it was changed after it had been healed. */
  readonly times: number;
  /** Milliseconds since the epoch: the first of those times. */
  readonly since: number;
}

export interface FlapCounter {
  /** The object differs again. Gives the worst of its fields that come back, if one does. */
  drifted(key: string, changes: readonly FieldChange[], now: number): Flapping | undefined;
  /** A reconciliation has put the object back. */
  healed(key: string): void;
  forget(key: string): void;
}

/** A controller that fights back does so after each of several reconciliations; a person tries once or twice. */
const TIMES = 3;
/** Intervals are minutes to an hour long. What was longer ago belongs to another story. */
const WINDOW_MS = 6 * 60 * 60_000;

interface Known {
  healed: boolean;
  /** Times of return by path and manager. */
  readonly returns: Map<string, number[]>;
}

export function createFlapCounter(): FlapCounter {
  const objects = new Map<string, Known>();

  return {
    drifted(key, changes, now) {
      const known = objects.get(key) ?? { healed: false, returns: new Map<string, number[]>() };
      objects.set(key, known);
      const isReturn = known.healed;
      known.healed = false;
      const found = changes.map(({ path, owner }) => {
        const manager = owner?.manager ?? '';
        const field = `${path}\0${manager}`;
        const before = (known.returns.get(field) ?? []).filter((time) => now - time < WINDOW_MS);
        const times = isReturn || before.length === 0 ? [...before, now] : before;
        known.returns.set(field, times);
        return { path, manager, times: times.length, since: times[0] ?? now };
      });
      const worst = found.toSorted((a, b) => b.times - a.times)[0];
      return worst && worst.times >= TIMES ? worst : undefined;
    },
    healed(key) {
      const known = objects.get(key);
      if (known) known.healed = true;
    },
    forget: (key) => void objects.delete(key),
  };
}

/** Who fights over what, and what ends it. */
export function flappingSentence(ref: ObjectRef, { path, manager, times }: Flapping): string {
  const who = manager === '' ? 'somebody' : manager;
  return `${printRef(ref)}: ${who} and Git have overwritten each other's ${path} ${times} times: stop the other side, leave the field out of Git, or name it in spec.ignore`;
}
