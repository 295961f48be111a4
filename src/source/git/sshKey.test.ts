// Keys as ssh-keygen writes them, and what only looks like one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isEncrypted } from './sshKey.ts';

const hasSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;
if (!hasSsh) process.stdout.write('skipped: ssh-keygen not found\n');

test.runIf(hasSsh).each([
  ['ed25519', [], '', false],
  ['ed25519', [], 'secret', true],
  ['rsa', ['-m', 'PEM'], '', false],
  ['rsa', ['-m', 'PEM'], 'secret', true],
])('a key of type %s %j with the passphrase "%s"', (type, format, passphrase, expected) => {
  const root = mkdtempSync(join(tmpdir(), 'plumbline-key-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  execFileSync('ssh-keygen', ['-q', '-t', type, ...format, '-N', passphrase, '-f', join(root, 'key')]);
  expect(isEncrypted(readFileSync(join(root, 'key'), 'utf8'))).toBe(expected);
});

test.each(['', 'nonsense', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'])(
  'what is no key is not encrypted',
  (text) => expect(isEncrypted(text)).toBe(false),
);
