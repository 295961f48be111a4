// Keeps the heap of a program small that runs for days beside a person's work: the platform spends much of a machine's memory on
// a speed that a loop has no use for. Must not be used where a keystroke waits.
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import type { Disposable } from '../model/disposable.ts';

/** The platform lets the young generation grow to 128 MiB. */
const ENOUGH_YOUNG_BYTES = 16 * 1024 * 1024;
/** How much the old generation may grow between two collections; the platform lets it double and more. */
const OLD_GROWTH_PERCENT = 40;

/**
 * From now on the heap grows slowly. Limits of the platform are read at the start only, but not the factors by which it
 * grows: the young generation's is set anew after each collection.
 */
export function limitHeapGrowth(): Disposable {
  let growth = 0;
  const adjust = (): void => {
    const size = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
    const next = size < ENOUGH_YOUNG_BYTES ? 2 : 1;
    if (next !== growth) setFlagsFromString(`--semi-space-growth-factor=${next}`);
    growth = next;
  };
  setFlagsFromString(`--heap-growing-percent=${OLD_GROWTH_PERCENT}`);
  adjust();
  const observer = new PerformanceObserver(adjust);
  observer.observe({ entryTypes: ['gc'] });
  return { dispose: () => observer.disconnect() };
}
