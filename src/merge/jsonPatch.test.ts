import { expect, test } from 'vitest';
import type { JsonValue } from '../model/json.ts';
import { applyJsonPatch } from './jsonPatch.ts';

const run = (document: JsonValue, ...patch: JsonValue[]): unknown => {
  const result = applyJsonPatch(document, patch);
  return 'error' in result ? result.error.message : result.value;
};

test.each<[string, JsonValue, JsonValue, unknown]>([
  ['adds to an object', { a: 1 }, { op: 'add', path: '/b~1c', value: 2 }, { a: 1, 'b/c': 2 }],
  ['adds before an index', { l: [1, 3] }, { op: 'add', path: '/l/1', value: 2 }, { l: [1, 2, 3] }],
  ['adds at the end', { l: [1] }, { op: 'add', path: '/l/-', value: 2 }, { l: [1, 2] }],
  ['counts from the end', { l: [1, 2] }, { op: 'remove', path: '/l/-1' }, { l: [1] }],
  ['replaces what was never there', {}, { op: 'replace', path: '/a', value: 1 }, { a: 1 }],
  ['replaces the root', { a: 1 }, { op: 'replace', path: '', value: { b: 2 } }, { b: 2 }],
  ['moves', { a: 1 }, { op: 'move', from: '/a', path: '/b' }, { b: 1 }],
  ['copies nothing as null', {}, { op: 'copy', from: '/a', path: '/b' }, { b: null }],
  ['tests nothing against null', {}, { op: 'test', path: '/a', value: null }, {}],
  ['keeps a key called __proto__', {}, { op: 'add', path: '/__proto__', value: 1 }, JSON.parse('{"__proto__":1}')],
  ['fails a test', { a: 1 }, { op: 'test', path: '/a', value: 2 }, 'testing value /a failed: test failed'],
  [
    'misses a path',
    {},
    { op: 'add', path: '/a/b', value: 1 },
    'add operation does not apply: doc is missing path: "/a/b": missing value',
  ],
  [
    'misses a key',
    {},
    { op: 'remove', path: '/a' },
    "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
  ],
  [
    'misses an index',
    { l: [] },
    { op: 'replace', path: '/l/0', value: 1 },
    'replace operation does not apply: doc is missing key: /l/0: missing value',
  ],
  [
    'refuses a word as an index',
    { l: [] },
    { op: 'add', path: '/l/x', value: 1 },
    "error in add for path: '/l/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
  ],
  ['refuses other operations', {}, { op: 'spec', path: '/a' }, 'Unexpected kind: spec'],
])('%s', (_name, document, operation, expected) => {
  expect(run(document, operation)).toEqual(expected);
});

test.each<[string, JsonValue, JsonValue[], unknown]>([
  [
    'finds a null equal to itself',
    {},
    [
      { op: 'add', path: '/a', value: null },
      { op: 'test', path: '/a', value: null },
    ],
    { a: null },
  ],
  [
    'tells an added null from one within a value',
    { s: {} },
    [
      { op: 'add', path: '/s/a', value: null },
      { op: 'test', path: '/s', value: { a: null } },
    ],
    'testing value /s failed: test failed',
  ],
  [
    'finds nulls within values equal',
    { s: { a: null } },
    [{ op: 'test', path: '/s', value: { a: null } }],
    { s: { a: null } },
  ],
  [
    'crashes at nulls in lists',
    { l: [null] },
    [{ op: 'test', path: '/l', value: [null] }],
    expect.stringContaining('nil pointer'),
  ],
  [
    'tells lengths before it looks',
    { l: [null] },
    [{ op: 'test', path: '/l', value: [] }],
    'testing value /l failed: test failed',
  ],
])('%s', (_name, document, patch, expected) => {
  expect(run(document, ...patch)).toEqual(expected);
});

test('a patch that fails midway changes nothing, and one that is no list is refused', () => {
  const document = { a: 1 };
  expect(run(document, { op: 'remove', path: '/a' }, { op: 'remove', path: '/a' })).toContain('Unable to remove');
  expect(document).toEqual({ a: 1 });
  expect(applyJsonPatch({}, {})).toEqual({
    error: { code: 400, message: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch' },
  });
});
