// String formats that a CustomResourceDefinition can ask for, and patterns in Go's syntax. Formats that are not in the
// table check nothing, as in the API server.
import { goRegexp, goRegexpFault } from '../model/goRegexp.ts';
import type { GoRegexp } from '../model/goRegexp.ts';

const DIGITS = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const IPV4 = new RegExp(String.raw`^${DIGITS}(?:\.${DIGITS}){3}$`);
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

function isIPv6(text: string): boolean {
  const tail = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  const address = tail ? (IPV4.test(tail[2] as string) ? `${tail[1] as string}0:0` : 'x') : text;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (IPV4.test(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const parts = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/.exec(text);
  return (
    parts !== null &&
    isDate(parts[1] as string) &&
    Number(parts[2]) < 24 &&
    Number(parts[3]) < 60 &&
    Number(parts[4]) < 60
  );
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isUri(text: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:\S+|\/\S*)$/i.test(text);
}

/** By format: whether a text has it. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': isDateTime,
  datetime: isDateTime,
  date: isDate,
  duration: (text) =>
    /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$|^0$/.test(text) ||
    /^\d+ ?(?:ns|nano|us|micro|ms|milli|s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week)s?$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid3: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid4: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
  uuid5: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => IPV4.test(text),
  ipv6: isIPv6,
  cidr: isCidr,
  mac: (text) => /^(?:[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}|(?:[\da-f]{4}\.){2}[\da-f]{4})$/i.test(text),
  hostname: (text) =>
    text.length <= 255 &&
    /^(?:[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.)*[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?\.?$/i.test(text),
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  uri: isUri,
  byte: isBase64,
  hexcolor: (text) => /^#?(?:[\da-f]{3}|[\da-f]{6})$/i.test(text),
  rgbcolor: (text) => /^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/.test(text),
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  creditcard: (text) => /^(?:\d[ -]?){13,19}$/.test(text),
  isbn: (text) => /^(?:\d[ -]?){9}[\dX]$|^(?:\d[ -]?){13}$/i.test(text),
  isbn10: (text) => /^(?:\d[ -]?){9}[\dX]$/i.test(text),
  isbn13: (text) => /^(?:\d[ -]?){13}$/.test(text),
  bsonobjectid: (text) => /^[\da-f]{24}$/i.test(text),
  'k8s-short-name': (text) => text.length <= 63 && new RegExp(`^${LABEL}$`).test(text),
  'k8s-long-name': (text) => text.length <= 253 && new RegExp(String.raw`^${LABEL}(\.${LABEL})*$`).test(text),
};

/** False where the text does not have the format; undefined where the format is not known. */
export function hasFormat(format: string, text: string): boolean | undefined {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format]?.(text) : undefined;
}

/** A pattern in Go's syntax, or Go's words for what is wrong with it. No pattern takes more than linear time. */
export function goPattern(pattern: string): GoRegexp | { readonly error: string } {
  const compiled = goRegexp(pattern, 'anywhere');
  return compiled ?? { error: `error parsing regexp: ${goRegexpFault(pattern) ?? ''}` };
}
