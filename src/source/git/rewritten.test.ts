// A branch that was pushed with force, and one that only went on.
import { expect, test } from 'vitest';
import { openGitRemote } from '../../../test/real/gitRemote.ts';
import { readRemote } from './remote.ts';
import { GitError } from './gitError.ts';
import type { Commit } from './objects.ts';
import { commitBefore, isRewritten } from './rewritten.ts';

const signal = new AbortController().signal;

test('G9: a branch that was pushed with force is told from one that went on, by one or by several commits', async () => {
  const remote = await openGitRemote();
  let before: string | undefined;
  const follow = async (): Promise<boolean | undefined> => {
    const url = `${remote.server.url}/app.git`;
    const read = await readRemote(remote.cache, url, { branch: 'main' }, { credentials: {}, before }, signal);
    before = read.revision;
    return read.rewritten;
  };
  remote.commit('one');
  expect(await follow()).toBe(false);
  remote.commit('two');
  expect(await follow()).toBe(false);
  remote.commit('three');
  remote.commit('four');
  expect(await follow()).toBe(false);
  remote.git('reset', '-q', '--hard', 'HEAD~2');
  remote.commit('other');
  expect(await follow()).toBe(true);
});

test('what is beyond the limit, or not here, is not guessed', async () => {
  const commit = (id: string, ...parents: string[]): Commit => ({ id, parents }) as unknown as Commit;
  const known = new Map([commit('d', 'c'), commit('c', 'b'), commit('b', 'a')].map((one) => [one.id, one]));
  const read = async (id: string): Promise<Commit> => {
    const found = known.get(id);
    if (!found) throw new GitError('object-missing', id);
    return found;
  };
  expect(await isRewritten('b', commit('e', 'd'), read, 10)).toBe(false);
  expect(await isRewritten('z', commit('e', 'd'), read, 10)).toBeUndefined();
  expect(await isRewritten('z', commit('e', 'd'), read, 2)).toBeUndefined();
  known.set('a', commit('a'));
  expect(await isRewritten('z', commit('e', 'd'), read, 10)).toBe(true);
});

test('another branch is no rewritten history', () => {
  expect(commitBefore('main@sha1:1', 'main@sha1:2')).toBe('1');
  expect(commitBefore('main@sha1:1', 'other@sha1:2')).toBeUndefined();
  expect(commitBefore('main@sha1:1', 'main@sha1:1')).toBeUndefined();
  expect(commitBefore(undefined, 'main@sha1:1')).toBeUndefined();
});
