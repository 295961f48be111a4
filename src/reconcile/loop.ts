// The loop: Flux's controllers over one cluster. Signature first; the body follows.
import type { Disposable } from '../model/disposable.ts';
import { Emitter } from '../model/event.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { LoopDeps } from './deps.ts';
import type { LoopEvent } from './loopEvent.ts';

export interface Loop extends Disposable {
  /** Starts the controllers; resolves when the caches are in. Rejects when the cluster serves no Flux kinds. */
  start(signal: AbortSignal): Promise<void>;
  /** `controlling` once the Lease is held; `observing` while another process holds it. */
  readonly state: 'stopped' | 'observing' | 'controlling';
  /** Asks for a reconciliation as `flux reconcile` does, and resolves when it was handled. */
  reconcile(ref: ObjectRef, options: { readonly withSource?: boolean }, signal: AbortSignal): Promise<void>;
  suspend(ref: ObjectRef, signal: AbortSignal): Promise<void>;
  resume(ref: ObjectRef, signal: AbortSignal): Promise<void>;
  readonly events: Emitter<LoopEvent>;
}

export function createLoop(deps: LoopDeps): Loop {
  throw new Error(`not built yet for ${deps.client.server}`);
}
