// Generated cases that are known to come out differently, by the list that stands beside the other known differences: said,
// and counted as skipped. Any other difference fails.
import { readFileSync } from 'node:fs';

/** The seeds of `test/conformance/known/NAME`: a number at the start of a line, and behind it what differs. */
export function knownSeeds(name: string): ReadonlySet<number> {
  const text = readFileSync(new URL(`../conformance/known/${name}`, import.meta.url), 'utf8');
  return new Set(text.split('\n').flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : [])));
}
