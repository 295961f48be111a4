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
