// Held at a planned tree until what is served otherwise moves on: a commit, a save, or a branch of a remote.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../model/clock.ts';
import { silentLog } from '../../model/log.ts';
import type { ServingMode } from '../../model/servingMode.ts';
import { createSources } from '../../reconcile/gitRepository/sources.ts';
import { commitFiles, initRepository } from '../../source/git/write.ts';
import { treeSnapshot } from '../../source/tree.ts';
import { pinnedSources } from './pinnedSources.ts';

const REPOSITORY = { spec: { url: 'https://example.com/repository' } };
const signal = new AbortController().signal;

async function open(mode: ServingMode) {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-pinned-'));
  await initRepository(root, 'main');
  const commit = (text: string): Promise<string> => {
    writeFileSync(join(root, 'a.txt'), text);
    return commitFiles(root, { message: text, author: { name: 'A', email: 'a@b' }, time: 1, paths: ['a.txt'] });
  };
  const setRemote = (id: string): void => {
    mkdirSync(join(root, '.git/refs/remotes/origin'), { recursive: true });
    writeFileSync(join(root, '.git/refs/remotes/origin/main'), `${id}\n`);
  };
  setRemote(await commit('first'));
  const workspace = { root, mode };
  const sources = pinnedSources(createSources({ workspace, log: silentLog, clock: systemClock }), workspace);
  onTestFinished(() => {
    sources.dispose();
    rmSync(root, { recursive: true });
  });
  const served = async (): Promise<string | undefined> =>
    (await sources.fetch(REPOSITORY, { credentials: async () => ({}) }, signal)).snapshot.text('a.txt');
  const snapshot = treeSnapshot(new Map([['a.txt', 'planned']]), 'sha256:1');
  await sources.pin({ root, snapshot, revision: 'sha256:1' }, 'moved');
  return { root, served, commit, setRemote, sources };
}

test('commits are followed again from the next one on; a save changes nothing', async () => {
  const { root, served, commit } = await open('head');
  expect(await served()).toBe('planned');
  writeFileSync(join(root, 'a.txt'), 'saved');
  expect(await served()).toBe('planned');
  await commit('second');
  expect(await served()).toBe('second');
});

test('files are followed again from the next save on', async () => {
  const { root, served } = await open('tree');
  expect(await served()).toBe('planned');
  writeFileSync(join(root, 'a.txt'), 'saved');
  expect(await served()).toBe('saved');
});

test('a branch of a remote is followed again once it moves; a commit changes nothing', async () => {
  const { served, commit, setRemote } = await open('origin/main');
  const second = await commit('second');
  expect(await served()).toBe('planned');
  setRemote(second);
  expect(await served()).toBe('second');
});

test('what is released is as it was', async () => {
  const { served, sources } = await open('head');
  sources.release();
  expect([await served(), sources.pinned]).toEqual(['first', undefined]);
});
