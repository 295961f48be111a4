// Finds the kustomization roots below a folder of a snapshot. Components are no roots: they build only inside another one.
import type { Snapshot } from '../source/snapshot.ts';

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const SKIPPED = new Set(['.git', 'node_modules']);

export function findRoots(snapshot: Snapshot, path: string): string[] {
  const names = snapshot.list(path);
  const own = FILE_NAMES.find((name) => names.includes(name));
  const roots = own !== undefined && !isComponent(snapshot, join(path, own)) ? [path] : [];
  for (const name of names) {
    const below = join(path, name);
    if (!SKIPPED.has(name) && snapshot.kind(below) === 'directory') roots.push(...findRoots(snapshot, below));
  }
  return roots;
}

/** Reads only the one line: a kustomization with a syntax error is still a root, and its build says what is wrong. */
function isComponent(snapshot: Snapshot, path: string): boolean {
  return /^kind:\s*["']?Component\b/m.test(snapshot.text(path) ?? '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
