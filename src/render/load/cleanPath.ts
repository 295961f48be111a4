// Paths as Go's filepath.Clean leaves relative ones. Not for paths of a snapshot, which never leave their root.

/** The path without empty and `.` segments, and with `..` taken where something stands before it: leading ones stay. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
