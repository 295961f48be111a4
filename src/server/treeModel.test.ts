import { expect, test } from 'vitest';
import { treeNode } from '../present/tree/treeNode.ts';
import type { TreeNode } from '../present/tree/treeNode.ts';
import { changedIds, emptyTree, flattenTree } from './treeModel.ts';
import type { FlatTree } from './treeModel.ts';

const node = (id: string, description: string, ...children: TreeNode[]): TreeNode =>
  treeNode({ id, label: id, description, icon: { name: 'x' }, context: 'x', children });
const flat = (...roots: TreeNode[]): FlatTree => flattenTree(roots, (path) => path);

test('only the node that changed is refreshed', () => {
  const before = flat(node('source', 'ready', node('a', 'ready'), node('b', 'ready')));
  const after = flat(node('source', 'ready', node('a', 'ready'), node('b', 'failed')));
  expect(changedIds(before, after)).toEqual(['b']);
});

test('a new child refreshes its parent, a new root the roots', () => {
  expect(changedIds(flat(node('s', '', node('a', ''))), flat(node('s', '', node('a', ''), node('b', ''))))).toEqual([
    's',
  ]);
  expect(changedIds(emptyTree, flat(node('s', '', node('a', ''))))).toEqual(['']);
});

test('a node that went to another parent refreshes all together', () => {
  const group = (id: string, ...inner: string[]): TreeNode => node(id, '', ...inner.map((one) => node(one, 'x')));
  const ready = flat(group('failed', 'c'), group('ready', 'a', 'b'));
  expect(changedIds(ready, flat(group('failed', 'a', 'c'), group('ready', 'b')))).toEqual(['']);
  expect(changedIds(ready, flat(group('failed', 'c'), group('drifted', 'a'), group('ready', 'b')))).toEqual(['']);
});

test('nothing changed, nothing is refreshed', () => {
  const tree = flat(node('s', 'ready', node('a', 'ready')));
  expect(changedIds(tree, flat(node('s', 'ready', node('a', 'ready'))))).toEqual([]);
});

test('an icon or a target that is another one refreshes its node', () => {
  const icon = (name: string): FlatTree =>
    flat(treeNode({ id: 'a', label: 'a', icon: { name }, context: 'x', target: { cluster: 'dev' } }));
  expect(changedIds(icon('x'), icon('x'))).toEqual([]);
  expect(changedIds(icon('x'), icon('y'))).toEqual(['a']);
  expect(changedIds(icon('x'), flat(treeNode({ id: 'a', label: 'a', icon: { name: 'x' }, context: 'x' })))).toEqual([
    'a',
  ]);
});
