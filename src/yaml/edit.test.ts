import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalJson, getPath, isJsonObject } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';
import { nodeAt, toJson } from '../model/node.ts';
import type { Scalar } from '../model/node.ts';
import { SourceText } from '../model/sourceText.ts';
import { applyEdit, setPath, setScalar } from './edit.ts';
import { unprintableCharacter } from './findings.ts';
import { readYaml } from './read.ts';

function edit(text: string, path: string[], value: Scalar): string {
  const node = nodeAt(readYaml(new SourceText('a.yaml', text), 'resource').documents[0], path);
  const change = node?.kind === 'scalar' ? setScalar(node, value) : undefined;
  if (!change) throw new Error('no scalar there');
  const edited = applyEdit(text, change);
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
  ['a: x\n', 'y, z', 'a: y, z\n'],
  ['a: |\n  x\nb: 1\n', 'y\nz\n', 'a: |\n  y\n  z\nb: 1\n'],
  ['a: x\n', null, 'a: null\n'],
])('%j set to %j', (text, value, edited) => {
  expect(edit(text, ['a'], value)).toBe(edited);
});

test('within brackets and lists of maps', () => {
  expect(edit('a: {b: x, c: y}\n', ['a', 'b'], 'p]q')).toBe("a: {b: 'p]q', c: y}\n");
});

type Path = (string | number)[];
const set = (text: string, path: Path, value: JsonValue, index = 0): string | undefined => {
  const change = setPath(text, index, path, value);
  return change && applyEdit(text, change);
};

test.each<[string, Path, JsonValue, string]>([
  ['# top\na:\n  b: 1 # one\nc: 2\n', ['a', 'b'], 'x', '# top\na:\n  b: x # one\nc: 2\n'],
  ['a:\n  b: 1 # one\n# end\nc: 2\n', ['a', 'd'], 3, 'a:\n  b: 1 # one\n  d: 3\n# end\nc: 2\n'],
  ['a:\n  b: 1', ['a', 'd', 'e'], ['f'], 'a:\n  b: 1\n  d:\n    e:\n    - f'],
  [
    'a:\r\n  - b: 1\r\n    c: |\r\n      x\r\nd: 1\r\n',
    ['a', 0, 'e'],
    'y',
    'a:\r\n  - b: 1\r\n    c: |\r\n      x\r\n    e: "y"\r\nd: 1\r\n',
  ],
  ['a: # why\n  - x\n  - y # z\n', ['a', 2], 'n', 'a: # why\n  - x\n  - y # z\n  - "n"\n'],
  ['a: {b: 1, c: [1, 2 ]} # f\n', ['a', 'c', 2], 'x, y', 'a: {b: 1, c: [1, 2, "x, y" ]} # f\n'],
  ['a: {}\n', ['a', 'b'], 1, 'a: {b: 1}\n'],
  ['a:\nb: 2\n', ['a', 'b'], 1, 'a:\n  b: 1\nb: 2\n'],
  ['a:\n  b: 1\n  c: 2\nd: 3\n', ['a'], 'x', 'a: x\nd: 3\n'],
  ['a: 1\nd: 3\n', ['a'], { b: [1] }, 'a:\n  b:\n  - 1\nd: 3\n'],
  ['a: &x 1\nb: *x # c\n', ['b'], 2, 'a: &x 1\nb: 2 # c\n'],
  ['a: &x {k: 1}\nb:\n  <<: *x\n', ['b', 'k'], 2, 'a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n'],
  ['\ufeffa: 1\n', ['b'], 2, '\ufeffa: 1\nb: 2\n'],
])('%j: %j set to %j', (text, path, value, edited) => {
  expect(set(text, path, value)).toBe(edited);
});

test('another document of the file', () => {
  expect(set('a: 1\n---\n# none\n---\na: 2 # two\n---\na: 3\n', ['a'], 'x', 1)).toBe(
    'a: 1\n---\n# none\n---\na: x # two\n---\na: 3\n',
  );
});

test('what would change something else, or has no place, is not edited', () => {
  expect(set('a: &x 1\nb: *x\n', ['a'], 2)).toBeUndefined();
  expect(set('a: 1\n', ['a', 'b'], 2)).toBeUndefined();
  expect(set('a: [1]\n', ['a', 3], 2)).toBeUndefined();
  expect(set('a: 1\n', ['a'], 2, 1)).toBeUndefined();
});

const file = `\ufeff# A file with everything\r
kind: Deployment # kind
metadata: &meta
  name: "web" # quoted
  labels: {app: web, "tier": 'front end'}
  empty:
spec:
    replicas: 3   # spaces

    args: [--a, "b c", 'd''e',]
    containers:
    - name: one
      image: one:1 # first
      # between
    -   name: two
        script: |-
          echo 1

          echo 2
        folded: >
          some
          text
copy: *meta
...
`.replaceAll('\n', '\r\n');
const second = '---\na: 1\nb: {c: d}\n';
const paths: Path[] = [
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'labels', 'tier'],
  ['metadata', 'labels', 'new'],
  ['metadata', 'new'],
  ['metadata', 'empty'],
  ['spec', 'replicas'],
  ['spec', 'args', 1],
  ['spec', 'args', 3],
  ['spec', 'args'],
  ['spec', 'containers', 0, 'image'],
  ['spec', 'containers', 1, 'script'],
  ['spec', 'containers', 1, 'folded'],
  ['spec', 'containers', 1, 'new', 'deep'],
  ['spec', 'containers', 2],
  ['spec', 'new'],
  ['copy'],
  ['new', 'er'],
];
const value = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc
    .array(fc.constantFrom('a', ' ', '\n', ': ', ' #', '-', "'", '"', '\\', '\t', '\u2028', '😀'), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.constantFrom<JsonValue>(
    'no',
    '12',
    '2001-12-14',
    '~',
    '',
    true,
    null,
    0,
    -1.5,
    2n ** 60n,
    {},
    [],
    { a: ['x', { b: 1 }] },
    ['y', ['z']],
  ),
);

test('after an edit the new value is there, all else is equal, and bytes outside of the edit are as they were', () => {
  const read = (text: string): JsonValue[] =>
    readYaml(new SourceText('a.yaml', text), 'resource').documents.map(toJson);
  const own = file.replace('&meta', '').replace('copy: *meta', 'copy: 1');
  const refused: unknown[] = [];
  const property = fc.property(fc.constantFrom(...paths), value, fc.boolean(), (path, wanted, unix) => {
    // No escape lets kustomize print these.
    fc.pre(typeof wanted !== 'string' || !unprintableCharacter.test(wanted));
    const text = (unix ? own.replaceAll('\r', '') : own).replace('...', second);
    const change = setPath(text, 0, path, wanted);
    if (!change) return void refused.push([path, wanted, text.includes('\r')]);
    const edited = applyEdit(text, change);
    expect(equalJson(getPath(read(edited)[0], ...path), wanted)).toBe(true);
    const [before, after] = [structuredClone(read(text)), read(edited)];
    const parent = getPath(before[0], ...path.slice(0, -1));
    const last = path.at(-1) ?? '';
    if (Array.isArray(parent)) parent[Number(last)] = wanted;
    else if (isJsonObject(parent)) parent[last] = wanted;
    else if (path[0] === 'new' || path.includes('deep')) return;
    expect(equalJson(before, after)).toBe(true);
    expect(edited.startsWith(text.slice(0, change.start)) && edited.endsWith(text.slice(change.end))).toBe(true);
    expect(change.end - change.start).toBeLessThan(140);
  });
  fc.assert(property, { numRuns: 1500 });
  expect(refused).toEqual([]);
});
