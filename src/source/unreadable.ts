// What stands in a tree and could not be read, for want of a right: never taken for absent, since what it makes would be
// deleted from a cluster. It is told when a build looks at it, and not before: a database keeps its files where it likes.
import { byCodeUnit, normalizePath, parentPath } from './paths.ts';
import type { TreeSnapshot, UnreadablePaths } from './tree.ts';

/** A build needs what cannot be read. */
export class Unreadable extends Error {
  constructor(path: string) {
    super(
      `${path === '' ? 'the folder of the source' : path} cannot be read: permission denied. Give the user that runs Plumbline the right to read it; until then nothing of what needs it is applied or deleted`,
    );
    this.name = 'Unreadable';
  }
}

/** The snapshot, with paths that stand there all the same. Throws {@link Unreadable} where one is looked at. */
export function withUnreadable(snapshot: TreeSnapshot, paths: UnreadablePaths): TreeSnapshot {
  if (paths.size === 0) return snapshot;
  const refuse = (path: string): void => {
    for (let at = normalizePath(path); at !== undefined; at = at === '' ? undefined : parentPath(at))
      if (paths.has(at)) throw new Unreadable(at);
  };
  const below = (path: string): string[] => {
    const folder = normalizePath(path) ?? '..';
    const prefix = folder === '' ? '' : `${folder}/`;
    const inside = [...paths.keys()].filter((one) => one !== folder && one.startsWith(prefix));
    return inside.map((one) => one.slice(prefix.length).split('/')[0] ?? '');
  };
  return {
    get revision() {
      return snapshot.revision;
    },
    kind(path) {
      const known = paths.get(normalizePath(path) ?? '..');
      if (known) return known;
      refuse(path);
      return snapshot.kind(path) ?? (below(path).length > 0 ? 'directory' : undefined);
    },
    text: (path) => (refuse(path), snapshot.text(path)),
    bytes: (path) => (refuse(path), snapshot.bytes(path)),
    list(path) {
      refuse(path);
      return [...new Set([...snapshot.list(path), ...below(path)])].sort(byCodeUnit);
    },
    real: (path) => (paths.has(path) ? path : snapshot.real?.(path)),
    paths: () => snapshot.paths(),
    isLink: (path) => snapshot.isLink(path),
    unreadable: () => paths,
  };
}
