import { expect, test } from 'vitest';
import { toJson } from '../../model/node.ts';
import type { MapNode } from '../../model/node.ts';
import { SourceText } from '../../model/sourceText.ts';
import { readYaml } from '../../yaml/read.ts';
import { originLines } from './originLines.ts';

const read = (text: string): MapNode =>
  readYaml(new SourceText('a\nb.yaml', text), 'kubernetes').documents[0] as MapNode;

test('each line says where its value stands', () => {
  const node = readYaml(new SourceText('web.yaml', 'spec:\n  replicas: 3\n  args: [a]\n'), 'resource')
    .documents[0] as MapNode;
  expect(originLines({ node })).toBe(`spec:          # web.yaml:2:3
  args:        # web.yaml:3:9
  - a          # web.yaml:3:10
  replicas: 3  # web.yaml:2:13
`);
});

test.each([
  ['a block', 'a: |\n  one # two\n  three\nb: 1\n'],
  ['a block that keeps its end', 'a: |+\n  one\n\nb: 1\n'],
  ['a block without an end', 'a: |-\n  one\n\n  two\n'],
  ['a block that begins with space', 'a: "  one\\n two\\n"\n'],
  ['long plain text', `a: ${'word '.repeat(60)}end\n`],
  ['long text in quotes', `a: ${JSON.stringify(`# ${'word '.repeat(60)}: end`)}\n`],
  ['text with a carriage return', 'a: "one\\r\\ntwo"\n'],
  ['empty values', 'a: {}\nb: []\nc: ""\nd: null\n'],
  ['lists in lists', 'a:\n- - 1\n  - |\n    x\n- b: c\n  d: e\n'],
  ['odd keys', `"a # b": 1\n"x\\ny": 2\n"${'k'.repeat(150)}": 3\n`],
])('%s reads as before', (_, text) => {
  const node = read(text);
  expect(toJson(read(originLines({ node })))).toEqual(toJson(node));
});
