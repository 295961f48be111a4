// Goes on with a build from a checkpoint, over the files as they are now: the same code runs on from there. What was done
// before must stand as it did (rebuild.ts sees to that).
import type { SourceText } from '../../model/sourceText.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { accumulate } from '../accumulate.ts';
import { copyOf, fileOf, putBackGathered, spotOf } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { collectFindings } from '../collect.ts';
import { complete } from '../output/complete.ts';
import type { Ending } from '../output/finish.ts';
import type { BuildState, Frame } from '../layer.ts';
import { newLoader } from '../load/loader.ts';
import type { LoaderBase } from '../load/loader.ts';
import type { Rendering } from '../rendering.ts';
import type { Resource } from '../resource.ts';
import type { Trace } from './trace.ts';

export interface Resumed {
  readonly rendering: Rendering;
  readonly trace: Trace;
  readonly ordered: readonly Resource[];
}

/**
 * The build as it goes on, with the kustomizations that it was in as they are now (`texts`). Undefined where it asks for
 * what no checkpoint knows of; the objects of the last build are spoiled then.
 */
export function resume(
  checkpoint: Checkpoint,
  ending: Ending,
  snapshot: Snapshot,
  texts: ReadonlyMap<string, SourceText>,
): Resumed | undefined {
  const collector = collectFindings();
  checkpoint.findings.forEach((finding) => collector.report(finding));
  const trace = copyOf(checkpoint.trace);
  const sources = new Map(checkpoint.sources);
  for (const { layer } of checkpoint.frames) {
    const source = texts.get(fileOf(layer.kustomization));
    if (source) sources.set(source.path, source);
  }
  const files = new Set(checkpoint.files);
  const ask: LoaderBase['ask'] = (wanted) => {
    trace.untraced = true;
    return checkpoint.base.ask(wanted);
  };
  const base: LoaderBase = { ...checkpoint.base, ...collector, snapshot, files, sources, earlier: texts, trace, ask };
  putBackGathered(checkpoint);
  const begun = framesOn(checkpoint, base);
  const [outermost] = begun;
  if (!outermost) return undefined;
  accumulate(outermost.layer, outermost.accumulation, begun);
  const ordered = complete(outermost.layer, outermost.accumulation, ending);
  if (trace.untraced || outermost.layer.state.schemasAreSet) return undefined;
  const findings = collector.finish();
  const manifests = ordered.map(({ node }) => ({ node }));
  return { rendering: { manifests, findings, files, wanted: [] }, trace, ordered };
}

/** The frames of the checkpoint for a build that goes on over other files. */
function framesOn({ frames }: Checkpoint, base: LoaderBase): readonly Frame[] {
  const [outermost] = frames;
  if (!outermost) return [];
  const arrived: BuildState['arrived'] = (at) => {
    if (base.trace) base.trace.here = spotOf(at);
  };
  const state: BuildState = { ...outermost.layer.state, base, frames: [], arrived };
  return frames.map(({ layer, accumulation, position }) => {
    const known = base.trace?.kustomizations.get(fileOf(layer.kustomization));
    const kustomization = known?.readings.includes(layer.kustomization) ? known.now : layer.kustomization;
    const loader = newLoader(base, layer.loader.root);
    return { layer: { ...layer, state, kustomization, loader }, accumulation, position };
  });
}
