// Whether there is room in memory for one more build: at the limit of its heap the platform ends a process, with the loop and
// all that is shown. Measures only; what is refused is said by who asks.
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../../model/clock.ts';
import type { Rendering } from '../../render/rendering.ts';

export interface Memory {
  /** Why nothing is built now, in one sentence; undefined where there is room. */
  refusal(): string | undefined;
}

const MIB = 1024 * 1024;
/** What must be left for a build and for all that is made of it: this part of the heap, and so much at least. */
const ROOM = 0.15;
const LEAST_ROOM = 48 * MIB;
/** A collection of everything may take seconds: of all time it takes no more than the tenth part. */
const REST_PER_COLLECTION = 9;
/** Three half spaces of 64 MiB. */
const MOST_YOUNG = 192 * MIB;

/** The memory of this process. `free` gives up what can be made anew, before anything is refused. */
export function processMemory(clock: Clock, free: () => void): Memory {
  // As it is at the start: near its limit the platform counts pages in that it wants back.
  const limit = limitNow();
  const hasRoom = (): boolean => used() < limit - Math.max(limit * ROOM, LEAST_ROOM);
  let collectAfter = -Infinity;
  return {
    refusal() {
      if (hasRoom()) return undefined;
      const begun = clock.now();
      if (begun >= collectAfter) {
        free();
        collect();
        const took = clock.now() - begun;
        collectAfter = clock.now() + took * REST_PER_COLLECTION;
        if (hasRoom()) return undefined;
      }
      return `it is not built, since ${inMib(used())} of the ${inMib(limit)} MiB of memory that this process may use are taken: open fewer folders, or start it with NODE_OPTIONS=--max-old-space-size=${inMib(limit * 2)}`;
    },
  };
}

/** What stands for a build that was refused. */
export function refusedRendering(message: string): Rendering {
  return {
    manifests: [],
    findings: [{ code: 'render-failed', severity: 'error', message }],
    files: new Set(),
    wanted: [],
  };
}

const inMib = (bytes: number): string => (bytes / MIB).toFixed(0);

/** Of what lives longer: the limit that the platform tells counts the young generation in, where nothing stays. */
function limitNow(): number {
  const { heap_size_limit: limit } = getHeapStatistics();
  return Math.max(limit - MOST_YOUNG, limit / 2);
}

function used(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => !name.startsWith('new_'))
    .reduce((sum, space) => sum + space.space_used_size, 0);
}

/** What is garbage counts as used until somebody collects it. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  if (typeof gc === 'function') gc();
}
