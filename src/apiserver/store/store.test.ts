// Order of changes, lists as they were, and where history ends.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { memoryJournal } from './journal.ts';
import { Store } from './store.ts';

const object = (name: string, value = ''): JsonObject => ({ metadata: { name, namespace: 'n' }, value });

test('a list can be had as it was at an earlier revision', () => {
  const store = new Store(memoryJournal());
  store.put('/r', object('a', '1'));
  store.put('/r', object('b', '1'));
  const then = store.revision;
  store.put('/r', object('a', '2'));
  store.remove('/r', 'n', 'b');
  store.put('/r', object('c'));
  expect(
    store.listAt('/r', 'n', then)?.map((each) => [(each['metadata'] as JsonObject)['name'], each['value']]),
  ).toEqual([
    ['a', '1'],
    ['b', '1'],
  ]);
});

test('listeners that write see and cause one order for all', () => {
  const store = new Store(memoryJournal());
  const seen: number[] = [];
  store.onChange((event) => {
    if (event.key === 'n/a') store.put('/r', object('made'));
  });
  store.onChange((event) => seen.push(event.revision));
  store.put('/r', object('a'));
  expect(seen).toEqual([2, 3]);
});

test('P17: history that was compacted is gone, the revision itself can be watched from', () => {
  const store = new Store(memoryJournal());
  store.put('/r', object('a'));
  store.compact();
  store.put('/r', object('b'));
  expect(store.since(1)).toBeUndefined();
  expect(store.since(2)?.map((event) => event.key)).toEqual(['n/b']);
});
