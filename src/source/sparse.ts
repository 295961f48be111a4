// spec.sparseCheckout of a GitRepository, as go-git checks it out: files whose path begins with one of the texts. A folder's
// name so means its neighbours with a longer name too, and a `.sourceignore` that is not checked out is none.
import { getList } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { treeSnapshot } from './tree.ts';
import type { TreeEntry, TreeSnapshot } from './tree.ts';
import { withUnreadable } from './unreadable.ts';

export interface SparseTree {
  readonly tree: TreeSnapshot;
  /** The first of the directories that is not there once the files are checked out (source-controller, validateSparseCheckoutPaths). */
  readonly missing: string | undefined;
}

/** The directories of spec.sparseCheckout of a GitRepository; empty for all. */
export function sparseDirectories(repository: JsonObject | undefined): string[] {
  return (getList(repository, 'spec', 'sparseCheckout') ?? []).filter((one) => typeof one === 'string');
}

/** Whether a path is checked out; all are where nothing is chosen. */
export function checksOut(directories: readonly string[]): (path: string) => boolean {
  const prefixes = prefixesOf(directories);
  return (path) => prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(prefix));
}

function prefixesOf(directories: readonly string[]): string[] {
  return directories.map((directory) => directory.replace(/^\.\//, ''));
}

/** The tree itself where nothing is chosen. Symbolic links are left out: no artifact holds one. */
export function sparseTree(tree: TreeSnapshot, directories: readonly string[]): SparseTree {
  if (directories.length === 0) return { tree, missing: undefined };
  const prefixes = prefixesOf(directories);
  const kept = tree.paths().filter(checksOut(directories));
  const entries = new Map<string, TreeEntry>();
  for (const path of kept) {
    const bytes = tree.isLink(path) ? undefined : tree.bytes(path);
    if (bytes) entries.set(path, bytes);
  }
  const isThere = (path: string): boolean =>
    path === '' || kept.some((one) => one === path || one.startsWith(`${path}/`));
  const mayBeKept = (path: string): boolean =>
    prefixes.some((prefix) => path.startsWith(prefix) || prefix.startsWith(`${path}/`));
  const unreadable = new Map([...(tree.unreadable?.() ?? [])].filter(([path]) => mayBeKept(path)));
  return {
    tree: withUnreadable(treeSnapshot(entries, tree.revision), unreadable),
    missing: directories.find((directory) => !isThere(clamped(directory))),
  };
}

/** A path that would lead above the root ends at it (filepath-securejoin). */
export function clamped(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
