// Whether what was followed before is still behind what a branch is now: a force-push, a rebase or an amended commit leave
// it aside. Only looks at commits; what cannot be known is not guessed.
import { GitError } from './gitError.ts';
import type { Commit } from './objects.ts';

/**
 * True where all that is behind `tip` was seen and `before` is not among it; undefined where the history goes on beyond what
 * is here, or beyond `limit` commits.
 */
export async function isRewritten(
  before: string,
  tip: Commit,
  read: (id: string) => Promise<Commit>,
  limit: number,
): Promise<boolean | undefined> {
  const seen = new Set([tip.id]);
  const open = [tip];
  let isWhole = true;
  for (let next = open.shift(); next; next = open.shift()) {
    for (const id of next.parents) {
      if (id === before) return false;
      if (seen.has(id)) continue;
      if (seen.size >= limit) return undefined;
      seen.add(id);
      const parent = await read(id).catch(ifMissing);
      if (parent) open.push(parent);
      else isWhole = false;
    }
  }
  return isWhole ? true : undefined;
}

/** A shallow history names parents that are not there. */
function ifMissing(error: unknown): undefined {
  if (!(error instanceof GitError) || error.code !== 'object-missing') throw error;
}

/** The commit of a revision of the same branch: `main@sha1:...` where the new one is `main@sha1:...` too. */
export function commitBefore(old: string | undefined, now: string): string | undefined {
  const at = old?.lastIndexOf('@sha1:') ?? -1;
  if (old === undefined || at < 1 || old === now || !now.startsWith(old.slice(0, at + '@sha1:'.length)))
    return undefined;
  return old.slice(at + '@sha1:'.length);
}
