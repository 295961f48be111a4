// One process for each data folder: a file with the holder's process id, taken over when that process is gone.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../model/disposable.ts';

/** Takes the folder's lock. Throws an Error that names the holder when a living process has it. */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'lock');
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryCreate(path)) return { dispose: () => rmSync(path, { force: true }) };
    const holder = holderOf(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new Error(`The data folder ${folder} is in use by process ${holder}; stop it or choose another folder`);
    }
    rmSync(path, { force: true });
  }
  throw new Error(`The lock of the data folder ${folder} could not be taken`);
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
