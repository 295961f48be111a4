// What a commit has of a file, and what no commit has yet.
import * as fs from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { expect, onTestFinished, test } from 'vitest';
import { createCommitted } from './committed.ts';

async function repository(): Promise<{ dir: string; commit: (path: string, text: string) => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'plumbline-committed-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  await git.init({ fs, dir, defaultBranch: 'main' });
  const author = { name: 'Ada Example', email: 'ada@example.com' };
  return {
    dir,
    commit: async (path, text) => {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), text);
      await git.add({ fs, dir, filepath: path });
      await git.commit({ fs, dir, message: path, author });
    },
  };
}

test('a file is committed while its text is that of the last commit', async () => {
  const { dir, commit } = await repository();
  const isCommitted = createCommitted(dir);
  expect(await isCommitted('apps/a.yaml', 'a: 1\n')).toBe(false);
  await commit('apps/a.yaml', 'a: 1\n');
  expect(await isCommitted('apps/a.yaml', 'a: 1\n')).toBe(true);
  expect(await isCommitted('apps/a.yaml', 'a: 2\n')).toBe(false);
  await commit('apps/a.yaml', 'a: 2\n');
  expect(await isCommitted('apps/a.yaml', 'a: 2\n')).toBe(true);
  expect(await isCommitted('apps/new.yaml', '')).toBe(false);
});

test('outside of a repository nothing is an edit', async () => {
  expect(await createCommitted(join(tmpdir(), 'plumbline-none'))('a.yaml', 'a: 1\n')).toBe(true);
});
