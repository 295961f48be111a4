// A snapshot made of given files: for tests, for generated trees, for what came out of an archive. Reads nothing.
import { normalizePath } from './paths.ts';
import { treeSnapshot } from './tree.ts';
import type { TreeEntry, TreeSnapshot } from './tree.ts';

/** The snapshot of the given files by path. Throws on a path that leaves the root: the caller wrote it. */
export function memorySnapshot(
  files: ReadonlyMap<string, TreeEntry> | Readonly<Record<string, TreeEntry>>,
  revision = 'memory',
): TreeSnapshot {
  const entries = new Map<string, TreeEntry>();
  for (const [path, content] of files instanceof Map ? files : Object.entries(files)) {
    const normal = normalizePath(path);
    if (normal === undefined || normal === '') throw new Error(`not a path inside the snapshot: ${path}`);
    entries.set(normal, content);
  }
  return treeSnapshot(entries, revision);
}
