// What of a commit or tag is signed, and its signature: the raw bytes, never an object that was parsed and written again,
// because two texts that parse alike may not be signed alike. Checks no signature.
import { GitError } from './gitError.ts';
import type { RawObject } from './objects.ts';

export interface SignedParts {
  /** The bytes that were signed. */
  readonly payload: Uint8Array;
  /** The armored signature; empty where there is none. */
  readonly signature: string;
}

export type SignatureType = 'openpgp' | 'ssh' | 'x509' | 'empty' | 'unknown';

const BEGINS: readonly (readonly [SignatureType, string])[] = [
  ['openpgp', '-----BEGIN PGP SIGNATURE-----'],
  ['ssh', '-----BEGIN SSH SIGNATURE-----'],
  ['x509', '-----BEGIN SIGNED MESSAGE-----'],
];

/** The kind of a signature (fluxcd/pkg/git/signature, GetSignatureType). */
export function signatureType(signature: string): SignatureType {
  if (signature === '') return 'empty';
  return BEGINS.find(([, begin]) => signature.trimStart().startsWith(begin))?.[0] ?? 'unknown';
}

/** Takes a commit or tag apart. Throws GitError where more than one signature stands in it, or something after it. */
export function signedParts(object: RawObject): SignedParts {
  // latin1 keeps every byte as one character, so that positions are bytes.
  const text = Buffer.from(object.bytes).toString('latin1');
  const { payload, signature } = object.type === 'tag' ? tagParts(text) : commitParts(text);
  refuseMore(signature);
  return { payload: Buffer.from(payload, 'latin1'), signature };
}

/** The header `gpgsig` with its indented lines is the signature; that for the other hash is not signed either (git, commit.c). */
function commitParts(text: string): { payload: string; signature: string } {
  const end = text.indexOf('\n\n');
  const kept: string[] = [];
  const signatures: string[][] = [];
  let block = kept;
  for (const line of (end < 0 ? text : text.slice(0, end)).split('\n')) {
    const [, header, value = ''] = /^(gpgsig|gpgsig-sha256) (.*)$/s.exec(line) ?? [];
    if (header !== undefined) {
      block = [value];
      if (header === 'gpgsig') signatures.push(block);
    } else if (line.startsWith(' ') && block !== kept) block.push(line.slice(1));
    else (block = kept).push(line);
  }
  if (signatures.length > 1) throw new GitError('object-invalid', 'the commit has more than one gpgsig header');
  return { payload: kept.join('\n') + (end < 0 ? '' : text.slice(end)), signature: signatures[0]?.join('\n') ?? '' };
}

/** The signature of a tag is the last part of its message (git, gpg-interface.c, parse_signed_buffer). */
function tagParts(text: string): { payload: string; signature: string } {
  const at = beginnings(text).at(-1);
  return at === undefined
    ? { payload: text, signature: '' }
    : { payload: text.slice(0, at), signature: text.slice(at) };
}

/** Positions of lines with which a signature begins. */
function beginnings(text: string): number[] {
  const found = BEGINS.flatMap(([, begin]) =>
    [...text.matchAll(new RegExp(`^${begin}`, 'gm'))].map(({ index }) => index),
  );
  return found.toSorted((a, b) => a - b);
}

function refuseMore(signature: string): void {
  if (signature === '') return;
  if (beginnings(signature).length > 1)
    throw new GitError('object-invalid', 'the object holds more than one signature');
  const end = /^-----END [A-Z ]+-----[\t ]*$/m.exec(signature);
  if (end && signature.slice(end.index + end[0].length).trim() !== '')
    throw new GitError('object-invalid', 'something stands after the signature of the object');
}
