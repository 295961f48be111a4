// OpenPGP signatures, verified by the user's gpg program in a folder of its own that is removed afterwards: the user's
// keyring is neither read nor written, and no key server is asked.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPrivateFolder } from '../privateFolder.ts';
import { readArmoredKeyRing } from './armoredKeyRing.ts';
import { SignatureError } from './signatureError.ts';

/** The id of the primary key that a signature was made with. Throws SignatureError where none of the key rings has it. */
export async function verifyGpg(
  signature: string,
  payload: Uint8Array,
  keyRings: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const faults: string[] = [];
  for (const ring of keyRings) {
    const answer = await attempt(ring, signature, payload, signal);
    if (typeof answer === 'string') faults.push(answer);
    else if (answer !== undefined) return answer.keyId;
  }
  throw new SignatureError(
    faults.length === keyRings.length
      ? `unable to read armored key ring: ${faults[0] ?? ''}`
      : 'unable to verify payload with any of the given key rings: no matching key',
  );
}

/** A sentence where the ring cannot be read; undefined where the signature is not good by it. */
async function attempt(
  ring: string,
  signature: string,
  payload: Uint8Array,
  signal: AbortSignal,
): Promise<{ keyId: string } | string | undefined> {
  let keys: Uint8Array;
  try {
    keys = readArmoredKeyRing(ring);
  } catch (error) {
    if (error instanceof SignatureError) return error.message;
    throw error;
  }
  if (keys.length === 0) return undefined;
  return withPrivateFolder('gpg', (home) => verifyWith(home, keys, signature, payload, signal));
}

async function verifyWith(
  home: string,
  ring: Uint8Array,
  signature: string,
  payload: Uint8Array,
  signal: AbortSignal,
): Promise<{ keyId: string } | string | undefined> {
  const [ringFile, signatureFile, payloadFile] = ['ring.gpg', 'signature.asc', 'payload'].map((name) =>
    join(home, name),
  ) as [string, string, string];
  await writeFile(ringFile, ring, { mode: 0o600 });
  await writeFile(signatureFile, signature, { mode: 0o600 });
  await writeFile(payloadFile, payload, { mode: 0o600 });
  const imported = await gpg(home, ['--import', ringFile], signal);
  if (!/^\[GNUPG:\] IMPORT_OK /m.test(imported)) return 'gpg finds no public key in it';
  return goodKey(await gpg(home, ['--trust-model', 'always', '--verify', signatureFile, payloadFile], signal));
}

/**
 * The primary key's id where gpg says that there is one signature and that it is good. Expired and revoked keys and
 * signatures have words of their own (EXPKEYSIG, EXPSIG, REVKEYSIG), as has a second signature (GnuPG, doc/DETAILS).
 */
export function goodKey(status: string): { keyId: string } | undefined {
  const lines = [...status.matchAll(/^\[GNUPG:\] (\S+)(.*)$/gm)].map(([, word = '', rest = '']) => ({ word, rest }));
  const verdicts = lines.filter(({ word }) => /^(GOOD|BAD|ERR|EXP|EXPKEY|REVKEY)SIG$/.test(word));
  const valid = lines.filter(({ word }) => word === 'VALIDSIG');
  if (verdicts.length !== 1 || verdicts[0]?.word !== 'GOODSIG' || valid.length !== 1) return undefined;
  const primary = valid[0]?.rest.trim().split(' ').at(-1) ?? '';
  return /^[0-9A-F]{40,64}$/.test(primary) ? { keyId: primary.slice(-16) } : undefined;
}

/** Runs gpg and gives back its status lines, whatever its exit code: only what they say counts. */
function gpg(home: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const fixed = ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--status-fd', '1'];
  const offline = ['--no-auto-key-retrieve', '--no-auto-key-locate'];
  const env = { PATH: process.env['PATH'] ?? '', SystemRoot: process.env['SystemRoot'] ?? '', LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile('gpg', [...fixed, ...offline, ...args], { cwd: home, env, signal, encoding: 'utf8' }, (error, stdout) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (error?.code === 'ENOENT')
        reject(new SignatureError('OpenPGP signatures are verified by the gpg program, which is not on the PATH'));
      else resolve(stdout);
    });
  });
}
