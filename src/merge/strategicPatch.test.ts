import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { builtinSchemas } from '../schema/builtin.ts';
import { applyStrategicPatch } from './strategicPatch.ts';

const schema = builtinSchemas().schemaOf({ group: '', version: 'v1', kind: 'Pod' }) ?? { type: 'any' };
const run = (object: JsonObject, patch: JsonObject): unknown => {
  const result = applyStrategicPatch(object, patch, schema);
  return 'error' in result ? `${result.error.code} ${result.error.message}` : result.value;
};
const pod = (...containers: JsonObject[]): JsonObject => ({ spec: { containers } });
const finalizers = (...names: string[]): JsonObject => ({ metadata: { finalizers: names } });

test.each<[string, JsonObject, JsonObject, unknown]>([
  [
    'merges by key',
    pod({ name: 'a', image: '1' }, { name: 'b' }),
    pod({ name: 'b', image: '2' }),
    pod({ name: 'a', image: '1' }, { name: 'b', image: '2' }),
  ],
  [
    'puts new elements before those that only the object has',
    pod({ name: 'a' }),
    pod({ name: 'z' }),
    pod({ name: 'z' }, { name: 'a' }),
  ],
  ['deletes by key', pod({ name: 'a' }, { name: 'b' }), pod({ name: 'a', $patch: 'delete' }), pod({ name: 'b' })],
  ['replaces a list', pod({ name: 'a' }), pod({ $patch: 'replace' }, { name: 'b' }), pod({ name: 'b' })],
  [
    'replaces a map',
    { metadata: { labels: { a: '1' } } },
    { metadata: { labels: { $patch: 'replace', b: '2' } } },
    { metadata: { labels: { b: '2' } } },
  ],
  [
    'removes with null',
    { metadata: { labels: { a: '1', b: '2' } } },
    { metadata: { labels: { a: null, c: null } } },
    { metadata: { labels: { b: '2' } } },
  ],
  ['joins sets', finalizers('a', 'b'), finalizers('c', 'b'), finalizers('c', 'a', 'b')],
  [
    'deletes from sets',
    finalizers('a', 'b'),
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
    finalizers('b'),
  ],
  [
    'orders',
    pod({ name: 'a' }, { name: 'b' }),
    { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
    pod({ name: 'b' }, { name: 'a' }),
  ],
  [
    'keeps only some keys',
    { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
    { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/' } }] } },
    { spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } },
  ],
  [
    'needs the key',
    pod({ name: 'a' }),
    pod({ image: 'x' }),
    '500 map: map[image:x] does not contain declared merge key: name',
  ],
  [
    'refuses other directives',
    pod({ name: 'a' }),
    pod({ name: 'a', $patch: 'x' }),
    '500 unknown patch type: x in map: map[$patch:x name:a]',
  ],
  [
    'refuses keys that are not retained',
    { spec: {} },
    { spec: { $retainKeys: ['a'], nodeName: 'n' } },
    '400 invalid patch format of retainKeys',
  ],
])('%s', (_name, object, patch, expected) => {
  expect(run(object, patch)).toEqual(expected);
});
