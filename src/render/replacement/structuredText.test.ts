import { expect, test } from 'vitest';
import { child } from '../../model/node.ts';
import type { MapNode, Node } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { splitFieldPath } from './fieldPath.ts';
import { setInStructuredText } from './structuredText.ts';

const change = { place: undefined, cause: { by: 'transformer', field: 'test' } } as const;

const read = (text: string): MapNode => readYaml(new SourceText('', text), 'resource').documents[0] as MapNode;

/** The text with the value at a path in it replaced; undefined where it cannot be. */
function replaced(text: string, path: string, value = 'new', create?: Node['kind']): string | undefined {
  const object = read(`text: ${JSON.stringify(text)}`);
  const put = { value: child(read(`v: ${value}`), 'v') as Node, commented: true, delimiter: '', index: 0 };
  const isDone = setInStructuredText(object, ['text', ...splitFieldPath(path)], put, { create, change });
  const node = child(object, 'text');
  return isDone && node?.kind === 'scalar' ? node.text : undefined;
}

test.each([
  ['a: x\nm:\n    <<: {b: c}\n', 'a', 'a: new\nm:\n  !!merge <<: {b: c}'],
  ['a: x\n? {b: c}\n: d\n', 'a', 'a: new\n? {b: c}\n: d'],
  ['a: x\nb: 1\nb: 2\n', 'a', 'a: new\nb: 1\nb: 2'],
  ['a: x\nb: &c 1\nd: *c\n', 'b', 'a: x\nb: &c !!int new\nd: *c'],
  ['b: &c {x: 1}\nd: *c\n', 'd', 'b: &c {x: 1}\nd: new'],
  ['b: &c {x: 1}\nd: *c # why\n', 'd.x', undefined],
  ['*c : 1\n', 'c', undefined],
  ['a: &c x\n*c : 1\n', 'c', 'a: &c x\n*c: !!int new'],
  ['a: 1\n---\nb: 2\n', 'a', 'a: !!int new'],
  ['a: 1\n---\n"open', 'a', undefined],
  ['- a: x\n- 1\n', '0.a', '- a: new\n- 1'],
  ['# top\n\na: x # b\n\n# end\n', 'a', '# top\n\na: new # b\n\n# end'],
  ['', 'a', undefined],
  ['- x', '0..y', undefined],
])('in %j at %s', (text, path, expected) => {
  expect(replaced(text, path)).toBe(expected);
});

test('what is missing is made, beside an alias too', () => {
  expect(replaced('a: &c {x: 1}\nb: *c\n', 'd.e', 'new', 'scalar')).toBe('a: &c {x: 1}\nb: *c\nd:\n  e: new');
  expect(replaced('~ # c', 'a', 'new', 'scalar')).toBe('~ # c');
  expect(replaced('- "x"', '0.', 'new', 'scalar')).toBe('- ""');
});

test('JSON is decoded and written anew: aliases and merge keys are resolved, keys are sorted', () => {
  expect(replaced('{"b": &x {"c": 1.0}, "a": "", <<: *x, "d": -0.0}', 'a')).toBe(
    '{"a":"new","b":{"c":1},"c":1,"d":-0}',
  );
  expect(replaced('{"a": "", "<<": "<b>"}', 'a')).toBe('{"\\u003c\\u003c":"\\u003cb\\u003e","a":"new"}');
  expect(replaced('{"a": "", 1: x}', 'a')).toBeUndefined();
  expect(replaced('{"a": "", "b": 1, "b": 2}', 'a')).toBeUndefined();
});

test('what is nested too deep, be it through aliases, is left alone', () => {
  const deep = '['.repeat(900) + ']'.repeat(900);
  const chain = [
    '&x0 1',
    ...Array.from({ length: 20 }, (_, i) => `&x${i + 1} ${deep.slice(0, 900)}*x${i} ${deep.slice(900)}`),
  ];
  expect(replaced(`[${chain.join(', ')}]`, '0')).toBeUndefined();
  const merges = ['"x0": &x0 {}', ...Array.from({ length: 5000 }, (_, i) => `"x${i + 1}": &x${i + 1} {<<: *x${i}}`)];
  expect(replaced(`{"a": x, ${merges.join(', ')}}`, 'a')).toBeUndefined();
  expect(replaced(`a: x\nb: ${'['.repeat(2000)}${']'.repeat(2000)}`, 'a')).toBeUndefined();
});
