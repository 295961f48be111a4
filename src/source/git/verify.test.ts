// G22: commits and tags that the real git signed with real keys, and what is refused of them.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodKey } from './gpgSignature.ts';
import type { RawObject } from './objects.ts';
import { signedParts } from './signedObject.ts';
import { verifySigned } from './verify.ts';
import type { Signed, VerificationKeys, VerificationMode } from './verify.ts';

const signal = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'plumbline-verify-'));
const gnupg = join(root, 'gnupg');
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GNUPGHOME: gnupg };
const hasGpg = spawnSync('gpg', ['--version']).status === 0;
const hasSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;
if (!hasGpg) process.stdout.write('skipped: gpg not found\n');
if (!hasSsh) process.stdout.write('skipped: ssh-keygen not found\n');

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

beforeAll(() => {
  git('init', '-q', '-b', 'main');
  mkdirSync(gnupg);
  chmodSync(gnupg, 0o700);
});
afterAll(() => {
  if (hasGpg) spawnSync('gpgconf', ['--kill', 'all'], { env });
  rmSync(root, { recursive: true, force: true });
});

function raw(id: string): RawObject {
  const type = git('cat-file', '-t', id) as RawObject['type'];
  return { type, bytes: execFileSync('git', ['cat-file', type, id], { cwd: root, env }) };
}

/** A commit and a tag of it, signed by `how`. */
function sign(how: readonly string[], name: string): Required<Signed> {
  git(...how, 'commit', '-q', '--allow-empty', '-S', '-m', `${name} ünï\n\nbody`);
  git(...how, 'tag', '-s', '-m', name, name);
  const [commit, tag] = [git('rev-parse', 'HEAD'), git('rev-parse', `refs/tags/${name}`)];
  return { commit: { id: commit, object: raw(commit) }, tag: { name, id: tag, object: raw(tag) } };
}

function sshKey(name: string, ...type: string[]): { how: string[]; keys: VerificationKeys } {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'a comment', '-f', join(root, name), '-t', ...type]);
  return {
    how: ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${join(root, name)}`],
    keys: { keyRings: [], authorizedKeys: [`# ours\n\n${readFileSync(join(root, `${name}.pub`), 'utf8')}`] },
  };
}

const check = (signed: Signed, mode: VerificationMode, keys: VerificationKeys): Promise<string> =>
  verifySigned(signed, mode, keys, signal);

test.runIf(hasSsh).each([
  ['ed25519', ['ed25519']],
  ['rsa', ['rsa', '-b', '2048']],
  ['p256', ['ecdsa', '-b', '256']],
  ['p384', ['ecdsa', '-b', '384']],
  ['p521', ['ecdsa', '-b', '521']],
])('G22: a commit and a tag signed by an SSH key: %s', async (name, type) => {
  const { how, keys } = sshKey(name, ...type);
  const signed = sign(how, name);
  const print = execFileSync('ssh-keygen', ['-lf', join(root, `${name}.pub`)], { encoding: 'utf8' }).split(' ')[1];
  expect(await check(signed, 'TagAndHEAD', keys)).toBe(
    `verified signature of\n\t- tag '${name}@${signed.tag?.id}' with key '${print}'\n\t- commit '${signed.commit.id}' with key '${print}'`,
  );
});

test.runIf(hasSsh)('G22: another key, another text, another namespace and no key are refused', async () => {
  const ours = sshKey('ours', 'ed25519');
  const signed = sign(ours.how, 'ours');
  const { commit } = signed;
  const theirs = sshKey('theirs', 'ed25519').keys;
  await expect(check(signed, 'HEAD', theirs)).rejects.toThrow(
    `signature verification of commit '${commit.id}' failed: unable to verify Git commit SSH signature: unable to verify payload with any of the given authorized keys: no matching key\npublic key does not match`,
  );
  await expect(check(signed, 'HEAD', { keyRings: ['x'], authorizedKeys: [] })).rejects.toThrow(
    'SSH signature detected but no SSH public keys found in secret (keys with .sshpub suffix)',
  );
  await expect(check(signed, 'HEAD', { keyRings: [], authorizedKeys: ['junk'] })).rejects.toThrow(
    'unable to parse authorized keys',
  );
  const changed = edited(commit.object, (text) => text.replace('body', 'bodY'));
  await expect(check({ commit: { ...commit, object: changed } }, 'HEAD', ours.keys)).rejects.toThrow('did not verify');
  const { payload } = signedParts(commit.object);
  writeFileSync(join(root, 'payload'), payload);
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', join(root, 'ours'), join(root, 'payload')], {
    stdio: 'pipe',
  });
  const other = readFileSync(join(root, 'payload.sig'), 'utf8').trim();
  const foreign = edited(commit.object, (text) =>
    text.replace(/gpgsig [^]*?END SSH SIGNATURE-----\n/, `gpgsig ${other.replaceAll('\n', '\n ')}\n`),
  );
  await expect(check({ commit: { ...commit, object: foreign } }, 'HEAD', ours.keys)).rejects.toThrow(
    'namespace does not match',
  );
});

test.runIf(hasSsh)('G22: a second signature, a second header and trailing bytes are refused', async () => {
  const { how, keys } = sshKey('twice', 'ed25519');
  const { commit, tag } = sign(how, 'twice');
  const header = /gpgsig [^]*?END SSH SIGNATURE-----\n/;
  const twice = edited(commit.object, (text) => text.replace(header, (one) => one + one));
  const trailing = edited(commit.object, (text) => text.replace(header, (one) => `${one} more\n`));
  const stacked = edited(tag?.object as RawObject, (text) => text + text.slice(text.indexOf('-----BEGIN')));
  const withCommit = (object: RawObject): Signed => ({ commit: { id: commit.id, object } });
  await expect(check(withCommit(twice), 'HEAD', keys)).rejects.toThrow('more than one gpgsig header');
  await expect(check(withCommit(trailing), 'HEAD', keys)).rejects.toThrow('something stands after the signature');
  const signed = { commit, tag: { name: 'twice', id: tag?.id ?? '', object: stacked } };
  await expect(check(signed, 'Tag', keys)).rejects.toThrow("signature verification of tag 'twice@");
});

test('G22: what is not signed, and a mode that asks for a tag where there is none', async () => {
  git('commit', '-q', '--allow-empty', '-m', 'plain');
  git('tag', '-a', '-m', 'plain', 'plain');
  const [id, tagId] = [git('rev-parse', 'HEAD'), git('rev-parse', 'plain')];
  const commit = { id, object: raw(id) };
  const keys = { keyRings: ['x'], authorizedKeys: ['x'] };
  await expect(check({ commit }, 'HEAD', keys)).rejects.toThrow('unsupported signature type: empty');
  await expect(check({ commit }, 'Tag', keys)).rejects.toMatchObject({
    reason: 'InvalidVerificationMode',
    stalled: true,
  });
  const light = { commit, tag: { name: 'v1', id, object: undefined } };
  await expect(check(light, 'TagAndHEAD', keys)).rejects.toThrow("signature of tag 'v1' since it is not signed");
  const plain = { commit, tag: { name: 'v1', id: tagId, object: raw(tagId) } };
  await expect(check(plain, 'Tag', keys)).rejects.toThrow(`signature of tag 'v1@${tagId}' since it is not signed`);
});

test.runIf(hasGpg)('G22: OpenPGP: good, another key, an expired key, no key ring', async () => {
  const gpg = (...args: string[]): string =>
    execFileSync('gpg', ['--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...args], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  gpg('--quick-gen-key', 'a <a@b>', 'ed25519', 'sign', 'never');
  gpg('--quick-gen-key', 'c <c@d>', 'ed25519', 'sign', 'never');
  gpg('--faked-system-time', '20200101T000000', '--quick-gen-key', 'old <old@x>', 'ed25519', 'sign', '1d');
  const ring = (user: string): VerificationKeys => ({
    keyRings: ['junk', gpg('--armor', '--export', user)],
    authorizedKeys: [],
  });
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', 'a@b'))?.[1] ?? '';
  const signed = sign(['-c', 'user.signingKey=a@b'], 'gpg');
  expect(await check(signed, 'TagAndHEAD', ring('a@b'))).toContain(
    `commit '${signed.commit.id}' with key '${fingerprint.slice(-16)}'`,
  );
  await expect(check(signed, 'HEAD', ring('c@d'))).rejects.toThrow(
    'unable to verify Git commit: unable to verify payload with any of the given key rings: no matching key',
  );
  await expect(check(signed, 'HEAD', { keyRings: ['junk'], authorizedKeys: [] })).rejects.toThrow(
    'unable to read armored key ring',
  );
  const { payload } = signedParts(signed.commit.object);
  writeFileSync(join(root, 'old'), payload);
  gpg('--faked-system-time', '20200101T010000', '-u', 'old@x', '--armor', '--detach-sign', join(root, 'old'));
  const old = readFileSync(join(root, 'old.asc'), 'utf8').trim();
  const expired = edited(signed.commit.object, (text) =>
    text.replace(/gpgsig [^]*?END PGP SIGNATURE-----\n/, `gpgsig ${old.replaceAll('\n', '\n ')}\n`),
  );
  const withOld = { commit: { id: signed.commit.id, object: expired } };
  await expect(check(withOld, 'HEAD', ring('old@x'))).rejects.toThrow('no matching key');
});

test('only one good signature counts, whatever else gpg says', () => {
  const valid = `[GNUPG:] VALIDSIG ${'A'.repeat(40)} 2026-01-01 1 0 4 0 22 8 00 ${'B'.repeat(40)}\n`;
  expect(goodKey(`[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG X a\n${valid}`)).toEqual({ keyId: 'B'.repeat(16) });
  for (const bad of ['EXPKEYSIG X a', 'REVKEYSIG X a', 'EXPSIG X a', 'BADSIG X a'])
    expect(goodKey(`[GNUPG:] ${bad}\n${valid}`)).toBeUndefined();
  expect(goodKey(`[GNUPG:] GOODSIG X a\n${valid}[GNUPG:] BADSIG X a\n`)).toBeUndefined();
});

function edited(object: RawObject, edit: (text: string) => string): RawObject {
  const text = edit(Buffer.from(object.bytes).toString('latin1'));
  return { type: object.type, bytes: Buffer.from(text, 'latin1') };
}
