// Why a merge cannot be done: the words and the status code that kube-apiserver answers with.

/** Thrown inside this room only; apply.ts and update.ts answer it as a value. */
export class MergeError extends Error {
  /** The HTTP status that a request gets for it. */
  readonly code: 400 | 500;

  constructor(message: string, code: 400 | 500 = 500) {
    super(message);
    this.name = 'MergeError';
    this.code = code;
  }
}
