// What both controllers share while the loop runs.
import type { Emitter } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { Artifacts } from './artifacts.ts';
import type { LoopDeps } from './deps.ts';
import type { LoopEvent, Phase } from './loopEvent.ts';
import type { Recorder } from './recorder.ts';

export interface LoopContext extends LoopDeps {
  readonly artifacts: Artifacts;
  readonly events: Emitter<LoopEvent>;
  readonly sourceEvents: Recorder;
  readonly kustomizeEvents: Recorder;
  /** A Flux object as the watch has it: it may be a moment old. */
  readonly cached: (ref: ObjectRef) => JsonObject | undefined;
}

export function announce(context: LoopContext, owner: ObjectRef, phase: Phase, detail = ''): void {
  context.events.emit({ type: 'phase', owner, phase, detail });
}
