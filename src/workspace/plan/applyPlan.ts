// Applies what was planned: a loop of one round whose sources are the planned tree and nothing else. Refuses where that is no
// longer the plan.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../model/clock.ts';
import type { ControllerSettings } from '../../model/controllerSettings.ts';
import type { ChangeSet } from '../../model/changeSet.ts';
import type { JsonObject } from '../../model/json.ts';
import { getString } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import type { Plan } from '../../diff/plan/plan.ts';
import type { KubeClient } from '../../kube/client.ts';
import { getCondition } from '../../reconcile/conditions.ts';
import type { FluxEntry } from '../../reconcile/entry/fluxEntry.ts';
import { GIT_REPOSITORY, isDeleting, isSuspended, KUSTOMIZATION, sourceRefOf } from '../../reconcile/fluxKinds.ts';
import { createSources } from '../../reconcile/gitRepository/sources.ts';
import type { SchemaSet } from '../../schema/schemaSet.ts';
import type { Fetch } from '../../source/wanted.ts';
import { loopRevision } from './plannedTree.ts';
import { pinnedSources } from './pinnedSources.ts';
import type { PinnedSources } from './pinnedSources.ts';
import { keyOfKustomization, read } from './planBuild.ts';
import type { PlannedTree } from './plannedTree.ts';
import { START } from './planStart.ts';
import { makeLocalLoop } from '../cluster/startLoop.ts';

export interface ApplyPlanRequest {
  readonly tree: PlannedTree;
  readonly entry: FluxEntry;
  readonly plans: readonly Plan[];
  readonly cacheDir: string;
  readonly schemas: SchemaSet;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly clock: Clock;
  readonly identity: string;
  readonly timeoutMs: number;
  readonly settings?: ControllerSettings | undefined;
  /** Told of everything that is done. */
  readonly onChanges: (owner: string, changes: ChangeSet) => void;
}

/** How a Kustomization ended, in its own words. */
export interface Applied {
  readonly kustomization: string;
  readonly ready: boolean;
  readonly message: string;
}

const POLL_MS = 200;
/** Ready conditions that say "not yet". */
const WAITING = new Set(['Progressing', 'DependencyNotReady', 'ProgressingWithRetry']);

/** Resolves when every Kustomization is ready or has failed. Throws an Error with one sentence where nothing may be applied. */
export async function applyPlan(
  request: ApplyPlanRequest,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Applied[]> {
  const { tree, entry, log, clock } = request;
  const workspace = { root: tree.root, mode: 'head' as const };
  const sources = pinnedSources(createSources({ workspace, cacheDir: request.cacheDir, log, clock }), workspace);
  try {
    await refuseStrangers(request, sources, client, signal);
    await sources.pin(tree, 'release');
  } catch (error) {
    sources.dispose();
    throw error;
  }
  const loop = await makeLocalLoop(
    { ...request, folder: tree.root, mode: 'head', sources, prunesAll: sources.isPinned },
    client,
    { entry },
    signal,
  );
  try {
    loop.events.on((event) => {
      if (event.type === 'applied')
        request.onChanges(keyOfKustomization({ metadata: { ...event.owner } }), event.changes);
    });
    await loop.start(signal);
    while (loop.state === 'stopped') await pause(POLL_MS, undefined, { signal });
    if (loop.state === 'observing')
      throw new Error(
        'another loop reconciles this cluster, an editor or "plumbline run": end it first, or let it apply what it serves',
      );
    return await settled(request, client, signal);
  } finally {
    loop.dispose();
    await loop.ended;
  }
}

/** A Kustomization of the same repository that is in the cluster and not in the plan would be applied too, unplanned. */
export async function refuseStrangers(
  { plans }: Pick<ApplyPlanRequest, 'plans'>,
  sources: Pick<PinnedSources, 'isLocal'>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const type = await client.resourceType(KUSTOMIZATION, signal);
  const { items } = type ? await client.list(type, {}, signal) : { items: [] };
  const planned = new Set(plans.map(({ kustomization }) => kustomization));
  for (const item of items) {
    const key = keyOfKustomization(item);
    if (planned.has(key) || isSuspended(item) || isDeleting(item)) continue;
    const source = sourceRefOf(item);
    const repository = source.kind === GIT_REPOSITORY.kind ? await read(client, source, signal) : undefined;
    if (!repository || !(await sources.isLocal(repository))) continue;
    throw new Error(
      `the cluster has the Kustomization ${key} of the same repository, which this plan does not hold: plan its folder too (--entry), or suspend it`,
    );
  }
}

/** Resolves when the Kustomizations of the plans are ready with the planned tree, or have failed with it. */
export async function settled(
  { tree, plans, timeoutMs, clock }: Pick<ApplyPlanRequest, 'tree' | 'plans' | 'timeoutMs' | 'clock'>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Applied[]> {
  const revision = loopRevision(tree);
  const end = clock.now() + timeoutMs;
  const kustomizations = plans
    .filter(({ kustomization, idle }) => kustomization !== START && idle !== true)
    .map(({ kustomization }) => kustomization);
  for (;;) {
    const results = await Promise.all(kustomizations.map((key) => resultOf(key, revision, client, signal)));
    const waiting = results.filter(({ done }) => !done);
    // What waits for something that has failed waits in vain.
    const inVain =
      waiting.length < results.length &&
      waiting.every(({ blocked }) => blocked) &&
      results.some(({ done, ready }) => done && !ready);
    if (waiting.length === 0 || inVain || clock.now() > end)
      return results.map(({ kustomization, ready, message }) => ({ kustomization, ready, message }));
    await pause(POLL_MS, undefined, { signal });
  }
}

async function resultOf(
  key: string,
  revision: string,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Applied & { readonly done: boolean; readonly blocked: boolean }> {
  const [namespace = '', name = ''] = key.split('/');
  const live = await read(client, { ...KUSTOMIZATION, namespace, name }, signal);
  const condition = live && getCondition(live, 'Ready');
  const message = condition?.message ?? 'it is not in the cluster';
  if (live === undefined || condition === undefined)
    return { kustomization: key, ready: false, message, done: false, blocked: false };
  const current = isCurrent(live, revision);
  const ready = current && condition.status === 'True';
  const failed = condition.status === 'False' && !WAITING.has(condition.reason) && attempted(live, revision);
  const blocked = condition.reason === 'DependencyNotReady';
  return { kustomization: key, ready, message, done: ready || failed, blocked };
}

function isCurrent(live: JsonObject, revision: string): boolean {
  return getString(live, 'status', 'lastAppliedRevision') === revision;
}

/** A failure of an earlier revision says nothing of this one. */
function attempted(live: JsonObject, revision: string): boolean {
  return getString(live, 'status', 'lastAttemptedRevision') === revision;
}
