// Ids and order are checked against recordings (test/conformance/kinds/objectid.ts); here is what is done with them.
import { expect, test } from 'vitest';
import { entryOf, inventoryDiff, mergeInventory, refOfEntry } from './inventory.ts';

const role = { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role', namespace: 'ns', name: 'system:a' };
const map = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'a' };

test('an entry and its reference', () => {
  expect(entryOf(role)).toEqual({ id: 'ns_system__a_rbac.authorization.k8s.io_Role', v: 'v1' });
  expect(refOfEntry(entryOf(role))).toEqual(role);
  expect(refOfEntry({ id: 'nonsense', v: 'v1' })).toBeUndefined();
});

test('what left the inventory, in apply order; another version is the same object', () => {
  expect(inventoryDiff([entryOf(map), entryOf(role)], [])).toEqual([role, map]);
  expect(inventoryDiff([entryOf(map)], [{ ...entryOf(map), v: 'v2' }])).toEqual([]);
});

test('survivors come back once', () => {
  expect(mergeInventory([entryOf(map)], [map, role, role])).toEqual([entryOf(map), entryOf(role)]);
});
