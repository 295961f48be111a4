// What source-controller would make of a tree: the files that are not ignored, without symbolic links, and their hash.
import { createHash } from 'node:crypto';
import { archivedPaths } from './sourceignore.ts';
import { treeSnapshot } from './tree.ts';
import type { TreeEntry, TreeSnapshot } from './tree.ts';

export interface Artifact {
  readonly snapshot: TreeSnapshot;
  /** `sha256:...` over names and contents. Not the tarball's: its compression could not be repeated elsewhere. */
  readonly digest: string;
  readonly size: number;
}

/**
 * The artifact of a tree; `directories` (spec.sparseCheckout) keep only what is below one of them. Everything is read now, so
 * that a later change on disk does not reach it.
 */
export function artifactOf(
  tree: TreeSnapshot,
  specIgnore: string | undefined,
  revision: string,
  directories: readonly string[] = [],
): Artifact {
  const entries = new Map<string, TreeEntry>();
  const hash = createHash('sha256');
  let size = 0;
  for (const path of archivedPaths(tree, specIgnore)) {
    if (directories.length > 0 && !directories.some((directory) => path.startsWith(`${directory}/`))) continue;
    const bytes = tree.isLink(path) ? undefined : tree.bytes(path);
    if (!bytes) continue;
    entries.set(path, bytes);
    size += bytes.length;
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return { snapshot: treeSnapshot(entries, revision), digest: `sha256:${hash.digest('hex')}`, size };
}
