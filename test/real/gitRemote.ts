// A repository that the real git works in, served over HTTP, and read by ours.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DEFAULT_HTTP_LIMITS } from '../../src/source/git/http.ts';
import type { HttpLimits } from '../../src/source/git/http.ts';
import { readRemote } from '../../src/source/git/remote.ts';
import type { Credentials } from '../../src/source/git/remote.ts';
import type { RefSpec } from '../../src/source/git/resolveRef.ts';
import { startGitServer } from './gitServer.ts';
import type { GitServer } from './gitServer.ts';

const QUICK: HttpLimits = { ...DEFAULT_HTTP_LIMITS, retries: 2, retryMs: 1 };
const signal = new AbortController().signal;

export interface GitRemote {
  readonly server: GitServer;
  readonly cache: string;
  /** The bare repository that is served. */
  readonly served: string;
  git(...args: string[]): string;
  commit(text: string): string;
  read(
    spec: RefSpec,
    credentials?: Credentials,
    limits?: Partial<HttpLimits>,
    at?: string,
  ): Promise<{ text: string | undefined; revision: string }>;
}

export async function openGitRemote(): Promise<GitRemote> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-remote-'));
  const work = join(root, 'work');
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: work, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  mkdirSync(join(root, 'served/app.git'), { recursive: true });
  mkdirSync(work);
  git('init', '-q', '--bare', '-b', 'main', join(root, 'served/app.git'));
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', join(root, 'served/app.git'));
  const server = await startGitServer(join(root, 'served'));
  onTestFinished(async () => {
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  const cache = join(root, 'cache');
  return {
    server,
    cache,
    served: join(root, 'served/app.git'),
    git,
    commit(text) {
      writeFileSync(join(work, 'a.yaml'), text);
      git('add', '-A');
      git('commit', '-q', '-m', text);
      git('push', '-q', '-f', '--all');
      git('push', '-q', '-f', '--tags');
      return git('rev-parse', 'HEAD');
    },
    async read(spec, credentials = {}, limits = {}, at = server.url) {
      const tree = await readRemote(
        cache,
        `${at}/app.git`,
        spec,
        { credentials, limits: { ...QUICK, ...limits } },
        signal,
      );
      return { text: tree.snapshot.text('a.yaml'), revision: tree.revision };
    },
  };
}
