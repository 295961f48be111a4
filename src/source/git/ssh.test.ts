// Repositories over ssh by the real git; its ssh program is a script that notes what it was given and runs the command here.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRemote } from './remote.ts';
import type { Credentials } from './remote.ts';
import type { RefSpec } from './resolveRef.ts';
import { GitError } from './gitError.ts';
import { isSshUrl, sshTransport } from './ssh.ts';

const signal = new AbortController().signal;

const SSH = `#!/bin/sh
{ echo "args $*"; stat -c '%a %n' identity known_hosts; cat config identity known_hosts; [ -n "$SSH_ASKPASS" ] && "$SSH_ASKPASS"; } >>"$NOTES" 2>&1
[ -n "$SSH_FAILS" ] && { echo "$SSH_FAILS" >&2; exit 255; }
for last in "$@"; do :; done
exec sh -c "$last"
`;

interface Remote {
  readonly commit: string;
  notes(): string;
  read(spec: RefSpec, credentials?: Credentials): Promise<string | undefined>;
}

function setEnvironment(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

function openRemote(): Remote {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-sshtest-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'temp'));
  writeFileSync(join(root, 'bin/ssh'), SSH);
  chmodSync(join(root, 'bin/ssh'), 0o755);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main', 'work');
  writeFileSync(join(root, 'work/a.yaml'), 'one');
  git('-C', 'work', 'add', '-A');
  git('-C', 'work', 'commit', '-q', '-m', 'one');
  const commit = git('-C', 'work', 'rev-parse', 'HEAD');
  git('-C', 'work', 'tag', '-a', '-m', 'v1', 'v1.0.0');
  git('-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'two');
  git('clone', '-q', '--bare', 'work', 'served.git');
  setEnvironment('PATH', `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`);
  setEnvironment('NOTES', join(root, 'notes'));
  setEnvironment('TMPDIR', join(root, 'temp'));
  return {
    commit,
    notes: () => readFileSync(join(root, 'notes'), 'utf8'),
    async read(spec, credentials = { identity: 'the key', knownHosts: 'the hosts' }) {
      const url = `ssh://example.com${root}/served.git`;
      const { snapshot } = await readRemote(join(root, 'cache'), url, spec, { credentials }, signal);
      expect(readdirSync(join(root, 'temp'))).toEqual([]);
      return snapshot.text('a.yaml');
    },
  };
}

test('branch, tag, range and commit over ssh, with the files of the Secret for the owner only', async () => {
  const remote = openRemote();
  for (const spec of [{ branch: 'main' }, { tag: 'v1.0.0' }, { semver: '1.x' }, { commit: remote.commit }])
    expect(await remote.read(spec)).toBe('one');
  const notes = remote.notes();
  expect(notes).toMatch(/^args -F config .*example\.com git-upload-pack/m);
  for (const line of [
    '600 identity',
    '600 known_hosts',
    'the key',
    'the hosts',
    'StrictHostKeyChecking yes',
    'User git',
  ])
    expect(notes).toContain(line);
});

test('the passphrase of a key is printed by a program, and stands in no argument', async () => {
  const remote = openRemote();
  const credentials = { identity: 'the key', knownHosts: 'the hosts', passphrase: "it's $(secret)" };
  expect(await remote.read({ branch: 'main' }, credentials)).toBe('one');
  const notes = remote.notes();
  expect(notes).toContain("\nit's $(secret)\n");
  expect(notes).toContain('BatchMode no\nNumberOfPasswordPrompts 1\nPreferredAuthentications publickey\n');
  expect(notes).not.toMatch(/^args .*secret/m);
});

test("without a Secret the user's own keys are used, and nobody is asked", async () => {
  const remote = openRemote();
  expect(await remote.read({ branch: 'main' }, {})).toBe('one');
  expect(remote.notes()).toMatch(/^args -o BatchMode=yes/m);
});

test.each([
  ['Host key verification failed.', 'is not among the known hosts'],
  ['git@example.com: Permission denied (publickey).', 'the server does not take the key'],
  ['ERROR: Repository not found.', 'repository not found'],
])('what ssh says is said: %s', async (words, expected) => {
  const remote = openRemote();
  setEnvironment('SSH_FAILS', words);
  await expect(remote.read({ branch: 'main' })).rejects.toThrow(expected);
});

test.each(['ssh://-oProxyCommand=x/y', 'ssh://evil%2f@good/y', 'ssh://evil%2f.good/y', 'git@-oX:y'])(
  'an address whose host is no plain one is refused: %s',
  (url) => {
    expect(() => sshTransport(url, {}, signal)).toThrow(GitError);
  },
);

test('without git one sentence says so', async () => {
  const remote = openRemote();
  setEnvironment('PATH', '/nowhere');
  await expect(remote.read({ branch: 'main' })).rejects.toThrow('the git program, which is not on the PATH');
});

test.each([
  ['ssh://git@h/x', true],
  ['git@h:x/y.git', true],
  ['https://h/x', false],
  ['h.example.com:x/y', true],
  ['ext::sh -c x', false],
  ['file:///x', false],
  ['--upload-pack=x', false],
])('%s is an ssh address: %s', (url, expected) => expect(isSshUrl(url)).toBe(expected));
