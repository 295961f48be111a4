// Repositories over ssh, through the user's git and ssh programs: with the identity and known hosts of a Secret in a folder
// of their own that is removed afterwards, or with the user's own keys and agent. Writes into the bare store only.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { withPrivateFolder } from '../privateFolder.ts';
import { GitError, redactUrl } from './gitError.ts';
import { safeRefs } from './refName.ts';
import type { Credentials, Transport } from './transport.ts';

/** Whether git reaches an address over ssh: `ssh://...`, or `user@host:path`, or `host:path`. */
export function isSshUrl(url: string): boolean {
  return /^ssh:\/\//i.test(url) || /^([\w.-]+@)?[\w.-]+:(?!\/\/|:)/.test(url);
}

export function sshTransport(url: string, credentials: Credentials, signal: AbortSignal): Transport {
  if (/^ssh:\/\/([^/@]*@)?-/i.test(url) || url.startsWith('-') || /^[^/@]*@-/.test(url))
    throw new GitError('unsupported-url', 'the address names a host that begins with a dash');
  // git decodes these before it looks for the host, which then is another one than whoever allowed it has read.
  if (/^ssh:\/\/[^/]*[%\\?#\s]/i.test(url))
    throw new GitError('unsupported-url', 'the user and the host of an ssh address are written without escapes');
  const run = (args: readonly string[]): Promise<string> =>
    withPrivateFolder('ssh', (folder) => runGit(folder, args, url, credentials, signal));
  return {
    async refs() {
      const lines = (await run(['ls-remote', '--quiet', '--', url])).split('\n');
      const found = lines.map((line) => line.split('\t')).filter(([id = '']) => /^[0-9a-f]{40}$/.test(id));
      return safeRefs(found.map(([id = '', ref = '']) => [ref, id]));
    },
    async fetch(gitdir, { ref, depth }) {
      const wanted = ref === undefined ? ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'] : [ref];
      const how = ['--quiet', '--no-tags', '--no-write-fetch-head', `--depth=${depth}`];
      await run([`--git-dir=${gitdir}`, 'fetch', ...how, '--', url, ...wanted]);
    },
  };
}

/** No hooks, no upkeep in the background, no other protocol. */
const FIXED = ['-c', `core.hooksPath=${devNull}`, '-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
const OUTPUT_LIMIT = 64 * 1024 * 1024;

async function runGit(
  folder: string,
  args: readonly string[],
  url: string,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string> {
  const env = { ...process.env, ...(await sshEnvironment(folder, credentials)) };
  const fixed = { cwd: folder, env, signal, encoding: 'utf8', maxBuffer: OUTPUT_LIMIT } as const;
  return new Promise((resolve, reject) => {
    execFile('git', [...FIXED, ...args], fixed, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (signal.aborted) reject(signal.reason as Error);
      else if (error.code === 'ENOENT')
        reject(
          new GitError('unsupported-url', 'ssh addresses are fetched by the git program, which is not on the PATH'),
        );
      else reject(failureOf(stderr, url));
    });
  });
}

/** What git hands to a shell is fixed text: everything of the Secret is in files of the folder that it runs in. */
async function sshEnvironment(folder: string, credentials: Credentials): Promise<Record<string, string>> {
  const fixed = { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'ssh', LC_ALL: 'C' };
  const { identity, knownHosts, passphrase } = credentials;
  if (identity === undefined && knownHosts === undefined) {
    const own = process.env['GIT_SSH_COMMAND'] ?? process.env['GIT_SSH'];
    return own === undefined ? { ...fixed, GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' } : fixed;
  }
  const text = (value: string | undefined): string => `${(value ?? '').trimEnd()}\n`;
  await writeFile(join(folder, 'identity'), text(identity), { mode: 0o600 });
  await writeFile(join(folder, 'known_hosts'), text(knownHosts), { mode: 0o600 });
  await writeFile(join(folder, 'config'), configOf(passphrase), { mode: 0o600 });
  return {
    ...fixed,
    ...(passphrase === undefined ? {} : await askedFor(folder, passphrase)),
    GIT_SSH_COMMAND: 'ssh -F config',
    GIT_SSH_VARIANT: 'ssh',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
  };
}

/** The passphrase goes to ssh through a program that prints it: it stands in no argument and no variable. */
async function askedFor(folder: string, passphrase: string): Promise<Record<string, string>> {
  const program = join(folder, 'askpass');
  await writeFile(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
  await writeFile(program, '#!/bin/sh\nexec cat "$(dirname "$0")/passphrase"\n', { mode: 0o700 });
  // Before OpenSSH 8.4 a program is asked only where there is a display.
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: process.env['DISPLAY'] ?? ':0' };
}

/** With a passphrase ssh has to ask, and may be answered once; nothing but a key logs in all the same. */
function configOf(passphrase: string | undefined): string {
  const batch = passphrase === undefined ? 'BatchMode yes' : 'BatchMode no\nNumberOfPasswordPrompts 1';
  return `${batch}\n${SSH_CONFIG}`;
}

/** The user is `git` where the address names none, as for Flux. */
const SSH_CONFIG = `PreferredAuthentications publickey
User git
IdentityFile identity
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile known_hosts
GlobalKnownHostsFile ${devNull}
StrictHostKeyChecking yes
`;

function failureOf(stderr: string, url: string): GitError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('warning:'));
  const said = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  if (said(/host key verification failed/i))
    return new GitError('unauthorized', `the host key of ${redactUrl(url)} is not among the known hosts`);
  if (said(/permission denied|invalid format|error in libcrypto/i))
    return new GitError('unauthorized', 'authentication required: the server does not take the key');
  if (said(/repository.*not found|does not appear to be a git repository|no such file or directory/i))
    return new GitError('not-found', 'repository not found: ');
  return new GitError('network', (lines[0] ?? 'git failed without a word').replace(/^fatal: /, ''));
}
