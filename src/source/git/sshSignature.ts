// SSH signatures (OpenSSH's PROTOCOL.sshsig, namespace git) by Node's own cryptography: ed25519, RSA with SHA-2, ECDSA.
// Takes keys as authorized_keys has them; runs no program.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { SignatureError } from './signatureError.ts';

const NAMESPACE = 'git';
const ANY_KEY = 'unable to verify payload with any of the given authorized keys: ';

interface SshSignature {
  readonly publicKey: Buffer;
  readonly namespace: string;
  readonly reserved: Buffer;
  readonly hash: string;
  readonly format: string;
  readonly blob: Buffer;
}

/**
 * The fingerprint of the key that a signature was made with. Throws SignatureError in the words of fluxcd/pkg/git where it
 * is that of none of the given keys.
 */
export function verifySsh(signature: string, payload: Uint8Array, authorizedKeys: readonly string[]): string {
  const parsed = parseSignature(signature);
  const reasons = new Set<string>();
  let unreadable: string | undefined;
  let tried = false;
  for (const text of authorizedKeys) {
    const keys = parseAuthorizedKeys(text);
    if (!keys) {
      unreadable ??= 'unable to parse authorized keys: unable to parse authorized key: ssh: no key found';
      continue;
    }
    tried = true;
    for (const key of keys) {
      const reason = mismatch(parsed, payload, key);
      if (reason === undefined) return fingerprint(key);
      reasons.add(reason);
    }
  }
  if (!tried && unreadable !== undefined) throw new SignatureError(unreadable);
  throw new SignatureError(ANY_KEY + ['no matching key', ...reasons].join('\n'));
}

/** Why a key does not verify a signature. */
function mismatch(signature: SshSignature, payload: Uint8Array, key: Buffer): string | undefined {
  if (!key.equals(signature.publicKey)) return 'public key does not match';
  if (signature.namespace !== NAMESPACE) return 'namespace does not match';
  if (signature.hash !== 'sha256' && signature.hash !== 'sha512')
    return `unsupported hash algorithm ${JSON.stringify(signature.hash)}: must be "sha256" or "sha512"`;
  const signed = Buffer.concat([
    Buffer.from('SSHSIG'),
    ...[
      Buffer.from(signature.namespace),
      signature.reserved,
      Buffer.from(signature.hash),
      createHash(signature.hash).update(payload).digest(),
    ].map(field),
  ]);
  return isSignedBy(signature, signed, key) ? undefined : 'ssh: signature did not verify';
}

function isSignedBy({ format, blob }: SshSignature, signed: Buffer, key: Buffer): boolean {
  const read = reader(key);
  const type = read.string().toString('latin1');
  try {
    if (type === 'ssh-ed25519' && format === type) {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: read.string().toString('base64url') };
      return verify(null, signed, keyOf(jwk), blob);
    }
    if (type === 'ssh-rsa' && RSA_HASHES.has(format)) {
      const [e, n] = [read.string(), read.string()].map((part) => unsigned(part).toString('base64url'));
      return verify(RSA_HASHES.get(format), signed, keyOf({ kty: 'RSA', e: e ?? '', n: n ?? '' }), blob);
    }
    const curve = CURVES.get(type);
    return curve !== undefined && format === type && isSignedOnCurve(curve, signed, read, blob);
  } catch {
    return false; // A key or signature that Node cannot read verifies nothing.
  }
}

const RSA_HASHES = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);

interface Curve {
  readonly name: string;
  readonly bytes: number;
  readonly hash: string;
}

const CURVES = new Map<string, Curve>([
  ['ecdsa-sha2-nistp256', { name: 'P-256', bytes: 32, hash: 'sha256' }],
  ['ecdsa-sha2-nistp384', { name: 'P-384', bytes: 48, hash: 'sha384' }],
  ['ecdsa-sha2-nistp521', { name: 'P-521', bytes: 66, hash: 'sha512' }],
]);

function isSignedOnCurve(curve: Curve, signed: Buffer, key: Reader, blob: Buffer): boolean {
  key.string(); // The curve's own name, which the type says already.
  const point = key.string();
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) return false;
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  const jwk = { kty: 'EC', crv: curve.name, x: x.toString('base64url'), y: y.toString('base64url') };
  const parts = reader(blob);
  const rs = [parts.string(), parts.string()].map((part) => padded(unsigned(part), curve.bytes));
  return verify(curve.hash, signed, { key: keyOf(jwk), dsaEncoding: 'ieee-p1363' }, Buffer.concat(rs));
}

function keyOf(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

function parseSignature(armored: string): SshSignature {
  const [, body] = /^-----BEGIN SSH SIGNATURE-----\s+([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----$/.exec(
    armored.trim(),
  ) ?? [undefined, undefined];
  if (body === undefined) throw new SignatureError('unable to unarmor SSH signature: invalid PEM block');
  try {
    const bytes = Buffer.from(body, 'base64');
    if (bytes.toString('latin1', 0, 6) !== 'SSHSIG' || bytes.readUInt32BE(6) !== 1) throw new RangeError('magic');
    const read = reader(bytes.subarray(10));
    const [publicKey, namespace, reserved, hash] = [read.string(), read.string(), read.string(), read.string()];
    const inner = reader(read.string());
    const format = inner.string().toString('latin1');
    return {
      publicKey,
      namespace: namespace.toString(),
      reserved,
      hash: hash.toString('latin1'),
      format,
      blob: inner.string(),
    };
  } catch {
    throw new SignatureError('unable to unarmor SSH signature: it is cut off or of another version');
  }
}

/** The keys of an authorized_keys file; undefined where a line holds none. Options in front of a key are passed over. */
function parseAuthorizedKeys(text: string): Buffer[] | undefined {
  const keys: Buffer[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, type = '', base64 = ''] =
      /(?:^|[\s,"])((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w.@-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line) ?? [];
    const key = Buffer.from(base64, 'base64');
    if (type === '' || !key.subarray(4).toString('latin1').startsWith(type)) return undefined;
    keys.push(key);
  }
  return keys;
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

interface Reader {
  string(): Buffer;
}

/** Reads the length-prefixed fields of RFC 4251. Throws RangeError at the end. */
function reader(bytes: Buffer): Reader {
  let at = 0;
  return {
    string() {
      const length = bytes.readUInt32BE(at);
      const end = at + 4 + length;
      if (end > bytes.length) throw new RangeError('cut off');
      const value = bytes.subarray(at + 4, end);
      at = end;
      return value;
    },
  };
}

function field(value: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
}

/** A number of RFC 4251 without the zero that keeps it positive. */
function unsigned(value: Buffer): Buffer {
  let at = 0;
  while (at < value.length - 1 && value[at] === 0) at++;
  return value.subarray(at);
}

function padded(value: Buffer, length: number): Buffer {
  if (value.length > length) throw new RangeError('too long');
  return Buffer.concat([Buffer.alloc(length - value.length), value]);
}
