// What the editor and the engine say to each other beyond the language server protocol. Names and plain types only.
import type { ObjectRef } from '../model/objectRef.ts';
import type { DriftActionKind } from '../present/drift/driftActions.ts';
import type { Grouping } from '../present/tree/grouping.ts';
import type { StatusBar } from '../present/statusBar.ts';
import type { TreeNode, ViewName } from '../present/tree/treeNode.ts';

export type { DriftActionKind } from '../present/drift/driftActions.ts';
export type { Grouping } from '../present/tree/grouping.ts';
export type { StatusBar } from '../present/statusBar.ts';
export type { ViewName } from '../present/tree/treeNode.ts';
export type { ObjectRef } from '../model/objectRef.ts';

/** A node without its children: those are asked for when it is opened. */
export type TreeItemModel = Omit<TreeNode, 'children'>;

export interface InitializeOptions {
  readonly trusted: boolean;
  /** Who this window is, across restarts of the engine: the holder of the loop's Lease. */
  readonly identity?: string;
  /** The cluster that this window ran the loop on when it was last open. */
  readonly cluster?: string;
  /** What of the folder was served to each cluster then. */
  readonly servings?: Readonly<Record<string, string>>;
  /** What the Reconciliation view was grouped by then. */
  readonly grouping?: string;
}

export interface TreeParams {
  readonly view: ViewName;
  /** Absent for the roots. */
  readonly parent?: string;
}

export interface TreeChangedParams {
  readonly view: ViewName;
  /** Nodes whose label or children changed; the empty id stands for the roots. */
  readonly ids: readonly string[];
  /** What those nodes look like now. */
  readonly items: readonly TreeItemModel[];
}

/** What decides which welcome text is shown, and what the views say above their nodes. */
export interface ViewsParams {
  readonly indexed: boolean;
  readonly fluxObjects: number;
  readonly clusters: number;
  readonly connected: number;
  /** How many connected clusters have a plan. */
  readonly planned: number;
  /** How many connected clusters have a plan that would change something and has no errors. */
  readonly applicable: number;
  readonly loops: number;
  readonly messages: Readonly<Partial<Record<ViewName, string>>>;
  /** What stands beside their titles. */
  readonly descriptions: Readonly<Partial<Record<ViewName, string>>>;
  /** The clusters that this window runs the loop on, and what of the folder is served to each. */
  readonly loopClusters: readonly { readonly name: string; readonly serving: string }[];
}

export interface RootChoice {
  readonly id: string;
  readonly label: string;
  readonly description: string;
}

/** What the protocol's own types say, without its package: the editor's side has types of its own for them. */
export interface SpotPosition {
  readonly line: number;
  readonly character: number;
}
export interface SpotRange {
  readonly start: SpotPosition;
  readonly end: SpotPosition;
}
export interface SpotLocation {
  readonly uri: string;
  readonly range: SpotRange;
}

/** What can be switched off, each by `plumbline.<feature>.enabled`. */
export const FEATURES = [
  'hover',
  'definition',
  'references',
  'documentLinks',
  'codeLens',
  'editLens',
  'inlayHints',
] as const;
export type Feature = (typeof FEATURES)[number];

/** The command of a lens: shows the places of `plumbline/reached`. Its arguments are an address and a position. */
export const PEEK_COMMAND = 'plumbline.peekReached';

/** The command of a lens about an edit: shows the plan. */
export const PLAN_COMMAND = 'plumbline.showPlan';

/** The commands of drift at the line. Their argument is the id of a choice of `plumbline/driftChoices`. */
export const DRIFT_COMMANDS: Readonly<Record<DriftActionKind, string>> = {
  revert: 'plumbline.revertDrift',
  adopt: 'plumbline.adoptDrift',
  ignore: 'plumbline.ignoreDrift',
};

/** A drifted field, and what one of the three commands would do about it. */
export interface DriftChoice extends TargetChoice {
  readonly id: string;
  readonly owner: ObjectRef;
  /** What would be done with it. */
  readonly detail: string;
  /** Why it cannot be done, as the end of a sentence. */
  readonly refusal?: string;
}

export interface TargetChoice {
  readonly label: string;
  readonly description: string;
  readonly cluster: string;
  readonly ref: ObjectRef;
  /** The Kustomization of an object. */
  readonly owner?: ObjectRef;
}

/** Which objects a command can act upon. */
export type TargetKind =
  | 'flux'
  | 'kustomization'
  | 'active'
  | 'suspended'
  | 'healing'
  | 'detecting'
  | 'object'
  | 'drifted'
  /** Kustomizations with drifted objects; those that can be healed now. */
  | 'withDrift'
  | 'healable'
  /** What should be ready and is not. */
  | 'unready';

export interface ClusterChoice {
  readonly name: string;
  readonly provider: string;
  readonly phase: string;
  readonly loop: boolean;
  /** What of the folder is served to it. */
  readonly serving: string;
}

/** What the Reconciliation view can be grouped by. */
export interface GroupingChoice {
  readonly by: Grouping;
  readonly label: string;
  readonly description: string;
  readonly shown: boolean;
}

/** What of the folder could be served to a cluster. */
export interface ServingChoice {
  /** `head`, `tree`, or a branch of a remote. */
  readonly mode: string;
  readonly label: string;
  readonly description: string;
}

export interface TargetParams {
  readonly cluster: string;
  readonly ref: ObjectRef;
}

export interface DiffResult {
  readonly title: string;
  readonly desired: string;
  readonly live: string;
  readonly message: string;
}

/** Why something is not ready: one sentence, and each of its links. */
export interface WhyResult {
  readonly title: string;
  readonly sentence: string;
  /** The sentence with its places as links. */
  readonly markdown: string;
  readonly steps: readonly WhyStep[];
}

/** What a link leads to: a line of a file, an object of an inventory, or what a commit did to a file. */
export interface WhyStep {
  readonly text: string;
  readonly kind: 'object' | 'kustomization' | 'place' | 'commit' | 'none';
  readonly uri?: string;
  /** From 1. */
  readonly line?: number;
  readonly ref?: ObjectRef;
  readonly commit?: CommitParams;
}

export interface CommitParams {
  readonly id: string;
  readonly path: string;
}

export interface CommitResult {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

export interface PlanResult {
  readonly text: string;
  /** The clusters that the plan could be applied to, with the line (from 0) where their part begins. */
  readonly clusters: readonly { readonly name: string; readonly line: number }[];
  /** The places of the text that lead to a line of a file. */
  readonly links: readonly { readonly range: SpotRange; readonly uri: string }[];
}

export interface PlanOffer {
  readonly id: string;
  /** False: the cluster has what the files say, and there is nothing to ask. */
  readonly changes: boolean;
  readonly question: string;
  readonly detail: string;
  readonly button: string;
  /** Something is lost or made anew: the safe answer is the first. */
  readonly destructive: boolean;
}

/** `stale`: refused, since the plan is another one by now. `cancelled`: the answer to a request that was cancelled. */
export interface ApplyPlanResult {
  readonly kind: 'ready' | 'unready' | 'stale' | 'cancelled';
  readonly message: string;
}

/** Why nothing is served otherwise now, to be said; nothing where all went as asked. */
export interface ServeWorkspaceResult {
  readonly message?: string;
  /** Nothing is served at all now. */
  readonly failed?: boolean;
}

/** Requests: name, parameters, result. Long ones take a `token` for progress lines. */
export interface Requests {
  'plumbline/tree': { readonly params: TreeParams; readonly result: readonly TreeItemModel[] };
  'plumbline/groupings': { readonly params: Record<string, never>; readonly result: readonly GroupingChoice[] };
  'plumbline/group': { readonly params: { readonly by: Grouping }; readonly result: null };
  'plumbline/previewRoots': {
    readonly params: { readonly uri: string | undefined };
    readonly result: readonly RootChoice[];
  };
  'plumbline/preview': { readonly params: { readonly root: string }; readonly result: { readonly text: string } };
  /** Where the objects of the lens on a line stand, in previews. */
  'plumbline/reached': {
    readonly params: { readonly uri: string; readonly position: SpotPosition };
    readonly result: readonly SpotLocation[];
  };
  /** The stretch of a preview that a line of a source has become; null where there is none. */
  'plumbline/toPreview': {
    readonly params: { readonly uri: string; readonly position: SpotPosition; readonly root: string };
    readonly result: SpotRange | null;
  };
  /** What a line of a preview was made from, newest first. */
  'plumbline/toSource': {
    readonly params: { readonly root: string; readonly position: SpotPosition };
    readonly result: readonly SpotLocation[];
  };
  /** The plans of the view as text, or the one that was offered to be applied. */
  'plumbline/plan': { readonly params: { readonly offer?: string }; readonly result: PlanResult };
  /** Makes the whole plan of the files as they are for a cluster, to be applied after a yes. */
  'plumbline/offerPlan': {
    readonly params: { readonly cluster: string; readonly token: string };
    readonly result: PlanOffer;
  };
  /** Applies an offer while it is still the plan. */
  'plumbline/applyPlan': {
    readonly params: { readonly offer: string; readonly token: string };
    readonly result: ApplyPlanResult;
  };
  'plumbline/diff': { readonly params: TargetParams; readonly result: DiffResult };
  /** Why an object, a Kustomization or a source is not ready, or what is to be known of it; null where it is ready. */
  'plumbline/why': { readonly params: TargetParams; readonly result: WhyResult | null };
  /** What a commit did to a file. */
  'plumbline/commit': { readonly params: CommitParams; readonly result: CommitResult };
  'plumbline/targets': { readonly params: { readonly kind: TargetKind }; readonly result: readonly TargetChoice[] };
  'plumbline/clusters': { readonly params: Record<string, never>; readonly result: readonly ClusterChoice[] };
  'plumbline/reconcile': { readonly params: TargetParams & { readonly withSource: boolean }; readonly result: null };
  /** Asks all of them, with their sources. `unready` says what is not ready in the end. */
  'plumbline/reconcileAll': {
    readonly params: { readonly targets: readonly TargetParams[]; readonly token: string };
    readonly result: { readonly unready?: string };
  };
  'plumbline/suspend': { readonly params: TargetParams; readonly result: null };
  'plumbline/resume': { readonly params: TargetParams; readonly result: null };
  'plumbline/heal': { readonly params: TargetParams & { readonly owner: ObjectRef }; readonly result: null };
  'plumbline/driftMode': {
    readonly params: TargetParams & { readonly mode: 'heal' | 'detect' };
    readonly result: null;
  };
  'plumbline/driftChoices': {
    readonly params: { readonly kind: DriftActionKind };
    readonly result: readonly DriftChoice[];
  };
  /** Edits a file in the editor, unsaved: the live value where the field was set, or a rule of spec.ignore. Gives the place. */
  'plumbline/driftEdit': {
    readonly params: { readonly kind: 'adopt' | 'ignore'; readonly id: string };
    readonly result: SpotLocation;
  };
  'plumbline/simulateDrift': { readonly params: TargetParams; readonly result: { readonly message: string } };
  'plumbline/createCluster': {
    readonly params: { readonly name: string; readonly provider: 'embedded' | 'kind'; readonly token: string };
    readonly result: null;
  };
  'plumbline/startLoop': { readonly params: { readonly name: string; readonly token: string }; readonly result: null };
  'plumbline/servings': { readonly params: Record<string, never>; readonly result: readonly ServingChoice[] };
  'plumbline/serve': {
    readonly params: { readonly name: string; readonly mode: string; readonly token: string };
    readonly result: ServeWorkspaceResult;
  };
  'plumbline/deleteCluster': {
    readonly params: { readonly name: string; readonly token: string };
    readonly result: null;
  };
}

/** Notifications of the engine. */
export interface ServerNotifications {
  'plumbline/treeChanged': TreeChangedParams;
  'plumbline/views': ViewsParams;
  'plumbline/status': StatusBar;
  'plumbline/previewChanged': { readonly root: string; readonly text: string };
  /** Desired or live of an object changed: open diffs are asked for again. */
  'plumbline/objectsChanged': Record<string, never>;
  'plumbline/planChanged': Record<string, never>;
}

/** Notifications of the editor. */
export interface ClientNotifications {
  'plumbline/trusted': Record<string, never>;
  'plumbline/previewClosed': { readonly root: string };
  /** A view was shown or hidden. */
  'plumbline/viewVisible': { readonly view: ViewName; readonly visible: boolean };
}

export const PREVIEW_SCHEME = 'plumbline-preview';

/** The address of a root's preview: the label is its name on the tab, the query says which root. */
export function previewUri({ id, label }: Pick<RootChoice, 'id' | 'label'>): string {
  const name = label === '.' ? 'root' : label;
  return `${PREVIEW_SCHEME}:/${name.split('/').map(encodeURIComponent).join('/')}.rendered.yaml?${encodeURIComponent(id)}`;
}
