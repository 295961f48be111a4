// What spec.sparseCheckout keeps, as source-controller 1.9.4 has it (test/real/fluxCases.ts holds it to that).
import { expect, test } from 'vitest';
import { sparseTree } from './sparse.ts';
import { treeSnapshot } from './tree.ts';

const tree = treeSnapshot(
  new Map(
    ['.sourceignore', 'app/one.yaml', 'app/sub/two.yaml', 'apps/three.yaml', 'other/four.yaml'].map((path) => [
      path,
      path,
    ]),
  ),
  'r',
);

test.each([
  [[], ['.sourceignore', 'app/one.yaml', 'app/sub/two.yaml', 'apps/three.yaml', 'other/four.yaml'], undefined],
  [['./'], ['.sourceignore', 'app/one.yaml', 'app/sub/two.yaml', 'apps/three.yaml', 'other/four.yaml'], undefined],
  [['app'], ['app/one.yaml', 'app/sub/two.yaml', 'apps/three.yaml'], undefined],
  [['./app/', 'other'], ['app/one.yaml', 'app/sub/two.yaml', 'other/four.yaml'], undefined],
  [['app/one.yaml'], ['app/one.yaml'], undefined],
  [['.'], ['.sourceignore'], undefined],
  [['app', 'nothing'], ['app/one.yaml', 'app/sub/two.yaml', 'apps/three.yaml'], 'nothing'],
  [['/app'], [], '/app'],
  [['app//'], [], 'app//'],
  [['../../etc'], [], '../../etc'],
])('%j', (directories, paths, missing) => {
  const sparse = sparseTree(tree, directories);
  expect([sparse.tree.paths(), sparse.missing]).toEqual([paths, missing]);
});
