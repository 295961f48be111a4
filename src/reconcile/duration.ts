// Durations as Go writes them: `1m30s` in specs, `2.345s` in messages. Milliseconds in between.

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads `1h2m3s`; undefined where the text is none. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === '0') return 0;
  if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(value) * (UNITS[unit as string] ?? 0);
  }
  return text.startsWith('-') ? -total : total;
}

/** Prints as Go's time.Duration does: `10m0s`, `1.5s`, `345ms`. */
export function printDuration(milliseconds: number): string {
  if (milliseconds <= 0) return '0s';
  if (milliseconds < 1) return `${trim(milliseconds * 1000)}µs`;
  if (milliseconds < 1000) return `${trim(milliseconds)}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000);
  const seconds = `${trim((milliseconds % 60_000) / 1000)}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function trim(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** An interval moved by up to a twentieth, so that objects with the same interval do not come all at once. */
export function jittered(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (0.95 + 0.1 * random));
}
