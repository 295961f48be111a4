// What is said about an artifact that is not whole.
import { expect, test } from 'vitest';
import { memorySnapshot } from '../../source/memory.ts';
import { lacksOf } from './lacks.ts';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n';

test('G18: a submodule that is not fetched is said', () => {
  expect(lacksOf({ submodules: ['libs/a'] }, memorySnapshot({}))).toEqual([
    'submodule "libs/a" is not fetched: set spec.recurseSubmodules if its files are needed',
  ]);
});

test('G19: a Git LFS pointer in the place of a manifest is said', () => {
  const artifact = memorySnapshot({ 'a.yaml': pointer, 'b.bin': pointer, 'c.yaml': `# ${pointer}` });
  expect(lacksOf({ submodules: [] }, artifact)).toEqual([
    '"a.yaml" is a Git LFS pointer: the file behind it is not fetched',
  ]);
});
