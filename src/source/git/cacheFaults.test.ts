// Caches of fetched repositories that rot, fill up or cannot be used, by the rows of the list of faults. A cache may cost a
// fetch; it never costs a wrong answer.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync, readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openGitRemote } from '../../../test/real/gitRemote.ts';
import type { GitRemote } from '../../../test/real/gitRemote.ts';
import { DEFAULT_HTTP_LIMITS } from './http.ts';
import { readRemote } from './remote.ts';

const run = promisify(execFile);
const MAIN = { branch: 'main' };

/** The files of the cache whose names end so. */
function files(remote: GitRemote, ending: string): string[] {
  return readdirSync(remote.cache, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(remote.cache, name))
    .filter((path) => statSync(path).isFile());
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  for (const part of [0.3, 0.5, 0.7]) {
    const at = Math.floor(bytes.length * part);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  }
  writeFileSync(path, bytes);
}

const cut = (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2));
const empty = (path: string): void => truncateSync(path, 0);

test.each([
  ['a pack with flipped bits', '.pack', flip],
  ['a pack that is cut off', '.pack', cut],
  ['a pack that is empty', '.pack', empty],
  ['a pack that is gone', '.pack', rmSync],
  ['an index with flipped bits', '.idx', flip],
  ['an index that is cut off', '.idx', cut],
  ['an index that is gone', '.idx', rmSync],
  ['a HEAD that is empty', 'HEAD', empty],
  ['a HEAD that is gone', 'HEAD', rmSync],
  ['a configuration that is empty', 'config', empty],
  ['a list of whole commits that is gone', 'plumbline-whole', rmSync],
  ['a pointer that is empty', '.store', empty],
] as const)('P9: %s: what was read is read again, from the server where it must be', async (_, ending, damage) => {
  const remote = await openGitRemote();
  remote.commit('one');
  expect((await remote.read(MAIN)).text).toBe('one');
  const damaged = files(remote, ending);
  expect(damaged).not.toEqual([]);
  for (const path of damaged) damage(path);
  expect((await remote.read(MAIN)).text).toBe('one');
  remote.commit('two');
  expect((await remote.read(MAIN)).text).toBe('two');
});

test('P6: processes that fetch into one cache at once all read what is there', async () => {
  const remote = await openGitRemote();
  const program = `
    import { readRemote } from ${JSON.stringify(new URL('remote.ts', import.meta.url).href)};
    for (let i = 0; i < 5; i++) {
      const { snapshot } = await readRemote(${JSON.stringify(remote.cache)}, '${remote.server.url}/app.git', { branch: 'main' }, { credentials: {} }, new AbortController().signal);
      console.log(snapshot.text('a.yaml'));
    }`;
  for (const text of ['one', 'two']) {
    remote.commit(text);
    const all = await Promise.all(
      [1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '--eval', program])),
    );
    expect(all.map(({ stdout }) => new Set(stdout.trim().split('\n')))).toEqual([1, 2, 3].map(() => new Set([text])));
  }
  expect((await remote.read(MAIN)).text).toBe('two');
});

test('P8: a disk that is full while a repository is fetched is said, and what was written of it is no repository later', async () => {
  const remote = await openGitRemote();
  const text = randomBytes(60_000).toString('base64');
  remote.commit(text);
  // A limit on the size of a file, which fails a write in the middle as a full disk does.
  const program = `
    import { readRemote } from ${JSON.stringify(new URL('remote.ts', import.meta.url).href)};
    process.on('SIGXFSZ', () => undefined);
    const read = readRemote(${JSON.stringify(remote.cache)}, '${remote.server.url}/app.git', { branch: 'main' }, { credentials: {} }, new AbortController().signal);
    await read.then(() => console.log('read'), (error) => console.log(error.message));`;
  for (const blocks of [64, 8, 1, 0]) {
    const said = await run('sh', [
      '-c',
      `ulimit -f ${blocks}; exec "$0" --input-type=module --eval "$1"`,
      process.execPath,
      program,
    ]);
    expect([blocks, said.stdout]).toEqual([blocks, expect.stringMatching(/EFBIG|ENOSPC/)]);
  }
  expect((await remote.read(MAIN)).text).toBe(text);
});

test('P9: a cache that is deleted between two fetches is made anew', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  await remote.read(MAIN);
  rmSync(remote.cache, { recursive: true });
  expect((await remote.read(MAIN)).text).toBe('one');
});

test('P10: a cache folder that is a file is named', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  writeFileSync(remote.cache, '');
  await expect(remote.read(MAIN)).rejects.toThrow(remote.cache);
  rmSync(remote.cache);
  mkdirSync(remote.cache);
  expect((await remote.read(MAIN)).text).toBe('one');
});

test('P10: a cache folder whose path is long, has spaces and is named in any language works', async () => {
  const remote = await openGitRemote();
  remote.commit('one');
  const folder = join(remote.cache, ...Array.from({ length: 4 }, () => `${'long '.repeat(16)}ключ 木`));
  expect(folder.length).toBeGreaterThan(300);
  const limits = { ...DEFAULT_HTTP_LIMITS, retries: 0 };
  const { signal } = new AbortController();
  const { snapshot } = await readRemote(
    folder,
    `${remote.server.url}/app.git`,
    MAIN,
    { credentials: {}, limits },
    signal,
  );
  expect(snapshot.text('a.yaml')).toBe('one');
});
