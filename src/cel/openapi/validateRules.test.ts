// Rules on objects. Wording and verdicts are held to the real API server by test/real/celRules.ts; here is what must not
// be lost on the way.
import { expect, test } from 'vitest';
import { readOpenApiSchema } from '../../schema/openapiSchema.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { ruleTree } from './compileRules.ts';
import { escapeProperty, unescapeProperty } from './propertyName.ts';
import { validateRules } from './validateRules.ts';

function broken(schema: JsonObject, object: JsonValue, old?: JsonValue): string[] {
  const tree = ruleTree(readOpenApiSchema(schema, { objectMeta: { type: 'object' } }));
  if (!tree) throw new Error('the schema has no rules');
  return validateRules(tree, object, old).map(({ path, message }) => `${path}: ${message}`);
}

const rule = (text: string, more: JsonObject = {}): JsonValue => [{ rule: text, ...more }];

test('a rule sees the defaults and the fields of its schema', () => {
  const schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: { min: { type: 'integer' }, max: { type: 'integer' } },
        'x-kubernetes-validations': rule('self.min <= self.max', {
          message: 'min is more than max',
          fieldPath: '.min',
        }),
      },
    },
  };
  expect(broken(schema, { spec: { min: 1, max: 2 } })).toEqual([]);
  expect(broken(schema, { spec: { min: 3, max: 2 } })).toEqual(['spec.min: Invalid value: min is more than max']);
  expect(broken(schema, { spec: { min: 3 } })).toEqual([
    'spec: Invalid value: "object": no such key: max evaluating rule: min is more than max',
  ]);
});

test('a transition rule is asked only where something is replaced', () => {
  const field = { type: 'string', 'x-kubernetes-validations': rule('self == oldSelf') };
  const schema = { type: 'object', properties: { field } };
  expect(broken(schema, { field: 'y' })).toEqual([]);
  expect(broken(schema, { field: 'y' }, { field: 'y' })).toEqual([]);
  expect(broken(schema, { field: 'y' }, { field: 'x' })).toEqual([
    'field: Invalid value: "y": failed rule: self == oldSelf',
  ]);
});

test('what an update leaves as it was is spared', () => {
  const field = { type: 'string', 'x-kubernetes-validations': rule("self != 'old mistake'") };
  const schema = { type: 'object', properties: { field, other: { type: 'integer' } } };
  expect(broken(schema, { field: 'old mistake' })).toHaveLength(1);
  expect(broken(schema, { field: 'old mistake', other: 2 }, { field: 'old mistake', other: 1 })).toEqual([]);
});

test('rules without end use up the budget, and nothing further is evaluated', () => {
  const items = { type: 'array', items: { type: 'integer' } };
  const endless = rule('self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d >= 0))))');
  const schema = { type: 'object', properties: { l: { ...items, 'x-kubernetes-validations': endless } } };
  expect(broken(schema, { l: Array.from({ length: 200 }, (_, i) => i) })).toEqual([
    expect.stringContaining('no further validation rules will be run due to call cost exceeds limit for rule'),
  ]);
});

test.each([
  ['a', 'a'],
  ['a-b.c/d', 'a__dash__b__dot__c__slash__d'],
  ['namespace', '__namespace__'],
  ['a__b', 'a__underscores__b'],
  ['1a', undefined],
  ['a@b', undefined],
])('property %s is %s', (name, identifier) => {
  expect(escapeProperty(name)).toBe(identifier);
  if (identifier !== undefined) expect(unescapeProperty(identifier)).toBe(name);
});
