// IP addresses and prefixes as Go's net/netip reads and prints them. No zones, no IPv4 within IPv6.

export interface Address {
  readonly bits: bigint;
  readonly size: 32 | 128;
}

export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** The address, or what is wrong with the text. */
export function parseAddress(text: string): Address | string {
  const shown = JSON.stringify(text);
  if (text.includes('%') && text.includes(':')) return `IP address ${shown} with zone value is not allowed`;
  const address = text.includes(':') ? parse6(text) : parse4(text);
  if (!address)
    return `IP Address ${shown} parse error during conversion from string: ParseAddr(${shown}): unable to parse IP`;
  return isMapped(address) ? `IPv4-mapped IPv6 address ${shown} is not allowed` : address;
}

function isMapped({ bits, size }: Address): boolean {
  return size === 128 && bits >> 32n === 0xffffn;
}

function parse4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return { bits: parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n), size: 32 };
}

function parse6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half, i) => groupsOf(half, i === halves.length - 1));
  const [head, tail = []] = groups;
  if (!head || groups.includes(undefined)) return undefined;
  const count = head.length + (tail?.length ?? 0);
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const middle = Array.from({ length: 8 - count }, () => 0n);
  const all = [...head, ...middle, ...(tail ?? [])];
  return { bits: all.reduce((bits, group) => (bits << 16n) | group, 0n), size: 128 };
}

function groupsOf(text: string, isLast: boolean): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const four = isLast && i === parts.length - 1 ? parse4(part) : undefined;
      if (!four) return undefined;
      groups.push(four.bits >> 16n, four.bits & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

export function printAddress({ bits, size }: Address): string {
  if (size === 32) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (groups[i + length] === '0') length++;
    if (length > best.length) best = { start: i, length };
  }
  return best;
}

export function parsePrefix(text: string): Prefix | string {
  const failed = `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)})`;
  const slash = text.lastIndexOf('/');
  if (slash < 0) return `${failed}: no '/'`;
  const address = text.slice(0, slash).includes('%') ? undefined : parseAddress(text.slice(0, slash));
  if (address === undefined) return `${failed}: IPv6 zones cannot be present in a prefix`;
  if (typeof address === 'string')
    return address.startsWith('IPv4-mapped')
      ? `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`
      : failed;
  const bits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(bits)) return `${failed}: bad bits after slash: ${JSON.stringify(bits)}`;
  if (Number(bits) > address.size) return `${failed}: prefix length out of range`;
  return { address, length: Number(bits) };
}

export function maskOf({ address, length }: Prefix): Prefix {
  const shift = BigInt(address.size - length);
  return { address: { bits: (address.bits >> shift) << shift, size: address.size }, length };
}

export function containsAddress(prefix: Prefix, { bits, size }: Address): boolean {
  const shift = BigInt(size - prefix.length);
  return prefix.address.size === size && bits >> shift === prefix.address.bits >> shift;
}
