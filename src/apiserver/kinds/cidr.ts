// Address ranges as nodes and services write them.
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const IPV6 = /^(?=.*:)[0-9a-fA-F:]+$/;

export function isAddress(text: string): boolean {
  const four = IPV4.exec(text);
  return four ? four.slice(1).every((part) => Number(part) <= 255) : IPV6.test(text);
}

export function cidrErrors(text: string, field: string): FieldError[] {
  const [address = '', bits = '', ...more] = text.split('/');
  const limit = address.includes(':') ? 128 : 32;
  const isCidr = more.length === 0 && isAddress(address) && /^\d+$/.test(bits) && Number(bits) <= limit;
  return isCidr ? [] : [invalidValue(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}
