// spec.include of a GitRepository: the artifacts of others, put below a path of the tree before it is archived
// (source-controller, reconcileInclude and Storage.CopyToPath). Reads what it is given, writes nothing.
import { joinPath } from './paths.ts';
import { clamped } from './sparse.ts';
import { treeSnapshot } from './tree.ts';
import type { TreeSnapshot } from './tree.ts';
import { withUnreadable } from './unreadable.ts';
import type { Snapshot } from './snapshot.ts';

export interface Included {
  /** The name of the GitRepository. */
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly fromPath: string;
  readonly toPath: string;
}

/** An include that cannot be put where it should stand, in words for its condition. */
export class IncludeError extends Error {
  constructor({ name, fromPath, toPath }: Included, reason: string) {
    super(`failed to copy '${name}' include from ${fromPath} to ${toPath}: ${reason}`);
    this.name = 'IncludeError';
  }
}

/** The tree with what it includes; links are left out, as in every artifact. Throws IncludeError. */
export function withIncludes(tree: TreeSnapshot, includes: readonly Included[]): TreeSnapshot {
  const entries = new Map<string, Uint8Array>();
  for (const path of tree.paths()) {
    const bytes = tree.isLink(path) ? undefined : tree.bytes(path);
    if (bytes) entries.set(path, bytes);
  }
  for (const include of includes) add(entries, include);
  return withUnreadable(treeSnapshot(entries, tree.revision), tree.unreadable?.() ?? new Map());
}

/** A folder is renamed to its place: what stands there already is not merged with it, and no file becomes a folder. */
function add(entries: Map<string, Uint8Array>, include: Included): void {
  const from = clamped(include.fromPath);
  const to = clamped(include.toPath);
  const { snapshot } = include;
  const kind = snapshot.kind(from);
  const taken = [...entries.keys()];
  if (kind === undefined) throw new IncludeError(include, 'there is no such path in its artifact');
  if (taken.some((path) => to === '' || path.startsWith(`${to}/`)))
    throw new IncludeError(include, 'there is a directory with files at that path');
  if (taken.some((path) => to.startsWith(`${path}/`) || (path === to && kind === 'directory')))
    throw new IncludeError(include, 'there is a file at that path');
  if (kind === 'file') entries.set(to, snapshot.bytes(from) ?? new Uint8Array());
  else copy(entries, snapshot, from, to);
}

function copy(entries: Map<string, Uint8Array>, snapshot: Snapshot, from: string, to: string): void {
  for (const name of snapshot.list(from)) {
    const path = joinPath(from, name);
    const target = joinPath(to, name);
    if (snapshot.kind(path) === 'directory') copy(entries, snapshot, path, target);
    else entries.set(target, snapshot.bytes(path) ?? new Uint8Array());
  }
}
