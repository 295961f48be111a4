// What a build did, step by step, for rebuild.ts to do it again for some objects. Filled by the build where somebody asks for
// it (BuildOptions.trace); decides nothing.
import type { DocumentText, SourceText } from '../../model/sourceText.ts';
import type { Ending } from '../output/finish.ts';
import type { Generator } from '../generate/generators.ts';
import type { Kustomization } from '../kustomization/kustomization.ts';
import type { NameRules } from '../reference/nameReference.ts';
import type { Resource } from '../resource.ts';
import type { TransformContext, TransformerUse } from '../transform/transformer.ts';
import type { BuiltinTransformer } from '../transform/transformers.ts';

export interface Trace {
  readonly steps: TraceStep[];
  /** For each file that was read, as text or as bytes, where the build had come to each time. */
  readonly reads: Map<string, readonly (Spot | undefined)[]>;
  readonly binaries: Map<string, Uint8Array | undefined>;
  /** The kustomizations by the path of their file. */
  readonly kustomizations: Map<string, TracedKustomization>;
  /** Where the build has come to. */
  here: Spot | undefined;
  /** Something was done that has no step: what came from elsewhere, validators. */
  untraced: boolean;
  end: TraceEnd | undefined;
}

/** How far the build of a kustomization has come: the part that it is in, and the entry of that which is next. */
export interface Position {
  readonly part: (typeof parts)[number];
  readonly index: number;
}

/** The parts of a kustomization in the order in which they are built; transformers count as the uses of all their fields. */
export const parts = ['resources', 'generators', 'components', 'transformers'] as const;

/** A position in the kustomization of a file. */
export interface Spot extends Position {
  readonly file: string;
}

/** Whether a position comes before another one in the same kustomization. */
export function isBefore(a: Position, b: Position): boolean {
  const by = parts.indexOf(a.part) - parts.indexOf(b.part);
  return by < 0 || (by === 0 && a.index < b.index);
}

/** A kustomization that was built, and what was edited in its file since. */
export interface TracedKustomization {
  /** The readings that steps have it from. */
  readonly readings: Kustomization[];
  /** As it stands now. */
  now: Kustomization;
  /** The readings of its file that places are in: the first one, and those behind edits. */
  readonly documents: DocumentText[];
}

/** An accumulation, by which alone steps are told apart. */
export type Gathered = object;

/** A file of resources was read into an accumulation. */
export interface ReadStep {
  readonly kind: 'read';
  readonly into: Gathered;
  readonly source: SourceText;
  readonly resources: readonly Resource[];
}

/** Something that a kustomization asked for. */
interface AskedStep {
  readonly use: TransformerUse;
  readonly context: TransformContext;
  /** The kustomization that asked for it. */
  readonly by: Kustomization;
  /** Where the build had come to. */
  readonly at: Spot | undefined;
  /** Files that it alone reads, and that were edited since, by their paths. */
  readonly files?: EditedFiles;
}

/** Files as they are now. */
export type EditedFiles = ReadonlyMap<string, { readonly text: SourceText; readonly bytes: Uint8Array | undefined }>;

/** A transformer ran on what an accumulation had gathered. */
export interface RanStep extends AskedStep {
  readonly kind: 'ran';
  readonly on: Gathered;
  readonly transformer: BuiltinTransformer;
  /** What it read from, to change others. */
  readonly sources: ReadonlySet<Resource>;
}

/** A generator made objects, none of which took the place of another one. */
export interface MadeStep extends AskedStep {
  readonly kind: 'made';
  readonly into: Gathered;
  readonly generator: Generator;
  readonly resources: readonly Resource[];
}

export type TraceStep =
  | ReadStep
  | MadeStep
  | RanStep
  /** A base was finished, and what it had gathered joined what its user had. */
  | { readonly kind: 'joined'; readonly from: Gathered; readonly into: Gathered };

/** What came behind the outermost accumulation. */
export interface TraceEnd {
  readonly accumulation: Gathered;
  readonly hasVariables: boolean;
  /** The texts that were read, by path. */
  readonly sources: Map<string, SourceText>;
  readonly context: TransformContext;
  readonly names: NameRules;
  readonly ending: Ending;
  /** The kustomization that was built. */
  readonly kustomization: Kustomization;
  /** The resources in the order of the output. */
  ordered: readonly Resource[];
}

export function newTrace(): Trace {
  return {
    steps: [],
    reads: new Map(),
    binaries: new Map(),
    kustomizations: new Map(),
    here: undefined,
    untraced: false,
    end: undefined,
  };
}
