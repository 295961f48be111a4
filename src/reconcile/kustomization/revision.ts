// One revision of a Kustomization from artifact to healthy: build, check, apply, prune, wait (kustomize-controller,
// reconcile). A step that fails ends it; what was applied before stays in the inventory.
import { createHash } from 'node:crypto';
import type { Finding } from '../../model/finding.ts';
import { printFinding } from '../../model/finding.ts';
import { inventoryDiff, inventoryOf, mergeInventory } from '../../model/inventory.ts';
import type { InventoryEntry } from '../../model/inventory.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { toJson } from '../../model/node.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { setCondition, statusOf } from '../conditions.ts';
import { announce } from '../context.ts';
import { changeLog } from './changeLog.ts';
import { originRevisionOf, record, recordChanges, revisionAnnotations } from './kustomizationContext.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import { withoutFluxControllers } from '../entry/fluxControllers.ts';
import { claimsOf } from './claims.ts';
import type { Claim } from './claims.ts';
import { leavesDrift } from '../fluxKinds.ts';
import { checkHealth } from './healthCheck.ts';
import { recordHistory } from './history.ts';
import { heldBack } from './emptied.ts';
import { noRoomFor } from './inventoryRoom.ts';
import { refuseMassPrune } from './massPrune.ts';
import { progress, StepFailure } from './run.ts';
import { openTarget } from './target.ts';
import type { Run } from './run.ts';
import type { StatusPatcher } from '../statusPatch.ts';
import { isUpToDate } from '../upToDate.ts';
import { readVariables } from './variables.ts';

export interface Revision {
  readonly snapshot: Snapshot;
  readonly revision: string;
}

/** Brings the cluster to a revision. Throws StepFailure or HealthInterrupted. */
export async function reconcileRevision(
  context: KustomizationContext,
  patcher: StatusPatcher,
  { snapshot, revision }: Revision,
  signal: AbortSignal,
): Promise<void> {
  const { object } = patcher;
  const start = context.clock.now();
  const leaves = {
    drift: leavesDrift(object),
    isApplied: isUpToDate(object) && getString(object, 'status', 'lastAppliedRevision') === revision,
  };
  const begun = { context, patcher, object, owner: refOf(object), revision, leaves, start, signal };
  setCondition(object, 'Ready', 'Unknown', 'Progressing', 'Reconciliation in progress', start);
  progress(begun, `Fetching manifests for revision ${revision}`);
  await patcher.flush(signal);
  checkPath(object, snapshot);
  statusOf(object)['lastAttemptedRevision'] = revision;
  progress(begun, `Building manifests for revision ${revision}`);
  const target = await openTarget(context, object, signal);
  try {
    await applyRevision({ ...begun, target }, snapshot);
  } finally {
    target.dispose();
  }
}

async function applyRevision(run: Run, snapshot: Snapshot): Promise<void> {
  const { context, patcher, object, revision, signal } = run;
  const before = entriesOf(object);
  const { objects, said, digest, encrypted } = await build(run, snapshot);
  if (said !== undefined)
    context.kustomizeEvents.record(object, 'Normal', 'Skipped', said, revisionAnnotations(context, object, revision));
  progress(run, `Detecting drift for revision ${revision}`);
  // The attempted revision must stand in the status while it is applied: what wakes a Kustomization looks at it.
  await patcher.flush(signal);
  const finished = (status: string): void =>
    recordHistory(object, {
      digest,
      status,
      revision,
      originRevision: originRevisionOf(context, object, revision),
      now: context.clock.now(),
      durationMs: context.clock.now() - run.start,
    });
  try {
    if (encrypted !== undefined)
      throw new StepFailure(
        'ReconciliationFailed',
        `${encrypted} is SOPS encrypted, configuring decryption is required for this secret to be reconciled`,
      );
    await bringAbout(run, objects, before);
  } catch (error) {
    if (error instanceof StepFailure) finished(error.reason);
    throw error;
  }
  setApplied(statusOf(object), revision, originRevisionOf(context, object, revision));
  setCondition(
    object,
    'Ready',
    'True',
    'ReconciliationSucceeded',
    `Applied revision: ${revision}`,
    context.clock.now(),
  );
  finished('ReconciliationSucceeded');
}

function setApplied(status: JsonObject, revision: string, origin: string | undefined): void {
  status['lastAppliedRevision'] = revision;
  if (origin === undefined) delete status['lastAppliedOriginRevision'];
  else status['lastAppliedOriginRevision'] = origin;
}

function entriesOf(object: JsonObject): InventoryEntry[] {
  return (getList(object, 'status', 'inventory', 'entries') ?? []).map((entry) => ({
    id: getString(entry, 'id') ?? '',
    v: getString(entry, 'v') ?? '',
  }));
}

function setInventory(object: JsonObject, entries: readonly InventoryEntry[]): void {
  statusOf(object)['inventory'] = { entries: entries.map(({ id, v }): JsonValue => ({ id, v })) };
}

/** Paths above the root stop at the root, as filepath-securejoin has them. */
function checkPath(object: JsonObject, snapshot: Snapshot): void {
  const path = getString(object, 'spec', 'path') ?? '';
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const directory = parts.join('/');
  if (snapshot.kind(directory) === undefined) {
    throw new StepFailure(
      'ArtifactFailed',
      `kustomization path not found: stat ${directory}: no such file or directory`,
    );
  }
}

/** Without the rendering itself, which is large: what waits for an apply must not hold it. */
interface Build {
  readonly objects: readonly JsonObject[];
  /** What is said of objects that are left out. */
  readonly said: string | undefined;
  /** The hash of the build's text, as it stands in status.history. */
  readonly digest: string;
  /** A Secret that would be applied as ciphertext. */
  readonly encrypted: string | undefined;
}

async function build(run: Run, snapshot: Snapshot): Promise<Build> {
  const { context, object, owner, revision, signal } = run;
  announce(context, owner, 'building', revision);
  await refuseMissingKeys(run);
  const variables = await readVariables(context.client, object, signal);
  const { manifests, built, findings: fromBuild } = await context.stages.render(snapshot, object, variables, signal);
  const failed = fromBuild.some((finding) => finding.severity === 'error');
  const findings = failed ? fromBuild : [...fromBuild, ...context.stages.validate(manifests)];
  context.events.emit({ type: 'rendered', owner, revision, manifests, findings });
  const first = findings.find((finding) => finding.severity === 'error' && finding.code !== 'secret-encrypted');
  const encrypted = findings.find((finding) => finding.code === 'secret-encrypted');
  if (first) throw new StepFailure('BuildFailed', buildMessage(first, failed, findings));
  const applied = manifests.map((manifest) => toJson(manifest.node) as JsonObject).filter(isApplied);
  return {
    ...withoutFluxControllers(applied),
    digest: digestOf(context.stages.print(built ?? manifests)),
    encrypted: encrypted?.object,
  };
}

/** Nothing is decrypted here; that the keys are missing is said all the same (kustomize-controller, ImportKeys). */
async function refuseMissingKeys({ context, object, owner, signal }: Run): Promise<void> {
  const name = getString(object, 'spec', 'decryption', 'secretRef', 'name');
  if (name === undefined) return;
  const ref = { group: '', version: 'v1', kind: 'Secret', namespace: owner.namespace, name };
  if (!(await context.client.get(ref, signal))) throw new StepFailure('BuildFailed', `secrets "${name}" not found`);
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function buildMessage(first: Finding, failed: boolean, findings: readonly Finding[]): string {
  const others = findings.filter((finding) => finding.severity === 'error').length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  return `${failed ? 'kustomize build failed' : 'validation failed'}: ${printFinding(first)}${more}`;
}

/** Configuration of kustomize itself is no object of a cluster. */
function isApplied(object: JsonObject): boolean {
  return refOf(object).group !== 'kustomize.config.k8s.io';
}

const CANCELLED = 'the apply was cancelled';

async function bringAbout(run: Run, objects: readonly JsonObject[], before: readonly InventoryEntry[]): Promise<void> {
  const { context, object, owner, revision, signal } = run;
  await refuseMassPrune(run, objects, before);
  announce(context, owner, 'applying', `${objects.length} objects`);
  // What is written is stopped by whoever cancels; what is said of it is not.
  const stoppable = AbortSignal.any([signal, context.interrupts.applying(owner, revision)]);
  const beforeStage = async (changes: Parameters<typeof inventoryOf>[0]): Promise<void> => {
    await context.confirmLead();
    const known = entriesOf(object);
    const planned = mergeInventory(
      known,
      changes.filter((change) => change.action === 'created').map((change) => change.ref),
    );
    if (planned.length === known.length) return;
    setInventory(object, planned);
    try {
      await run.patcher.flush(signal);
    } catch (error) {
      const failure = noRoomFor(planned, error);
      if (!failure) throw error;
      setInventory(object, known);
      throw failure;
    }
  };
  context.drift.busy(owner);
  const { isRemote, client, watching } = run.target;
  // Watched from before they are there: what is asked right after a first apply needs no server either.
  if (!isRemote) context.drift.expect(objects.map(refOf));
  const { changes, desired, error } = await context.stages.apply(
    client,
    objects,
    {
      kustomization: object,
      beforeStage,
      settled: (one) => {
        if (isRemote) return undefined;
        const { leaves } = run;
        return (
          context.drift.settled(object, one) ??
          (leaves.drift ? context.drift.left(object, one, leaves.isApplied) : undefined)
        );
      },
      ...(client === watching ? { seen: (one) => (isRemote ? undefined : context.drift.seen(refOf(one))) } : {}),
      onConfirmed: (one, live) => context.drift.confirm(object, one, live),
    },
    stoppable,
  );
  context.events.emit({ type: 'applied', owner, revision, changes });
  // Nothing is pruned then, and the inventory keeps what it had beside what was made.
  if (stoppable.aborted && !signal.aborted) throw new StepFailure('ReconciliationFailed', CANCELLED);
  if (error !== undefined) throw new StepFailure('ReconciliationFailed', error);
  const log = changeLog(changes).trimEnd();
  if (log !== '') record(context, object, 'Normal', log, revision);
  const after = inventoryOf(changes);
  setInventory(object, after);
  // What is in another cluster is not watched from here.
  if (!isRemote) context.drift.applied(owner, object, desired);
  await pruneStale(run, inventoryDiff(before, after), objects.length);
  await checkHealth(run, objects, changes, log !== '');
}

async function pruneStale(run: Run, stale: readonly ObjectRef[], rendered: number): Promise<void> {
  const { context, object, owner, revision } = run;
  context.handOvers.awaits(owner, []);
  if (getPath(object, 'spec', 'prune') !== true || stale.length === 0) return;
  announce(context, owner, 'pruning', `${stale.length} objects`);
  const claims = run.target.isRemote ? [] : await claimsOrKeep(run, stale);
  const given = new Set(claims.map(({ ref }) => keyOf(ref)));
  if (claims.length > 0) {
    // Ours until the other one has them: should it fail, they are not forgotten.
    setInventory(
      object,
      mergeInventory(
        entriesOf(object),
        claims.map(({ ref }) => ref),
      ),
    );
    context.handOvers.awaits(
      owner,
      claims.map(({ taker }) => taker),
    );
  }
  const own = stale.filter((ref) => !given.has(keyOf(ref)));
  const held = heldBack(context, object, rendered, own, revision);
  if (held === undefined) return pruneOwn(run, own);
  setInventory(object, mergeInventory(entriesOf(object), own));
  throw new StepFailure('PruneFailed', held);
}

/** What others claim. Where that cannot be known, nothing has gone, and nothing leaves the inventory. */
async function claimsOrKeep(run: Run, stale: readonly ObjectRef[]): Promise<Claim[]> {
  const { context, object, revision, signal } = run;
  try {
    return await claimsOf(context, object, stale, revision, signal);
  } catch (error) {
    setInventory(object, mergeInventory(entriesOf(object), stale));
    throw error;
  }
}

async function pruneOwn(run: Run, stale: readonly ObjectRef[]): Promise<void> {
  if (stale.length === 0) return;
  const { context, object, owner, revision, signal } = run;
  await context.confirmLead();
  const { changes, survivors, held, error } = await context.stages.prune(run.target.client, stale, object, signal);
  context.events.emit({ type: 'applied', owner, revision, changes });
  if (error !== undefined) {
    setInventory(object, mergeInventory(entriesOf(object), survivors));
    throw new StepFailure('PruneFailed', error);
  }
  recordChanges(context, object, changes, revision);
  for (const message of held) record(context, object, 'Normal', message, revision);
}
