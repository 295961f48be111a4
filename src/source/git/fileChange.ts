// What a commit did to one file: the text before and after. Reads objects only.
import { fileInTrees } from './fileInTrees.ts';
import { GitError } from './gitError.ts';
import { objectReader } from './objects.ts';
import type { Commit } from './objects.ts';
import { isObjectId } from './refName.ts';
import { openRepository } from './repository.ts';

export interface FileChange {
  /** `4f2c1a9 Staging: four replicas (Ada Example)`. */
  readonly title: string;
  /** Empty where the commit made the file. */
  readonly before: string;
  readonly after: string;
}

/** The change of a file against the first parent. Throws GitError where the commit cannot be read. */
export async function fileChange(root: string, id: string, path: string, signal: AbortSignal): Promise<FileChange> {
  if (!isObjectId(id)) throw new GitError('object-invalid', `${JSON.stringify(id)} is no commit`);
  const repository = await openRepository(root);
  const files = fileInTrees(objectReader(repository.gitdir), path);
  const textIn = async ({ tree }: Commit): Promise<string> => {
    signal.throwIfAborted();
    const blob = await files.blob(tree);
    return blob === undefined ? '' : files.text(blob);
  };
  const commit = await repository.commit(id);
  const [parent] = commit.parents;
  const subject = commit.message.split('\n', 1)[0] ?? '';
  return {
    title: `${id.slice(0, 7)} ${subject} (${commit.author})`,
    before: parent === undefined ? '' : await textIn(await repository.commit(parent)),
    after: await textIn(commit),
  };
}
