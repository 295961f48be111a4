// What a build did, step by step, for rebuild.ts to do it again for one object. Filled by the build where somebody asks for
// it (BuildOptions.trace); decides nothing.
import type { SourceText } from '../model/sourceText.ts';
import type { Finishing } from './finish.ts';
import type { NameRules } from './reference/nameReference.ts';
import type { Resource } from './resource.ts';
import type { TransformContext, TransformerUse } from './transformer.ts';
import type { BuiltinTransformer } from './transformers.ts';

export interface Trace {
  readonly steps: TraceStep[];
  /** How often each file was read, as text or as bytes. */
  readonly reads: Map<string, number>;
  readonly binaries: Map<string, Uint8Array | undefined>;
  /** Something was done that has no step: what came from elsewhere, validators. */
  untraced: boolean;
  end: TraceEnd | undefined;
}

/** An accumulation, by which alone steps are told apart. */
type Gathered = object;

export type TraceStep =
  /** A file of resources was read into an accumulation. */
  | {
      readonly kind: 'read';
      readonly into: Gathered;
      readonly source: SourceText;
      readonly resources: readonly Resource[];
    }
  /** A base was finished, and what it had gathered joined what its user had. */
  | { readonly kind: 'joined'; readonly from: Gathered; readonly into: Gathered }
  | {
      readonly kind: 'ran';
      readonly on: Gathered;
      readonly transformer: BuiltinTransformer;
      readonly use: TransformerUse;
      readonly context: TransformContext;
    };

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
  return { steps: [], reads: new Map(), binaries: new Map(), untraced: false, end: undefined };
}
