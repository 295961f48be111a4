// Finds what can be rendered below a folder of a snapshot: kustomization roots (components are none: they build only inside
// another one), and folders of Flux objects, for which Flux makes the kustomization.
import type { Snapshot } from '../source/snapshot.ts';

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const SKIPPED = new Set(['.git', 'node_modules']);

export function findRoots(snapshot: Snapshot, path: string): string[] {
  const names = snapshot.list(path);
  const own = FILE_NAMES.find((name) => names.includes(name));
  const roots = own !== undefined && !isComponent(snapshot, join(path, own)) ? [path] : [];
  for (const name of names) {
    const below = join(path, name);
    if (isOwnFolder(snapshot, path, name)) roots.push(...findRoots(snapshot, below));
  }
  return roots;
}

/** The topmost folders without a kustomization in or above them that hold Flux Kustomizations. */
export function findFluxFolders(snapshot: Snapshot, path: string): string[] {
  const names = snapshot.list(path);
  if (FILE_NAMES.some((name) => names.includes(name))) return [];
  if (names.some((name) => /\.ya?ml$/.test(name) && holdsFluxObjects(snapshot.text(join(path, name)) ?? '')))
    return [path];
  return names.flatMap((name) =>
    isOwnFolder(snapshot, path, name) ? findFluxFolders(snapshot, join(path, name)) : [],
  );
}

function holdsFluxObjects(text: string): boolean {
  return /^apiVersion:\s*["']?kustomize\.toolkit\.fluxcd\.io\//m.test(text);
}

/** A folder to look into. Not a link: where it leads is looked into anyway, or is none of this folder's business. */
function isOwnFolder(snapshot: Snapshot, path: string, name: string): boolean {
  const below = join(path, name);
  if (SKIPPED.has(name) || snapshot.kind(below) !== 'directory') return false;
  return snapshot.real === undefined || snapshot.real(below) === join(snapshot.real(path) ?? path, name);
}

/** Reads only the one line: a kustomization with a syntax error is still a root, and its build says what is wrong. */
function isComponent(snapshot: Snapshot, path: string): boolean {
  return /^kind:\s*["']?Component\b/m.test(snapshot.text(path) ?? '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
