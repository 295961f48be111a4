// Cron schedules as CronJobs have them: five fields, names, steps, ranges, and the @ words. UTC.

const FIELDS: readonly { readonly min: number; readonly max: number; readonly names?: readonly string[] }[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const WORDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A schedule such as 30 February never comes: the search ends after five years. */
const HORIZON_MS = 5 * 366 * DAY_MS;

export interface Schedule {
  /** The first moment after `ms` (since the epoch), or undefined when there is none. */
  next(ms: number): number | undefined;
}

/** Undefined where the text is no schedule. */
export function parseSchedule(text: string): Schedule | undefined {
  const parts = (WORDS[text.trim()] ?? text.trim()).split(/\s+/);
  if (parts.length !== FIELDS.length) return undefined;
  const sets = parts.map((part, i) => parseField(part, i));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  // As cron: when both day fields are restricted, either one is enough.
  const anyDay = parts[2]?.startsWith('*') || parts[4]?.startsWith('*');
  const onDay = (date: Date): boolean => {
    const day = days.has(date.getUTCDate());
    const weekday = weekdays.has(date.getUTCDay());
    return months.has(date.getUTCMonth() + 1) && (anyDay ? day && weekday : day || weekday);
  };
  return {
    next: (ms) => {
      let at = (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS;
      while (at < ms + HORIZON_MS) {
        const date = new Date(at);
        if (!onDay(date)) at = (Math.floor(at / DAY_MS) + 1) * DAY_MS;
        else if (hours.has(date.getUTCHours()) && minutes.has(date.getUTCMinutes())) return at;
        else at += MINUTE_MS;
      }
      return undefined;
    },
  };
}

function parseField(part: string, index: number): Set<number> | undefined {
  const field = FIELDS[index];
  if (!field) return undefined;
  const values = new Set<number>();
  for (const item of part.split(',')) {
    const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(item);
    if (!match) return undefined;
    const [, from = '', to, step] = match;
    const every = from === '*' || from === '?';
    const low = every ? field.min : valueOf(from, index);
    const high = every || (to === undefined && step !== undefined) ? field.max : valueOf(to ?? from, index);
    const stride = step === undefined ? 1 : Number(step);
    if (Number.isNaN(low) || Number.isNaN(high) || low < field.min || high > field.max || low > high || stride < 1)
      return undefined;
    for (let value = low; value <= high; value += stride) values.add(value);
  }
  return values;
}

function valueOf(text: string, index: number): number {
  const named = FIELDS[index]?.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + (FIELDS[index]?.min ?? 0);
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return index === 4 && value === 7 ? 0 : value;
}
