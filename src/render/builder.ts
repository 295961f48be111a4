// Builds the same kustomizations again and again, as an editor does while one types: each from what is left of the last
// build of its directory. Same results as `build`; remembers one build of each directory.
import { hasErrors } from '../model/finding.ts';
import type { Snapshot } from '../source/snapshot.ts';
import { build } from './build.ts';
import { rebuild } from './rebuild.ts';
import { recorded } from './recorded.ts';
import type { Recorded } from './recorded.ts';
import type { BuildOptions, Rendering } from './rendering.ts';
import { newTrace } from './trace.ts';
import type { Trace } from './trace.ts';

/** As `build`, of one set of options. */
export type Builder = (snapshot: Snapshot, path: string) => Rendering;

/**
 * A builder that remembers. Of an object whose text did not change, a later rendering holds the same manifest and the same
 * nodes; their places follow the text as it was last built.
 */
export function newBuilder(options: BuildOptions): Builder {
  const again = newRebuilder<string>(new Map());
  return (snapshot, path) => again(path, snapshot, (trace) => build(snapshot, path, { ...options, trace }));
}

/** Builds what a key stands for, always by the same options, from what is left of its last build or by `whole`. */
export type Rebuilder<K> = (key: K, snapshot: Snapshot, whole: (trace: Trace) => Rendering) => Rendering;

/** A rebuilder that remembers one build of each key. */
export function newRebuilder<K>(known: {
  get(key: K): Recorded | undefined;
  set(key: K, recorded: Recorded): unknown;
  delete(key: K): unknown;
}): Rebuilder<K> {
  return (key, snapshot, whole) => {
    const before = known.get(key);
    const again = before && rebuild(before, snapshot);
    if (again) return again;
    const trace = newTrace();
    const rendering = whole(trace);
    const made = recorded(rendering, trace, snapshot);
    if (made) known.set(key, made);
    // What is half typed is soon whole again: the last build without errors is what the next one may start from.
    else if (!hasErrors(rendering.findings)) known.delete(key);
    return rendering;
  };
}
