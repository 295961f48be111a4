// What an include makes of a tree: where it lands, and what it does not overwrite.
import { expect, test } from 'vitest';
import { sparseTree } from './sparse.ts';
import { withIncludes } from './include.ts';
import { memorySnapshot } from './memory.ts';

const tree = memorySnapshot({ 'app/a.yaml': 'a', 'README.md': 'read', link: { link: 'README.md' } });
const other = memorySnapshot({ 'base/x.yaml': 'x', 'base/sub/y.yaml': 'y', 'z.yaml': 'z' });
const include = (fromPath: string, toPath: string): Parameters<typeof withIncludes>[1] => [
  { name: 'other', snapshot: other, fromPath, toPath },
];

test.each([
  ['', 'other', ['other/base/sub/y.yaml', 'other/base/x.yaml', 'other/z.yaml']],
  ['base', 'deep/er', ['deep/er/sub/y.yaml', 'deep/er/x.yaml']],
  ['./base/sub/', '../../up', ['up/y.yaml']],
  ['z.yaml', 'README.md', []],
])('from %j to %j', (from, to, added) => {
  const made = withIncludes(tree, include(from, to));
  expect(made.paths()).toEqual(['README.md', 'app/a.yaml', ...added].toSorted());
});

test('sparse directories hold for the own files only', () => {
  expect(withIncludes(sparseTree(tree, ['app']).tree, include('base/sub', 'inc')).paths()).toEqual([
    'app/a.yaml',
    'inc/y.yaml',
  ]);
});

test.each([
  ['none', 'other', 'from none to other: there is no such path'],
  ['', 'app', 'there is a directory with files at that path'],
  ['base', '.', 'there is a directory with files at that path'],
  ['base', 'README.md', 'there is a file at that path'],
  ['base', 'README.md/x', 'there is a file at that path'],
])('from %j to %j is refused', (from, to, reason) => {
  expect(() => withIncludes(tree, include(from, to))).toThrow(reason);
});
