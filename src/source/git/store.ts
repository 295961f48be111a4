// The bare stores of fetched repositories, one folder for each address, and what in them was read whole. Fetches nothing.
import { createHash, randomUUID } from 'node:crypto';
import * as nodeFs from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';

const NAME = /^[0-9a-f-]{36}$/;

/** The bare store of an address. The folder's name is random; which one it is stands in a file of the cache. */
export async function storeOf(cacheDir: string, url: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const pointer = pointerOf(cacheDir, url);
  const known = await readFile(pointer, 'utf8').catch(() => '');
  if (NAME.test(known) && nodeFs.existsSync(join(cacheDir, known, 'HEAD'))) return join(cacheDir, known);
  if (NAME.test(known)) await rm(join(cacheDir, known), { recursive: true, force: true });
  const name = randomUUID();
  await git.init({ fs: nodeFs, gitdir: join(cacheDir, name), bare: true });
  await git.addRemote({ fs: nodeFs, gitdir: join(cacheDir, name), remote: 'origin', url });
  await writeFile(`${pointer}.new`, name, { mode: 0o600 });
  await rename(`${pointer}.new`, pointer);
  return join(cacheDir, name);
}

/** Whether something was kept of an address, and may have been damaged since. */
export function isKept(cacheDir: string, url: string): boolean {
  return nodeFs.existsSync(pointerOf(cacheDir, url));
}

/** Forgets what was kept of an address: the next fetch starts with nothing. */
export async function discardStore(cacheDir: string, url: string): Promise<void> {
  const pointer = pointerOf(cacheDir, url);
  const known = await readFile(pointer, 'utf8').catch(() => '');
  await rm(pointer, { force: true });
  if (NAME.test(known)) await rm(join(cacheDir, known), { recursive: true, force: true });
}

/** The lock of the store of an address (storeLock.ts). */
export function lockOf(cacheDir: string, url: string): string {
  return pointerOf(cacheDir, url).replace(/store$/, 'lock');
}

function pointerOf(cacheDir: string, url: string): string {
  return join(cacheDir, `${createHash('sha256').update(url).digest('hex')}.store`);
}

const WHOLE = 'plumbline-whole';

/** Whether everything behind an object was read before: objects alone may be what a broken fetch left. */
export async function isWhole(gitdir: string, id: string): Promise<boolean> {
  const known = await readFile(join(gitdir, WHOLE), 'utf8').catch(() => '');
  return known.split('\n').includes(id);
}

const REMEMBERED = 256;

/** Remembers what was read whole: a commit, and the tag that led to it. Moves only after everything of it was there. */
export async function markWhole(gitdir: string, ids: readonly string[]): Promise<void> {
  const file = join(gitdir, WHOLE);
  const known = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((id) => id !== '');
  if (ids.every((id) => known.includes(id))) return;
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, [...new Set([...ids, ...known])].slice(0, REMEMBERED).join('\n'), { mode: 0o600 });
  await rename(temporary, file);
}
