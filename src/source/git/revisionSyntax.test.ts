// Revisions as a person writes them on a command line.
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRepository } from './repository.ts';
import { resolveRevision } from './revisionSyntax.ts';
import { commitFiles, initRepository } from './write.ts';

test('HEAD, branches, tags, remote branches, ids and what is behind them', async () => {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-revision-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await initRepository(root, 'main');
  const ids: string[] = [];
  for (const text of ['one', 'two', 'three']) {
    writeFileSync(join(root, 'file'), text);
    const author = { name: 'Ada Example', email: 'ada@example.com' };
    ids.push(await commitFiles(root, { message: text, author, time: 1_800_000_000 + ids.length, paths: ['file'] }));
  }
  const [first = '', second = '', third = ''] = ids;
  mkdirSync(join(root, '.git/refs/remotes/origin'), { recursive: true });
  writeFileSync(join(root, '.git/refs/remotes/origin/feature'), `${second}\n`);
  writeFileSync(join(root, '.git/refs/tags/v1'), `${first}\n`);
  const repository = await openRepository(root);
  const revisionOf = async (text: string): Promise<string> => (await resolveRevision(repository, text)).revision;
  expect(await revisionOf('HEAD')).toBe(`main@sha1:${third}`);
  expect(await revisionOf('main')).toBe(`main@sha1:${third}`);
  expect(await revisionOf('origin/feature')).toBe(`origin/feature@sha1:${second}`);
  expect(await revisionOf('v1')).toBe(`v1@sha1:${first}`);
  expect(await revisionOf(second)).toBe(`sha1:${second}`);
  expect(await revisionOf(second.slice(0, 8))).toBe(`sha1:${second}`);
  expect(await revisionOf('HEAD~2')).toBe(`sha1:${first}`);
  expect(await revisionOf('main^^')).toBe(`sha1:${first}`);
  expect(await revisionOf('main...origin/feature')).toBe(`sha1:${second}`);
  expect(await revisionOf('v1...')).toBe(`sha1:${first}`);
  for (const text of ['nowhere', 'HEAD~3', 'main^2', 'f'.repeat(40)])
    await expect(resolveRevision(repository, text)).rejects.toThrow(`no commit, branch or tag "${text}"`);
});
