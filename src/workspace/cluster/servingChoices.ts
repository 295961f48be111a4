// What of the open folder can be served to a cluster: its last commit, its files, the branches of its remotes. Reads refs only.
import { printServingMode } from '../../model/servingMode.ts';
import type { RemoteBranch, ServingMode } from '../../model/servingMode.ts';
import { GitError } from '../../source/git/gitError.ts';
import { openRepository } from '../../source/git/repository.ts';

export interface ServingChoice {
  readonly mode: ServingMode;
  readonly label: string;
  readonly description: string;
}

const REMOTES = 'refs/remotes/';
const TREE = choice('tree', 'the files as they are saved, committed or not');

/** Every choice, what is usual first; the files alone where the folder is no repository that can be read. */
export async function servingChoices(folder: string): Promise<ServingChoice[]> {
  try {
    const { refs, branch } = await (await openRepository(folder)).refs();
    const head = branch === undefined ? 'a detached commit' : branch.replace(/^refs\/heads\//, '');
    const remote = [...refs.keys()]
      .filter((ref) => ref.startsWith(REMOTES) && !ref.endsWith('/HEAD'))
      .map((ref) => ref.slice(REMOTES.length) as RemoteBranch)
      .toSorted();
    return [
      choice('head', `${head}: follows your commits`),
      TREE,
      ...remote.map((name) => choice(name, 'as it was last fetched or pushed')),
    ];
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return [TREE];
  }
}

function choice(mode: ServingMode, description: string): ServingChoice {
  return { mode, label: printServingMode(mode), description };
}
