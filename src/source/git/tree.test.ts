// Trees as git stores them: names that no source may have are refused by name, old modes are read.
import { expect, test } from 'vitest';
import { isRefName } from './refName.ts';
import { parseTree } from './tree.ts';

/** The bytes of a tree object: `mode name\0` and twenty bytes of id for each entry. */
function tree(...entries: readonly (readonly [mode: string, name: string | Uint8Array])[]): Uint8Array {
  const encoder = new TextEncoder();
  const bytes = entries.flatMap(([mode, name]) => [
    ...encoder.encode(`${mode} `),
    ...(typeof name === 'string' ? encoder.encode(name) : name),
    0,
    ...new Uint8Array(20),
  ]);
  return Uint8Array.from(bytes);
}

test.each([
  '..',
  '.',
  '.git',
  '.GIT',
  'git~1',
  'GIT~1',
  '.git::$INDEX_ALLOCATION',
  '.g\u200cit',
  '.git ',
  '.git.',
  'a\\b',
  'a/b',
  '',
])('G13: refuses the name %j', (name) => {
  expect(() => parseTree(tree(['100644', name]), 'deploy')).toThrow('is not allowed in a source');
});

test('G14, G17: refuses a name that is there twice, and one that is not UTF-8', () => {
  expect(() => parseTree(tree(['120000', 'a'], ['40000', 'a']), '')).toThrow('"a" is there twice');
  expect(() => parseTree(tree(['100644', Uint8Array.of(0xff, 0xfe)]), 'x')).toThrow('a file name in "x" is not UTF-8');
});

test('G17: reads old modes, emoji and both forms of an accent as they are', () => {
  const names = ['old.yaml', '🚀.yaml', 'caf\u00e9', 'cafe\u0301', '.github', '.gitignore', 'git~x'];
  expect(parseTree(tree(...names.map((name) => ['100664', name] as const)), '').map((entry) => entry.name)).toEqual(
    names,
  );
});

test('a tree that is cut off is said to be', () => {
  expect(() => parseTree(tree(['100644', 'a']).subarray(0, 20), '')).toThrow('cut off');
});

test.each(['main', 'refs/heads/main', 'feature/x-1', 'v1.0.0', 'ünïcode'])('%s is a ref name', (name) =>
  expect(isRefName(name)).toBe(true),
);
test.each([
  '../../x',
  '-x',
  'a..b',
  'x.lock',
  'a\0b',
  'a\nb',
  'a b',
  '.x',
  'a/.b',
  'a//b',
  'a/',
  '@',
  'a@{1}',
  'a~1',
  'a^',
  'a:b',
  'a\\b',
  'a.',
  '',
])('G21: %j is no ref name', (name) => expect(isRefName(name)).toBe(false));
