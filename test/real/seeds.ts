// Generated cases by their seeds: which ones a run is asked for, and the case of one of them.
import * as fc from 'fast-check';

/** Flags of a suite of generated cases: `--runs 1 --seed S` repeats one. */
export const seedFlags = { runs: { type: 'string' }, seed: { type: 'string' } } as const;

/** Those that are asked for; without a seed they begin anywhere. */
export function seedsOf(
  flags: { readonly runs?: string | undefined; readonly seed?: string | undefined },
  usualRuns: number,
): { readonly first: number; readonly last: number; readonly seeds: readonly number[] } {
  const runs = Number(flags.runs ?? usualRuns);
  const first = Number(flags.seed ?? Date.now() % 1_000_000_000);
  return { first, last: first + runs - 1, seeds: Array.from({ length: runs }, (_, at) => first + at) };
}

/** The same each time. */
export function caseOfSeed<T>(cases: fc.Arbitrary<T>, seed: number): T {
  const found = fc.sample(cases, { seed, numRuns: 1 });
  if (found.length === 0) throw new Error('no sample');
  return found[0] as T;
}
