// Strings of bytes, one character (0 to 255) for each byte of UTF-8: Flux's substitution counts and cuts bytes, so that
// it works on these. Knows nothing of variables.

const encoder = new TextEncoder();
const CHUNK = 8192;

/** The UTF-8 bytes of a text, as a string of bytes. */
export function toByteString(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII text is its own byte string.
  return /^[\u0000-\u007f]*$/.test(text) ? text : fromBytes(encoder.encode(text));
}

function fromBytes(bytes: Uint8Array): string {
  let result = '';
  for (let at = 0; at < bytes.length; at += CHUNK) result += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return result;
}

export function bytesOf(byteString: string): Uint8Array {
  const bytes = new Uint8Array(byteString.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteString.charCodeAt(i);
  return bytes;
}

/** The text, or undefined where the bytes are no valid UTF-8. */
export function toText(byteString: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(byteString));
  } catch {
    return undefined;
  }
}

/** One character: its code point and its width in bytes. */
export interface Rune {
  readonly code: number;
  readonly width: number;
}

/** What stands for bytes that are no UTF-8, with a width of 1. */
export const RUNE_ERROR = 0xfffd;

const SHORTEST = [0, 0, 0x80, 0x800, 0x10000];

/** Reads the character at an offset, which must be inside the string. */
export function runeAt(bytes: string, at: number): Rune {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return { code: first, width: 1 };
  const width =
    first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc0 && first < 0xe0 ? 2 : 0;
  if (width === 0 || at + width > bytes.length) return { code: RUNE_ERROR, width: 1 };
  let code = first & (0xff >> (width + 1));
  for (let i = 1; i < width; i++) {
    const next = bytes.charCodeAt(at + i);
    if (next >> 6 !== 2) return { code: RUNE_ERROR, width: 1 };
    code = (code << 6) | (next & 0x3f);
  }
  const valid = code >= (SHORTEST[width] as number) && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return valid ? { code, width } : { code: RUNE_ERROR, width: 1 };
}

/** All characters; bytes that are no UTF-8 become {@link RUNE_ERROR}. */
export function runesOf(bytes: string): number[] {
  const codes: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const { code, width } = runeAt(bytes, at);
    codes.push(code);
    at += width;
  }
  return codes;
}

export function fromRunes(codes: readonly number[]): string {
  return toByteString(codes.map((code) => String.fromCodePoint(code)).join(''));
}
