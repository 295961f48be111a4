// Everything that can change the workspace's state: a closed union. Must not do anything.
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { LoopEvent } from '../reconcile/loopEvent.ts';
import type { ClusterState, LiveObject, PlanState, RootRendering, WorkspaceIndex } from './state.ts';

export type WorkspaceEvent =
  | { readonly type: 'trusted' }
  | { readonly type: 'indexed'; readonly index: WorkspaceIndex }
  | { readonly type: 'rendered'; readonly rendering: RootRendering }
  | { readonly type: 'looseFindings'; readonly path: string; readonly findings: readonly Finding[] }
  | { readonly type: 'unsaved'; readonly paths: ReadonlySet<string> }
  | { readonly type: 'clusters'; readonly clusters: readonly Pick<ClusterState, 'name' | 'provider'>[] }
  | {
      readonly type: 'clusterPhase';
      readonly cluster: string;
      readonly phase: ClusterState['phase'];
      readonly message: string;
      readonly server?: string;
      readonly loop?: ClusterState['loop'];
      readonly serving?: ClusterState['serving'];
    }
  | {
      readonly type: 'fluxObjects';
      readonly cluster: string;
      readonly sources: readonly JsonObject[];
      readonly kustomizations: readonly JsonObject[];
    }
  | { readonly type: 'served'; readonly cluster: string; readonly sources: ReadonlySet<string> }
  | { readonly type: 'fluxController'; readonly cluster: string; readonly flux: ClusterState['flux'] }
  | { readonly type: 'liveObjects'; readonly cluster: string; readonly objects: ReadonlyMap<string, LiveObject> }
  | ({ readonly type: 'pods'; readonly cluster: string } & Pick<ClusterState, 'pods' | 'withoutPods'>)
  | { readonly type: 'loop'; readonly cluster: string; readonly event: LoopEvent }
  | { readonly type: 'planned'; readonly cluster: string; readonly owner: string; readonly plan: PlanState };
