// What the steps of one reconciliation share, and the two ways in which one ends before its time.
import type { JsonObject } from '../../model/json.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeClient } from '../../kube/client.ts';
import { markReconciling } from '../conditions.ts';
import { printDuration } from '../duration.ts';
import { timeoutOf } from '../fluxKinds.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import type { StatusPatcher } from '../statusPatch.ts';

/** A step that failed for a reason that the user can mend; it becomes the Ready condition. */
export class StepFailure extends Error {
  readonly reason: string;
  /** What the event says, where it says more than the condition. */
  readonly event: string;

  constructor(reason: string, message: string, event = message) {
    super(message);
    this.name = 'StepFailure';
    this.reason = reason;
    this.event = event;
  }
}

/** A health wait that a newer revision ended. */
export class HealthInterrupted extends Error {
  readonly source: ObjectRef;

  constructor(source: ObjectRef) {
    super('a newer revision is there');
    this.name = 'HealthInterrupted';
    this.source = source;
  }
}

/** Where the objects of a Kustomization go. Dispose it when the reconciliation ends. */
export interface Target {
  /** For what is written. */
  readonly client: KubeClient;
  /**
   * For what is only watched: the same cluster, with the loop's own rights where an account is impersonated, which may
   * get but not watch.
   */
  readonly watching: KubeClient;
  /** It is another cluster than the one that the Kustomization is in. */
  readonly isRemote: boolean;
  dispose(): void;
}

/** Everything a step may look at. */
export interface Run {
  readonly context: KustomizationContext;
  readonly patcher: StatusPatcher;
  readonly object: JsonObject;
  readonly owner: ObjectRef;
  /** Where the objects go. */
  readonly target: Target;
  readonly revision: string;
  /** What has drifted stays as it is. `isApplied`: this revision was applied before, and only drift can be the difference. */
  readonly leaves: { readonly drift: boolean; readonly isApplied: boolean };
  readonly start: number;
  readonly signal: AbortSignal;
}

/** Says how far it came in the Reconciling condition. */
export function progress(run: Pick<Run, 'context' | 'object'>, message: string): void {
  const timeout = printDuration(timeoutOf(run.object));
  markReconciling(run.object, 'Progressing', `${message} with a timeout of ${timeout}`, run.context.clock.now());
}
