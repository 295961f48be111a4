// What every transformer of the build is: a function of the resources and one typed entry. One file per transformer;
// their order stands in transformers.ts. Bad input is reported, never thrown.
import type { Finding } from '../../model/finding.ts';
import type { MapNode } from '../../model/node.ts';
import type { Cause } from '../../model/origin.ts';
import type { Place, SourceText } from '../../model/sourceText.ts';
import type { Fetched, Wanted } from '../../source/wanted.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { FieldSpec } from './fieldSpec.ts';
import type { Release } from '../release.ts';
import type { IsClusterScoped, Resource } from '../resource.ts';
import type { ResourceList } from '../resourceList.ts';

/** Reads files for one kustomization, under the load restriction of the build. */
export interface Loader {
  /** The directory of the kustomization, relative to the snapshot; empty for its root. */
  readonly root: string;
  /** The text of a file named relative to the root. Reports why not, at the place that names it, and gives undefined. */
  text(path: string, namedAt: Place | undefined): SourceText | undefined;
  /** As text, for bytes. */
  bytes(path: string, namedAt: Place | undefined): Uint8Array | undefined;
  /** All files below a directory by path relative to it; undefined where there is none. Reports nothing. */
  folder(path: string): ReadonlyMap<string, Uint8Array> | undefined;
  /** Asks for something from elsewhere; undefined where it is still to be fetched. */
  ask(wanted: Wanted): Fetched | undefined;
}

export interface TransformContext {
  /** The resources that the kustomization has accumulated so far. */
  readonly resources: ResourceList;
  readonly schemas: SchemaSet;
  readonly isClusterScoped: IsClusterScoped;
  readonly loader: Loader;
  readonly release: Release;
  report(finding: Finding): void;
  /**
   * Reports that something is not there, unless an error before it can be the reason. `what` tells it from all else that one use can
   * miss; the words of the finding are often long to find.
   */
  reportAbsent(what: string, finding: () => Finding): void;
  /** Tells that what becomes of others depends on this resource. */
  readFrom(resource: Resource): void;
}

/** One use of a transformer: a field (or an entry of a list field) of a kustomization, or a plugin's configuration. */
export interface TransformerUse {
  /**
   * The configuration in the form of the builtin plugin of that kind, read in the 'kubernetes' dialect: an entry of
   * `patches` for PatchTransformer, `{paths, patches}` for PatchStrategicMergeTransformer, `{target, path, jsonOp}` for
   * PatchJson6902Transformer, `{replacements}` for ReplacementTransformer. Nodes carry the places of the user's text.
   */
  readonly config: MapNode;
  /** The fields to write: those of the kustomization's transformer configuration, or the plugin's own `fieldSpecs`. */
  readonly fieldSpecs: readonly FieldSpec[];
  /** The field of the kustomization that asked for it (`patches`, `namePrefix`, `transformers`, ...). */
  readonly field: string;
  /** The position within a list field, from 0. */
  readonly index: number;
  readonly place: Place | undefined;
}

export type Transformer = (context: TransformContext, use: TransformerUse) => void;

/**
 * Which objects a use can change, told by what they are when the build is done, behind the `later` uses: never too few.
 * Undefined where that cannot be told.
 */
export type Reach = (
  context: TransformContext,
  use: TransformerUse,
  later: readonly { readonly transformer: { readonly kind: string }; readonly use: TransformerUse }[],
) => Reached | undefined;

export interface Reached {
  /** What it is told by. Another use of the same step with the same one can change the same objects. */
  readonly by: string;
  has(resource: Resource): boolean;
}

/** The cause of what a use writes: the field of the kustomization or, where Flux put that field there, Flux's own. */
export function causeOf(use: TransformerUse): Cause {
  const { cause } = use.config.origin;
  return cause.by === 'flux' ? cause : { by: 'transformer', field: use.field };
}
