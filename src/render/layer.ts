// What the steps of one kustomization's build share: the kustomization, its files, and what has been accumulated so far.
// Holds no rules.
import type { OriginPath } from './annotations/buildAnnotations.ts';
import type { TransformerConfig } from './config/transformerConfig.ts';
import { emptyConfig } from './config/transformerConfig.ts';
import type { Kustomization } from './kustomization/kustomization.ts';
import type { DirectoryLoader, LoaderBase } from './load/loader.ts';
import type { Variables } from './reference/variables.ts';
import type { Release } from './release.ts';
import type { IsClusterScoped } from './resource.ts';
import type { ResourceList } from './resourceList.ts';
import { newResourceList } from './resourceList.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { SchemaSet } from '../schema/schemaSet.ts';
import type { Position } from './rebuild/trace.ts';
import type { TransformContext } from './transform/transformer.ts';

/** What a build shares between all of its kustomizations. */
export interface BuildState {
  readonly base: LoaderBase;
  readonly isClusterScoped: IsClusterScoped;
  /** The types to merge by. The first kustomization with `openapi` sets them for the whole build, as upstream. */
  schemas: SchemaSet;
  schemasAreSet: boolean;
  /** Whether types, or the scope of a kind that is not built in, were asked for: what upstream makes its own types known beside given ones. */
  sawOtherKinds: boolean;
  /** Kinds without a namespace that `openapi` adds to those that are always known, by gvkKey. */
  readonly clusterScoped: Set<string>;
  /** Whether `buildMetadata` of the built kustomization asks for annotations. */
  readonly annotates: boolean;
  readonly release: Release;
  /** The kustomizations that are being built, outermost first. */
  readonly frames: Frame[];
  /** Called wherever the build has come to the next thing that a kustomization asks for. */
  readonly arrived: (frames: readonly Frame[]) => void;
}

/** A kustomization that is being built, what it has gathered, and how far it has come. */
export interface Frame {
  readonly layer: Layer;
  readonly accumulation: Accumulation;
  position: Position;
}

/** What a kustomization has gathered: resources, the configuration of transformers, and vars. */
export interface Accumulation {
  readonly resources: ResourceList;
  config: TransformerConfig;
  readonly variables: Variables;
}

export function newAccumulation(): Accumulation {
  return { resources: newResourceList(), config: emptyConfig, variables: new Map() };
}

/** One kustomization that is being built. */
export interface Layer {
  readonly state: BuildState;
  readonly kustomization: Kustomization;
  readonly loader: DirectoryLoader;
  /** The directories of the kustomizations that led here, outermost first, this one last. */
  readonly roots: readonly string[];
  /** The addresses of the fetched repositories that led here, outermost first. */
  readonly repositories: readonly string[];
  /** Where this directory is, as origin annotations write it. */
  readonly origin: OriginPath;
}

/** Says how far the innermost kustomization has come: all before that is done, and this is next. */
export function arrive({ state }: Layer, position: Position): void {
  const frame = state.frames.at(-1);
  if (!frame) return;
  frame.position = position;
  state.arrived(state.frames);
}

export function contextOf(layer: Layer, accumulation: Accumulation): TransformContext {
  const { state, loader } = layer;
  return {
    resources: accumulation.resources,
    schemas: watched(state),
    isClusterScoped: state.isClusterScoped,
    loader,
    release: state.release,
    report: (finding) => state.base.report(finding),
    reportAbsent: (_what, finding) => state.base.reportAbsent(finding()),
    readFrom: () => undefined,
  };
}

/** The types to merge by. That they were asked for is noted: upstream makes its own known then. */
function watched(state: BuildState): SchemaSet {
  const { schemas } = state;
  if (state.sawOtherKinds) return schemas;
  const schemaOf: SchemaSet['schemaOf'] = (gvk) => {
    state.sawOtherKinds = true;
    return schemas.schemaOf(gvk);
  };
  return { ...schemas, schemaOf };
}

/** One string for each kind in one version. */
export function gvkKey(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}/${gvk.kind}`;
}
