// Timestamps and durations to text and back, as Go's time package does it.
import { INT_MAX, INT_MIN } from '../literal.ts';
import { duration, fault } from '../value.ts';
import type { CelValue, Timestamp } from '../value.ts';
import { timestampOf } from './operators.ts';

const SECOND = 1_000_000_000n;
const DAY = 86_400n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);

/** Go's time.ParseDuration in nanoseconds; undefined where the text is none. */
export function durationNanos(text: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)([\s\S]*)$/.exec(text) ?? [];
  if (rest === '0') return 0n;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS.get(unit) ?? 1n;
    nanos += BigInt(whole || '0') * scale;
    if (fraction !== '') nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const value = sign === '-' ? -nanos : nanos;
  return value < INT_MIN || value > INT_MAX ? undefined : value;
}

export function parseDuration(text: string): CelValue {
  const nanos = durationNanos(text);
  return nanos === undefined ? fault(`time: invalid duration "${text}"`) : duration(nanos);
}

/** Seconds, without needless zeros. */
export function printDuration(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? '-' : ''}${size / SECOND}${fractionOf(size % SECOND)}s`;
}

function fractionOf(nanos: bigint): string {
  return nanos === 0n ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;

/** The instant of an RFC 3339 text; undefined where it is none or no such day is. */
export function timestampNanos(text: string): bigint | undefined {
  const found = RFC3339.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = found[8] ?? 'Z';
  const offset =
    zone === 'Z' ? 0 : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * (zone[0] === '-' ? -60 : 60);
  if (zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4, 6)) > 60)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const seconds = BigInt(date.getTime() / 1000) + BigInt(hour * 3600 + minute * 60 + second - offset);
  return seconds * SECOND + BigInt((found[7] ?? '').slice(0, 9).padEnd(9, '0'));
}

/** Seconds east of UTC that the text says. */
export function zoneOffset(text: string): number {
  const found = /([+-])(\d{2}):(\d{2})$/.exec(text);
  return found ? (Number(found[2]) * 60 + Number(found[3])) * (found[1] === '-' ? -60 : 60) : 0;
}

function daysIn(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

export function parseTimestamp(text: string): CelValue {
  const nanos = timestampNanos(text);
  return nanos === undefined
    ? fault(`parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse`)
    : timestampOf(nanos, zoneOffset(text));
}

export function timestampOfSeconds(seconds: bigint): CelValue {
  return timestampOf(seconds * SECOND);
}

export function printTimestamp({ nanos: instant, offset }: Timestamp): string {
  const nanos = instant + BigInt(offset) * SECOND;
  const rest = ((nanos % SECOND) + SECOND) % SECOND;
  const seconds = (nanos - rest) / SECOND;
  const inDay = Number(((seconds % DAY) + DAY) % DAY);
  const date = new Date(Number(seconds - BigInt(inDay)) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const time = `${two(Math.trunc(inDay / 3600))}:${two(Math.trunc(inDay / 60) % 60)}:${two(inDay % 60)}`;
  return `${day}T${time}${fractionOf(rest)}${zoneText(offset)}`;
}

function zoneText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}
