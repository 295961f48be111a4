// What is on disk after a crash, and what comes back from it.
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { silentLog } from '../../model/log.ts';
import { openJournal } from './journal.ts';
import { Store } from './store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const object = (name: string, data = ''): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n' },
  data: { data },
});
const names = (store: Store): unknown[] =>
  store.list('/configmaps').map((each) => (each['metadata'] as JsonObject)['name']);

test('P17: objects survive a restart, and revisions go on above all that were given out', () => {
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  store.put('/configmaps', object('a'));
  store.put('/configmaps', object('b'));
  store.remove('/configmaps', 'n', 'a');
  journal.dispose();
  const again = new Store(openJournal(folder, silentLog));
  expect(names(again)).toEqual(['b']);
  expect(again.revision).toBeGreaterThan(store.revision);
  expect(again.since(store.revision)).toBeUndefined();
});

test('P1, P9: a torn last line is left out and written over', () => {
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  store.put('/configmaps', object('a'));
  store.put('/configmaps', object('b', 'x'.repeat(500)));
  journal.dispose();
  const path = join(folder, 'journal.jsonl');
  truncateSync(path, statSync(path).size - 100);
  const second = openJournal(folder, silentLog);
  const recovered = new Store(second);
  expect(names(recovered)).toEqual(['a']);
  recovered.put('/configmaps', object('c'));
  second.dispose();
  expect(names(new Store(openJournal(folder, silentLog)))).toEqual(['a', 'c']);
});

test('P1: a snapshot replaces the journal; a crash between the two loses and doubles nothing', () => {
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  for (let i = 0; i < 50; i++) store.put('/configmaps', object('big', `${i} ${'x'.repeat(100_000)}`));
  store.put('/configmaps', object('gone'));
  const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  store.remove('/configmaps', 'n', 'gone');
  store.compactJournalIfDue();
  expect(statSync(join(folder, 'journal.jsonl')).size).toBeLessThan(1_000);
  store.put('/configmaps', object('after'));
  journal.dispose();
  // As if the journal had not been cut off: its old lines come first.
  const after = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  truncateSync(join(folder, 'journal.jsonl'), 0);
  appendFileSync(join(folder, 'journal.jsonl'), before + after);
  expect(names(new Store(openJournal(folder, silentLog)))).toEqual(['after', 'big']);
});

/** A journal of three objects, closed. */
function written(): string {
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  for (const name of ['a', 'b', 'c']) store.put('/configmaps', object(name));
  journal.dispose();
  return join(folder, 'journal.jsonl');
}

test.each([
  ['junk', (line: string): string => `${line.slice(0, 20)}\0\0${line.slice(30)}`],
  ['no JSON object', (): string => '[]'],
  ['no record', (): string => '{}'],
  ['a record without its object', (line: string): string => line.replace('"object"', '"objekt"')],
])('P9: a damaged line in the middle (%s): the rest is there, the file is kept, revisions go on', (_, damage) => {
  const path = written();
  const before = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    before
      .split('\n')
      .map((line) => (line.includes('"name":"b"') ? damage(line) : line))
      .join('\n'),
  );
  const damaged = readFileSync(path);
  const said: string[] = [];
  const log = { ...silentLog, error: (_tag: string, message: string) => void said.push(message) };
  const journal = openJournal(folder, log);
  expect(names(new Store(journal))).toEqual(['a', 'c']);
  journal.dispose();
  expect(said).toEqual([expect.stringContaining('lines of the store cannot be read')]);
  const kept = readdirSync(folder).filter((name) => name.startsWith('journal.jsonl.damaged'));
  expect(kept.map((name) => readFileSync(join(folder, name)).equals(damaged))).toEqual([true]);
  const again = openJournal(folder, log);
  expect([names(new Store(again)), said.length, again.revision > journal.revision]).toEqual([['a', 'c'], 1, true]);
});

test('P9: a journal of which nothing can be read is refused, and stays as it is', () => {
  const path = written();
  writeFileSync(path, 'junk\n'.repeat(100));
  expect(() => openJournal(folder, silentLog)).toThrow(`${path} cannot be read: put back a copy of it`);
  expect(readFileSync(path, 'utf8')).toBe('junk\n'.repeat(100));
});

test('P9: a snapshot that was cut between two lines is noticed', () => {
  written();
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  journal.snapshot(
    store.revision,
    ['a', 'b', 'c'].map((name) => ['/configmaps', object(name)]),
  );
  journal.dispose();
  const snapshot = join(folder, 'snapshot.jsonl');
  writeFileSync(snapshot, readFileSync(snapshot, 'utf8').split('\n').slice(0, 3).join('\n') + '\n');
  const recovered = openJournal(folder, silentLog);
  expect(names(new Store(recovered))).toEqual(['a', 'b']);
  expect(readdirSync(folder).filter((name) => name.startsWith('snapshot.jsonl.damaged'))).toHaveLength(1);
});

test.each([0, 7])(
  'P8: a disk that is full after %i bytes of a line: nothing has changed, and it goes on once there is room',
  (room) => {
    let isFull = false;
    const journal = openJournal(folder, silentLog, (file, bytes, offset, length, position) => {
      if (!isFull) return writeSync(file, bytes, offset, length, position);
      if (offset === 0 && room > 0) return writeSync(file, bytes, 0, room, position);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    const store = new Store(journal);
    store.put('/configmaps', object('a'));
    const { revision } = store;
    isFull = true;
    const refused = 'the state of the cluster could not be written: ENOSPC: no space left on device';
    expect(() => store.put('/configmaps', object('b'))).toThrow(refused);
    expect(() => store.remove('/configmaps', 'n', 'a')).toThrow(refused);
    expect(() => journal.snapshot(revision, [['/configmaps', object('a')]])).toThrow('ENOSPC');
    expect([names(store), store.revision, readdirSync(folder)]).toEqual([['a'], revision, ['journal.jsonl']]);
    isFull = false;
    store.put('/configmaps', object('c'));
    journal.dispose();
    expect(names(new Store(openJournal(folder, silentLog)))).toEqual(['a', 'c']);
  },
);

test('P9: a damaged line costs no other, and the file as it was is kept', () => {
  const journal = openJournal(folder, silentLog);
  const store = new Store(journal);
  for (const name of ['a', 'b', 'c']) store.put('/configmaps', object(name));
  journal.dispose();
  const path = join(folder, 'journal.jsonl');
  const damaged = readFileSync(path, 'utf8').replace('"name":"b"', '"name":');
  writeFileSync(path, damaged);
  const said: unknown[] = [];
  const log = { ...silentLog, error: (_tag: string, _message: string, data?: object) => void said.push(data) };
  expect(names(new Store(openJournal(folder, log)))).toEqual(['a', 'c']);
  expect(said).toEqual([{ lines: [3], kept: `${path}.damaged` }]);
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(damaged);
});
