// What a build did, step by step, for rebuild.ts to do it again for some objects. Filled by the build where somebody asks for
// it (BuildOptions.trace); decides nothing.
import type { DocumentText, SourceText } from '../model/sourceText.ts';
import type { Finishing } from './finish.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import type { NameRules } from './reference/nameReference.ts';
import type { Resource } from './resource.ts';
import type { TransformContext, TransformerUse } from './transformer.ts';
import type { BuiltinTransformer } from './transformers.ts';

export interface Trace {
  readonly steps: TraceStep[];
  /** How often each file was read, as text or as bytes. */
  readonly reads: Map<string, number>;
  readonly binaries: Map<string, Uint8Array | undefined>;
  /** The kustomizations by the path of their file. */
  readonly kustomizations: Map<string, TracedKustomization>;
  /** Something was done that has no step: what came from elsewhere, validators. */
  untraced: boolean;
  end: TraceEnd | undefined;
}

/** A kustomization that was built, and what was edited in its file since. */
export interface TracedKustomization {
  /** As the steps have it. */
  readonly built: Kustomization;
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

/** A transformer ran on what an accumulation had gathered. */
export interface RanStep {
  readonly kind: 'ran';
  readonly on: Gathered;
  readonly transformer: BuiltinTransformer;
  readonly use: TransformerUse;
  readonly context: TransformContext;
  /** The kustomization that asked for it. */
  readonly by: Kustomization;
}

export type TraceStep =
  | ReadStep
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
  readonly finishing: Finishing;
  /** The resources in the order of the output. */
  readonly ordered: readonly Resource[];
}

export function newTrace(): Trace {
  return {
    steps: [],
    reads: new Map(),
    binaries: new Map(),
    kustomizations: new Map(),
    untraced: false,
    end: undefined,
  };
}
