// What a server's refusal of an apply means: an immutable field (a replace may help) or a mistake (it may not).
import { getList, getString } from '../../model/json.ts';
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { StatusError } from '../../kube/client.ts';

/** The typed failure of a request, or undefined for any other error. */
export function asStatusError(error: unknown): StatusError | undefined {
  return error instanceof Error && error.name === 'StatusError' ? (error as StatusError) : undefined;
}

/**
 * Words of apiserver validation for "this may be set once". The API has no reason of its own for it; kubectl and Flux match
 * words too, and Flux takes every Invalid for immutable, which deletes objects for a typing mistake.
 */
const IMMUTABLE_WORDS =
  /immutable|may not change once set|may not be changed|cannot be changed|cannot change roleRef|updates to .* (?:is|are) forbidden|updates may not change fields|can not be less than/i;

/** Whether every cause of a refusal is about a field that may not change. A single other cause makes it a mistake. */
export function isImmutableRefusal(error: StatusError): boolean {
  const causes = (getList(error.status, 'details', 'causes') ?? []).map((cause) => getString(cause, 'message') ?? '');
  if (error.code === 409) return false;
  return causes.length > 0
    ? causes.every((message) => IMMUTABLE_WORDS.test(message))
    : IMMUTABLE_WORDS.test(error.message);
}

/** The message of a failed dry-run, in the words of Flux (fluxcd/pkg/ssa, errors.go). */
export function dryRunMessage(ref: ObjectRef, error: StatusError): string {
  const subject = printRef(ref);
  if (error.code === 404 && error.reason === 'NotFound') {
    return `${subject} ${ref.namespace === '' ? 'namespace not specified' : 'not found'}: ${error.message}`;
  }
  const conflict = (getList(error.status, 'details', 'causes') ?? []).some(
    (cause) => getString(cause, 'reason') === 'FieldManagerConflict',
  );
  // Only a reason that the server itself gave: an answer without one is shown without one.
  const reason = conflict ? 'FieldManagerConflict' : (getString(error.status, 'reason') ?? '');
  return `${subject} dry-run failed${reason === '' ? '' : ` (${reason})`}: ${error.message}`;
}
