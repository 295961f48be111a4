// The parts of timestamps and durations: getHours() and its like, in a time zone if one is named.
import { method } from '../environment.ts';
import type { Library, Overload } from '../environment.ts';
import { DURATION, INT, STRING, TIMESTAMP } from '../types.ts';
import { fault } from '../value.ts';
import type { CelValue, Duration, Timestamp } from '../value.ts';

const MILLISECOND = 1_000_000n;
const DAY = 86_400_000;

type Part = (date: Date) => number;

/** The zone's name, its Go-like offset form, or undefined where there is no such zone. Milliseconds east of UTC. */
function offsetOf(zone: string, at: Date): number | undefined {
  const fixed = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    return (fixed[1] === '-' ? -minutes : minutes) * 60_000;
  }
  if (zone === 'UTC' || zone === '') return 0;
  try {
    const local = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const part = (type: string): number => Number(local.find((each) => each.type === type)?.value ?? 0);
    const date = new Date(0);
    date.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    date.setUTCHours(part('hour'), part('minute'), part('second'));
    return date.getTime() - Math.floor(at.getTime() / 1000) * 1000;
  } catch {
    return undefined;
  }
}

function partOf(time: Timestamp, zone: string, part: Part): CelValue {
  const rest = ((time.nanos % MILLISECOND) + MILLISECOND) % MILLISECOND;
  const at = new Date(Number((time.nanos - rest) / MILLISECOND));
  const offset = offsetOf(zone, at);
  if (offset === undefined) return fault(`unknown time zone ${zone}`);
  return BigInt(part(new Date(at.getTime() + offset)));
}

function dayOfYear(date: Date): number {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / DAY);
}

function parts(id: string, part: Part, zoned = `${id}_with_tz`): Overload[] {
  return [
    method(id, [TIMESTAMP], INT, (time: Timestamp) => partOf(time, 'UTC', part)),
    method(zoned, [TIMESTAMP, STRING], INT, (time: Timestamp, zone: string) => partOf(time, zone, part)),
  ];
}

function inUnits(id: string, nanos: bigint): Overload {
  return method(id, [DURATION], INT, (value: Duration) => value.nanos / nanos);
}

export const times: Library = {
  getFullYear: parts('timestamp_to_year', (date) => date.getUTCFullYear()),
  getMonth: parts('timestamp_to_month', (date) => date.getUTCMonth()),
  getDayOfYear: parts('timestamp_to_day_of_year', dayOfYear),
  getDayOfMonth: parts('timestamp_to_day_of_month', (date) => date.getUTCDate() - 1),
  getDate: parts('timestamp_to_day_of_month_1_based', (date) => date.getUTCDate()),
  getDayOfWeek: parts('timestamp_to_day_of_week', (date) => date.getUTCDay()),
  getHours: [
    ...parts('timestamp_to_hours', (date) => date.getUTCHours()),
    inUnits('duration_to_hours', 3_600_000_000_000n),
  ],
  getMinutes: [
    ...parts('timestamp_to_minutes', (date) => date.getUTCMinutes()),
    inUnits('duration_to_minutes', 60_000_000_000n),
  ],
  getSeconds: [
    ...parts('timestamp_to_seconds', (date) => date.getUTCSeconds(), 'timestamp_to_seconds_tz'),
    inUnits('duration_to_seconds', 1_000_000_000n),
  ],
  getMilliseconds: [
    ...parts('timestamp_to_milliseconds', (date) => date.getUTCMilliseconds()),
    inUnits('duration_to_milliseconds', MILLISECOND),
  ],
};
