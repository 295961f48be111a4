// What health is: the words of kstatus, and how its results are made. No rule of any kind stands here.

/** `NotFound` is never computed from an object: waiting uses it for what is not there. `Unknown` is an object that cannot be read. */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** A condition as kstatus reads and makes it: without times. */
export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Health {
  readonly status: HealthStatus;
  /** The sentence that says why, in the words of kstatus. */
  readonly message: string;
  /** Reconciling or Stalled, where the status asks for one. */
  readonly conditions: readonly ObjectCondition[];
}

/** An object whose fields are not of the shape that its kind has. Becomes `Unknown` with this message. */
export class UnreadableStatus extends Error {}

/** A state that needs no condition. */
export function settled(status: HealthStatus, message: string): Health {
  return { status, message, conditions: [] };
}

export function inProgress(reason: string, message: string): Health {
  return { status: 'InProgress', message, conditions: [{ type: 'Reconciling', status: 'True', reason, message }] };
}

export function failed(reason: string, message: string): Health {
  return { status: 'Failed', message, conditions: [{ type: 'Stalled', status: 'True', reason, message }] };
}
