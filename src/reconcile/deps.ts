// What the loop is made of: everything it does to the world, as parameters. Holds types only.
import type { ChangeSet } from '../model/changeSet.ts';
import type { Clock } from '../model/clock.ts';
import type { Disposable } from '../model/disposable.ts';
import type { Finding } from '../model/finding.ts';
import type { ControllerSettings } from '../model/controllerSettings.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { HealthRule } from '../health/expressions.ts';
import type { FieldChange } from '../diff/plan/plan.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Rendering, VariableSource } from '../render/rendering.ts';
import type { Credentials } from '../source/git/remote.ts';
import type { VerificationKeys, VerificationMode } from '../source/git/verify.ts';
import type { Included } from '../source/include.ts';
import type { Snapshot } from '../source/snapshot.ts';

export interface LoopDeps {
  readonly client: KubeClient;
  readonly sources: Sources;
  readonly stages: Stages;
  /** Opens another cluster by the text of its kubeconfig, for spec.kubeConfig. Throws StatusError where it cannot be used. */
  readonly openKubeconfig?: (text: string) => Promise<KubeClient>;
  readonly log: Log;
  readonly clock: Clock;
  readonly options?: LoopOptions;
}

export interface LoopOptions extends ControllerSettings {
  /** Who holds the Lease: unique for each process. Without it no Lease is taken. */
  readonly identity?: string;
  /** How long a Kustomization waits before it looks at its dependencies again when nothing wakes it. Default 30 s. */
  readonly requeueDependencyMs?: number;
  /** How many objects of each kind are reconciled at once. Default 4, as Flux. */
  readonly concurrency?: number;
  /** Ends a health wait when a newer revision is there. Default as the gate CancelHealthCheckOnNewRevision says. */
  readonly cancelHealthCheckOnNewRevision?: boolean;
  /** Whether a person has seen what goes at a revision: a build that lacks all or most of what was there then deletes it. */
  readonly prunesAll?: (revision: string) => boolean;
}

/** Where GitRepositories are read from (see sources.ts). */
export interface Sources extends Disposable {
  /** Reads what a GitRepository asks for. Throws SourceError with Flux's reason where it cannot. */
  fetch(repository: JsonObject, access: SourceAccess, signal: AbortSignal): Promise<FetchedSource>;
  /** Calls back when a GitRepository of that url would now give something else (a commit in the workspace). */
  onChange(listener: (serves: (repository: JsonObject) => boolean) => void): Disposable;
}

/** What a source is read with beyond its spec. */
export interface SourceAccess {
  /** The login of its secretRef; asked for only where it is needed. */
  credentials(): Promise<Credentials>;
  /** The public keys of spec.verify; asked for only where there is something to verify. */
  keys?(): Promise<VerificationKeys>;
  /** The artifacts of spec.include; asked for before anything is fetched, and after the login. */
  includes?(): Promise<readonly Included[]>;
}

export interface FetchedSource {
  readonly snapshot: Snapshot;
  /** `main@sha1:...`, or `sha256:...` of a working tree. */
  readonly revision: string;
  /** The subject of the commit; undefined for a working tree. */
  readonly subject: string | undefined;
  /** A hash of what the snapshot holds, and its size in bytes. */
  readonly digest: string;
  readonly size: number;
  /** It comes from the open workspace, which says by itself when it changes. */
  readonly local: boolean;
  /** What the artifact lacks and a person would look for in it. */
  readonly lacks?: readonly string[];
  /** What was verified of it (spec.verify), as the SourceVerified condition says it. */
  readonly verified?: Verified | undefined;
  /** The branch left the revision of the last artifact aside: it was pushed with force, rebased or amended. */
  readonly rewritten?: boolean;
}

export interface Verified {
  readonly mode: VerificationMode;
  readonly message: string;
}

/** The condition that a failure of a source is said in. */
export type SourceCondition = 'FetchFailed' | 'IncludeUnavailable' | 'StorageOperationFailed' | 'SourceVerified';

/** A source that cannot be read. `reason` is that of Flux's condition; `stalled` says that only a change of the spec helps. */
export class SourceError extends Error {
  readonly reason: string;
  readonly stalled: boolean;
  readonly condition: SourceCondition;

  constructor(reason: string, message: string, stalled = false, condition: SourceCondition = 'FetchFailed') {
    super(message);
    this.name = 'SourceError';
    this.reason = reason;
    this.stalled = stalled;
    this.condition = condition;
  }
}

/** The stages that a reconciliation runs through (see stages.ts for the real ones). */
export interface Stages {
  /** Kustomize and Flux's own steps, substitution included. `built` is what was built before commonMetadata. */
  render(
    snapshot: Snapshot,
    kustomization: JsonObject,
    variables: readonly VariableSource[],
    signal: AbortSignal,
  ): Promise<Rendering & { readonly built?: readonly Manifest[] }>;
  validate(manifests: readonly Manifest[]): readonly Finding[];
  /** The build's text: what Flux hashes for the history. */
  print(manifests: readonly Manifest[]): string;
  /** Applies in stages. Never throws for what a server refused: `error` is then Flux's message. */
  apply(
    client: KubeClient,
    objects: readonly JsonObject[],
    options: ApplyOptions,
    signal: AbortSignal,
  ): Promise<ApplyOutcome>;
  /** Deletes objects that still carry the owner's labels. `survivors` are those whose deletion was not confirmed. */
  prune(
    client: KubeClient,
    refs: readonly ObjectRef[],
    kustomization: JsonObject,
    signal: AbortSignal,
  ): Promise<PruneOutcome>;
  /** Whether an object is healthy as it is. */
  isHealthy(live: JsonObject): boolean;
  /** Resolves when all are healthy; otherwise with Flux's message. Rejects only when the signal aborts. */
  wait(
    client: KubeClient,
    refs: readonly ObjectRef[],
    options: WaitOptions,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Resolves to true when all are gone. */
  waitGone(client: KubeClient, refs: readonly ObjectRef[], timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Merges two YAML texts as Helm merges values. Throws an Error with one sentence where one cannot be read. */
  mergeYaml(base: string, overlay: string): string;
  /** What an out-of-band change made of an applied object, from what is known without asking the server. */
  drift(desired: JsonObject, live: JsonObject | undefined, kustomization: JsonObject): readonly FieldChange[];
}

export interface ApplyOptions {
  readonly kustomization: JsonObject;
  /** Told what a stage is about to do, so that the inventory knows it even if the process dies in between. */
  readonly beforeStage: (changes: ChangeSet) => Promise<void>;
  /** An object as it is, where it is known to be there as desired, so that the server need not be asked. */
  readonly settled: (desired: JsonObject) => JsonObject | undefined;
  /** An object as a watch has it; left out where the account may not be allowed to read it. */
  readonly seen?: (desired: JsonObject) => JsonObject | undefined;
  /** Told of each object that the server has confirmed to be there as desired, as it is there. */
  readonly onConfirmed: (desired: JsonObject, live: JsonObject) => void;
}

export interface ApplyOutcome {
  readonly changes: ChangeSet;
  /** The objects as they are sent to the server: normalised, with owner labels and common metadata. */
  readonly desired: readonly JsonObject[];
  readonly error?: string;
}

export interface PruneOutcome {
  readonly changes: ChangeSet;
  readonly survivors: readonly ObjectRef[];
  /** One sentence for each object that waits for its finalizers. */
  readonly held: readonly string[];
  readonly error?: string;
}

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Jobs with a TTL: gone means done. */
  readonly jobsWithTtl: readonly ObjectRef[];
  /** The health of custom resources, where the Kustomization has its own rules for them. */
  readonly rule?: HealthRule;
  /** Told what is still missing, in one sentence. */
  readonly onProgress: (detail: string) => void;
}
