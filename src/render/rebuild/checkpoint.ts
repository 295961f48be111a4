// A build as it stood when it had come to some entry of a kustomization, laid aside so that a later build can go on from
// there (resume.ts). Holds copies of the objects; decides nothing.
import type { Finding } from '../../model/finding.ts';
import { cloneNode } from '../../model/node.ts';
import type { DocumentText, SourceText } from '../../model/sourceText.ts';
import type { TransformerConfig } from '../config/transformerConfig.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import type { Accumulation, Frame } from '../layer.ts';
import type { LoaderBase } from '../load/loader.ts';
import type { Resource } from '../resource.ts';
import { isBefore } from './trace.ts';
import type { Position, Spot, Trace } from './trace.ts';

export interface Checkpoint {
  /** The kustomizations that were being built, outermost first, and how far each had come. */
  readonly frames: readonly Frame[];
  readonly gathered: ReadonlyMap<Accumulation, Laid>;
  /** What had been done, read, looked at and found by then. */
  readonly trace: Trace;
  readonly base: LoaderBase;
  readonly sources: ReadonlyMap<string, SourceText>;
  readonly files: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  /** The readings of kustomizations that the places in the copies are in. */
  readonly documents: ReadonlyMap<string, readonly DocumentText[]>;
}

/** What an accumulation held. */
interface Laid {
  readonly resources: readonly { readonly resource: Resource; readonly state: State }[];
  readonly config: TransformerConfig;
}

/** All of a resource that a build changes. */
type State = Omit<Resource, 'isClusterScoped' | 'read' | 'lastId'>;

/** Lays a checkpoint; undefined where no build could go on from there. */
export function layCheckpoint(frames: readonly Frame[]): Checkpoint | undefined {
  const [outermost] = frames;
  const base = outermost?.layer.state.base;
  const findings = base?.soFar();
  if (!base?.trace || base.trace.untraced || !findings) return undefined;
  // Within what configures plugins there is no way back to what asked for it.
  if (frames.slice(0, -1).some(({ position: { part } }) => part === 'generators' || part === 'transformers'))
    return undefined;
  return {
    frames: frames.map((frame) => ({ ...frame })),
    gathered: new Map(frames.map(({ accumulation }) => [accumulation, laid(accumulation)])),
    trace: copyOf(base.trace),
    base,
    sources: new Map(base.sources),
    files: new Set(base.files),
    findings,
    documents: new Map([...base.trace.kustomizations].map(([path, { documents }]) => [path, [...documents]])),
  };
}

/** A trace that goes on from another one, which stays as it is. */
export function copyOf(trace: Trace): Trace {
  return {
    ...trace,
    steps: [...trace.steps],
    reads: new Map(trace.reads),
    binaries: new Map(trace.binaries),
    kustomizations: new Map(trace.kustomizations),
  };
}

function laid({ resources, config }: Accumulation): Laid {
  return { resources: resources.items.map((resource) => ({ resource, state: stateOf(resource) })), config };
}

function stateOf(from: State): State {
  const { node, earlier, prefixes, suffixes, referredBy, vars } = from;
  const { behavior, needsHash, allowNameChange, allowKindChange, notesBehindLabels, hasFoot, hasComments } = from;
  return {
    // A label that was put into several maps is one node in all of them: what changes one changes all.
    node: cloneNode(node, new Map()),
    earlier,
    prefixes,
    suffixes,
    referredBy: [...referredBy],
    vars: [...vars],
    behavior,
    needsHash,
    allowNameChange,
    allowKindChange,
    notesBehindLabels,
    hasFoot,
    hasComments,
  };
}

/** Puts everything that was gathered back to what it was. The checkpoint stays good. */
export function putBackGathered({ gathered }: Checkpoint): void {
  for (const [accumulation, { resources, config }] of gathered) {
    for (const { resource, state } of resources) Object.assign(resource, stateOf(state));
    accumulation.resources.reset(resources.map(({ resource }) => resource));
    accumulation.config = config;
    accumulation.variables.clear();
  }
}

/** Copies of some of the objects that were gathered, each with what is wanted of it and the accumulation that it was in. */
export function* laidOf<T>(
  { gathered }: Checkpoint,
  wanted: ReadonlyMap<Resource | undefined, T>,
): Generator<[Resource, T, Accumulation]> {
  for (const [accumulation, { resources }] of gathered)
    for (const { resource, state } of resources) {
      const found = wanted.get(resource);
      if (found) yield [{ ...resource, ...stateOf(state) }, found, accumulation];
    }
}

/** The path of the file of a kustomization. */
export function fileOf({ root, fileName }: Kustomization): string {
  return root === '' ? fileName : `${root}/${fileName}`;
}

/** Where the build has come to. */
export function spotOf(frames: readonly Frame[]): Spot | undefined {
  const frame = frames.at(-1);
  return frame && { file: fileOf(frame.layer.kustomization), ...frame.position };
}

/** Whether all that had been done by then is untouched by an edit of a kustomization that begins at a position. */
export function isAhead({ frames, sources }: Checkpoint, file: string, edited: Position): boolean {
  if (!sources.has(file)) return true;
  const at = frames.findIndex(({ layer }) => fileOf(layer.kustomization) === file);
  const position = frames[at]?.position;
  if (!position) return false;
  // What is within an entry of an outer kustomization was opened by that entry.
  return at === frames.length - 1 ? !isBefore(edited, position) : isBefore(position, edited);
}
