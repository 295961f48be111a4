// Which commit wrote one line of a file: a walk from HEAD through the history of that file alone, until the line is another
// one in every parent. Asked for one line at a time, by somebody who waits for it; reads objects only, and not for ever.
import { fileInTrees } from './fileInTrees.ts';
import type { FileInTrees } from './fileInTrees.ts';
import { GitError } from './gitError.ts';
import { lineBefore } from './lineBefore.ts';
import { objectReader } from './objects.ts';
import type { Commit } from './objects.ts';
import { openRepository } from './repository.ts';

/** `older`: the history ends (a shallow clone) or goes on beyond the limit; it was this commit or one before it. */
export type LineBlame =
  | { readonly kind: 'committed' | 'older'; readonly commit: Commit }
  /** It is not in HEAD as it stands in the file. */
  | { readonly kind: 'uncommitted' };

export interface LineOfFile {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** The file as it is now, unsaved text included. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** A history of a few years; what is behind that is old, whoever wrote it. */
const MOST_COMMITS = 5_000;

/**
 * Who wrote a line. Undefined where that cannot be known: no repository, one that cannot be read, a file behind a link or in
 * a submodule. Throws the signal's reason when it is cancelled.
 */
export async function blameLine(root: string, file: LineOfFile, signal: AbortSignal): Promise<LineBlame | undefined> {
  try {
    const repository = await openRepository(root);
    const { head } = await repository.refs();
    if (head === undefined) return { kind: 'uncommitted' };
    const files = fileInTrees(objectReader(repository.gitdir), file.path);
    return await walk(await repository.commit(head), file, files, (id) => repository.commit(id), signal);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

interface At {
  readonly commit: Commit;
  readonly blob: string;
  /** From 0. */
  readonly index: number;
}

async function walk(
  head: Commit,
  file: LineOfFile,
  files: FileInTrees,
  commitOf: (id: string) => Promise<Commit>,
  signal: AbortSignal,
): Promise<LineBlame> {
  const blob = await files.blob(head.tree);
  const index =
    blob === undefined ? undefined : lineBefore(linesOf(file.text), linesOf(await files.text(blob)), file.line - 1);
  if (blob === undefined || index === undefined) return { kind: 'uncommitted' };
  let at: At = { commit: head, blob, index };
  for (let left = MOST_COMMITS; left > 0; left--) {
    signal.throwIfAborted();
    const before = await beforeOf(at, files, commitOf);
    if (before === 'unknown') return { kind: 'older', commit: at.commit };
    if (!before) return { kind: 'committed', commit: at.commit };
    at = before;
  }
  return { kind: 'older', commit: at.commit };
}

/** The line in a parent that has it too: first the one with the same file. */
async function beforeOf(
  { commit, blob, index }: At,
  files: FileInTrees,
  commitOf: (id: string) => Promise<Commit>,
): Promise<At | 'unknown' | undefined> {
  const parents: { readonly commit: Commit; readonly blob: string }[] = [];
  for (const id of commit.parents) {
    const parent = await commitOf(id).catch(ifMissing);
    if (!parent) return 'unknown';
    const found = await files.blob(parent.tree);
    if (found === blob) return { commit: parent, blob, index };
    if (found !== undefined) parents.push({ commit: parent, blob: found });
  }
  for (const parent of parents) {
    const line = lineBefore(linesOf(await files.text(blob)), linesOf(await files.text(parent.blob)), index);
    if (line !== undefined) return { ...parent, index: line };
  }
  return undefined;
}

/** A shallow history names parents that are not there. */
function ifMissing(error: unknown): undefined {
  if (!(error instanceof GitError) || error.code !== 'object-missing') throw error;
}

/** Without the ends of lines: a checkout may have others than the repository. */
function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}
