// What a caught value says of itself, for the person who reads it. Anything may be thrown, not only an Error.

/** The message of an Error, or the text of whatever else was thrown: a reason, without a stack trace. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
