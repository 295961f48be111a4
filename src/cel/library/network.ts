// Kubernetes' functions for IP addresses and CIDRs.
import { method, overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { BOOL, INT, opaque, STRING } from '../types.ts';
import { fault, NO_OVERLOAD } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';
import { containsAddress, maskOf, parseAddress, parsePrefix, printAddress } from './ipAddress.ts';
import type { Address, Prefix } from './ipAddress.ts';

export const IP = opaque('net.IP');
export const CIDR = opaque('net.CIDR');

const addressOf = (value: Opaque): Address => value.data as Address;
const prefixOf = (value: Opaque): Prefix => value.data as Prefix;

function ipValue(address: Address): Opaque {
  const text = printAddress(address);
  return {
    kind: 'opaque',
    type: 'net.IP',
    data: address,
    text,
    size: address.size / 8,
    equals: (other) => other.text === text,
  };
}

function cidrValue(prefix: Prefix): Opaque {
  const text = `${printAddress(prefix.address)}/${prefix.length}`;
  return {
    kind: 'opaque',
    type: 'net.CIDR',
    data: prefix,
    text,
    size: Math.ceil(prefix.length / 8),
    equals: (other) => other.text === text,
  };
}

function ip(text: string): CelValue {
  const address = parseAddress(text);
  return typeof address === 'string' ? fault(address) : ipValue(address);
}

function cidr(text: string): CelValue {
  const prefix = parsePrefix(text);
  return typeof prefix === 'string'
    ? fault(`network address parse error during conversion from string: ${prefix}`)
    : cidrValue(prefix);
}

const inRange = (address: Address, four: string, six: string): boolean => {
  const prefix = parsePrefix(address.size === 32 ? four : six);
  return typeof prefix !== 'string' && containsAddress(prefix, address);
};

const isUnspecified = (address: Address): boolean => address.bits === 0n;
const isLoopback = (address: Address): boolean => inRange(address, '127.0.0.0/8', '::1/128');
const isLinkLocal = (address: Address): boolean => inRange(address, '169.254.0.0/16', 'fe80::/10');
const isMulticast = (address: Address): boolean => inRange(address, '224.0.0.0/4', 'ff00::/8');
/** Of ff02::/16, whatever its flags are. */
const isLocalMulticast = (address: Address): boolean =>
  address.size === 32
    ? inRange(address, '224.0.0.0/24', '')
    : address.bits >> 120n === 0xffn && ((address.bits >> 112n) & 15n) === 2n;
const isGlobal = (address: Address): boolean =>
  !isUnspecified(address) &&
  !(address.size === 32 && address.bits === 0xffffffffn) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocal(address);

const test = (id: string, holds: (address: Address) => boolean): Library[string] => [
  method(id, [IP], BOOL, (value: Opaque) => holds(addressOf(value))),
];

function containsText(value: Opaque, text: string): CelValue {
  const address = parseAddress(text);
  // Upstream hands the error on as if it were an address.
  return typeof address === 'string' ? NO_OVERLOAD : containsAddress(prefixOf(value), address);
}

function isWithin(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && containsAddress(outer, inner.address);
}

function containsCidrText(value: Opaque, text: string): CelValue {
  const other = cidr(text);
  return typeof other === 'object' && other !== null && 'data' in other
    ? isWithin(prefixOf(value), prefixOf(other))
    : other;
}

/** @see k8s.io/apiserver/pkg/cel/library/ip.go and cidr.go */
export const network: Library = {
  ip: [
    overload('string_to_ip', [STRING], IP, ip),
    method('cidr_ip', [CIDR], IP, (value: Opaque) => ipValue(prefixOf(value).address)),
  ],
  isIP: [overload('is_ip', [STRING], BOOL, (text: string) => typeof parseAddress(text) !== 'string')],
  'ip.isCanonical': [
    overload('ip_is_canonical', [STRING], BOOL, (text: string) => {
      const address = parseAddress(text);
      return typeof address === 'string' ? fault(address) : printAddress(address) === text;
    }),
  ],
  family: [method('ip_family', [IP], INT, (value: Opaque) => (addressOf(value).size === 32 ? 4n : 6n))],
  isUnspecified: test('ip_is_unspecified', isUnspecified),
  isLoopback: test('ip_is_loopback', isLoopback),
  isLinkLocalMulticast: test('ip_is_link_local_multicast', isLocalMulticast),
  isLinkLocalUnicast: test('ip_is_link_local_unicast', isLinkLocal),
  isGlobalUnicast: test('ip_is_global_unicast', isGlobal),
  cidr: [overload('string_to_cidr', [STRING], CIDR, cidr)],
  isCIDR: [overload('is_cidr', [STRING], BOOL, (text: string) => typeof parsePrefix(text) !== 'string')],
  containsIP: [
    method('cidr_contains_ip_string', [CIDR, STRING], BOOL, containsText),
    method('cidr_contains_ip_ip', [CIDR, IP], BOOL, (value: Opaque, other: Opaque) =>
      containsAddress(prefixOf(value), addressOf(other)),
    ),
  ],
  containsCIDR: [
    method('cidr_contains_cidr_string', [CIDR, STRING], BOOL, containsCidrText),
    method('cidr_contains_cidr', [CIDR, CIDR], BOOL, (value: Opaque, other: Opaque) =>
      isWithin(prefixOf(value), prefixOf(other)),
    ),
  ],
  prefixLength: [method('cidr_prefix_length', [CIDR], INT, (value: Opaque) => BigInt(prefixOf(value).length))],
  masked: [method('cidr_masked', [CIDR], CIDR, (value: Opaque) => cidrValue(maskOf(prefixOf(value))))],
  string: [
    overload('ip_to_string', [IP], STRING, (value: Opaque) => value.text),
    overload('cidr_to_string', [CIDR], STRING, (value: Opaque) => value.text),
  ],
};
