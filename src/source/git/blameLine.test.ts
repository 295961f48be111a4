// Who wrote a line: found behind commits that moved it, through merges, and not for ever.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blameLine } from './blameLine.ts';
import { fileChange } from './fileChange.ts';
import { lineBefore } from './lineBefore.ts';
import { commitFiles, initRepository } from './write.ts';

const signal = new AbortController().signal;
const author = { name: 'Ada Example', email: 'ada@example.com' };

/** A repository whose file goes through the given texts, one commit each; resolves to their ids. */
async function repository(...texts: string[]): Promise<{ root: string; ids: string[] }> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-blame-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await initRepository(root, 'main');
  const ids: string[] = [];
  for (const [at, text] of texts.entries()) {
    writeFileSync(join(root, 'a.yaml'), text);
    writeFileSync(join(root, 'other.yaml'), `n: ${at}\n`);
    ids.push(
      await commitFiles(root, { message: `change ${at}`, author, time: 1000 + at, paths: ['a.yaml', 'other.yaml'] }),
    );
  }
  return { root, ids };
}

const blame = (root: string, text: string, line: number) => blameLine(root, { path: 'a.yaml', text, line }, signal);

test('the commit that wrote the line, not the ones that wrote around it', async () => {
  const last = 'z: 0\na: 1\nb: 3\n';
  const { root, ids } = await repository('a: 1\nb: 2\n', 'a: 1\nb: 3\n', last, last);
  expect(await blame(root, last, 3)).toMatchObject({ kind: 'committed', commit: { id: ids[1], time: 1001 } });
  expect(await blame(root, last, 2)).toMatchObject({ commit: { id: ids[0] } });
  expect(await blame(root, last, 1)).toMatchObject({ commit: { id: ids[2] } });
});

test('a line that only the working tree has is not committed, those around it are', async () => {
  const { root, ids } = await repository('a: 1\nb: 2\n');
  expect(await blame(root, 'new: 1\r\na: 1\r\nb: 7\r\n', 3)).toEqual({ kind: 'uncommitted' });
  expect(await blame(root, 'new: 1\r\na: 1\r\nb: 7\r\n', 2)).toMatchObject({ commit: { id: ids[0] } });
  const untracked = { path: 'new.yaml', text: 'a: 1\n', line: 1 };
  expect(await blameLine(root, untracked, signal)).toEqual({ kind: 'uncommitted' });
});

test('through a merge the line is followed to the side that wrote it', async () => {
  const { root, ids } = await repository('a: 1\nb: 2\n');
  const run = (...words: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  run('checkout', '-q', '-b', 'side');
  writeFileSync(join(root, 'a.yaml'), 'a: 1\nb: 9\n');
  run('commit', '-q', '-a', '-m', 'side');
  const side = run('rev-parse', 'HEAD');
  run('checkout', '-q', 'main');
  writeFileSync(join(root, 'other.yaml'), 'n: 7\n');
  run('commit', '-q', '-a', '-m', 'main');
  run('merge', '-q', '--no-ff', '-m', 'merge', 'side');
  expect(await blame(root, 'a: 1\nb: 9\n', 2)).toMatchObject({ kind: 'committed', commit: { id: side } });
  expect(await blame(root, 'a: 1\nb: 9\n', 1)).toMatchObject({ commit: { id: ids[0] } });
});

test('where the history ends before it does, the last one that is there is named as such', async () => {
  const { root, ids } = await repository('a: 1\n', 'a: 1\nb: 2\n', 'a: 1\nb: 2\nc: 3\n');
  const first = ids[0] ?? '';
  rmSync(join(root, '.git/objects', first.slice(0, 2), first.slice(2)));
  expect(await blame(root, 'a: 1\nb: 2\nc: 3\n', 1)).toMatchObject({ kind: 'older', commit: { id: ids[1] } });
});

test('a file that was moved is followed to where it was', async () => {
  const { root, ids } = await repository('a: 1\n', 'a: 1\nb: 2\n');
  mkdirSync(join(root, 'apps/web'), { recursive: true });
  renameSync(join(root, 'a.yaml'), join(root, 'apps/web/b.yaml'));
  const move = { message: 'move', author, time: 2000, paths: ['a.yaml', 'apps/web/b.yaml'] };
  await commitFiles(root, move);
  const moved = { path: 'apps/web/b.yaml', text: 'a: 1\nb: 2\n' };
  expect(await blameLine(root, { ...moved, line: 2 }, signal)).toMatchObject({ commit: { id: ids[1] } });
  expect(await blameLine(root, { ...moved, line: 1 }, signal)).toMatchObject({ commit: { id: ids[0] } });
});

test('what is no repository says nothing, and a cancelled walk ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-blame-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  expect(await blame(folder, 'a: 1\n', 1)).toBeUndefined();
  const { root } = await repository('a: 1\n');
  const cancelled = AbortSignal.abort(new Error('cancelled'));
  await expect(blameLine(root, { path: 'a.yaml', text: 'a: 1\n', line: 1 }, cancelled)).rejects.toThrow('cancelled');
});

test('a commit shows what it did to a file, and is taken by its whole id only', async () => {
  const { root, ids } = await repository('a: 1\n', 'a: 2\n');
  expect(await fileChange(root, ids[1] ?? '', 'a.yaml', signal)).toEqual({
    title: `${ids[1]?.slice(0, 7) ?? ''} change 1 (Ada Example)`,
    before: 'a: 1\n',
    after: 'a: 2\n',
  });
  expect((await fileChange(root, ids[0] ?? '', 'a.yaml', signal)).before).toBe('');
  await expect(fileChange(root, '../../config', 'a.yaml', signal)).rejects.toThrow('is no commit');
});

test('a line keeps its place among lines that are the same', () => {
  const before = ['- name: a', '  tag: 1', '- name: b', '  tag: 1'];
  const now = ['- name: a', '  tag: 2', '- name: b', '  tag: 1'];
  expect([0, 1, 2, 3].map((index) => lineBefore(now, before, index))).toEqual([0, undefined, 2, 3]);
  expect(lineBefore(['x', 'b', 'y', 'd'], ['b', 'c', 'd'], 1)).toBe(0);
});
