// IP addresses and ranges in fields that are older than the strict rules for them (k8s.io/apimachinery
// pkg/util/validation ip.go). Reads texts only.
import { invalidValue } from './fieldError.ts';
import type { FieldError } from './fieldError.ts';

const ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const RANGE = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
  /** A part is written with zeros in front. */
  readonly hasZeros: boolean;
  /** An IPv4 address in the clothes of the other family. */
  readonly isMapped: boolean;
}

/** Undefined for what is no address. Zeros in front are read as decimal. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseSix(text) : parseFour(text);
}

function parseFour(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255)) return undefined;
  return {
    family: 4,
    bits: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n),
    hasZeros: parts.some((part) => part.length > 1 && part.startsWith('0')),
    isMapped: false,
  };
}

function parseSix(text: string): Address | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const four = last.includes('.') ? parseFour(last) : undefined;
  if (last.includes('.') && !four) return undefined;
  const whole = four ? `${text.slice(0, -last.length)}${groupsOf(four.bits)}` : text;
  const halves = whole.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bits = groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return { family: 6, bits, hasZeros: four?.hasZeros ?? false, isMapped: bits >> 32n === 0xff_ffn };
}

function groupsOf(bits: bigint): string {
  return `${(bits >> 16n).toString(16)}:${(bits & 0xff_ffn).toString(16)}`;
}

/** What is wrong with an address. */
export function addressErrors(text: string, field: string): FieldError[] {
  const address = parseAddress(text);
  if (!address) return [invalidValue(field, text, ADDRESS)];
  if (address.hasZeros) return [invalidValue(field, text, 'must not have leading 0s')];
  return address.isMapped ? [invalidValue(field, text, 'must not be an IPv4-mapped IPv6 address')] : [];
}

/** What is wrong with a range. */
export function rangeErrors(text: string, field: string): FieldError[] {
  const [first = '', length = '', ...more] = text.split('/');
  const address = parseAddress(first);
  const width = address?.family === 4 ? 32 : 128;
  if (!address || more.length > 0 || !/^\d+$/.test(length) || Number(length) > width)
    return [invalidValue(field, text, RANGE)];
  const why = (reason: string): FieldError[] => [invalidValue(field, text, reason)];
  if (address.hasZeros || (length.length > 1 && length.startsWith('0')))
    return why('must not have leading 0s in IP or prefix length');
  if (address.isMapped) return why('must not have an IPv4-mapped IPv6 address');
  const beyond = (1n << BigInt(width - Number(length))) - 1n;
  return (address.bits & beyond) === 0n ? [] : why('must not have bits set beyond the prefix length');
}

/** As Go writes it: the longest run of two or more empty groups is left out. */
export function canonicalAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(16 * (7 - i))) & 0xff_ffn).toString(16));
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === '0') end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Ranges with a meaning of their own, in which no endpoint is. */
export function specialAddressErrors({ family, bits }: Address, text: string, field: string): FieldError[] {
  const starts = (value: bigint, length: number): boolean =>
    bits >> BigInt((family === 4 ? 32 : 128) - length) === value;
  const wrong = (why: string): FieldError[] => [invalidValue(field, text, why)];
  if (bits === 0n) return wrong(`may not be unspecified (${text})`);
  if (family === 4 ? starts(127n, 8) : bits === 1n)
    return wrong('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (family === 4 ? starts(0xa9_fen, 16) : starts(0x3_fan, 10))
    return wrong('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (family === 4 ? starts(0xe0_00_00n, 24) : ((bits >> 112n) & 0xff_0fn) === 0xff_02n)
    return wrong('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return [];
}

/** Whether a range lies within another and is smaller; ranges that cannot be read do not. */
export function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [inner, outer].map((text) => {
    const [first = '', length = ''] = text.split('/');
    return { address: parseAddress(first), length: Number(length) };
  });
  if (!a?.address || !b?.address || a.address.family !== b.address.family) return false;
  const shift = BigInt((a.address.family === 4 ? 32 : 128) - b.length);
  return a.length > b.length && a.address.bits >> shift === b.address.bits >> shift;
}
