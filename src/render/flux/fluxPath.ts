// Paths of a Flux Kustomization: cleaned and held inside the source, as cyphar's securejoin does for kustomize-controller.

/** The directory that `spec.path` names, relative to the source; `..` never leaves it. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

const REMOTE = ['git::', 'gh:', 'ssh://', 'https://', 'http://', 'git@', 'github.com:', 'github.com/'];

/** Whether a component is a path that is relative to the build's directory. */
export function isLocalRelative(path: string): boolean {
  const lower = path.toLowerCase();
  if (REMOTE.some((prefix) => lower.length > prefix.length && lower.startsWith(prefix))) return false;
  return !path.startsWith('/') && !lower.replace(/^file:\/\//, '').startsWith('/');
}
