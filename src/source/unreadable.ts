// What stands in a tree and could not be read, for want of a right: never taken for absent, since what it makes would be
// deleted from a cluster. It is told when a build looks at it, and not before: a database keeps its files where it likes.
import { byCodeUnit } from '../model/byCodeUnit.ts';
import { normalizePath, parentPath } from './paths.ts';
import type { Snapshot } from './snapshot.ts';
import type { TreeSnapshot, UnreadablePaths } from './tree.ts';

/** A build needs what cannot be read. */
export class Unreadable extends Error {
  readonly path: string;

  constructor(path: string) {
    const what = path === '' ? 'the folder of the source' : path;
    super(`${what} cannot be read: permission denied. Give the user that runs Plumbline the right to read it`);
    this.name = 'Unreadable';
    this.path = path;
  }
}

function refuse(path: string, paths: UnreadablePaths): void {
  for (let at = normalizePath(path); at !== undefined; at = at === '' ? undefined : parentPath(at))
    if (paths.has(at)) throw new Unreadable(at);
}

/** A folder on disk of which a build throws {@link Unreadable} where it meets what may not be read. Not for walks. */
export function refusingUnreadable(snapshot: TreeSnapshot): Snapshot {
  const orRefuse = <T>(path: string, found: T | undefined): T | undefined => {
    if (found === undefined) refuse(snapshot.real?.(path) ?? path, snapshot.unreadable?.() ?? new Map());
    return found;
  };
  return {
    get revision() {
      return snapshot.revision;
    },
    kind: (path) => orRefuse(path, snapshot.kind(path)),
    text: (path) => orRefuse(path, snapshot.text(path)),
    bytes: (path) => orRefuse(path, snapshot.bytes(path)),
    list(path) {
      const names = snapshot.list(path);
      return names.length > 0 ? names : (orRefuse(path, undefined) ?? []);
    },
    real: (path) => snapshot.real?.(path),
    isLink: (path) => snapshot.isLink(path),
  };
}

/** The snapshot, with paths that stand there all the same. Throws {@link Unreadable} where one is looked at. */
export function withUnreadable(snapshot: TreeSnapshot, paths: UnreadablePaths): TreeSnapshot {
  if (paths.size === 0) return snapshot;
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
      refuse(path, paths);
      return snapshot.kind(path) ?? (below(path).length > 0 ? 'directory' : undefined);
    },
    text: (path) => (refuse(path, paths), snapshot.text(path)),
    bytes: (path) => (refuse(path, paths), snapshot.bytes(path)),
    list(path) {
      refuse(path, paths);
      return [...new Set([...snapshot.list(path), ...below(path)])].sort(byCodeUnit);
    },
    real: (path) => (paths.has(path) ? path : snapshot.real?.(path)),
    paths: () => snapshot.paths(),
    isLink: (path) => snapshot.isLink(path),
    unreadable: () => paths,
  };
}
