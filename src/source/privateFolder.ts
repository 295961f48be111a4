// A folder for the keys and files that a program of the user's is given, gone when the program has ended.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs an action with a new folder that only its owner can read; its name says what for. Removed however that ends. */
export async function withPrivateFolder<T>(purpose: string, action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `plumbline-${purpose}-`));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
