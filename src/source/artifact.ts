// What source-controller would make of a tree: the files that are not ignored, without symbolic links, and their hash.
import { createHash } from 'node:crypto';
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { archivedPaths, archivedUnreadable, isIgnored, withAllDefaults } from './sourceignore.ts';
import { treeSnapshot } from './tree.ts';
import type { TreeSnapshot } from './tree.ts';
import { withUnreadable } from './unreadable.ts';

export interface Artifact {
  readonly snapshot: TreeSnapshot;
  /** `sha256:...` over names and contents. Not the tarball's: its compression could not be repeated elsewhere. */
  readonly digest: string;
  readonly size: number;
}

/**
 * The artifact of a tree. Everything is read now, so that a later change on disk does not reach it. What may not be read is
 * told when a build looks at it ({@link Unreadable}).
 */
export function artifactOf(tree: TreeSnapshot, specIgnore: string | undefined, revision: string): Artifact {
  const files = new Map<string, Uint8Array>();
  for (const path of archivedPaths(tree, specIgnore)) {
    const bytes = tree.isLink(path) ? undefined : tree.bytes(path);
    if (bytes) files.set(path, bytes);
  }
  const { digest, size } = measure(files);
  const denied = archivedUnreadable(tree, specIgnore);
  return { snapshot: withUnreadable(treeSnapshot(files, revision), denied), digest, size };
}

/** The artifact of files that were put together: source-controller's own excludes hold, no .sourceignore does. */
export function artifactOfFiles(
  files: ReadonlyMap<string, Uint8Array>,
  revisionOf: (digest: string) => string,
): Artifact {
  const patterns = withAllDefaults([]);
  const kept = new Map<string, Uint8Array>();
  for (const path of [...files.keys()].toSorted(byCodeUnit)) {
    const bytes = files.get(path);
    if (bytes && !isIgnored(patterns, path.split('/'), false)) kept.set(path, bytes);
  }
  const { digest, size } = measure(kept);
  return { snapshot: treeSnapshot(kept, revisionOf(digest)), digest, size };
}

function measure(files: ReadonlyMap<string, Uint8Array>): { digest: string; size: number } {
  const hash = createHash('sha256');
  let size = 0;
  for (const [path, bytes] of files) {
    size += bytes.length;
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
