// What ends before its time once its source has a newer revision: a wait for health, and the apply of a revision that
// somebody has abandoned. Does not decide what is reconciled next.
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';

export interface Interrupts {
  /** Aborts when a newer revision makes a health wait pointless; the reason is the source that said so. */
  waiting(owner: ObjectRef): AbortSignal;
  /** Aborts when what is applied of this revision was abandoned and its source has another by now. */
  applying(owner: ObjectRef, revision: string): AbortSignal;
  /** Nothing runs for this Kustomization any more. */
  settled(owner: ObjectRef): void;
  /** Somebody has cancelled what is being applied of a revision. */
  abandon(revision: string): void;
  /** A source has left a revision: what these Kustomizations still do of it ends. */
  left(source: ObjectRef, revision: string, owners: readonly ObjectRef[]): void;
}

/** With `endsWaits` false a health wait goes on to its end, as Flux's controllers do unless they are told otherwise. */
export function createInterrupts(endsWaits: boolean): Interrupts {
  const waits = new Map<string, AbortController>();
  const applies = new Map<string, { readonly revision: string; readonly controller: AbortController }>();
  const abandoned = new Set<string>();
  return {
    waiting(owner) {
      const controller = new AbortController();
      waits.set(keyOf(owner), controller);
      return controller.signal;
    },
    applying(owner, revision) {
      const controller = new AbortController();
      applies.set(keyOf(owner), { revision, controller });
      return controller.signal;
    },
    settled(owner) {
      waits.delete(keyOf(owner));
      applies.delete(keyOf(owner));
    },
    abandon: (revision) => void abandoned.add(revision),
    left(source, revision, owners) {
      const isAbandoned = abandoned.delete(revision);
      for (const owner of owners) {
        if (endsWaits) waits.get(keyOf(owner))?.abort(source);
        const applied = applies.get(keyOf(owner));
        if (isAbandoned && applied?.revision === revision)
          applied.controller.abort(new Error('the apply was cancelled'));
      }
    },
  };
}
