// How long ago something was, in steps that a person sees a difference in: short for a row, with when the words change next,
// and written out for a sentence. Pure: the time is a parameter.
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Within a minute a row that changes each second would only draw the eye. */
const STEP_MS = 10 * SECOND_MS;
/** No two clocks that work on one cluster are further apart. */
const SKEW_MS = MINUTE_MS;

export interface Age {
  /** `just now`, `20 s ago`, `5 min ago`, `3 h ago`, `2 d ago` */
  readonly text: string;
  /** Milliseconds until it reads otherwise. */
  readonly changesIn: number;
}

/** The age of an RFC 3339 time; undefined where there is none, or it lies further ahead than clocks differ: nothing is said then. */
export function ageOf(time: string | undefined, now: number): Age | undefined {
  const since = time === undefined ? Number.NaN : Date.parse(time);
  const passed = now - since;
  if (!(passed > -SKEW_MS)) return undefined;
  if (passed < STEP_MS) return { text: 'just now', changesIn: STEP_MS - passed };
  if (passed < MINUTE_MS)
    return { text: `${Math.trunc(passed / STEP_MS) * 10} s ago`, changesIn: left(passed, STEP_MS) };
  if (passed < HOUR_MS) return inSteps(passed, MINUTE_MS, 'min');
  return passed < DAY_MS ? inSteps(passed, HOUR_MS, 'h') : inSteps(passed, DAY_MS, 'd');
}

function inSteps(passed: number, step: number, unit: string): Age {
  return { text: `${Math.trunc(passed / step)} ${unit} ago`, changesIn: left(passed, step) };
}

function left(passed: number, step: number): number {
  return step - (passed % step);
}

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [365 * DAY_MS, 'year'],
  [30 * DAY_MS, 'month'],
  [DAY_MS, 'day'],
  [HOUR_MS, 'hour'],
  [MINUTE_MS, 'minute'],
];

/** For a sentence: `10 minutes ago`. Clocks that disagree make nothing negative. */
export function ageText(ms: number): string {
  const unit = UNITS.find(([size]) => ms >= size);
  if (!unit) return 'just now';
  const number = Math.floor(ms / unit[0]);
  return `${number} ${unit[1]}${number === 1 ? '' : 's'} ago`;
}
