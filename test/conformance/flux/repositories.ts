// The Git repositories of a recorded scenario: built by the real git with the recorded authors and dates, so that commit ids
// come out the same, and served to the loop in place of the network.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getString } from '../../../src/model/json.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Sources } from '../../../src/reconcile/deps.ts';
import { archiveOf, gitFailure, refSpecOf } from '../../../src/reconcile/gitRepository/sources.ts';
import { GitError } from '../../../src/source/git/gitError.ts';
import { openRepository } from '../../../src/source/git/repository.ts';
import { writeFiles } from '../../folder.ts';

export interface Repositories extends Sources {
  /** Does a recorded `commit` operation. */
  commit(scenario: string, operation: JsonObject): void;
}

export function recordedRepositories(root: string): Repositories {
  const folder = (scenario: string, name: string): string => join(root, scenario, name);

  function git(dir: string, args: readonly string[], date?: string): void {
    const who = {
      GIT_AUTHOR_NAME: 'dev',
      GIT_AUTHOR_EMAIL: 'dev@git.test',
      GIT_COMMITTER_NAME: 'dev',
      GIT_COMMITTER_EMAIL: 'dev@git.test',
    };
    const when = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    execFileSync('git', ['-c', 'core.autocrlf=false', '-c', 'advice.detachedHead=false', ...args], {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...who, ...when, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  return {
    commit(scenario, operation) {
      const dir = folder(scenario, String(operation['repo'] ?? 'repo'));
      const branch = String(operation['branch'] ?? 'main');
      const date = getString(operation, 'result', 'date');
      mkdirSync(dir, { recursive: true });
      git(dir, ['init', '-q', '-b', branch]);
      if (operation['delete_branch'] !== undefined) {
        git(dir, ['checkout', '-q', '--detach']);
        git(dir, ['branch', '-q', '-D', String(operation['delete_branch'])]);
      }
      if (operation['nocommit'] === true && operation['reset_to'] !== undefined) switchTo(git, dir, branch, operation);
      if (operation['nocommit'] !== true) {
        switchTo(git, dir, branch, operation);
        change(dir, operation);
        git(dir, ['add', '-A', '-f']);
        git(
          dir,
          ['commit', '-q', '--allow-empty', '--allow-empty-message', '-m', String(operation['message'] ?? 'change')],
          date,
        );
      }
      for (const tag of (operation['tags'] as string[] | undefined) ?? []) {
        git(dir, operation['annotated'] === true ? ['tag', '-f', '-a', '-m', tag, tag] : ['tag', '-f', tag], date);
      }
      for (const tag of (operation['delete_tags'] as string[] | undefined) ?? []) git(dir, ['tag', '-d', tag]);
    },
    async fetch(object, access, signal) {
      const url = getString(object, 'spec', 'url') ?? '';
      const [scenario = '', name = ''] = url
        .replace('http://git.test/', '')
        .replace(/\.git$/, '')
        .split('/');
      await access.credentials();
      const includes = (await access.includes?.()) ?? [];
      try {
        const repository = await openRepository(folder(scenario, name));
        const { commit, revision } = await repository.resolve(refSpecOf(object));
        const tree = await repository.snapshot(commit, revision, signal);
        const { snapshot, digest, size } = archiveOf(tree, revision, object, includes);
        return { snapshot, revision, digest, size, subject: commit.message.split('\n')[0], local: false };
      } catch (error) {
        if (!(error instanceof GitError)) throw error;
        throw gitFailure(
          error.code === 'not-a-repository' ? new GitError('not-found', 'repository not found: ') : error,
          url,
        );
      }
    },
    onChange: () => ({ dispose: () => undefined }),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

type Git = (dir: string, args: readonly string[], date?: string) => void;

function switchTo(git: Git, dir: string, branch: string, operation: JsonObject): void {
  const attempt = (args: string[]): boolean => {
    try {
      git(dir, args);
      return true;
    } catch {
      return false;
    }
  };
  if (operation['orphan'] === true) {
    git(dir, ['checkout', '-q', '--orphan', `${branch}-new`]);
    attempt(['rm', '-rfq', '.']);
    git(dir, ['branch', '-q', '-M', branch]);
    return;
  }
  // A branch without a commit is already the one that was asked for.
  if (!attempt(['checkout', '-q', branch])) attempt(['checkout', '-q', '-b', branch]);
  if (operation['reset_to'] !== undefined) git(dir, ['reset', '-q', '--hard', String(operation['reset_to'])]);
}

function change(dir: string, operation: JsonObject): void {
  for (const path of (operation['delete'] as string[] | undefined) ?? [])
    rmSync(join(dir, path), { recursive: true, force: true });
  writeFiles(dir, (operation['write'] as Record<string, string> | undefined) ?? {});
  for (const [path, target] of Object.entries((operation['symlink'] as Record<string, string> | undefined) ?? {})) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    rmSync(join(dir, path), { force: true });
    symlinkSync(target, join(dir, path));
  }
}
