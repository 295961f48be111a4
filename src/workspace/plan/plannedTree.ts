// The files that a plan is made from, and that an apply of it applies. Reads nothing.
import type { TreeSnapshot } from '../../source/tree.ts';

export interface PlannedTree {
  readonly root: string;
  readonly snapshot: TreeSnapshot;
  /** `main@sha1:...` of a commit, `sha256:...` of the files on disk. */
  readonly revision: string;
}

/** The revision as the loop writes it. */
export function loopRevision({ revision }: PlannedTree): string {
  return revision.startsWith('sha256:') ? `worktree@${revision}` : revision;
}
