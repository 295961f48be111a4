// spec.verify of a GitRepository: the signatures of the commit and of the tag that led to it, in the modes and words of
// source-controller (verifySignature). Decides nothing but good or not.
import { verifyGpg } from './gpgSignature.ts';
import { GitError } from './gitError.ts';
import type { RawObject } from './objects.ts';
import { SignatureError } from './signatureError.ts';
import { signatureType, signedParts } from './signedObject.ts';
import { verifySsh } from './sshSignature.ts';

export type VerificationMode = 'HEAD' | 'Tag' | 'TagAndHEAD';

export interface VerificationKeys {
  /** Armored OpenPGP public keys. */
  readonly keyRings: readonly string[];
  /** authorized_keys files of SSH keys. */
  readonly authorizedKeys: readonly string[];
}

/** The objects of a checkout that may be signed. */
export interface Signed {
  readonly commit: { readonly id: string; readonly object: RawObject };
  /** Where a tag led to the commit. A lightweight tag has no object. */
  readonly tag?: { readonly name: string; readonly id: string; readonly object: RawObject | undefined } | undefined;
}

/** A verification that failed. `stalled` says that only a change of the spec helps. */
export class VerificationError extends Error {
  readonly reason: string;
  readonly stalled: boolean;

  constructor(reason: string, message: string, stalled = false) {
    super(message);
    this.name = 'VerificationError';
    this.reason = reason;
    this.stalled = stalled;
  }
}

/** The message of SourceVerified. Throws VerificationError where a signature that the mode asks for is not good. */
export async function verifySigned(
  signed: Signed,
  mode: VerificationMode,
  keys: VerificationKeys,
  signal: AbortSignal,
): Promise<string> {
  const verified: string[] = [];
  if (mode !== 'HEAD') verified.push(await verifyTag(signed.tag, keys, signal));
  if (mode !== 'Tag') {
    const { id, object } = signed.commit;
    const key = await attempt('InvalidCommitSignature', `commit '${id}'`, () =>
      verifyObject(object, 'commit', keys, signal),
    );
    verified.push(`commit '${id}' with key '${key}'`);
  }
  return `verified signature of\n\t- ${verified.join('\n\t- ')}`;
}

async function verifyTag(tag: Signed['tag'], keys: VerificationKeys, signal: AbortSignal): Promise<string> {
  if (!tag) {
    const message = "cannot verify tag object's signature if a tag reference is not specified";
    throw new VerificationError('InvalidVerificationMode', message, true);
  }
  const { object } = tag;
  const name = object ? `${tag.name}@${tag.id}` : tag.name;
  if (!object || !isSigned(object))
    throw new VerificationError('InvalidGitObject', `cannot verify signature of tag '${name}' since it is not signed`);
  const key = await attempt('InvalidTagSignature', `tag '${name}'`, () => verifyObject(object, 'tag', keys, signal));
  return `tag '${name}' with key '${key}'`;
}

/** An object that cannot be taken apart counts as signed: what is wrong with it is said by its verification. */
function isSigned(object: RawObject): boolean {
  try {
    return signedParts(object).signature !== '';
  } catch {
    return true;
  }
}

async function attempt(reason: string, what: string, action: () => Promise<string>): Promise<string> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SignatureError || error instanceof GitError)) throw error;
    throw new VerificationError(reason, `signature verification of ${what} failed: ${error.message}`);
  }
}

async function verifyObject(
  object: RawObject,
  kind: 'commit' | 'tag',
  { keyRings, authorizedKeys }: VerificationKeys,
  signal: AbortSignal,
): Promise<string> {
  const { payload, signature } = signedParts(object);
  const type = signatureType(signature);
  const missing = (name: string, suffix: string): SignatureError =>
    new SignatureError(
      `${name} signature detected but no ${name} public keys found in secret (keys with ${suffix} suffix)`,
    );
  if (type === 'openpgp') {
    if (keyRings.length === 0) throw missing('PGP', '.asc');
    return prefixed(`unable to verify Git ${kind}`, () => verifyGpg(signature.trim(), payload, keyRings, signal));
  }
  if (type === 'ssh') {
    if (authorizedKeys.length === 0) throw missing('SSH', '.sshpub');
    return prefixed(`unable to verify Git ${kind} SSH signature`, async () =>
      verifySsh(signature, payload, authorizedKeys),
    );
  }
  throw new SignatureError(`unsupported signature type: ${type}`);
}

async function prefixed(prefix: string, action: () => Promise<string>): Promise<string> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new SignatureError(`${prefix}: ${error.message}`);
  }
}
