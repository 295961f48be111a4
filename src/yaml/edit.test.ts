import { expect, test } from 'vitest';
import { nodeAt, toJson } from '../model/node.ts';
import type { Scalar } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { setScalar } from './edit.ts';
import { readYaml } from './read.ts';

function edit(text: string, path: string[], value: Scalar): string {
  const node = nodeAt(readYaml(new SourceText('a.yaml', text), 'resource').documents[0], path);
  const change = node?.kind === 'scalar' ? setScalar(node, value) : undefined;
  if (!change) throw new Error('no scalar there');
  const edited = text.slice(0, change.start) + change.newText + text.slice(change.end);
  const read = readYaml(new SourceText('a.yaml', edited), 'resource');
  expect(read.findings).toEqual([]);
  expect(
    toJson(
      nodeAt(read.documents[0], path) ?? {
        kind: 'list',
        items: [],
        origin: { place: undefined, cause: { by: 'resource' } },
      },
    ),
  ).toBe(value);
  return edited;
}

test.each<[string, Scalar, string]>([
  ['a: 1 # one\n', 2, 'a: 2 # one\n'],
  ['a: "x" # one\n', 'y"z', 'a: "y\\"z" # one\n'],
  ["a: 'x'\nb: 1\n", "it's", "a: 'it''s'\nb: 1\n"],
  ['a: x\n', 'no: yes', "a: 'no: yes'\n"],
  ['a: x\n', '12', 'a: "12"\n'],
  ['a: x\n', '', 'a: ""\n'],
  ['a:\nb: 1\n', 'x', 'a: x\nb: 1\n'],
  ['a: {b: 1}\n'.replace('{b: 1}', 'x'), 'y, z', "a: 'y, z'\n"],
  ['a: |\n  x\nb: 1\n', 'y\nz\n', 'a: |\n  y\n  z\nb: 1\n'],
  ['a: x\n', null, 'a: null\n'],
])('%j set to %j', (text, value, edited) => {
  expect(edit(text, ['a'], value)).toBe(edited);
});

test('within brackets and lists of maps', () => {
  expect(edit('a: {b: x, c: y}\n', ['a', 'b'], 'p]q')).toBe("a: {b: 'p]q', c: y}\n");
});
