// Builds the same kustomizations again and again, as an editor does while one types: each from what is left of the last
// build of its directory. Same results as `build`; remembers one build of each directory.
import { hasErrors } from '../../model/finding.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { build } from '../build.ts';
import { layCheckpoint, spotOf } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { rebuild } from './rebuild.ts';
import type { Way } from './rebuild.ts';
import { recorded } from './recorded.ts';
import type { Recorded } from './recorded.ts';
import type { BuildOptions, Rendering } from '../rendering.ts';
import { newTrace } from './trace.ts';
import type { Spot } from './trace.ts';

/** As `build`, of one set of options. */
export type Builder = (snapshot: Snapshot, path: string) => Rendering;

/**
 * A builder that remembers. Of an object whose text did not change, a later rendering holds the same manifest and the same
 * nodes; their places follow the text as it was last built.
 */
export function newBuilder(options: BuildOptions, took: (way: Way | 'whole') => void = () => undefined): Builder {
  const again = newRebuilder<string>(new Map(), took);
  return (snapshot, path) => again(path, snapshot, (watch) => build(snapshot, path, { ...options, ...watch }));
}

/** What a build tells while it runs. */
export type Watch = Required<Pick<BuildOptions, 'trace' | 'arrived'>>;

/** Builds what a key stands for, always by the same options, from what is left of its last build or by `whole`. */
export type Rebuilder<K> = (key: K, snapshot: Snapshot, whole: (watch: Watch) => Rendering) => Rendering;

/** A rebuilder that remembers one build of each key. `took` is told how each rendering was made. */
export function newRebuilder<K>(
  known: {
    get(key: K): Recorded | undefined;
    set(key: K, recorded: Recorded): unknown;
    delete(key: K): unknown;
  },
  took: (way: Way | 'whole') => void = () => undefined,
): Rebuilder<K> {
  return (key, snapshot, whole) => {
    const before = known.get(key);
    const again = before && rebuild(before, snapshot);
    took(again && 'way' in again ? again.way : 'whole');
    if (again && 'rendering' in again) return again.rendering;
    if (before?.isSpoiled) known.delete(key);
    const { watch, laid } = watching(again?.spot);
    const rendering = whole(watch);
    const made = recorded(rendering, watch.trace, snapshot, laid());
    if (made) known.set(key, made);
    // What is half typed is soon whole again: the last build without errors is what the next one may start from.
    else if (!hasErrors(rendering.findings)) known.delete(key);
    return rendering;
  };
}

/** Watches a build, and lays a checkpoint where it comes to a spot. */
function watching(spot: Spot | undefined): { watch: Watch; laid: () => Checkpoint | undefined } {
  const trace = newTrace();
  let checkpoint: Checkpoint | undefined;
  const arrived: Watch['arrived'] = (frames) => {
    trace.here = spotOf(frames);
    const { file, part, index } = trace.here ?? {};
    if (spot && file === spot.file && part === spot.part && index === spot.index) checkpoint = layCheckpoint(frames);
  };
  return { watch: { trace, arrived }, laid: () => checkpoint };
}
