// The user's repository, made by the real git: trees as git has them, kinds that cannot be read are said up front, a commit
// is noticed.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeFiles } from '../../../test/folder.ts';
import { systemClock } from '../../model/clock.ts';
import { refuseSparse } from './sparse.ts';
import { openRepository } from './repository.ts';
import { watchHead } from './watch.ts';

const signal = new AbortController().signal;

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-git-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

function git(root: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  return execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function commit(root: string, files: Readonly<Record<string, string>>, message = 'change'): string {
  writeFiles(root, files);
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', message);
  return git(root, 'rev-parse', 'HEAD');
}

test('loose and packed: the tree of HEAD is what git has', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main');
  symlinkSync('a/x.yaml', join(root, 'link.yaml'));
  const first = commit(root, { 'a/x.yaml': 'one', 'run.sh': '#!/bin/sh\n', 'logo.png': 'image' }, 'first\n\nbody');
  git(root, 'tag', '-a', '-m', 'tag', 'v1.0.0');
  chmodSync(join(root, 'run.sh'), 0o755);
  const second = commit(root, { 'a/x.yaml': 'two', 'b/y.yaml': 'y' });
  git(root, 'remote', 'add', 'origin', 'https://example.com/x.git');
  git(root, 'gc', '-q');
  const repository = await openRepository(root);
  const { head, branch, refs } = await repository.refs();
  expect([head, branch]).toEqual([second, 'refs/heads/main']);
  expect(await repository.remotes()).toEqual([{ name: 'origin', url: 'https://example.com/x.git' }]);
  expect((await repository.log(second, 10)).map((one) => one.message)).toEqual(['change\n', 'first\n\nbody\n']);
  const tree = await repository.snapshot(await repository.commit(second), 'main@sha1:x', signal);
  expect(tree.paths()).toEqual(['a/x.yaml', 'b/y.yaml', 'link.yaml', 'run.sh']);
  expect(tree.text('link.yaml')).toBe('two');
  const tagged = await repository.commit(refs.get('refs/tags/v1.0.0') as string);
  expect(tagged.id).toBe(first);
});

test('G16: directory, file and link in each other’s place follow git', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main');
  commit(root, { 'x/a.yaml': 'a' });
  rmSync(join(root, 'x'), { recursive: true });
  const asFile = commit(root, { x: 'file' });
  rmSync(join(root, 'x'));
  symlinkSync('../outside', join(root, 'x'));
  const asLink = commit(root, {});
  const repository = await openRepository(root);
  const at = async (id: string): Promise<unknown> => {
    const tree = await repository.snapshot(await repository.commit(id), 'r', signal);
    return [tree.kind('x'), tree.text('x'), tree.text('x/a.yaml')];
  };
  expect(await at(asFile)).toEqual(['file', 'file', undefined]);
  expect(await at(asLink)).toEqual([undefined, undefined, undefined]);
});

test('G23: kinds that cannot be read are said', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main', 'plain');
  commit(join(root, 'plain'), { a: 'a' });
  git(join(root, 'plain'), 'worktree', 'add', '-q', '../worktree', '-b', 'other');
  git(root, 'clone', '-q', '--shared', 'plain', 'shared');
  git(root, 'init', '-q', '--object-format=sha256', 'sha256');
  await expect(openRepository(join(root, 'worktree'))).rejects.toThrow(
    'a linked worktree or a submodule, which cannot be read yet',
  );
  await expect(openRepository(join(root, 'shared'))).rejects.toThrow('alternates');
  await expect(openRepository(join(root, 'sha256'))).rejects.toThrow('SHA-256');
  await expect(openRepository(root)).rejects.toThrow('is not a Git repository');
});

test('G23: an index of the newest version or in parts is not needed, nor are files that are not checked out', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main');
  const id = commit(root, { 'a/x.yaml': 'x', 'b/y.yaml': 'y' });
  git(root, 'update-index', '--index-version', '4', '--split-index');
  git(root, 'sparse-checkout', 'set', 'a');
  expect(existsSync(join(root, 'b'))).toBe(false);
  const repository = await openRepository(root);
  const { snapshot } = await repository.tree(await repository.commit(id), 'r', signal);
  expect(snapshot.paths()).toEqual(['a/x.yaml', 'b/y.yaml']);
});

test('G23: the files of a sparse checkout are refused as they are, also in a linked worktree', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main', 'plain');
  const plain = join(root, 'plain');
  commit(plain, { 'a/x.yaml': 'x', 'b/y.yaml': 'y' });
  git(plain, 'worktree', 'add', '-q', '../linked', '-b', 'other');
  for (const each of [plain, join(root, 'linked')]) {
    await refuseSparse(each);
    git(each, 'sparse-checkout', 'set', 'a');
    await expect(refuseSparse(each)).rejects.toThrow(`${each} is a sparse checkout`);
    git(each, 'sparse-checkout', 'disable');
    await refuseSparse(each);
  }
  await refuseSparse(root);
});

test('G24: while git holds its lock the repository is read, and the lock left alone', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main');
  const id = commit(root, { a: 'a' });
  writeFileSync(join(root, '.git/index.lock'), '');
  const repository = await openRepository(root);
  expect((await repository.snapshot(await repository.commit(id), 'r', signal)).text('a')).toBe('a');
  expect(existsSync(join(root, '.git/index.lock'))).toBe(true);
});

test('a commit and a branch change are noticed', async () => {
  const root = folder();
  git(root, 'init', '-q', '-b', 'main');
  commit(root, { a: 'a' });
  let notify = (): void => undefined;
  const watch = watchHead(join(root, '.git'), systemClock, () => notify());
  onTestFinished(() => watch.dispose());
  await new Promise((resolve) => setTimeout(resolve, 50)); // The first look must be over, or the commit is part of it.
  for (const act of [() => commit(root, { a: 'b' }), () => git(root, 'checkout', '-q', '-b', 'next')]) {
    const noticed = new Promise<void>((resolve) => (notify = resolve));
    act();
    await noticed;
  }
});
