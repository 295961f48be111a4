// Why an object could not be applied: the object, one sentence in the words of Flux, and the typed error behind it. No value
// of a Secret: a server quotes what it refuses.
import { asStatusError, dryRunMessage } from '../diff/plan/refusal.ts';
import { isSecret, withoutSecretValues } from '../diff/fields/secrets.ts';
import type { JsonObject } from '../model/json.ts';
import { printRef, refOf } from '../model/objectRef.ts';
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

/** What was to be applied, and what is there as far as that is known. */
export interface Subject {
  readonly desired: JsonObject;
  readonly live?: JsonObject | undefined;
}

/** A dry-run that the server refused. Errors that are no answer of a server are thrown as they are. */
export function dryRunFailure(subject: Subject, error: unknown): unknown {
  const status = asStatusError(error);
  return status ? failureOf(subject, dryRunMessage(refOf(subject.desired), status), error) : error;
}

/** A step that failed after the dry-run had passed: `Kind/ns/name apply failed: ...`. */
export function stepFailure(subject: Subject, step: string, error: unknown): unknown {
  const status = asStatusError(error);
  return status ? failureOf(subject, `${printRef(refOf(subject.desired))} ${step}: ${status.message}`, error) : error;
}

/** A failure of this object. Of a Secret the error behind it is left out, since that has the words of the server. */
export function failureOf({ desired, live }: Subject, message: string, error: unknown): ApplyFailure {
  const cause = isSecret(desired) ? undefined : error;
  return new ApplyFailure(refOf(desired), withoutSecretValues(message, [desired, live]), cause);
}
