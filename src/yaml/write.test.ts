import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../model/json.ts';
import { SourceText } from '../model/sourceText.ts';
import { nodeOfJson } from './nodeOfJson.ts';
import { readYaml } from './read.ts';
import { writeYaml, writeYamlWithSpans } from './write.ts';

test('keys in natural order, lists at their key, nothing folded that need not be', () => {
  const value = { z: [1, [2, { b: 'x', a: null }], {}, []], '10': 1, '9': 2, a10: 1, a9: 2, on: 'y', _: true };
  expect(writeYaml(value)).toBe(
    '_: true\n"9": 2\n"10": 1\na9: 2\na10: 1\n"on": "y"\nz:\n- 1\n- - 2\n  - a: null\n    b: x\n- {}\n- []\n',
  );
});

test.each([
  ['', '""'],
  ['true', '"true"'],
  ['no', '"no"'],
  ['1e3', '"1e3"'],
  ['12:30', '"12:30"'],
  ['2001-12-14', '"2001-12-14"'],
  ['a: b', "'a: b'"],
  ['# a', "'# a'"],
  ['- a', "'- a'"],
  [' a', "' a'"],
  ["it's", "it's"],
  ["'a", "'''a'"],
  ['<<', '<<'],
  ['***', "'***'"],
  ['a\tb', '"a\\tb"'],
  ['\u{1f600}', '"\\U0001F600"'],
  ['é', 'é'],
  ['a\nb', '|-\n    a\n    b'],
  ['a\nb\n\n', '|+\n    a\n    b\n'],
  [' a\nb\n', '|2\n     a\n    b'],
  ['a \nb', '"a \\nb"'],
  ['\u2028', "'\u2028'"],
  [`${'word '.repeat(20)}end`, `${'word '.repeat(15)}word\n    ${'word '.repeat(4)}end`],
])('the string %j', (text, written) => {
  expect(writeYaml({ m: { a: text } })).toBe(`m:\n  a: ${written}\n`);
});

test.each([
  [1e20, '1e+20'],
  [1e19, '10000000000000000000'],
  [1234567.5, '1.2345675e+06'],
  [0.00001, '1e-05'],
  [123456.5, '123456.5'],
  [-0, '0'],
  [9007199254740993n, '9007199254740993'],
  [18446744073709551615n, '18446744073709551615'],
])('the number %d', (number, written) => {
  expect(writeYaml({ a: number })).toBe(`a: ${written}\n`);
});

test('a long or many-lined key stands behind a question mark', () => {
  expect(writeYaml({ ['k'.repeat(129)]: [1] })).toBe(`? ${'k'.repeat(129)}\n: - 1\n`);
  expect(writeYaml({ 'a\nb': 1 })).toBe('? |-\n  a\n  b\n: 1\n');
});

test('folded text changes on its way through kyaml, and so it does here', () => {
  const { documents } = readYaml(new SourceText('a.yaml', 'a: >\n  one\n  two\n    deep\n  three\n'), 'resource');
  expect(documents.map((node) => writeYaml(node))).toEqual(['a: |\n  one two\n\n    deep\n  three\n']);
});

test('10,000 levels are written without a stack overflow', () => {
  const { documents } = readYaml(new SourceText('a.yaml', `a: ${'['.repeat(9999)}${']'.repeat(9999)}`), 'resource');
  expect(documents.map((node) => writeYaml(node).length)).toEqual([20_002]);
});

test('spans lead from the text back to the nodes', () => {
  const root = readYaml(new SourceText('a.yaml', 'b: {y: no, x: [1]}\na: "1"\n'), 'resource').documents[0];
  if (!root) throw new Error('nothing was read');
  const { text, spans } = writeYamlWithSpans(root);
  expect(text).toBe(writeYaml(root));
  const shown = spans.map(({ start, end, part, path }) => [path.join('.'), part, text.slice(start, end)]);
  expect(shown).toContainEqual(['b.y', 'value', '"no"']);
  expect(shown).toContainEqual(['b.y', 'key', '"y"']);
  expect(shown).toContainEqual(['b.x.0', 'value', '1']);
  expect(shown).toContainEqual(['b', 'value', 'x:\n  - 1\n  "y": "no"']);
  const number = spans.find(({ path, part }) => path.join('.') === 'b.x.0' && part === 'value');
  expect(number?.node.origin.place).toMatchObject({ start: 15, end: 16 });
});

test('the quick way of writing gives what the long way gives', () => {
  const text = fc.oneof(
    fc.constantFrom(
      'a',
      'on',
      'Yes',
      '',
      '12',
      'a b',
      'x\n',
      'x\ny',
      '\n x',
      'x\n\n',
      ' x',
      '# c',
      "it's",
      '\t',
      'é',
      ':',
    ),
    fc.string({ maxLength: 12 }),
    fc.stringMatching(/^([a-z]{1,9} ){0,20}[a-z]$/),
  );
  const key = fc.oneof(fc.constantFrom('a', 'b', 'c1', 'c10', 'y', 'app.kubernetes.io/name', 'a b', '1'), text);
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constantFrom<JsonValue>(null, true, 0, -7, 1.5, 12345678901234567890n),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 4 }), (object) => {
      expect(writeYaml(object)).toBe(writeYamlWithSpans(nodeOfJson(object)).text);
    }),
    { numRuns: 1000 },
  );
});
