// The samples are real repositories: git reads them, and the tree of HEAD is what is on disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskSnapshot } from '../source/disk.ts';
import { openRepository } from '../source/git/repository.ts';
import { createSample, SAMPLES } from './createSample.ts';

const never = new AbortController().signal;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'plumbline-sample-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test.each(SAMPLES)('%s has history, and HEAD holds what is on disk', async (name) => {
  const root = folder();
  await createSample(name, root, never);
  const repository = await openRepository(root);
  const { head, branch } = await repository.refs();
  expect(branch).toBe('refs/heads/main');
  const commits = await repository.log(head as string, 100);
  expect(commits.length).toBeGreaterThan(3);
  const tree = await repository.snapshot(commits[0] as (typeof commits)[number], 'main', never);
  const disk = diskSnapshot(root);
  expect(tree.paths()).toEqual(disk.paths());
  for (const path of disk.paths()) expect(tree.text(path), path).toBe(disk.text(path));
});

test('a folder with something in it is left alone', async () => {
  const root = folder();
  await createSample('vote', root, never);
  await expect(createSample('shop', root, never)).rejects.toThrow('is not empty');
});
