// Builds that need something from elsewhere: a build says what it lacks, that is fetched, and it is built again with what
// came. The build itself stays a pure function.
import type { Fetch, Fetched, FetchedThings, Wanted } from '../../source/wanted.ts';
import type { Rendering } from '../rendering.ts';
import { wantedKey } from './wantedKey.ts';

/** Keeps answers by what was asked. */
export function newFetchedThings(): FetchedThings & { set(wanted: Wanted, fetched: Fetched): void } {
  const answers = new Map<string, Fetched>();
  return {
    get: (wanted) => answers.get(wantedKey(wanted)),
    set: (wanted, fetched) => void answers.set(wantedKey(wanted), fetched),
  };
}

/** Bases of bases need a round each; nobody nests them deeper than this. */
const ROUNDS = 32;

/**
 * Renders until nothing is missing. What was fetched is kept for this call alone.
 * @throws where `signal` was aborted.
 */
export async function renderFetching<T extends Rendering>(
  render: (fetched: FetchedThings) => T,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<T> {
  const things = newFetchedThings();
  let rendering = render(things);
  for (let round = 0; rendering.wanted.length > 0 && round < ROUNDS; round++) {
    await Promise.all(rendering.wanted.map(async (wanted) => things.set(wanted, await fetch(wanted, signal))));
    rendering = render(things);
  }
  return rendering;
}
