// Repositories over HTTP, from the real git: what a ref means, what a new commit brings, and what faults are called.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openGitRemote } from '../../../test/real/gitRemote.ts';
import { readRemote } from './remote.ts';

const signal = new AbortController().signal;

test('G9: a branch is followed, also when its history is rewritten', async () => {
  const remote = await openGitRemote();
  const first = remote.commit('one');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'one', revision: `main@sha1:${first}` });
  const second = remote.commit('two');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'two', revision: `main@sha1:${second}` });
  remote.git('commit', '-q', '--amend', '-m', 'rewritten');
  const third = remote.commit('three');
  expect(await remote.read({ branch: 'main' })).toEqual({ text: 'three', revision: `main@sha1:${third}` });
  expect(await remote.read({ branch: 'main', commit: first })).toEqual({ text: 'one', revision: `main@sha1:${first}` });
});

test('G12: tags: by name, annotated, by range, by full name', async () => {
  const remote = await openGitRemote();
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
  // Flux takes the name of what an annotated tag leads to as well; a light one leads nowhere else.
  expect(await remote.read({ name: 'refs/tags/v1.1.0^{}' })).toEqual({
    text: 'two',
    revision: expect.stringMatching(/^refs\/tags\/v1\.1\.0\^\{\}@sha1:/) as unknown,
  });
  for (const name of ['refs/tags/v1.0.0^{}', 'main', 'refs/heads/gone'])
    await expect(remote.read({ name })).rejects.toThrow(`unable to resolve ref '${name}' to a specific commit`);
  await expect(remote.read({ name: 'refs/heads/main/' })).rejects.toThrow('cannot begin or end with a slash');
  await expect(remote.read({ semver: '>=2.0.0' })).rejects.toThrow('no match found for semver: >=2.0.0');
  await expect(remote.read({ semver: 'the newest' })).rejects.toThrow(
    'semver parse error: improper constraint: "the newest"',
  );
});

test('G10, G11, G21: what is not there is said, and the default branch of Flux is master', async () => {
  const remote = await openGitRemote();
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

test('G1: a pack that is cut off is a failure, the next fetch heals, and one store is left', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  expect((await remote.read({ branch: 'main' })).text).toBe('one');
  remote.commit('two');
  remote.server.fault = (request, response) => {
    if (request.method !== 'POST') return false;
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    response.end('0008NAK\n0025\x01PACK\0\0\0\x02\0\0\0\x03x');
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow(/is missing from the repository|cannot be read/);
  remote.server.fault = undefined;
  expect((await remote.read({ branch: 'main' })).text).toBe('two');
  expect(readdirSync(remote.cache).filter((name) => !name.includes('.'))).toHaveLength(1);
});

test.each([
  [401, 'authentication required'],
  [403, 'authorization failed'],
  [404, 'repository not found'],
  [503, '503'],
])('G6: an answer of %i is said as what it is', async (status, words) => {
  const remote = await openGitRemote();
  remote.server.fault = (_, response) => {
    response.statusCode = status;
    response.end('no');
    return true;
  };
  await expect(remote.read({ branch: 'main' })).rejects.toThrow(words);
});

test('G6, G8: a login page is no repository, and redirects end', async () => {
  const remote = await openGitRemote();
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
