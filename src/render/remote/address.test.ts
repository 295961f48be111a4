import { expect, test } from 'vitest';
import { repositoryAddress } from './address.ts';

test.each([
  ['', true, 27],
  ['?submodules=false', false, 27],
  ['?submodules=0&timeout=90', false, 90],
  ['?submodules=nothing', true, 27],
  ['?timeout=1m30s', true, 90],
  ['?timeout=-5', true, 27],
  ['?timeout=1.5h&ref=a', true, 5400],
  ['?timeout=0', true, 27],
  ['?submodules=false;timeout=1', true, 27],
] as const)('of %j, whether there are submodules and how long it may take', (query, submodules, seconds) => {
  const found = repositoryAddress(`https://github.com/org/repo${query}`);
  expect(found).toMatchObject({ submodules, timeoutMs: seconds * 1000 });
});

// The spellings of upstream's repository addresses, each with what git clones from, the folder in it and the ref.
test.each([
  ['https://github.com/org/repo', 'https://github.com/org/repo', '', ''],
  ['https://github.com/org/repo/a/b?ref=v1', 'https://github.com/org/repo', 'a/b', 'v1'],
  ['github.com/org/repo//a?ref=x&version=y', 'https://github.com/org/repo', 'a', 'x'],
  ['GitHub.com/org/repo.git/a', 'https://github.com/org/repo.git', 'a', ''],
  ['git@github.com:org/repo.git//a', 'git@github.com:org/repo.git', 'a', ''],
  ['ssh://git@github.com/org/repo', 'git@github.com:org/repo', '', ''],
  ['git::https://git.example.com/org/repo.git', 'https://git.example.com/org/repo.git', '', ''],
  [
    'https://user@dev.example.com/o/p/_git/repo/a/b?version=v2',
    'https://user@dev.example.com/o/p/_git/repo',
    'a/b',
    'v2',
  ],
  ['git@git.example.com:group/sub/repo.git/x', 'git@git.example.com:group/sub/repo.git', 'x', ''],
  ['https://git.example.com/org/repo//../x', undefined],
  ['https://git.example.com/org', undefined],
  ['file:///srv/repo//a', 'file:///srv/repo', 'a', ''],
  ['file:///srv/repo', 'file:///srv/repo', '', ''],
  ['https://github.com/org/repo?ref=a;b', 'https://github.com/org/repo', '', ''],
  ['../base', undefined],
  ['base', undefined],
  ['/abs/path', undefined],
  ['git.example.com/org/repo', undefined],
] as const)('%s', (text, url?, path?, ref?) => {
  const found = repositoryAddress(text);
  expect(found && [found.url, found.path, found.ref]).toEqual(url === undefined ? undefined : [url, path, ref]);
});
