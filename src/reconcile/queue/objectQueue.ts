// The work queue of one controller, in the terms of Flux objects. What is worked on, and when, is decided elsewhere.
import type { Disposable } from '../../model/disposable.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { createWorkQueue } from './workQueue.ts';
import type { Outcome, WorkQueueOptions } from './workQueue.ts';

export interface ObjectQueue extends Disposable {
  /** Adds an object now, whatever it waited for; nothing where the loop does not control the cluster. */
  add(ref: ObjectRef): void;
  /** Runs an action while nobody works on the object. */
  exclusive<T>(ref: ObjectRef, action: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is queued and nobody works. */
  idle(): Promise<void>;
}

/** The queues of the three controllers. */
export interface FluxQueues {
  readonly sources: ObjectQueue;
  readonly generators: ObjectQueue;
  readonly kustomizations: ObjectQueue;
}

export interface ObjectQueueOptions extends Omit<WorkQueueOptions, 'work'> {
  /** Whether this loop controls the cluster: asked before an object is added, and again before it is worked on. */
  readonly controls: () => boolean;
  readonly work: (ref: ObjectRef) => Promise<Outcome>;
}

export function createObjectQueue({ controls, work, ...options }: ObjectQueueOptions): ObjectQueue {
  const refs = new Map<string, ObjectRef>();
  const queue = createWorkQueue({
    ...options,
    work: async (key) => {
      const ref = refs.get(key);
      return ref && controls() ? work(ref) : {};
    },
  });
  return {
    add(ref) {
      if (!controls()) return;
      refs.set(keyOf(ref), ref);
      queue.add(keyOf(ref));
    },
    exclusive: (ref, action) => queue.exclusive(keyOf(ref), action),
    idle: () => queue.idle(),
    dispose: () => queue.dispose(),
  };
}
