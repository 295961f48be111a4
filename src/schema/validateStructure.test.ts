import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { objectMetaSchema } from './builtin.ts';
import { applyDefaults, defaultMerged } from './defaults.ts';
import { readOpenApiSchema } from './openapiSchema.ts';
import { printValueError, validateValue } from './validateValue.ts';

const read = (properties: JsonObject): ReturnType<typeof readOpenApiSchema> =>
  readOpenApiSchema({ type: 'object', properties }, { objectMeta: objectMetaSchema() });
const check = (properties: JsonObject, value: JsonObject): string[] =>
  validateValue(value, read(properties)).map(printValueError);

test('a resource inside a resource needs its type', () => {
  const inner: JsonObject = { type: 'object', 'x-kubernetes-embedded-resource': true };
  expect(check({ inner }, { inner: { kind: 'a b' } })).toEqual([
    'inner.apiVersion: Required value',
    expect.stringContaining('inner.kind: Invalid value: "a b": may have mixed case'),
  ]);
  expect(check({ inner }, { inner: { apiVersion: 'v1', kind: 'Pod' } })).toEqual([]);
});

test('elements of one key are found below maps, and named once', () => {
  const sets: JsonObject = {
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  };
  expect(check({ sets }, { sets: { k: ['a', 'b', 'a', 'a'] } })).toEqual(['sets[k][2]: Duplicate value: "a"']);
});

test('rules that were not reached are mentioned', () => {
  const name: JsonObject = { type: 'string', maxLength: 1, 'x-kubernetes-validations': [{ rule: 'self != "x"' }] };
  expect(check({ name }, { name: 'long' })).toEqual([
    'name: Too long: may not be more than 1 bytes',
    expect.stringContaining('<nil>: Invalid value: null: some validation rules were not checked'),
  ]);
});

test('what an apply leaves as null is defaulted or refused, not dropped', () => {
  const schema = read({ a: { type: 'string' }, b: { type: 'string', default: 'x' } });
  expect(defaultMerged({ a: null, b: null }, schema)).toEqual({ a: null, b: 'x' });
  expect(applyDefaults({ a: null, b: null }, schema)).toEqual({ b: 'x' });
});
