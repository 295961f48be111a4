// What the links are made from, and how one thing that is not ready leads on to the next. Types only.
import type { JsonObject } from '../../model/json.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { ClusterState, WorkspaceState } from '../../workspace/state.ts';
import type { WhyLink } from './chain.ts';

export interface WhyContext {
  readonly state: WorkspaceState;
  readonly cluster: ClusterState;
  /** The links of what is behind: a dependency, an object that is waited for. Empty where that is ready. */
  readonly linksOf: (ref: ObjectRef, way: Way) => WhyLink[];
}

/** How the chain came here. */
export interface Way {
  /** Keys of the Kustomizations that were gone through. */
  readonly seen: readonly string[];
  /** The Kustomization that owns what is looked at. */
  readonly owner?: JsonObject;
}
