// Why an object could not be applied: the object, one sentence in the words of Flux, and the typed error behind it.
import { asStatusError, dryRunMessage } from '../diff/refusal.ts';
import { printRef } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';

export class ApplyFailure extends Error {
  /** The object; undefined where a stage as a whole failed. */
  readonly ref: ObjectRef | undefined;

  constructor(ref: ObjectRef | undefined, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApplyFailure';
    this.ref = ref;
  }
}

/** A dry-run that the server refused. Errors that are no answer of a server are thrown as they are. */
export function dryRunFailure(ref: ObjectRef, error: unknown): unknown {
  const status = asStatusError(error);
  return status ? new ApplyFailure(ref, dryRunMessage(ref, status), error) : error;
}

/** A step that failed after the dry-run had passed: `Kind/ns/name apply failed: ...`. */
export function stepFailure(ref: ObjectRef, step: string, error: unknown): unknown {
  const status = asStatusError(error);
  return status ? new ApplyFailure(ref, `${printRef(ref)} ${step}: ${status.message}`, error) : error;
}
