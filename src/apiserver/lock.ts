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
      throw new Error(`The data folder ${folder} is in use by process ${holder.pid}; stop it or choose another folder`);
    }
    rmSync(path, { force: true });
  }
  throw new Error(`The lock of the data folder ${folder} could not be taken`);
}

/** Whether a living process holds the folder. */
export function isLocked(folder: string): boolean {
  const holder = holderOf(join(folder, 'lock'));
  return holder !== undefined && isAlive(holder);
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${process.pid} ${startOf(process.pid)?.time ?? ''}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Holder {
  readonly pid: number;
  /** When that process started, where the system says so: numbers of processes are given out again. */
  readonly time: string;
}

function holderOf(path: string): Holder | undefined {
  try {
    const [pid = '', time = ''] = readFileSync(path, 'utf8').trim().split(' ');
    return /^[1-9]\d*$/.test(pid) ? { pid: Number(pid), time } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, time }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const start = startOf(pid);
  if (!start) return true;
  return !start.isZombie && (time === '' || time === start.time);
}

/** What Linux tells of a process: the state and the start time of /proc/PID/stat. */
function startOf(pid: number): { readonly time: string; readonly isZombie: boolean } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { isZombie: fields[0] === 'Z', time: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
