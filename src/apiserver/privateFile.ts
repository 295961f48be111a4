// Files that only their owner may read: written beside, made durable, then moved into place.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Writes a file with mode 0600 in one step: a reader sees the old or the new text, never half. */
export function writePrivateFile(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
