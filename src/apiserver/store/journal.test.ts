// What is on disk after a crash, and what comes back from it.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
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

test('objects survive a restart, and revisions go on above all that were given out', () => {
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

test('a torn last line is left out and written over', () => {
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

test('a snapshot replaces the journal; a crash between the two loses and doubles nothing', () => {
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

test('a damaged line costs no other, and the file as it was is kept', () => {
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
