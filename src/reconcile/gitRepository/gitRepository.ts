// The GitRepository controller: reads the source, keeps its artifact and says how it went, as source-controller does.
import { timeLimit } from '../../model/clock.ts';
import { cloneJson, equalJson, getObject, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { reasonOf } from '../../model/reason.ts';
import {
  conditionsOf,
  generationOf,
  getCondition,
  isFalse,
  markReconciling,
  markStalled,
  removeCondition,
  setCondition,
  statusOf,
  timestamp,
} from '../conditions.ts';
import { announce } from '../context.ts';
import type { LoopContext } from '../context.ts';
import { readCredentials } from './credentials.ts';
import { SourceError } from '../deps.ts';
import type { FetchedSource } from '../deps.ts';
import { jittered, parseDuration } from '../duration.ts';
import {
  addFinalizer,
  hasFinalizer,
  intervalOf,
  isAnswered,
  isDeleting,
  isSuspended,
  removeFinalizer,
  requestedAt,
  SOURCE_MANAGER,
} from '../fluxKinds.ts';
import type { Included } from '../../source/include.ts';
import { includesDiffer, readIncludes } from './includes.ts';
import { forgetFailure, readKeys, recordVerified } from './verification.ts';
import { statusPatcher } from '../statusPatch.ts';
import type { StatusPatcher } from '../statusPatch.ts';
import { refSpecOf } from './sources.ts';
import { isUpToDate } from '../upToDate.ts';
import { comeBackAfter } from '../queue/workQueue.ts';
import type { Outcome } from '../queue/workQueue.ts';

/** Conditions that say that something is wrong, in the order in which they become the message of Ready. */
const FAILURES = [
  'StorageOperationFailed',
  'FetchFailed',
  'IncludeUnavailable',
  'ArtifactOutdated',
  'SourceVerified',
  'Stalled',
];
const DEFAULT_TIMEOUT = 60_000;
const REQUEUE_DEPENDENCY_MS = 30_000;

/** Reconciles one GitRepository. Failures of the source are in its status; exceptions are failures of the cluster. */
export async function reconcileGitRepository(
  context: LoopContext,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Outcome> {
  const unchanged = await lookAgain(context, ref, signal);
  if (unchanged) return unchanged;
  const live = await context.client.get(ref, signal);
  if (!live) {
    context.artifacts.delete(ref);
    return {};
  }
  const patcher = statusPatcher(context.client, live, SOURCE_MANAGER);
  const { object } = patcher;
  if (isDeleting(object)) return finalize(context, patcher, ref, signal);
  if (!hasFinalizer(object)) {
    addFinalizer(object);
    await patcher.flush(signal);
    return { after: 0 };
  }
  if (isSuspended(object)) {
    await finish(context, patcher, signal);
    return {};
  }
  announce(context, ref, 'fetching', getString(object, 'spec', 'url') ?? '');
  try {
    return await fetchSource(context, patcher, signal);
  } finally {
    announce(context, ref, 'idle');
  }
}

/**
 * A source that is fine, looked at again because its interval has passed: where nothing new is there, nothing is written.
 * Undefined where there is something to do or to say.
 */
async function lookAgain(context: LoopContext, ref: ObjectRef, signal: AbortSignal): Promise<Outcome | undefined> {
  const object = context.cached(ref);
  if (!object || !isUpToDate(object) || contentConfigChanged(object)) return undefined;
  const revision = getString(object, 'status', 'artifact', 'revision') ?? '';
  if (!context.artifacts.get(ref, revision)) return undefined;
  try {
    const { included, artifacts } = await readIncludes(context, object, signal);
    if (includesDiffer(object, artifacts)) return undefined;
    const fetched = await fetch(context, object, () => Promise.resolve(included), signal);
    if (fetched.revision !== revision) return undefined;
    return fetched.local ? {} : comeBackAfter(jittered(intervalOf(object), Math.random()));
  } catch (error) {
    signal.throwIfAborted();
    // It is fetched once more, so that what is wrong is said where it belongs.
    context.log.info('git', `${ref.name}: ${reasonOf(error)}`);
    return undefined;
  }
}

function fetch(
  context: LoopContext,
  object: JsonObject,
  includes: () => Promise<readonly Included[]>,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const credentials = (): ReturnType<typeof readCredentials> => readCredentials(context.client, object, signal);
  const keys = (): ReturnType<typeof readKeys> => readKeys(context.client, object, signal);
  return context.sources.fetch(object, { credentials, keys, includes }, withTimeout(signal, object));
}

async function fetchSource(context: LoopContext, patcher: StatusPatcher, signal: AbortSignal): Promise<Outcome> {
  const { object } = patcher;
  const before = cloneJson(object);
  const now = context.clock.now();
  progress(object, 'reconciliation in progress', now);
  await announceProgress(context, patcher, signal);
  let fetched: FetchedSource;
  let artifacts: readonly JsonObject[] = [];
  forgetFailure(object);
  // After the login was read, and before the repository is.
  const includes = async (): Promise<readonly Included[]> => {
    const read = await readIncludes(context, object, signal);
    removeCondition(object, 'IncludeUnavailable');
    ({ artifacts } = read);
    return read.included;
  };
  try {
    fetched = await fetch(context, object, includes, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return failed(context, patcher, asSourceError(error, object), signal);
  }
  removeCondition(object, 'FetchFailed');
  removeCondition(object, 'StorageOperationFailed');
  recordVerified(object, fetched.verified, now);
  if (fetched.verified) context.sourceEvents.record(object, 'Normal', 'Succeeded', fetched.verified.message);
  const changed = store(object, fetched, artifacts, now);
  setCondition(
    object,
    'ArtifactInStorage',
    'True',
    'Succeeded',
    `stored artifact for revision '${fetched.revision}'`,
    now,
  );
  removeCondition(object, 'ArtifactOutdated');
  removeCondition(object, 'Reconciling');
  removeCondition(object, 'Stalled');
  observe(object);
  notify(context, before, object, fetched, changed);
  // Before the status: its event wakes what reads the artifact.
  context.artifacts.put(refOf(object), fetched.revision, fetched.snapshot);
  await finish(context, patcher, signal);
  return fetched.local ? {} : comeBackAfter(jittered(intervalOf(object), Math.random()));
}

function withTimeout(signal: AbortSignal, object: JsonObject): AbortSignal {
  return AbortSignal.any([signal, timeLimit(parseDuration(getString(object, 'spec', 'timeout')) ?? DEFAULT_TIMEOUT)]);
}

/** The person at the API sees at once that a new generation or a request was taken up. */
async function announceProgress(context: LoopContext, patcher: StatusPatcher, signal: AbortSignal): Promise<void> {
  const { object } = patcher;
  const observed = getPath(object, 'status', 'observedGeneration');
  const generation = generationOf(object);
  if (getPath(object, 'status', 'artifact') === undefined) {
    progress(object, 'building artifact', context.clock.now(), true);
    removeCondition(object, 'ArtifactInStorage');
  } else if (generation !== observed) {
    progress(
      object,
      `processing object: new generation ${String(observed ?? 0)} -> ${generation}`,
      context.clock.now(),
    );
  } else if (isAnswered(object)) {
    return;
  }
  await patcher.flush(signal);
}

function progress(object: JsonObject, message: string, now: number, drift = false): void {
  markReconciling(object, 'Progressing', message, now);
  if (drift || !getCondition(object, 'Ready')) setCondition(object, 'Ready', 'Unknown', 'Progressing', message, now);
}

/** Puts the artifact into the status; false where it is the one that is there already. */
function store(object: JsonObject, fetched: FetchedSource, included: readonly JsonObject[], now: number): boolean {
  const status = statusOf(object);
  const known = getString(status, 'artifact', 'revision');
  if (known === fetched.revision && !contentConfigChanged(object) && !includesDiffer(object, included)) return false;
  const { namespace, name } = refOf(object);
  const file = `${fetched.revision.split(':').at(-1) ?? ''}.tar.gz`;
  const path = `gitrepository/${namespace}/${name}/${file}`;
  status['artifact'] = {
    digest: fetched.digest,
    lastUpdateTime: timestamp(now),
    path,
    revision: fetched.revision,
    size: fetched.size,
    // Nothing answers there: the artifact is handed over in memory, and the field is required. A scheme that Flux's own
    // controllers do not know fails at once where they take over; a host that does not answer they would try for minutes.
    url: `plumbline://memory/${path}`,
  };
  for (const [observed, field] of OBSERVED) {
    const value = saidOf(getPath(object, 'spec', field));
    if (value === undefined) delete status[observed];
    else status[observed] = cloneJson(value);
  }
  if (included.length > 0) status['includedArtifacts'] = [...included];
  else delete status['includedArtifacts'];
  return true;
}

const OBSERVED: readonly (readonly [string, string])[] = [
  ['observedIgnore', 'ignore'],
  ['observedRecurseSubmodules', 'recurseSubmodules'],
  ['observedInclude', 'include'],
  ['observedSparseCheckout', 'sparseCheckout'],
];

function contentConfigChanged(object: JsonObject): boolean {
  return OBSERVED.some(
    ([observed, field]) =>
      !equalJson(saidOf(getPath(object, 'status', observed)), saidOf(getPath(object, 'spec', field))),
  );
}

/** What says no more than a field that is absent is absent: no, and an empty list. */
function saidOf(value: JsonValue | undefined): JsonValue | undefined {
  return value === false || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function notify(
  context: LoopContext,
  before: JsonObject,
  object: JsonObject,
  fetched: FetchedSource,
  changed: boolean,
): void {
  const { digest, revision } = fetched;
  const annotations = { 'source.toolkit.fluxcd.io/revision': revision, 'source.toolkit.fluxcd.io/digest': digest };
  const message = `stored artifact for commit '${shortSubject(fetched.subject ?? revision)}'`;
  if (getString(before, 'status', 'artifact', 'digest') !== getString(object, 'status', 'artifact', 'digest')) {
    context.sourceEvents.record(object, 'Normal', 'NewArtifact', message, annotations);
  } else if (conditionsOf(before).some((condition) => FAILURES.slice(0, 3).includes(condition.type))) {
    context.sourceEvents.record(object, 'Normal', 'Succeeded', message, annotations);
  } else if (!changed) {
    const [reason, said] = isFetchedWhole(object)
      ? ['ArtifactUpToDate', `artifact up-to-date with remote revision: '${revision}'`]
      : ['GitOperationSucceeded', `no changes since last reconciliation: observed revision '${revision}'`];
    context.sourceEvents.record(object, 'Normal', reason, said);
  }
  if (changed && fetched.rewritten) {
    const old = getString(before, 'status', 'artifact', 'revision') ?? '';
    const what = `history rewritten: ${old} is no longer behind ${revision}, which is followed all the same`;
    context.sourceEvents.record(object, 'Normal', 'HistoryRewritten', what);
  }
  if (changed)
    for (const lack of fetched.lacks ?? []) context.sourceEvents.record(object, 'Warning', 'Incomplete', lack);
}

/** What source-controller cannot know to be the same before it has fetched it: a commit by its id, and a range. */
function isFetchedWhole(object: JsonObject): boolean {
  const { commit, name, tag, semver } = refSpecOf(object);
  return Boolean(commit || (semver && !name && !tag));
}

/** As fluxcd/pkg/git's Commit.ShortMessage: fifty characters of the subject. */
function shortSubject(subject: string): string {
  const characters = [...subject];
  return characters.length > 50 ? `${characters.slice(0, 50).join('')}...` : subject;
}

async function failed(
  context: LoopContext,
  patcher: StatusPatcher,
  error: SourceError,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object } = patcher;
  const now = context.clock.now();
  // What was fetched may not be taken: that it was fetched stays true.
  if (error.condition !== 'FetchFailed' && error.condition !== 'IncludeUnavailable')
    removeCondition(object, 'FetchFailed');
  const status = error.condition === 'SourceVerified' ? 'False' : 'True';
  setCondition(object, error.condition, status, error.reason, error.message, now);
  if (error.stalled) {
    markStalled(object, error.reason, error.message, now);
    observe(object);
  } else {
    const reconciling = getCondition(object, 'Reconciling');
    if (reconciling) setCondition(object, 'Reconciling', 'True', 'ProgressingWithRetry', reconciling.message, now);
  }
  await finish(context, patcher, signal);
  // What waits for another object is not a failure (source-controller's serror.Waiting).
  const waits = error.condition === 'IncludeUnavailable';
  context.sourceEvents.record(object, waits ? 'Normal' : 'Warning', error.reason, error.message);
  if (waits) return { after: context.options?.requeueDependencyMs ?? REQUEUE_DEPENDENCY_MS };
  return error.stalled ? {} : { failed: true };
}

function asSourceError(error: unknown, object: JsonObject): SourceError {
  if (error instanceof SourceError) return error;
  const timeout = error instanceof Error && error.name === 'TimeoutError';
  const reason = timeout ? 'context deadline exceeded' : reasonOf(error);
  const url = getString(object, 'spec', 'url') ?? '';
  return new SourceError(
    'GitOperationFailed',
    `failed to checkout and determine revision: unable to clone '${url}': ${reason}`,
  );
}

function observe(object: JsonObject): void {
  statusOf(object)['observedGeneration'] = generationOf(object);
}

/** Ready from the other conditions, the handled request, and the write. */
async function finish(context: LoopContext, patcher: StatusPatcher, signal: AbortSignal): Promise<void> {
  const { object } = patcher;
  const request = requestedAt(object);
  if (request !== undefined) statusOf(object)['lastHandledReconcileAt'] = request;
  const failure = FAILURES.map((type) => getCondition(object, type)).find(
    (condition) => condition?.status === (condition?.type === 'SourceVerified' ? 'False' : 'True'),
  );
  const stored = getCondition(object, 'ArtifactInStorage');
  const now = context.clock.now();
  if (failure) setCondition(object, 'Ready', 'False', failure.reason, failure.message, now);
  else if (stored && !isFalse(object, 'ArtifactInStorage'))
    setCondition(object, 'Ready', 'True', stored.reason, stored.message, now);
  await patcher.flush(signal);
}

async function finalize(
  context: LoopContext,
  patcher: StatusPatcher,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Outcome> {
  context.artifacts.delete(ref);
  delete (getObject(patcher.object, 'status') ?? {})['artifact'];
  if (!hasFinalizer(patcher.object)) return {};
  removeFinalizer(patcher.object);
  await patcher.flush(signal);
  return {};
}
