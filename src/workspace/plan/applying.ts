// Apply from a plan in the editor: the whole plan of the files as they are is made and offered; what was offered is applied
// only while it still is the plan, by the loop of this window where it holds the cluster, else by a loop of one round.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { ChangeSet } from '../../model/changeSet.ts';
import { hasErrors } from '../../model/finding.ts';
import type { Log } from '../../model/log.ts';
import { equalJson, getKey, getObject, getString, isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';
import { refOf, sayRef } from '../../model/objectRef.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import { factsOf, planDifference } from '../../diff/plan/planDifference.ts';
import type { PlanDifference } from '../../diff/plan/planDifference.ts';
import type { KubeClient } from '../../kube/client.ts';
import { OWNER_LABEL } from '../../reconcile/entry/bootstrap.ts';
import { startObjects } from '../../reconcile/entry/fluxEntry.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { TreeSnapshot } from '../../source/tree.ts';
import type { Fetch } from '../../source/wanted.ts';
import { applyPlan, refuseStrangers, settled } from './applyPlan.ts';
import type { Applied, ApplyPlanRequest } from './applyPlan.ts';
import type { ControllerChoice } from '../controllerChoice.ts';
import type { MadePlans } from './makePlans.ts';
import { read } from './planBuild.ts';
import type { LeavesDrift } from './leftDrift.ts';
import { loopRevision } from './plannedTree.ts';
import type { PlannedTree } from './plannedTree.ts';
import type { Session } from '../cluster/clusterSession.ts';
import type { Held } from '../cluster/startLoop.ts';

/** A plan that a person may say yes to. */
export interface Offer {
  readonly id: string;
  readonly cluster: string;
  readonly plans: readonly Plan[];
  readonly tree: PlannedTree;
  readonly entry: FluxEntry;
  /** How many files of it are not saved. */
  readonly unsaved: number;
}

/** How an apply ended. `stale`: nothing was applied, since the plan is another one by now. */
export type ApplyResult =
  | { readonly kind: 'stale'; readonly difference: PlanDifference }
  /** Somebody did not want it any more. `begun`: some of it may be applied; the loop of this window takes that back. */
  | { readonly kind: 'cancelled'; readonly begun: boolean; readonly takenBack: boolean }
  | { readonly kind: 'applied'; readonly results: readonly Applied[]; readonly held: boolean };

/** Makes every plan of a tree against a cluster, confirmed by its server. Undefined where the tree has no Flux objects. */
export type MakeAllPlans = (
  tree: PlannedTree,
  client: KubeClient,
  leaves: LeavesDrift,
  signal: AbortSignal,
) => Promise<MadePlans | undefined>;

export interface ApplyingDeps {
  readonly folder: string;
  readonly copy: () => TreeSnapshot;
  readonly unsaved: () => number;
  readonly session: (cluster: string) => Session | undefined;
  readonly restartLoop: (cluster: string, held: Held, signal: AbortSignal) => Promise<void>;
  readonly makePlans: MakeAllPlans;
  readonly leaves: (cluster: string) => LeavesDrift;
  readonly applier: Applier;
}

/** What an apply needs beside the plan. */
export interface Applier {
  readonly cacheDir: string;
  readonly schemas: () => SchemaSet;
  readonly fetch: Fetch;
  readonly controller: ControllerChoice;
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: string;
}

export interface Applying {
  /** Makes the plan and keeps it. Throws an Error with one sentence where nothing can be planned. */
  offer(cluster: string, signal: AbortSignal): Promise<Offer>;
  /** An offer that was made, by its id. */
  get(id: string): Offer | undefined;
  /** Applies an offer while it is still the plan. Throws an Error with one sentence where nothing may be applied. */
  apply(offer: Offer, progress: (line: string) => void, signal: AbortSignal): Promise<ApplyResult>;
}

/** What has a text open may be asked for later; of more than this nobody has any. */
const KEPT = 20;
const TIMEOUT_MS = 300_000;

export function createApplying(deps: ApplyingDeps): Applying {
  const offers = new Map<string, Offer>();
  const make = async (cluster: string, signal: AbortSignal): Promise<Omit<Offer, 'id'>> => {
    const unsaved = deps.unsaved();
    const snapshot = deps.copy();
    const tree = { root: deps.folder, snapshot, revision: snapshot.revision };
    const made = await deps.makePlans(tree, sessionOf(cluster).client, deps.leaves(cluster), signal);
    if (!made) throw new Error('no Flux Kustomization is written in this folder: there is nothing to apply');
    return { cluster, plans: made.plans, tree, entry: made.entry, unsaved };
  };
  const sessionOf = (cluster: string): Session => {
    const session = deps.session(cluster);
    if (!session) throw new Error(`the cluster "${cluster}" is not connected`);
    return session;
  };
  return {
    get: (id) => offers.get(id),
    offer: async (cluster, signal) => {
      const offer = { ...(await make(cluster, signal)), id: randomUUID() };
      offers.set(offer.id, offer);
      for (const old of [...offers.keys()].slice(0, -KEPT)) offers.delete(old);
      return offer;
    },
    apply: async (offer, progress, signal) => {
      progress('checking that it is still the plan');
      const now = await unlessCancelled(make(offer.cluster, signal), signal);
      if (!now) return { kind: 'cancelled', begun: false, takenBack: false };
      const difference = planDifference(offer.plans.map(factsOf), now.plans.map(factsOf));
      if (difference?.kind === 'files')
        return { kind: 'stale', difference: { ...difference, paths: changedPaths(offer.tree, now.tree) } };
      if (difference) return { kind: 'stale', difference };
      if (now.plans.some(({ findings }) => hasErrors(findings)))
        throw new Error('the plan has errors: nothing is applied');
      const request: ApplyPlanRequest = {
        ...deps.applier,
        ...now,
        schemas: deps.applier.schemas(),
        settings: deps.applier.controller.settings,
        timeoutMs: TIMEOUT_MS,
        onChanges: (_, changes) => tell(changes, progress),
      };
      const { client, loop } = sessionOf(offer.cluster);
      const applied = loop ? applyWithLoop(request, offer.cluster, deps, signal) : applyPlan(request, client, signal);
      const results = await unlessCancelled(applied, signal);
      if (!results) return { kind: 'cancelled', begun: true, takenBack: loop !== undefined };
      return { kind: 'applied', results, held: sessionOf(offer.cluster).sources?.pinned !== undefined };
    },
  };
}

/** Undefined where it has failed after somebody has cancelled it. */
async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Both trees are read already: their revisions are hashes of all of it. */
function changedPaths({ snapshot: before }: PlannedTree, { snapshot: after }: PlannedTree): string[] {
  const paths = new Set([...before.paths(), ...after.paths()]);
  return [...paths].filter((path) => before.text(path) !== after.text(path)).toSorted();
}

function tell(changes: ChangeSet, progress: (line: string) => void): void {
  for (const { ref, action } of changes) if (action !== 'unchanged') progress(`${action} ${sayRef(ref)}`);
}

/**
 * Holds the loop that runs at the planned tree. It stays there until what it serves moves on, by a commit mostly: a loop that
 * went back at once would undo what was applied. Whoever cancels has it go back.
 */
async function applyWithLoop(
  request: ApplyPlanRequest,
  cluster: string,
  { session, restartLoop }: Pick<ApplyingDeps, 'session' | 'restartLoop'>,
  signal: AbortSignal,
): Promise<Applied[]> {
  const { tree, entry } = request;
  const { client, loop, sources } = session(cluster) ?? {};
  if (!client || !loop || !sources) throw new Error('no loop of this window runs on the cluster');
  if (loop.state !== 'controlling')
    throw new Error('another loop reconciles this cluster, an editor or "plumbline run": end it first');
  await refuseStrangers(request, sources, client, signal);
  // What the loop begins with comes into the cluster before its first round: between an old spec and new files there is no state
  // that was planned.
  if (await beginsOtherwise(entry, client, signal)) await restartLoop(cluster, { tree, entry }, signal);
  const now = session(cluster);
  if (!now?.loop || !now.sources) throw new Error('the loop ended while the plan was applied');
  const told = now.loop.events.on((event) => {
    if (event.type === 'applied') request.onChanges('', event.changes);
  });
  try {
    if (now.sources.pinned !== tree) await now.sources.pin(tree, 'moved', entry);
    const results = await settled(request, client, signal);
    if (now.sources.pinned !== tree)
      throw new Error('what the loop serves has moved on while the plan was applied, and the loop follows that');
    return results;
  } catch (error) {
    if (signal.aborted) {
      now.loop.abandon(loopRevision(tree));
      now.sources.release();
    }
    throw error;
  } finally {
    told.dispose();
  }
}

/** Whether an object that nobody owns, and that the loop makes when it starts, is missing or written otherwise. */
async function beginsOtherwise(entry: FluxEntry, client: KubeClient, signal: AbortSignal): Promise<boolean> {
  for (const object of startObjects(entry)) {
    const live = await read(client, refOf(object), signal);
    if (!live) return true;
    if (getString(getObject(live, 'metadata', 'labels'), OWNER_LABEL) !== undefined) continue;
    if (!['spec', 'data'].every((field) => holds(live[field], object[field]))) return true;
  }
  return false;
}

/** Whether every field that is written is there as it is written; defaults come beside them. */
function holds(live: JsonValue | undefined, written: JsonValue | undefined): boolean {
  if (written === undefined) return true;
  if (!isJsonObject(written) || !isJsonObject(live)) return equalJson(live, written);
  return Object.keys(written).every((key) => holds(getKey(live, key), getKey(written, key)));
}
