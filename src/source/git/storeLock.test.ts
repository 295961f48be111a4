// Who may work in a store of the cache.
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withStoreLock } from './storeLock.ts';

const signal = new AbortController().signal;

function lockPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'x.lock');
}

test('P6: one after the other, and the lock is gone when work fails', async () => {
  const path = lockPath();
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${name} ends`);
  };
  await Promise.all(['a', 'b'].map((name) => withStoreLock(path, () => work(name), signal)));
  expect(order.map((line) => line.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends']);
  await expect(withStoreLock(path, () => Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['a process that is gone', '2147483646\n', 0],
  ['one that has not moved for long', `${process.pid}\n`, -60_000],
  ['one that was torn, and is old', '', -60_000],
])('P6: the lock of %s is taken over', async (_, text, age) => {
  const path = lockPath();
  writeFileSync(path, text);
  const at = new Date(Date.now() + age);
  utimesSync(path, at, at);
  expect(await withStoreLock(path, async () => 'done', signal)).toBe('done');
});

test('P6: whoever waits for a lock can be cancelled', async () => {
  const path = lockPath();
  writeFileSync(path, `${process.pid}\n`);
  const stop = new AbortController();
  const waiting = withStoreLock(path, async () => 'done', stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow();
  expect(existsSync(path)).toBe(true);
});
