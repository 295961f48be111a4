// GitRepositories whose commits and tags are signed by ssh keys, right and wrong ones. The keys are made for the run.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configMap } from './fluxCase.ts';
import type { FluxCase, Repo } from './fluxCase.ts';
import { signedCase } from './signedCase.ts';

const KINDS = {
  good: ['-t', 'ed25519'],
  other: ['-t', 'ed25519'],
  rsa: ['-t', 'rsa', '-b', '2048'],
  ec: ['-t', 'ecdsa'],
};
type Key = keyof typeof KINDS;

function casesWith(root: string): FluxCase[] {
  const file = (key: Key): string => join(root, key);
  const publicKey = (key: Key): string => readFileSync(`${file(key)}.pub`, 'utf8');
  for (const key of Object.keys(KINDS) as Key[])
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', key, ...KINDS[key], '-f', file(key)]);

  const signed = (key: Key | undefined, tagKey?: Key) => async (repo: Repo) => {
    const by = (one: Key): string[] => ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${file(one)}`];
    await repo.commit({ 'app/one.yaml': configMap('one') });
    if (key) await repo.git(...by(key), 'commit', '-q', '--amend', '-S', '--no-edit');
    if (tagKey) await repo.git(...by(tagKey), 'tag', '-s', '-m', 'one', 'v1.0.0');
    else await repo.git('tag', 'v1.0.0');
  };
  const tag = { tag: 'v1.0.0' };
  return [
    signedCase('a commit by its key', signed('good'), { 'a.sshpub': publicKey('good') }),
    signedCase('a commit by one of several', signed('good'), {
      'a.sshpub': publicKey('other'),
      'b.sshpub': `# x\n${publicKey('rsa')}${publicKey('good')}`,
    }),
    signedCase('a commit by another key', signed('other'), { 'a.sshpub': publicKey('good') }),
    signedCase('a commit by an rsa key', signed('rsa'), { 'a.sshpub': publicKey('rsa') }),
    signedCase('a commit by an ecdsa key', signed('ec'), { 'a.sshpub': publicKey('ec') }),
    signedCase('a key under a name that means OpenPGP', signed('good'), { 'a.pub': publicKey('good') }),
    signedCase('a key that is none', signed('good'), { 'a.sshpub': 'nonsense' }),
    signedCase('no key at all', signed('good'), {}),
    signedCase('a commit that is not signed', signed(undefined), { 'a.sshpub': publicKey('good') }),
    signedCase('a tag', signed(undefined, 'good'), { 'a.sshpub': publicKey('good') }, 'Tag', tag),
    signedCase(
      'a tag and a commit',
      signed('good', 'rsa'),
      { 'a.sshpub': publicKey('good'), 'b.sshpub': publicKey('rsa') },
      'TagAndHEAD',
      tag,
    ),
    signedCase(
      'a tag that is signed and a commit that is not',
      signed(undefined, 'good'),
      { 'a.sshpub': publicKey('good') },
      'TagAndHEAD',
      tag,
    ),
    signedCase('a tag by another key', signed('good', 'other'), { 'a.sshpub': publicKey('good') }, 'Tag', tag),
    signedCase('a tag that a range found', signed(undefined, 'good'), { 'a.sshpub': publicKey('good') }, 'Tag', {
      semver: '1.x',
    }),
    signedCase('a tag by its full name', signed(undefined, 'good'), { 'a.sshpub': publicKey('good') }, 'Tag', {
      name: 'refs/tags/v1.0.0',
    }),
    signedCase('a light tag', signed('good'), { 'a.sshpub': publicKey('good') }, 'Tag', tag),
  ];
}

/** Without ssh-keygen there are none. `dispose` removes the keys. */
export function signedCases(): { readonly cases: readonly FluxCase[]; dispose(): void } {
  if (spawnSync('ssh-keygen', ['-?']).error) return { cases: [], dispose: () => undefined };
  const root = mkdtempSync(join(tmpdir(), 'plumbline-signed-'));
  return { cases: casesWith(root), dispose: () => rmSync(root, { recursive: true, force: true }) };
}
