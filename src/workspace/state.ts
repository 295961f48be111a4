// What the engine remembers across keystrokes. Immutable: every event makes a new state that shares what did not change.
import type { Plan } from '../diff/plan/plan.ts';
import type { FaultyPod } from '../health/podFault.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { MapNode } from '../model/node.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { ServingMode } from '../model/servingMode.ts';
import type { Place } from '../model/sourceText.ts';
import type { LoopEvent, Phase } from '../reconcile/loopEvent.ts';

/** Something that can be rendered: a directory with a kustomization.yaml, or a Flux Kustomization object. */
export type Root =
  | { readonly id: string; readonly kind: 'kustomize'; readonly path: string }
  | {
      readonly id: string;
      readonly kind: 'flux';
      readonly path: string;
      readonly object: JsonObject;
      readonly node: MapNode;
      readonly place: Place;
    };

/** What was found in the folder: roots, and the Flux objects that are written in its files. */
export interface WorkspaceIndex {
  readonly roots: readonly Root[];
  readonly sources: readonly FluxFileObject[];
  /** ConfigMaps and Secrets by names that `substituteFrom` gives, as they are written in files. */
  readonly variables?: readonly FluxFileObject[];
  /** What those objects name and the folder does not have. */
  readonly findings?: readonly Finding[];
}

export interface FluxFileObject {
  readonly object: JsonObject;
  /** The object as it was read, with the places of its fields. */
  readonly node: MapNode;
  readonly place: Place;
}

/** The rendering of a root as the files (with unsaved buffers) are now. */
export interface RootRendering {
  readonly root: Root;
  readonly version: number;
  readonly manifests: readonly Manifest[];
  /** Findings of the build and of the checks on what it made. */
  readonly findings: readonly Finding[];
  readonly files: ReadonlySet<string>;
  /** The files that its variables come from. They are read by what renders them, not by this rendering. */
  readonly variableFiles?: ReadonlySet<string>;
  /** Something that it needs is still being fetched: it is not whole, and nothing may be planned from it. */
  readonly pending?: true;
  /** What the last rendering without errors made; `manifests` itself where this one has none. */
  readonly lastGood: readonly Manifest[];
  /** What it made before, does not make any more, and a cluster still has; absent where there is nothing. */
  readonly gone?: readonly Manifest[];
}

/** What the loop has told of an object that differs from what it has applied. */
export type Drift = Omit<Extract<LoopEvent, { type: 'drift' }>, 'type'>;

/** Health of an object of an inventory, in the words of kstatus. */
export interface LiveObject {
  readonly ref: ObjectRef;
  readonly status: 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';
  readonly message: string;
  /** Undefined where the cluster has no such object. */
  readonly object: JsonObject | undefined;
}

export type PlanState =
  | { readonly kind: 'made'; readonly plan: Plan; readonly version: number }
  /** The rendering has errors: nothing can be planned, and nothing would be applied. */
  | { readonly kind: 'blocked'; readonly findings: readonly Finding[]; readonly version: number }
  | { readonly kind: 'failed'; readonly message: string; readonly version: number };

export interface FluxController {
  /** `2.9.1`; empty where the Deployment does not say it. */
  readonly version: string;
}

export type ClusterPhase = 'stopped' | 'starting' | 'connecting' | 'connected' | 'unreachable' | 'deleting';

export interface ClusterState {
  readonly name: string;
  readonly provider: 'embedded' | 'kind' | 'kubeconfig';
  readonly phase: ClusterPhase;
  /** The last line of what is being done, or why it is not reachable; empty when there is nothing to say. */
  readonly message: string;
  readonly server: string;
  /** Whether this engine runs the loop on it; `observing` while another process holds the Lease. */
  readonly loop: 'none' | 'starting' | 'controlling' | 'observing';
  /** What of the folder the loop serves here. */
  readonly serving: ServingMode;
  /** Keys of the sources that the loop of this window reads from the open folder. */
  readonly served: ReadonlySet<string>;
  /** Flux's own kustomize-controller, where the cluster has one that is meant to run. */
  readonly flux: FluxController | undefined;
  readonly sources: readonly JsonObject[];
  readonly kustomizations: readonly JsonObject[];
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** By the key of a workload that is not ready: its pods that are not as they should be. */
  readonly pods: ReadonlyMap<string, readonly FaultyPod[]>;
  /** The keys of Services of inventories that select no pod, of another object of an inventory neither. */
  readonly withoutPods: ReadonlySet<string>;
  readonly drifts: ReadonlyMap<string, Drift>;
  readonly phases: ReadonlyMap<string, { readonly phase: Phase; readonly detail: string }>;
  /** By `namespace/name` of the Kustomization. */
  readonly plans: ReadonlyMap<string, PlanState>;
}

export interface WorkspaceState {
  /** Absolute path of the folder; empty where none is open. */
  readonly folder: string;
  readonly trusted: boolean;
  /** False until the folder was read once. */
  readonly indexed: boolean;
  readonly index: WorkspaceIndex;
  readonly renderings: ReadonlyMap<string, RootRendering>;
  /** Findings of open files that no rendering reads. */
  readonly looseFindings: ReadonlyMap<string, readonly Finding[]>;
  /** Files whose unsaved text differs from the one on disk. */
  readonly unsaved: ReadonlySet<string>;
  readonly clusters: readonly ClusterState[];
}

export const emptyIndex: WorkspaceIndex = { roots: [], sources: [] };

export function initialState(folder: string, trusted: boolean): WorkspaceState {
  return {
    folder,
    trusted,
    indexed: false,
    index: emptyIndex,
    renderings: new Map(),
    looseFindings: new Map(),
    unsaved: new Set(),
    clusters: [],
  };
}

export function newCluster(name: string, provider: ClusterState['provider']): ClusterState {
  return {
    name,
    provider,
    // Not asked yet: whether it runs is not known.
    phase: 'connecting',
    message: '',
    server: '',
    loop: 'none',
    serving: 'head',
    served: new Set(),
    flux: undefined,
    sources: [],
    kustomizations: [],
    objects: new Map(),
    pods: new Map(),
    withoutPods: new Set(),
    drifts: new Map(),
    phases: new Map(),
    plans: new Map(),
  };
}

/** `namespace/name`: how plans and phases of a Kustomization are keyed. */
export function ownerKey(owner: { readonly namespace: string; readonly name: string }): string {
  return `${owner.namespace}/${owner.name}`;
}
