// Runs the recorded inventory ids and apply orders (golden/objectid.jsonl).
import {
  APPLY_FIRST,
  APPLY_LAST,
  compareApplyOrder,
  idOfObject,
  inventoryId,
  parseInventoryId,
} from '../../../src/model/inventory.ts';
import type { ObjectId } from '../../../src/model/inventory.ts';
import { equalJson, getList, getObject, getString } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import type { GoldenResult, GoldenRunner } from '../golden.ts';

function expectEqual(what: string, got: JsonValue, want: JsonValue | undefined): GoldenResult {
  return equalJson(got, want) ? undefined : `${what}: got ${stringifyJson(got)}, want ${stringifyJson(want ?? null)}`;
}

function idOf(object: JsonObject | undefined): ObjectId {
  const text = (key: string): string => getString(object, key) ?? '';
  return { namespace: text('namespace'), name: text('name'), group: text('group'), kind: text('kind') };
}

const asJson = (id: ObjectId | undefined): JsonValue => (id ? { ...id } : null);

export const runners: Record<string, GoldenRunner> = {
  'id-string': (record) => {
    const id = inventoryId(idOf(getObject(record, 'object')));
    return (
      expectEqual('id', id, record['string']) ??
      expectEqual('parsed', asJson(parseInventoryId(id)), record['parse_back'] ?? null)
    );
  },
  'id-parse': (record) => {
    const id = parseInventoryId(String(record['string']));
    if (record['error'] !== undefined) return id === undefined ? undefined : 'expected an error';
    return (
      expectEqual('parsed', asJson(id), record['object']) ??
      (id && expectEqual('again', inventoryId(id), record['string_again']))
    );
  },
  'id-from-object': (record) => {
    const metadata = { namespace: record['namespace'] ?? '', name: record['name'] ?? '' };
    const id = idOfObject({ apiVersion: record['apiVersion'] ?? '', kind: record['object_kind'] ?? '', metadata });
    return expectEqual('id', inventoryId(id), record['string']) ?? expectEqual('object', { ...id }, record['object']);
  },
  'reconcile-order': (record) =>
    expectEqual('first', [...APPLY_FIRST], record['first']) ?? expectEqual('last', [...APPLY_LAST], record['last']),
  sort: (record) => {
    const ids = (getList(record, 'objects') ?? []).map((one) =>
      idOfObject({
        ...(one as JsonObject),
        metadata: { namespace: getString(one, 'namespace') ?? '', name: getString(one, 'name') ?? '' },
      }),
    );
    return expectEqual('order', ids.toSorted(compareApplyOrder).map(inventoryId), record['apply_order']);
  },
};
