// Which cluster a repository's loop runs on, remembered outside of the repository: `workspaces.json` in the home folder.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const fileOf = (home: string): string => join(home, 'workspaces.json');

function read(home: string): Record<string, string> {
  const file = fileOf(home);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch {
    // Damaged: it holds nothing that cannot be chosen again.
    return {};
  }
}

/** The cluster that was last chosen for a folder, or undefined. */
export function clusterOfWorkspace(home: string, folder: string): string | undefined {
  const known = read(home);
  const key = resolve(folder);
  return Object.hasOwn(known, key) ? known[key] : undefined;
}

export function rememberWorkspace(home: string, folder: string, cluster: string): void {
  const file = fileOf(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify({ ...read(home), [resolve(folder)]: cluster }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
}
