// Writes into a repository that we made ourselves: samples and tests. Never used on a repository of the user.
import * as nodeFs from 'node:fs';
import git from 'isomorphic-git';
import { isRefName } from './refName.ts';

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface NewCommit {
  readonly message: string;
  readonly author: Author;
  /** Seconds since the epoch, in UTC. */
  readonly time: number;
  /** Paths to take into the commit as they are on disk; those that are gone are removed. */
  readonly paths: readonly string[];
}

/** Makes an empty repository with `branch` as its only branch to be, and an `origin` where a url is given. */
export async function initRepository(root: string, branch: string, originUrl?: string): Promise<void> {
  if (!isRefName(branch)) throw new Error(`not a branch name: ${branch}`);
  await git.init({ fs: nodeFs, dir: root, defaultBranch: branch });
  if (originUrl !== undefined) await git.addRemote({ fs: nodeFs, dir: root, remote: 'origin', url: originUrl });
}

/** Commits the given paths on the current branch; resolves to the commit's id. */
export async function commitFiles(root: string, commit: NewCommit): Promise<string> {
  const cache = {};
  for (const filepath of commit.paths) {
    if (nodeFs.existsSync(`${root}/${filepath}`)) await git.add({ fs: nodeFs, dir: root, filepath, cache });
    else await git.remove({ fs: nodeFs, dir: root, filepath, cache });
  }
  const who = { ...commit.author, timestamp: commit.time, timezoneOffset: 0 };
  return git.commit({ fs: nodeFs, dir: root, message: commit.message, author: who, committer: who, cache });
}
