// Submodules as .gitmodules names them, and the trees of real ones over HTTP.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startGitServer } from '../../../test/real/gitServer.ts';
import { readRemoteTree } from './remote.ts';
import type { ReadOptions, RemoteTree } from './remote.ts';
import { parseGitmodules, submoduleUrl } from './submodules.ts';

const signal = new AbortController().signal;

test('paths and addresses, quoted or not', () => {
  const text =
    '[submodule "a"]\n\tpath = libs/a\n\turl = ../a.git\n[submodule "b"]\n\turl = "https://x/b"\n\tpath = b/\n';
  expect([...parseGitmodules(text)]).toEqual([
    ['libs/a', '../a.git'],
    ['b', 'https://x/b'],
  ]);
});

test.each([
  ['https://h/o/app.git', '../lib.git', 'https://h/o/lib.git'],
  ['https://h:8/o/app.git', './lib', 'https://h:8/o/app.git/lib'],
  ['ssh://git@h/o/app', '../../p/lib', 'ssh://git@h/p/lib'],
  ['git@h:o/app.git', '../lib.git', 'git@h:o/lib.git'],
  ['git@h:/o/app.git', '../lib.git', 'git@h:/o/lib.git'],
  ['file:///o/app.git', '../lib.git', 'file:///o/lib.git'],
  ['https://h/o/app', 'https://else/x', 'https://else/x'],
])('from %s, %s is %s', (parent, url, expected) => expect(submoduleUrl(parent, url)).toBe(expected));

test('an address that leads out of its server is refused', () => {
  expect(() => submoduleUrl('https://h/app', '../../lib')).toThrow('leads out of its server');
});

interface Repositories {
  readonly url: string;
  read(submodules: 'fetch' | 'leave', more?: Partial<ReadOptions>): Promise<RemoteTree>;
}

/** app.git holds lib.git as libs/a, which holds deep.git as deep. */
async function openRepositories(): Promise<Repositories> {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-submodules-'));
  const git = (folder: string, ...args: string[]): string => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' };
    return execFileSync('git', [...identity, ...args], {
      cwd: join(root, folder),
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };
  const repository = (name: string, fill: () => void): void => {
    mkdirSync(join(root, name));
    git(name, 'init', '-q', '-b', 'main');
    writeFileSync(join(root, name, `${name}.yaml`), `name: ${name}\n`);
    fill();
    git(name, 'add', '-A');
    git(name, 'commit', '-q', '-m', name);
    git('.', 'clone', '-q', '--bare', name, `served/${name}.git`);
  };
  const submodule = (name: string, of: string, path: string): void => {
    git(name, 'submodule', '--quiet', 'add', join(root, `served/${of}.git`), path);
    git(name, 'config', '-f', '.gitmodules', `submodule.${path}.url`, `../${of}.git`);
  };
  mkdirSync(join(root, 'served'));
  repository('deep', () => undefined);
  repository('lib', () => submodule('lib', 'deep', 'deep'));
  repository('app', () => submodule('app', 'lib', 'libs/a'));
  const server = await startGitServer(join(root, 'served'));
  onTestFinished(async () => {
    await server.dispose();
    rmSync(root, { recursive: true, force: true });
  });
  const fixed = { credentials: {}, skip: () => false };
  return {
    url: server.url,
    read: (submodules, more) =>
      readRemoteTree(
        join(root, 'cache'),
        `${server.url}/app.git`,
        { branch: 'main' },
        { ...fixed, submodules, ...more },
        signal,
      ),
  };
}

test('submodules of submodules are part of the tree', async () => {
  const { read } = await openRepositories();
  const tree = await read('fetch');
  expect(tree.snapshot.paths()).toEqual(['.gitmodules', 'app.yaml', 'libs/a/deep/deep.yaml', 'libs/a/lib.yaml']);
  expect(tree.submodules).toEqual([]);
  const whatIsArchived = await read('fetch', { skip: (path) => path === '.gitmodules' });
  expect(whatIsArchived.snapshot.paths()).toEqual(['app.yaml', 'libs/a/deep/deep.yaml', 'libs/a/lib.yaml']);
});

test('G18: a submodule that is not asked for is named and stands for nothing', async () => {
  const { read } = await openRepositories();
  const tree = await read('leave');
  expect(tree.submodules).toEqual(['libs/a']);
  expect(tree.snapshot.kind('libs')).toBeUndefined();
});

test('a submodule whose address is not allowed is refused by name', async () => {
  const { read } = await openRepositories();
  const read2 = read('fetch', { mayFollow: (url) => !url.pathname.endsWith('lib.git') });
  await expect(read2).rejects.toThrow('submodule "libs/a": the submodule\'s address');
});
