// Repositories over HTTP, from the real git: what a ref means, what a new commit brings, and what faults are called.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitServer } from '../../../test/real/gitServer.ts';
import type { GitServer } from '../../../test/real/gitServer.ts';
import { DEFAULT_HTTP_LIMITS } from './http.ts';
import { readRemote } from './remote.ts';
import type { RefSpec } from './resolveRef.ts';

const QUICK = { ...DEFAULT_HTTP_LIMITS, retries: 2, retryMs: 1 };
const signal = new AbortController().signal;

interface Remote {
  readonly server: GitServer;
  readonly cache: string;
  git(...args: string[]): string;
  commit(text: string): string;
  read(spec: RefSpec): Promise<{ text: string | undefined; revision: string }>;
}

async function openRemote(): Promise<Remote> {
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
    git,
    commit(text) {
      writeFileSync(join(work, 'a.yaml'), text);
      git('add', '-A');
      git('commit', '-q', '-m', text);
      git('push', '-q', '-f', '--all');
      git('push', '-q', '-f', '--tags');
      return git('rev-parse', 'HEAD');
    },
    async read(spec) {
      const tree = await readRemote(cache, `${server.url}/app.git`, spec, { credentials: {}, limits: QUICK }, signal);
      return { text: tree.snapshot.text('a.yaml'), revision: tree.revision };
    },
  };
}

test('a branch is followed, also when its history is rewritten', async () => {
  const remote = await openRemote();
  const first = remote.commit('one');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'one', revision: `main@sha1:${first}` });
  const second = remote.commit('two');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'two', revision: `main@sha1:${second}` });
  remote.git('commit', '-q', '--amend', '-m', 'rewritten');
  const third = remote.commit('three');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'three', revision: `main@sha1:${third}` });
  expect(await remote.read({ branch: 'main', commit: first })).toEqual({ text: 'one', revision: `main@sha1:${first}` });
});

test('tags: by name, annotated, by range, by full name', async () => {
  const remote = await openRemote();
  const first = remote.commit('one');
  remote.git('tag', 'v1.0.0');
  remote.commit('two');
  remote.git('tag', '-a', '-m', 'tag', 'v1.1.0');
  const last = remote.commit('three');
  expect(await remote.read({ tag: 'v1.0.0' })).toEqual({ text: 'one', revision: `v1.0.0@sha1:${first}` });
  expect((await remote.read({ semver: '1.x' })).text).toBe('two');
  expect((await remote.read({ semver: '1.x', tag: 'v1.0.0' })).revision).toMatch(/^v1\.0\.0@sha1:/);
  expect(await remote.read({ name: 'refs/heads/main' })).toEqual({
    text: 'three',
    revision: `refs/heads/main@sha1:${last}`,
  });
  await expect(remote.read({ semver: '>=2.0.0' })).rejects.toThrow('no match found for semver: >=2.0.0');
});

test('what is not there is said, and the default branch of Flux is master', async () => {
  const remote = await openRemote();
  await expect(remote.read({ branch: 'main' })).rejects.toThrow('git repository is empty');
  remote.commit('one');
  await expect(remote.read({ branch: 'gone' })).rejects.toThrow('couldn\'t find remote ref "refs/heads/gone"');
  await expect(remote.read({})).rejects.toThrow('refs/heads/master');
  await expect(remote.read({ branch: '../../x' })).rejects.toThrow('is not a valid ref name');
  await expect(
    readRemote(remote.cache, `${remote.server.url}/none.git`, { branch: 'main' }, { credentials: {} }, signal),
  ).rejects.toThrow('repository not found');
  await expect(readRemote(remote.cache, 'ftp://example.com/x.git', {}, { credentials: {} }, signal)).rejects.toThrow(
    'only http, https and ssh',
  );
});

test('a pack that is cut off is a failure, the next fetch heals, and one store is left', async () => {
  const remote = await openRemote();
  remote.commit('one');
  expect((await remote.read({ branch: 'main' })).text).toBe('one');
  remote.commit('two');
  remote.server.fault = (request, response) => {
    if (request.method !== 'POST') return false;
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    response.end('0008NAK\n0025\x01PACK\0\0\0\x02\0\0\0\x03x');
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow();
  remote.server.fault = undefined;
  expect((await remote.read({ branch: 'main' })).text).toBe('two');
  expect(readdirSync(remote.cache).filter((name) => !name.includes('.'))).toHaveLength(1);
});

test.each([
  [401, 'authentication required'],
  [403, 'authentication required'],
  [404, 'repository not found'],
  [503, '503'],
])('an answer of %i is said as what it is', async (status, words) => {
  const remote = await openRemote();
  remote.server.fault = (_, response) => {
    response.statusCode = status;
    response.end('no');
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow(words);
});

test('a login page is no repository, and redirects end', async () => {
  const remote = await openRemote();
  remote.server.fault = (_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<html>Sign in</html>');
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow('does not answer as a Git server');
  remote.server.fault = (request, response) => {
    response.statusCode = 302;
    response.setHeader('location', `${request.url ?? ''}x`);
    response.end();
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow('redirects without end');
});
