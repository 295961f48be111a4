// Whether a folder is a sparse checkout: git has taken files out of it that are in the commit all the same. Whoever applies the
// files of such a folder would delete what the missing ones made.
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GitError } from './gitError.ts';

/** Throws GitError where the files of the folder are not all that its commit has. */
export async function refuseSparse(root: string): Promise<void> {
  for (const file of await configFiles(join(root, '.git'))) {
    const config = await readFile(file, 'utf8').catch(() => '');
    if (/^\s*sparsecheckout\s*=\s*(true|yes|on|1)\s*$/im.test(config))
      throw new GitError(
        'unsupported-repository',
        `${root} is a sparse checkout: files that git has taken out of it would count as deleted. Use a commit instead, or check all of it out (git sparse-checkout disable)`,
      );
  }
}

/** Those of a linked worktree are its own and those of its repository. */
async function configFiles(dotGit: string): Promise<string[]> {
  const isFolder = await stat(dotGit).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const text = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
  const linked = isFolder ? '' : (await text(dotGit)).replace(/^gitdir: /, '');
  const own = linked === '' ? dotGit : resolve(dotGit, '..', linked);
  const common = await text(join(own, 'commondir'));
  return [
    join(own, 'config.worktree'),
    join(own, 'config'),
    ...(common === '' ? [] : [resolve(own, common, 'config')]),
  ];
}
