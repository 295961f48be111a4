// GitRepositories whose commits and tags are signed by OpenPGP keys, right and wrong ones. The keys are made for the run, in a
// keyring of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configMap } from './fluxCase.ts';
import type { FluxCase, Repo } from './fluxCase.ts';
import { signedCase } from './signedCase.ts';

/** Algorithms of the keys that are as most people have them. */
const PLAIN = {
  good: 'ed25519',
  other: 'ed25519',
  rsa: 'rsa3072',
  short: 'rsa1024',
  p256: 'nistp256',
  brainpool: 'brainpoolP256r1',
  bitcoin: 'secp256k1',
  dsa: 'dsa2048',
};
const LONG_AGO = ['--faked-system-time', '20200101T000000'];
const SOON_AFTER = ['--faked-system-time', '20200101T010000'];

interface Keys {
  /** The armored public keys of users, in one block. */
  ring(...users: readonly string[]): string;
  /** The public key of a user, revoked. */
  revoked(user: string): string;
  secret(user: string): string;
  /** What has git sign as a user. */
  by(user: string, ...options: readonly string[]): string[];
}

function makeKeys(root: string): Keys {
  const env = { ...process.env, GNUPGHOME: root };
  const fixed = ['--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', [...fixed, ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  const fingerprint = (user: string): string =>
    /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', user))?.[1] ?? '';
  const generate = (user: string, algorithm: string, usage: string, expires = 'never', ...before: string[]): string =>
    gpg(...before, '--quick-gen-key', `${user} <${user}@example.com>`, algorithm, usage, expires);
  for (const [user, algorithm] of Object.entries(PLAIN)) generate(user, algorithm, 'sign');
  generate('expired', 'ed25519', 'sign', '1d', ...LONG_AGO);
  generate('parent', 'ed25519', 'cert');
  gpg('--quick-add-key', fingerprint('parent'), 'ed25519', 'sign', 'never');
  return {
    ring: (...users) => gpg('--armor', '--export', ...users),
    revoked: (user) => {
      const certificate = readFileSync(join(root, 'openpgp-revocs.d', `${fingerprint(user)}.rev`), 'utf8');
      // Its first line is broken so that nobody imports it by mistake.
      const copy = mkdtempSync(join(root, 'copy-'));
      const options = { env: { ...env, GNUPGHOME: copy }, encoding: 'utf8', stdio: 'pipe' } as const;
      for (const input of [gpg('--armor', '--export', user), certificate.replace(':-----BEGIN', '-----BEGIN')])
        execFileSync('gpg', [...fixed, '--import'], { ...options, input });
      return execFileSync('gpg', [...fixed, '--armor', '--export', user], options);
    },
    secret: (user) => gpg('--armor', '--export-secret-keys', user),
    by: (user, ...options) => {
      const program = join(root, `sign-${user}${options.join('').replaceAll(/\W/g, '')}`);
      const words = [...fixed, ...options].map((word) => `'${word}'`).join(' ');
      writeFileSync(program, `#!/bin/sh\nGNUPGHOME='${root}' exec gpg ${words} "$@"\n`, { mode: 0o700 });
      return ['-c', 'gpg.format=openpgp', '-c', `gpg.program=${program}`, '-c', `user.signingKey=${user}@example.com`];
    },
  };
}

function casesWith(root: string): FluxCase[] {
  const { ring, revoked, secret, by } = makeKeys(root);
  const signed = (commitBy: readonly string[] | undefined, tagBy?: readonly string[]) => async (repo: Repo) => {
    await repo.commit({ 'app/one.yaml': configMap('one') });
    if (commitBy) await repo.git(...commitBy, 'commit', '-q', '--amend', '-S', '--no-edit');
    if (tagBy) await repo.git(...tagBy, 'tag', '-s', '-m', 'one', 'v1.0.0');
    else await repo.git('tag', '-a', '-m', 'one', 'v1.0.0');
  };
  const one: typeof signedCase = (name, ...rest) => signedCase(`OpenPGP, ${name}`, ...rest);
  const tag = { tag: 'v1.0.0' };
  const good = { 'a.asc': ring('good') };
  const byGood = signed(by('good'));
  return [
    ...Object.keys(PLAIN).map((user) => one(`a commit by its key: ${user}`, signed(by(user)), { 'a.asc': ring(user) })),
    one('a commit by one of several', byGood, { 'a.asc': ring('other'), 'b.asc': 'nonsense', 'c.asc': ring('good') }),
    one('a commit by another key', signed(by('other')), good),
    one('a commit by a key under a name that says nothing', byGood, { a: ring('good') }),
    one('a commit by a subkey', signed(by('parent')), { 'a.asc': ring('parent') }),
    one('a commit by a key that has expired since', signed(by('expired', ...SOON_AFTER)), { 'a.asc': ring('expired') }),
    one('a commit by a key that is revoked', byGood, { 'a.asc': revoked('good') }),
    one(
      'a commit by a signature that has expired since',
      signed(by('good', '--default-sig-expire', 'seconds=1')),
      good,
    ),
    one('a commit whose digest is SHA-1', signed(by('good', '--digest-algo', 'SHA1')), good),
    one('a ring of two keys in one block', byGood, { 'a.asc': ring('other', 'good') }),
    one('a ring of two blocks', byGood, { 'a.asc': `${ring('other')}${ring('good')}` }),
    one('words before the key', byGood, { 'a.asc': `our key\n\n${ring('good')}more\n` }),
    one('a private key', byGood, { 'a.asc': secret('good') }),
    one('a key that is none', byGood, { 'a.asc': 'nonsense' }),
    one('two that are none', byGood, { 'a.asc': 'nonsense', 'b.asc': 'more' }),
    one('an empty key', byGood, { 'a.asc': '' }),
    one('a block of something else', byGood, {
      'a.asc': '-----BEGIN CERTIFICATE-----\n\nAAAA\n-----END CERTIFICATE-----\n',
    }),
    one('a block of nothing', byGood, {
      'a.asc': '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n',
    }),
    one('a block that was cut', byGood, { 'a.asc': ring('good').split('\n').slice(0, 4).join('\n') }),
    one('a block with a wrong checksum', byGood, { 'a.asc': ring('good').replace(/^=.{4}$/m, '=AAAA') }),
    one('a block that was cut after its checksum', byGood, { 'a.asc': ring('good').replace(/-----END.*\n/, '') }),
    one('a block with a line that is too long', byGood, {
      'a.asc': ring('good').replace(/\n(\w)/, `\n${'m'.repeat(100)}$1`),
    }),
    one('a block of no packets', byGood, {
      'a.asc': ring('good').replace(/\n\n[^]*?\n-----END/, '\n\nAAAAAAAA\n-----END'),
    }),
    one('a header that is none, and a block after it', byGood, {
      'a.asc': `-----BEGIN PGP X-----\nnothing\n\n${ring('good')}`,
    }),
    one('lines that end as on Windows', byGood, { 'a.asc': ring('good').replaceAll('\n', '\r\n') }),
    one('a second user within one block', signed(by('rsa')), { 'a.asc': ring('good', 'rsa', 'p256') }),
    one('no key at all', byGood, {}),
    one('a commit that is not signed', signed(undefined), good),
    one('keys of ssh only', byGood, { 'a.sshpub': 'ssh-ed25519 AAAA' }),
    one('a tag', signed(undefined, by('good')), good, 'Tag', tag),
    one('a tag and a commit', signed(by('good'), by('rsa')), { ...good, 'b.asc': ring('rsa') }, 'TagAndHEAD', tag),
    one('a tag and a commit that is not signed', signed(undefined, by('good')), good, 'TagAndHEAD', tag),
    one('a tag and a commit by another key', signed(by('other'), by('good')), good, 'TagAndHEAD', tag),
    one('a tag by another key', signed(by('good'), by('other')), good, 'TagAndHEAD', tag),
    one(
      'a tag by a key that has expired since',
      signed(undefined, by('expired', ...SOON_AFTER)),
      { 'a.asc': ring('expired') },
      'Tag',
      tag,
    ),
    one('a tag that is not signed', signed(by('good')), good, 'Tag', tag),
    one('a tag where a branch is asked for', signed(by('good'), by('good')), good, 'Tag'),
  ];
}

/** Without gpg there are none. `dispose` removes the keys. */
export function gpgCases(): { readonly cases: readonly FluxCase[]; dispose(): void } {
  if (spawnSync('gpg', ['--version']).error) return { cases: [], dispose: () => undefined };
  const root = mkdtempSync(join(tmpdir(), 'plumbline-gpg-'));
  const dispose = (): void => {
    spawnSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: root } });
    rmSync(root, { recursive: true, force: true });
  };
  return { cases: casesWith(root), dispose };
}
