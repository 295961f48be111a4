// A change that could not be written to disk, and so was not made. Knows no journal and no verb.
import { reasonOf } from '../../model/reason.ts';

export class StorageError extends Error {
  constructor(cause: unknown) {
    const reason = reasonOf(cause);
    super(`the state of the cluster could not be written: ${reason}`, { cause });
    this.name = 'StorageError';
  }
}

/** When what works by itself in the cluster tries again. */
export const STORAGE_RETRY_MS = 1_000;
