// An OpenSSH server on loopback for tests, with keys of its own: whoever has the client's key may run git's programs.
// Writes below the given folder only.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/freePort.ts';
import { findOracle } from './oracle.ts';

export interface SshServer {
  readonly port: number;
  /** Who logs in. */
  readonly user: string;
  /** GIT_SSH_COMMAND of a person who has the key and knows the host; of one who lacks either. */
  readonly command: string;
  readonly withoutKey: string;
  readonly withoutHost: string;
  dispose(): void;
}

/** Starts the server; undefined where there is none: the test then says "skipped: sshd not found". */
export async function startSshServer(root: string): Promise<SshServer | undefined> {
  const program = findOracle('sshd') ?? findIn('/usr/sbin/sshd') ?? findIn('/usr/local/sbin/sshd');
  if (program === undefined) return undefined;
  const folder = join(root, 'ssh');
  mkdirSync(folder, { mode: 0o700 });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  for (const key of ['host', 'user', 'other'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  const port = await freePort();
  const user = userInfo().username;
  const publicKey = (name: string): string => readFileSync(join(folder, `${name}.pub`), 'utf8');
  const authorized = file('authorized_keys', publicKey('user'));
  const config = file(
    'sshd_config',
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${join(folder, 'host')}\nAuthorizedKeysFile ${authorized}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n`,
  );
  // As root it wants this folder, which the service that is not run here would have made.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString('utf8')));
  await listening(port, () => (child.exitCode === null ? undefined : said));
  const hosts = file('known_hosts', `[127.0.0.1]:${port} ${publicKey('host')}`);
  const none = file('no_hosts', '');
  const command = (identity: string, knownHosts: string): string =>
    `ssh -F ${file(`config-${identity}-${knownHosts === none ? 'none' : 'known'}`, `Host *\n  Port ${port}\n  IdentityFile ${join(folder, identity)}\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile ${knownHosts}\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  BatchMode yes\n`)}`;
  return {
    port,
    user,
    command: command('user', hosts),
    withoutKey: command('other', hosts),
    withoutHost: command('user', none),
    dispose: () => void child.kill(),
  };
}

function findIn(path: string): string | undefined {
  try {
    execFileSync('test', ['-x', path]);
    return path;
  } catch {
    return undefined;
  }
}

/** Resolves when the server takes connections. `ended` gives what it said where it has ended instead. */
async function listening(port: number, ended: () => string | undefined): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const said = ended();
    if (said !== undefined) throw new Error(`sshd ended: ${said}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => setTimeout(() => resolve(false), 50));
    });
    if (isOpen) return;
  }
  throw new Error('sshd does not answer');
}
