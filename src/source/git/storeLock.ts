// One at a time in a store of the cache: two editors may fetch the same repository into one cache folder, and the Git library
// writes in place. Knows nothing of what is done meanwhile.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_MS = 25;
const HEARTBEAT_MS = 5_000;
/** A holder that has not moved its lock for so long was stopped, or is a process that got the number of a dead one. */
const STALE_MS = 30_000;

/** Does the work while nobody else holds the lock, here or in another process. Rejects with the signal's reason. */
export async function withStoreLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  while (!(await take(path))) {
    if (await isLeft(path)) await putAside(path);
    else await wait(LOOK_MS, undefined, { signal });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

/** False where there is a lock already. */
async function take(path: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(`${process.pid}\n`);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Whether its holder is gone. A lock that vanishes meanwhile is none. */
async function isLeft(path: string): Promise<boolean> {
  const [text, found] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)]);
  if (!found) return false;
  return Math.abs(Date.now() - found.mtimeMs) > STALE_MS || (/^\d+\n$/.test(text) && !isAlive(Number(text)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** By a name of its own, so that of several that see it only one takes it away. */
async function putAside(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
