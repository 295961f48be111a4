import { expect, test } from 'vitest';
import {
  differenceOf,
  equalSets,
  intersectionOf,
  parseFields,
  pathsOf,
  printFields,
  recursiveDifferenceOf,
  setOf,
  unionOf,
} from './fieldSet.ts';
import type { FieldSet } from './fieldSet.ts';
import { keyElement, printPath, valueElement } from './pathElement.ts';

/** `a.b` as a path of fields. */
const set = (...paths: string[]): FieldSet => setOf(...paths.map((path) => path.split('.').map((name) => `f:${name}`)));
const print = (fields: FieldSet): string[] => pathsOf(fields).map(printPath);

test.each([
  ['union', unionOf, ['.a', '.b', '.c', '.b.x', '.b.y']],
  ['intersection', intersectionOf, ['.b', '.b.x']],
  ['difference', differenceOf, ['.a']],
] as const)('%s of sets', (_name, operation, expected) => {
  expect(print(operation(set('a', 'b', 'b.x'), set('b', 'b.x', 'b.y', 'c')))).toEqual(expected);
});

test('a difference keeps children of a removed parent, a recursive one does not', () => {
  expect(print(differenceOf(set('a', 'a.x'), set('a')))).toEqual(['.a.x']);
  expect(print(recursiveDifferenceOf(set('a', 'a.x'), set('a')))).toEqual([]);
});

test('FieldsV1 is read and printed alike, in the order of upstream', () => {
  const fields = {
    'f:spec': {
      '.': {},
      'f:a': {},
      'f:b': { 'f:c': {} },
      'f:list': { 'k:{"name":"x","port":80}': { '.': {}, 'f:name': {} } },
      'f:set': { 'v:1': {}, 'v:2': {}, 'v:"a"': {} },
    },
  };
  const read = parseFields(fields);
  expect(JSON.stringify(printFields(read))).toBe(JSON.stringify(fields));
  expect(equalSets(read, parseFields(JSON.parse(JSON.stringify(fields))))).toBe(true);
});

test('the order of keys in a step is nothing, unknown kinds of steps are dropped, broken ones refused', () => {
  expect(equalSets(parseFields({ 'k:{"b":2, "a":1}': {} }), parseFields({ 'k:{"a":1,"b":2}': {} }))).toBe(true);
  expect(printFields(parseFields({ 'z:1': {}, 'f:a': {} }))).toEqual({ 'f:a': {} });
  expect(() => parseFields({ a: {} })).toThrow('key must be 2 characters long:');
  expect(() => parseFields({ spec: {} })).toThrow('missing colon: spec');
});

test('paths print as conflicts name them', () => {
  expect(
    printPath([
      'f:spec',
      'f:ports',
      keyElement([
        ['protocol', 'TCP'],
        ['port', 80],
      ]),
      'f:x',
    ]),
  ).toBe('.spec.ports[port=80,protocol="TCP"].x');
  expect(printPath(['f:set', valueElement('a"b\n')])).toBe('.set[="a\\"b\\n"]');
  expect(valueElement('<&>')).toBe('v:"\\u003c\\u0026\\u003e"');
});
