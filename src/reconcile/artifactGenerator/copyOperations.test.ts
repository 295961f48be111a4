// What an ArtifactGenerator copies, by source-watcher's rules.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { mergeYaml } from '../../render/mergeYaml.ts';
import { memorySnapshot } from '../../source/memory.ts';
import { copyFiles } from './copyOperations.ts';
import { matchesDoublestar } from './globPath.ts';

const repo = memorySnapshot({
  'README.md': 'readme',
  'apps/base/kustomization.yaml': 'base',
  'apps/base/web/web.yaml': 'web',
  'apps/base/web/notes.md': 'notes',
  'apps/staging/values.yaml': 'a: {u: 1, v: 1}\nlist: [1, 2]\n',
  'apps/production/values.yaml': 'a: {v: 2}\nlist: [3]\n',
  'charts/app.tgz': gzipSync(tarOf('chart/Chart.yaml', 'name: app\n')),
});

function copied(...operations: Record<string, unknown>[]): Record<string, string> {
  const files = copyFiles(JSON.parse(JSON.stringify({ copy: operations })), {
    sources: new Map([['repo', repo]]),
    mergeYaml,
  });
  return Object.fromEntries([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
}

const paths = (...operations: Record<string, unknown>[]): string[] => Object.keys(copied(...operations)).toSorted();

/** A tar archive with one file: header, body, two empty blocks. */
function tarOf(name: string, text: string): Uint8Array {
  const data = new Uint8Array(512 * 4);
  const encoder = new TextEncoder();
  data.set(encoder.encode(name), 0);
  data.set(encoder.encode(`${text.length.toString(8).padStart(11, '0')}\0`), 124);
  data.set(encoder.encode('0'), 156);
  data.set(encoder.encode(text), 512);
  return data;
}

test.each([
  [
    'dir/** loses its folder',
    '@repo/apps/base/**',
    '@artifact/',
    ['kustomization.yaml', 'web/notes.md', 'web/web.yaml'],
  ],
  [
    'and goes into the target',
    '@repo/apps/base/**',
    '@artifact/b/',
    ['b/kustomization.yaml', 'b/web/notes.md', 'b/web/web.yaml'],
  ],
  [
    'other patterns keep the path',
    '@repo/apps/*/values.yaml',
    '@artifact/',
    ['apps/production/values.yaml', 'apps/staging/values.yaml'],
  ],
  [
    '** is one level',
    '@repo/apps/**/*.yaml',
    '@artifact/',
    ['apps/base/kustomization.yaml', 'apps/production/values.yaml', 'apps/staging/values.yaml'],
  ],
  ['a folder goes into the target', '@repo/apps/base/web', '@artifact/x', ['x/web/notes.md', 'x/web/web.yaml']],
  ['a file becomes the target', '@repo/README.md', '@artifact/docs/a.md', ['docs/a.md']],
  ['a file goes into a folder', '@repo/README.md', '@artifact/docs/', ['docs/README.md']],
])('%s', (_, from, to, expected) => expect(paths({ from, to })).toEqual(expected));

test('what is excluded stays out: by its name at any depth, or by its path below the pattern', () => {
  const from = '@repo/apps/base/**';
  expect(paths({ from, to: '@artifact/', exclude: ['*.md'] })).toEqual(['kustomization.yaml', 'web/web.yaml']);
  expect(paths({ from, to: '@artifact/', exclude: ['web/**'] })).toEqual(['kustomization.yaml']);
});

test('later operations overwrite, or merge as Helm merges values', () => {
  const operations = (strategy: string): Record<string, unknown>[] => [
    { from: '@repo/apps/staging/values.yaml', to: '@artifact/values.yaml' },
    { from: '@repo/apps/production/values.yaml', to: '@artifact/values.yaml', strategy },
  ];
  expect(copied(...operations('Overwrite'))['values.yaml']).toBe('a: {v: 2}\nlist: [3]\n');
  expect(copied(...operations('Merge'))['values.yaml']).toBe('a:\n  u: 1\n  v: 2\nlist:\n- 3\n');
});

test('archives are unpacked', () => {
  expect(copied({ from: '@repo/**/*.tgz', to: '@artifact/c/', strategy: 'Extract' })).toEqual({
    'c/chart/Chart.yaml': 'name: app\n',
  });
  expect(() => copied({ from: '@repo/README.md', to: '@artifact/', strategy: 'Extract' })).toThrow(
    /requires tarball file/,
  );
});

test.each([
  ['@repo/nothing/**', '@artifact/', "no files match pattern 'nothing/**' in source 'repo'"],
  ['@other/apps/**', '@artifact/', "source alias 'other' not found"],
  ['@repo/gone.yaml', '@artifact/', "source 'gone.yaml' does not exist"],
  ['@repo/README.md', '@artifact/../x', "must not contain '..'"],
])('%s to %s is refused', (from, to, message) => expect(() => copied({ from, to })).toThrow(message));

test.each([
  ['**', 'a/b', true],
  ['a/**', 'a', true],
  ['**/*.yaml', 'x/y/z.yaml', true],
  ['*.{md,txt}', 'a.txt', true],
  ['*.{md,txt}', 'a.yaml', false],
  ['a/*/c', 'a/b/b/c', false],
])('doublestar %s on %s: %s', (pattern, path, expected) => expect(matchesDoublestar(pattern, path)).toBe(expected));
