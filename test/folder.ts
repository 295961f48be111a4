// Folders of tests on the disk: one that is gone afterwards, and the files in it. Knows nothing of what they are for.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Texts by path; null deletes a file that is there. */
export type Files = Readonly<Record<string, string | null>>;

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text === null) rmSync(join(folder, path));
    else writeFileSync(join(folder, path), text);
  }
}

/** A folder that is gone after the work. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same with files in it. */
export function withFiles<T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    writeFiles(folder, files);
    return work(folder);
  });
}
