import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { getList } from '../model/json.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import type { WrittenKind } from './ownership.ts';
import { singleVersion } from './versions.ts';
import { keepTimes, updateManaged } from './update.ts';

const schema = builtinSchemas().schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' }) ?? { type: 'any' };
const kind: WrittenKind = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  builtin: true,
  versions: singleVersion('apps/v1', schema),
};
const deployment = (extra: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', uid: 'u', ...extra },
  spec: {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c' }], volumes: [{ name: 'v' }] } },
  },
  status: {},
});
const create = (): JsonObject =>
  updateManaged({ ...kind, live: undefined, updated: deployment(), manager: 'me', now: '2026-01-01T00:00:00Z' });

test('a creator owns what is set, but not the structs that are always there', () => {
  expect(getList(create(), 'metadata', 'managedFields')).toEqual([
    {
      manager: 'me',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:strategy': { 'f:type': {} },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
            'f:spec': {
              'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:name': {} } },
              'f:volumes': { '.': {}, 'k:{"name":"v"}': { '.': {}, 'f:name': {} } },
            },
          },
        },
      },
    },
  ]);
});

test('the list of one empty entry forgets all managers, and so does an empty one for built-in kinds', () => {
  const live = create();
  const managedAfter = (managedFields: JsonObject[], builtin: boolean): unknown =>
    getList(
      updateManaged({
        ...kind,
        builtin,
        live,
        updated: deployment({ managedFields }),
        manager: 'me',
        now: '2026-01-01T00:00:01Z',
      }),
      'metadata',
      'managedFields',
    )?.length;
  expect([
    managedAfter([{}], true),
    managedAfter([], true),
    managedAfter([{}], false),
    managedAfter([], false),
  ]).toEqual([undefined, undefined, undefined, 1]);
});

test('a request that moves nothing but times keeps the stored ones', () => {
  const stored = create();
  const later = JSON.parse(JSON.stringify(stored).replaceAll('00:00:00Z', '00:00:09Z')) as JsonObject;
  expect(keepTimes(stored, later)).toEqual(stored);
  expect(keepTimes(stored, { ...later, spec: {} })).toEqual({ ...later, spec: {} });
});
