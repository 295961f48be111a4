// The few DER forms that an X.509 certificate needs. Writes only; nothing here parses.

function length(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** One element: its tag, its length, its contents. */
export function element(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const size = contents.reduce((sum, part) => sum + part.length, 0);
  const head = [tag, ...length(size)];
  const all = new Uint8Array(head.length + size);
  all.set(head);
  let at = head.length;
  for (const part of contents) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const sequence = (...contents: Uint8Array[]): Uint8Array => element(0x30, ...contents);
export const set = (...contents: Uint8Array[]): Uint8Array => element(0x31, ...contents);
export const octets = (contents: Uint8Array): Uint8Array => element(0x04, contents);
export const text = (value: string): Uint8Array => element(0x0c, new TextEncoder().encode(value));
export const bool = (value: boolean): Uint8Array => element(0x01, Uint8Array.of(value ? 0xff : 0));
export const small = (value: number): Uint8Array => element(0x02, Uint8Array.of(value));
/** Context-specific, constructed. */
export const tagged = (tag: number, ...contents: Uint8Array[]): Uint8Array => element(0xa0 | tag, ...contents);
/** Context-specific, primitive. */
export const implicit = (tag: number, contents: Uint8Array): Uint8Array => element(0x80 | tag, contents);

/** A positive integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  return (rest[0] ?? 0) >= 0x80 ? element(0x02, Uint8Array.of(0), rest) : element(0x02, rest);
}

export function bitString(contents: Uint8Array, unusedBits = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unusedBits), contents);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const group = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) group.unshift((left & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return element(0x06, Uint8Array.from(bytes));
}

/** A time, as RFC 5280 wants it: two-digit years up to 2049. */
export function time(value: Date): Uint8Array {
  const digits = value.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const [tag, shown] = value.getUTCFullYear() < 2050 ? [0x17, digits.slice(2)] : [0x18, digits];
  return element(tag, new TextEncoder().encode(`${shown}Z`));
}
