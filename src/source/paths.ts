// Paths inside a snapshot: relative, with `/`, never above the root. Knows no operating system.

/** The normal form of a path inside a snapshot, or undefined where it leaves the root. `''` is the root itself. */
export function normalizePath(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The directory that a path stands in; `''` for an entry of the root. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A path below a directory of the snapshot. */
export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
