import { expect, test } from 'vitest';
import { parseSchedule } from './cronSchedule.ts';

const next = (schedule: string, after: string): string | undefined => {
  const ms = parseSchedule(schedule)?.next(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);
};

test.each([
  ['* * * * *', '2026-01-01T10:00:30Z', '2026-01-01T10:01'],
  ['*/15 * * * *', '2026-01-01T10:15:00Z', '2026-01-01T10:30'],
  ['0 3 * * *', '2026-01-01T10:00:00Z', '2026-01-02T03:00'],
  ['30 9 * * mon-fri', '2026-01-02T12:00:00Z', '2026-01-05T09:30'],
  ['0 0 13 * fri', '2026-01-03T00:00:00Z', '2026-01-09T00:00'],
  ['0 0 29 feb *', '2026-03-01T00:00:00Z', '2028-02-29T00:00'],
  ['@hourly', '2026-01-01T10:00:00Z', '2026-01-01T11:00'],
  ['0 12 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T12:00'],
])('%s after %s is %s', (schedule, after, expected) => {
  expect(next(schedule, after)).toBe(expected);
});

test('a day that never comes has no next time', () => {
  expect(next('0 0 30 feb *', '2026-01-01T00:00:00Z')).toBeUndefined();
});

test.each(['', '* * * *', '60 * * * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *'])('%j is no schedule', (text) => {
  expect(parseSchedule(text)).toBeUndefined();
});
