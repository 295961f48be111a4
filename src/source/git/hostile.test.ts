// Repositories that were made to harm, or are merely odd, from the real git over HTTP: refused by name, or read as they are.
// What is refused writes no file beside the objects of the cache.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openGitRemote } from '../../../test/real/gitRemote.ts';
import type { GitRemote } from '../../../test/real/gitRemote.ts';
import { readRemote } from './remote.ts';
import type { RemoteTree } from './remote.ts';

const MAIN = { branch: 'main' };
const signal = new AbortController().signal;

/** One entry of a tree object: an id is that of a blob or of another tree. */
type Entry = readonly [mode: string, name: string | Buffer, id: string];

/** Objects as no git program would make them, written past every check. */
function crafting(remote: GitRemote): {
  blob(text: string): string;
  tree(...entries: Entry[]): string;
  push(tree: string): void;
} {
  const git = (input: Buffer | string, ...args: string[]): string =>
    execFileSync('git', ['--git-dir', remote.served, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      input,
      encoding: 'utf8',
    }).trim();
  const hash = (type: string, bytes: Buffer): string =>
    git(bytes, 'hash-object', '--literally', '-t', type, '-w', '--stdin');
  return {
    blob: (text) => hash('blob', Buffer.from(text)),
    tree: (...entries) =>
      hash(
        'tree',
        Buffer.concat(
          entries.flatMap(([mode, name, id]) => [
            Buffer.from(`${mode} `),
            Buffer.from(name),
            Buffer.of(0),
            Buffer.from(id, 'hex'),
          ]),
        ),
      ),
    push: (tree) => void git('', 'update-ref', 'refs/heads/main', git('crafted', 'commit-tree', tree)),
  };
}

const read = (remote: GitRemote): Promise<RemoteTree> =>
  readRemote(remote.cache, `${remote.server.url}/app.git`, MAIN, { credentials: {} }, signal);

/** What of the cache is neither the store nor its list. */
const strays = (remote: GitRemote): string[] =>
  [dirname(remote.cache), remote.cache, ...readdirSync(remote.cache).map((name) => join(remote.cache, name))].flatMap(
    (folder) => (existsSync(join(folder, 'evil')) ? [folder] : []),
  );

test.each([
  '..',
  '.',
  '.git',
  '.GIT',
  'git~1',
  '.git::$INDEX_ALLOCATION',
  '.g\u200cit',
  '.git ',
  '..\\evil',
  '../evil',
])(
  'G13: a repository with a file named %j is refused, the name in the message, and nothing is written',
  async (name) => {
    const remote = await openGitRemote();
    const { blob, tree, push } = crafting(remote);
    push(tree(['40000', 'deploy', tree(['100644', name, blob('evil')])]));
    await expect(read(remote)).rejects.toThrow(/^the name "deploy\/.*" is not allowed in a source$/);
    expect(strays(remote)).toEqual([]);
    push(tree(['100644', 'a.yaml', blob('good')]));
    expect((await read(remote)).snapshot.text('a.yaml')).toBe('good');
  },
);

test('G14: names that are one on some disks stay two in memory, and a link among them leads nowhere', async () => {
  const remote = await openGitRemote();
  const { blob, tree, push } = crafting(remote);
  const inner = tree(['100644', 'x.yaml', blob('file')]);
  push(tree(['120000', 'A', blob('../..')], ['40000', 'a', inner], ['100644', 'b.yaml', blob('b')]));
  const { snapshot } = await read(remote);
  expect([snapshot.text('a/x.yaml'), snapshot.text('A/x.yaml'), snapshot.kind('A')]).toEqual([
    'file',
    undefined,
    undefined,
  ]);
  push(tree(['120000', 'a', blob('/tmp')], ['100644', 'a-b', blob('')], ['40000', 'a', inner]));
  await expect(read(remote)).rejects.toThrow('"a" is there twice');
});

test('G17: old modes, paths of 4,096 bytes and names of any alphabet are read; names that are no text are refused', async () => {
  const remote = await openGitRemote();
  const { blob, tree, push } = crafting(remote);
  const segments = Array.from({ length: 16 }, (_, at) => `${at}-${'d'.repeat(252)}`);
  const deep = segments.reduceRight(
    (inner, name) => tree(['40000', name, inner]),
    tree(['100664', 'x.yaml', blob('deep')]),
  );
  push(tree(['100664', '🚀 é e\u0301.yaml', blob('odd')], ['40000', 'deep', deep]));
  const { snapshot } = await read(remote);
  expect(snapshot.text('🚀 é e\u0301.yaml')).toBe('odd');
  expect(snapshot.text(['deep', ...segments, 'x.yaml'].join('/'))).toBe('deep');
  push(tree(['100644', Buffer.of(0x61, 0xff), blob('x')]));
  await expect(read(remote)).rejects.toThrow('a file name in "" is not UTF-8');
});

test('G20: 20,000 files are read', async () => {
  const remote = await openGitRemote();
  const files = Array.from({ length: 20_000 }, (_, at) => `M 644 inline d${at % 100}/f${at}.yaml\ndata 1\nx\n`).join(
    '',
  );
  const stream = `commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 0\n${files}\n`;
  execFileSync('git', ['--git-dir', remote.served, 'fast-import', '--quiet'], { input: stream });
  expect((await read(remote)).snapshot.paths()).toHaveLength(20_000);
});

test('G11: a repository of tags alone says that the branch is missing, and its tags are read', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  remote.git('push', '-q', 'origin', 'HEAD:refs/tags/v1.0.0');
  remote.git('--git-dir', remote.served, 'update-ref', '-d', 'refs/heads/main');
  await expect(remote.read(MAIN)).rejects.toThrow('couldn\'t find remote ref "refs/heads/main"');
  expect((await remote.read({ semver: '>=1' })).text).toBe('one');
});

/** A list of refs as a server sends it. */
function advertise(remote: GitRemote, ...refs: readonly string[]): void {
  const line = (text: string): string => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
  remote.server.fault = (request, response) => {
    if (request.method !== 'GET') return false;
    response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
    const [first = '', ...others] = refs;
    const lines = [`${first}\0side-band-64k shallow\n`, ...others.map((ref) => `${ref}\n`)];
    response.end(`${line('# service=git-upload-pack\n')}0000${lines.map(line).join('')}0000`);
    return true;
  };
}

test('G21: what a server names as no ref may be named is left out, and nothing is written', async () => {
  const remote = await openGitRemote();
  const id = remote.commit('one');
  const evil = ['refs/heads/../../../evil', 'refs/heads/x.lock', '-x', '/etc/evil', 'refs/heads/a b', 'HEAD~1'];
  advertise(remote, ...evil.map((name) => `${id} ${name}`), `${id} refs/heads/main`);
  expect((await read(remote)).snapshot.text('a.yaml')).toBe('one');
  for (const name of evil) await expect(remote.read({ name })).rejects.toThrow();
  await expect(remote.read({ branch: 'main', commit: '0'.repeat(40) })).rejects.toThrow();
  expect(strays(remote)).toEqual([]);
});

test('G11: where the default branch was renamed, or a server names no HEAD, the others are read', async () => {
  const remote = await openGitRemote();
  const id = remote.commit('one');
  remote.git('push', '-q', 'origin', 'HEAD:refs/heads/größe/木');
  remote.git('--git-dir', remote.served, 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
  expect((await remote.read(MAIN)).text).toBe('one');
  expect((await remote.read({ branch: 'größe/木' })).revision).toBe(`größe/木@sha1:${id}`);
  expect((await remote.read({ branch: 'main', commit: id })).text).toBe('one');
  await expect(remote.read({ branch: 'trunk' })).rejects.toThrow('couldn\'t find remote ref "refs/heads/trunk"');
});
