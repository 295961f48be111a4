// Which commit wrote one line of a file: a walk from HEAD through the history of that file alone, until the line is another
// one in every parent. Asked for one line at a time, by somebody who waits for it; reads objects only, and not for ever.
import { fileInTrees } from './fileInTrees.ts';
import type { FileInTrees } from './fileInTrees.ts';
import { GitError } from './gitError.ts';
import { lineBefore } from './lineBefore.ts';
import { movedFrom } from './movedFrom.ts';
import { objectReader } from './objects.ts';
import type { Commit, ObjectReader } from './objects.ts';
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
    const history: History = {
      objects: objectReader(repository.gitdir),
      commit: (id) => repository.commit(id).catch(ifMissing),
    };
    return await walk(await repository.commit(head), file, history, signal);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/** The same for somebody who waits: undefined where it takes longer than so many milliseconds. */
export async function blameLineWithin(
  root: string,
  file: LineOfFile,
  ms: number,
  signal: AbortSignal,
): Promise<LineBlame | undefined> {
  const limit = AbortSignal.timeout(ms);
  try {
    return await blameLine(root, file, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && !signal.aborted) return undefined;
    throw error;
  }
}

interface History {
  readonly objects: ObjectReader;
  /** Undefined for one that is not there. */
  commit(id: string): Promise<Commit | undefined>;
}

/** Where a line stands in a commit. */
interface At {
  readonly commit: Commit;
  /** The file, under the name that it has there. */
  readonly files: FileInTrees;
  readonly blob: string;
  /** From 0. */
  readonly index: number;
}

async function walk(head: Commit, file: LineOfFile, history: History, signal: AbortSignal): Promise<LineBlame> {
  const files = fileInTrees(history.objects, file.path);
  const blob = await files.blob(head.tree);
  const index =
    blob === undefined ? undefined : lineBefore(linesOf(file.text), linesOf(await files.text(blob)), file.line - 1);
  if (blob === undefined || index === undefined) return { kind: 'uncommitted' };
  let at: At = { commit: head, files, blob, index };
  for (let left = MOST_COMMITS; left > 0; left--) {
    signal.throwIfAborted();
    const before = await beforeOf(at, history, signal);
    if (before === 'unknown') return { kind: 'older', commit: at.commit };
    if (!before) return { kind: 'committed', commit: at.commit };
    at = before;
  }
  return { kind: 'older', commit: at.commit };
}

/** The line in a parent that has it too: first the one with the same file, last under another name. */
async function beforeOf(
  { commit, files, blob, index }: At,
  history: History,
  signal: AbortSignal,
): Promise<At | 'unknown' | undefined> {
  const without: Commit[] = [];
  const others: At[] = [];
  for (const id of commit.parents) {
    const parent = await history.commit(id);
    if (!parent) return 'unknown';
    const found = await files.blob(parent.tree);
    if (found === blob) return { commit: parent, files, blob, index };
    if (found === undefined) {
      without.push(parent);
      continue;
    }
    const line = lineBefore(linesOf(await files.text(blob)), linesOf(await files.text(found)), index);
    if (line !== undefined) others.push({ commit: parent, files, blob: found, index: line });
  }
  const [first] = others;
  if (first) return first;
  for (const parent of without) {
    const path = await movedFrom(history.objects, parent.tree, commit.tree, blob, signal);
    if (path !== undefined) return { commit: parent, files: fileInTrees(history.objects, path), blob, index };
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
