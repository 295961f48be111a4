// Remembers which Kustomizations give objects away and wait until the others have applied them. Decides nothing.
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';

/** Which owners wait until another one has applied what it takes from them. */
export interface HandOvers {
  /** The owner gives objects to these. Replaces what was said of it before; an empty list ends it. */
  awaits(owner: ObjectRef, takers: readonly ObjectRef[]): void;
  /** The owners that wait for this one. */
  waitingFor(taker: ObjectRef): readonly ObjectRef[];
}

export function createHandOvers(): HandOvers {
  const waiting = new Map<string, { readonly owner: ObjectRef; readonly takers: ReadonlySet<string> }>();
  return {
    awaits(owner, takers) {
      if (takers.length === 0) waiting.delete(keyOf(owner));
      else waiting.set(keyOf(owner), { owner, takers: new Set(takers.map(keyOf)) });
    },
    waitingFor: (taker) =>
      [...waiting.values()].filter(({ takers }) => takers.has(keyOf(taker))).map(({ owner }) => owner),
  };
}
