// Who may use a data folder.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('P6: one at a time, and again when it was given back', () => {
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
  lock.dispose();
  lockFolder(folder).dispose();
});

test('P6: the lock of a process that is gone is taken over', () => {
  writeFileSync(join(folder, 'lock'), '2147483646 1\n');
  lockFolder(folder).dispose();
});

test('P6: a number that was given to another process since is no holder', () => {
  if (process.platform !== 'linux') return;
  writeFileSync(join(folder, 'lock'), `${process.ppid} 1\n`);
  lockFolder(folder).dispose();
});
