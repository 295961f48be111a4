// The first armored block of a text, read as go-crypto reads a key ring (openpgp/armor, Decode): words before it are passed over,
// what stands behind it is not read, and its checksum is not checked. Judges no key.
import { SignatureError } from './signatureError.ts';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const KEY_BLOCKS = new Set(['PGP PUBLIC KEY BLOCK', 'PGP PRIVATE KEY BLOCK']);
const LONGEST_LINE = 96;
const NO_DATA = 'openpgp: invalid argument: no armored data found';

/** The bytes in that block; empty where it holds nothing. Throws SignatureError, in go-crypto's words where it has a short one. */
export function readArmoredKeyRing(text: string): Uint8Array {
  const lines = text.split('\n').map((line) => line.trim());
  const { type, rest } = findBlock(lines);
  if (!KEY_BLOCKS.has(type))
    throw new SignatureError(`openpgp: invalid argument: expected public or private key block, got: ${type}`);
  const end = rest.findIndex((line) => line.startsWith(END) || /^=.{4}$/.test(line));
  const body = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line !== '');
  if (body.some((line) => line.length > LONGEST_LINE)) throw new SignatureError('openpgp: invalid data: armor invalid');
  if (body.some((line) => /[^A-Za-z0-9+/=]/.test(line))) throw new SignatureError('illegal base64 data');
  if (end < 0) throw new SignatureError('unexpected EOF');
  const bytes = Buffer.from(body.join(''), 'base64');
  const [first = 0x80] = bytes;
  if (first < 0x80) throw new SignatureError('openpgp: invalid data: tag byte does not have MSB set');
  return bytes;
}

/** A line without a colon is no header: what began before it is no block. */
function findBlock(lines: readonly string[]): { readonly type: string; readonly rest: readonly string[] } {
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith(BEGIN) || line.length <= BEGIN.length + DASHES.length) continue;
    const blank = lines.findIndex((other, index) => index > at && other === '');
    if (blank < 0) break;
    if (!lines.slice(at + 1, blank).every((header) => header.includes(':'))) continue;
    return { type: line.slice(BEGIN.length, -DASHES.length), rest: lines.slice(blank + 1) };
  }
  throw new SignatureError(NO_DATA);
}
