// The ArtifactGenerator controller: puts the artifacts of sources together anew and keeps an ExternalArtifact for each, as
// source-watcher does. The copying itself is in copyOperations.ts.
import { createHash } from 'node:crypto';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { artifactOfFiles } from '../../source/artifact.ts';
import { byCodeUnit } from '../../model/byCodeUnit.ts';
import type { Snapshot } from '../../source/snapshot.ts';
import { markReconciling, markStalled, removeCondition, setCondition, statusOf } from '../conditions.ts';
import { announce } from '../context.ts';
import type { LoopContext } from '../context.ts';
import { copyFiles, CopyError } from './copyOperations.ts';
import { deleteExternalArtifact, fileNameOf, writeExternalArtifact } from './externalArtifact.ts';
import {
  addFinalizer,
  EXTERNAL_ARTIFACT,
  GIT_REPOSITORY,
  hasFinalizer,
  isDeleting,
  ORIGIN_REVISION,
  removeFinalizer,
  requestedAt,
  WATCHER_MANAGER,
} from '../fluxKinds.ts';
import { statusPatcher } from '../statusPatch.ts';
import type { StatusPatcher } from '../statusPatch.ts';
import type { Outcome } from '../queue/workQueue.ts';

const GENERATOR_FINALIZER = 'source.extensions.fluxcd.io/finalizer';
const RECONCILE_ANNOTATION = 'source.extensions.fluxcd.io/reconcile';
const INTERVAL_MS = 60 * 60_000;
const RETRY_MS = 30_000;

interface Observed {
  readonly alias: string;
  readonly snapshot: Snapshot;
  readonly revision: string;
  readonly originRevision: string | undefined;
  /** What goes into status.observedSourcesDigest. */
  readonly line: string;
}

/** A condition that ends the reconciliation; `stalled` says that only a change of the spec helps. */
class GeneratorFailure extends Error {
  readonly reason: string;
  readonly stalled: boolean;

  constructor(reason: string, message: string, stalled = false) {
    super(message);
    this.name = 'GeneratorFailure';
    this.reason = reason;
    this.stalled = stalled;
  }
}

/** Reconciles one ArtifactGenerator. What is wrong with it is in its status; exceptions are failures of the cluster. */
export async function reconcileArtifactGenerator(
  context: LoopContext,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Outcome> {
  const live = await context.client.get(ref, signal);
  if (!live) return {};
  const patcher = statusPatcher(context.client, live, WATCHER_MANAGER);
  const { object } = patcher;
  if (isDeleting(object)) return finalize(context, patcher, signal);
  if (!hasFinalizer(object, GENERATOR_FINALIZER)) {
    addFinalizer(object, GENERATOR_FINALIZER);
    await patcher.flush(signal);
    return { after: 0 };
  }
  if (isDisabled(object)) return {};
  announce(context, ref, 'building', '');
  try {
    await generate(context, patcher, signal);
    return await finish(context, patcher, undefined, signal);
  } catch (error) {
    if (!(error instanceof GeneratorFailure)) throw error;
    return await finish(context, patcher, error, signal);
  } finally {
    announce(context, ref, 'idle');
  }
}

/** The GitRepositories and other artifacts that a generator reads. */
export function generatorSources(generator: JsonObject): ObjectRef[] {
  return (getList(generator, 'spec', 'sources') ?? []).map((source) => refOfSource(source, generator));
}

async function generate(context: LoopContext, patcher: StatusPatcher, signal: AbortSignal): Promise<void> {
  const { object } = patcher;
  checkSpec(object);
  const observed = await observe(context, object, signal);
  const message = 'Reconciliation in progress';
  markReconciling(object, 'Progressing', message, context.clock.now());
  setCondition(object, 'Ready', 'Unknown', 'Progressing', message, context.clock.now());
  await patcher.flush(signal);
  const inventory: JsonObject[] = [];
  for (const artifact of artifactsOf(object))
    inventory.push(await makeArtifact(context, object, artifact, observed, signal));
  await deleteOrphans(context, object, inventory, signal);
  const status = statusOf(object);
  status['inventory'] = inventory;
  status['observedSourcesDigest'] = digestOf(
    observed
      .map(({ line }) => line)
      .toSorted(byCodeUnit)
      .join('|'),
  );
}

async function makeArtifact(
  context: LoopContext,
  generator: JsonObject,
  artifact: JsonObject,
  observed: readonly Observed[],
  signal: AbortSignal,
): Promise<JsonObject> {
  const name = getString(artifact, 'name') ?? '';
  const ref: ObjectRef = { ...EXTERNAL_ARTIFACT, namespace: refOf(generator).namespace, name };
  const files = filesOf(context, artifact, observed);
  const given = observed.find(({ alias }) => `@${alias}` === getString(artifact, 'revision'))?.revision;
  const made = artifactOfFiles(files, (digest) => given ?? `latest@${digest}`);
  const { revision } = made.snapshot;
  const origin = observed.find(({ alias }) => `@${alias}` === getString(artifact, 'originRevision'));
  context.artifacts.put(ref, revision, made.snapshot);
  const facts = {
    revision,
    digest: made.digest,
    size: made.size,
    originRevision: origin && (origin.originRevision ?? origin.revision),
  };
  await writeExternalArtifact(context.client, generator, ref, facts, context.clock.now(), signal);
  const known = (getList(generator, 'status', 'inventory') ?? []).some(
    (entry) => getString(entry, 'name') === name && getString(entry, 'digest') === made.digest,
  );
  if (!known)
    context.sourceEvents.record(generator, 'Normal', 'Ready', `${printRef(ref)} reconciled with revision ${revision}`);
  return { name, namespace: ref.namespace, digest: made.digest, filename: fileNameOf(made.digest) };
}

function filesOf(
  context: LoopContext,
  artifact: JsonObject,
  observed: readonly Observed[],
): ReadonlyMap<string, Uint8Array> {
  try {
    return copyFiles(artifact, {
      sources: new Map(observed.map(({ alias, snapshot }) => [alias, snapshot])),
      mergeYaml: context.stages.mergeYaml,
    });
  } catch (error) {
    if (!(error instanceof CopyError)) throw error;
    throw new GeneratorFailure('BuildFailed', `${getString(artifact, 'name') ?? ''} build failed: ${error.message}`);
  }
}

/** Every source with its artifact. Throws GeneratorFailure where one is missing or not there yet. */
async function observe(context: LoopContext, generator: JsonObject, signal: AbortSignal): Promise<Observed[]> {
  const observed: Observed[] = [];
  for (const source of getList(generator, 'spec', 'sources') ?? []) {
    const ref = refOfSource(source, generator);
    const fail = (message: string): never => {
      throw new GeneratorFailure('SourceFetchFailed', `get sources failed: ${message}`);
    };
    if (ref.kind !== GIT_REPOSITORY.kind && ref.kind !== EXTERNAL_ARTIFACT.kind)
      fail(`sources of kind ${ref.kind} are not fetched by the local loop yet`);
    const found = await context.client.get(ref, signal);
    if (!found) fail(`${ref.kind}.${ref.group} "${ref.name}" not found`);
    const revision = getString(found, 'status', 'artifact', 'revision');
    const snapshot = revision === undefined ? undefined : context.artifacts.get(ref, revision);
    if (revision === undefined || !snapshot) throw notReady(ref);
    const alias = getString(source, 'alias') ?? '';
    const [digest, url] = ['digest', 'url'].map((field) => getString(found, 'status', 'artifact', field) ?? '');
    observed.push({
      alias,
      snapshot,
      revision,
      originRevision: getString(found, 'status', 'artifact', 'metadata', ORIGIN_REVISION),
      line: `${alias}=[digest=${digest},revision=${revision},url=${url}]`,
    });
  }
  return observed;
}

function notReady(ref: ObjectRef): GeneratorFailure {
  return new GeneratorFailure(
    'SourceFetchFailed',
    `get sources failed: source '${ref.kind}/${ref.namespace}/${ref.name}' is not ready`,
  );
}

/** What the definition cannot say (source-watcher, validateSpec), and what is not built yet. */
function checkSpec(generator: JsonObject): void {
  const refuse = (message: string, reason = 'ValidationFailed'): never => {
    throw new GeneratorFailure(reason, message, true);
  };
  if (getString(generator, 'spec', 'pathPattern') !== undefined)
    refuse('spec.pathPattern is not supported by the local loop yet', 'Unsupported');
  const aliases = (getList(generator, 'spec', 'sources') ?? []).map((source) => getString(source, 'alias') ?? '');
  const names = artifactsOf(generator).map((artifact) => getString(artifact, 'name') ?? '');
  const twice = (words: readonly string[]): string | undefined => words.find((word, at) => words.indexOf(word) !== at);
  if (twice(aliases) !== undefined) refuse(`duplicate source alias '${twice(aliases) ?? ''}' found`);
  if (twice(names) !== undefined) refuse(`duplicate artifact name '${twice(names) ?? ''}' found`);
  for (const artifact of artifactsOf(generator)) {
    const alias = getString(artifact, 'revision')?.replace(/^@/, '');
    if (alias !== undefined && !aliases.includes(alias))
      refuse(`artifact ${getString(artifact, 'name') ?? ''} revision source alias '${alias}' not found`);
  }
}

async function deleteOrphans(
  context: LoopContext,
  generator: JsonObject,
  inventory: readonly JsonObject[],
  signal: AbortSignal,
): Promise<void> {
  const kept = new Set(inventory.map((entry) => getString(entry, 'name')));
  for (const entry of getList(generator, 'status', 'inventory') ?? []) {
    const [name = '', namespace = ''] = [getString(entry, 'name'), getString(entry, 'namespace')];
    if (kept.has(name)) continue;
    const ref = { ...EXTERNAL_ARTIFACT, namespace, name };
    context.artifacts.delete(ref);
    await deleteExternalArtifact(context.client, ref, signal);
  }
}

async function finish(
  context: LoopContext,
  patcher: StatusPatcher,
  failure: GeneratorFailure | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  const { object } = patcher;
  const now = context.clock.now();
  const request = requestedAt(object);
  if (request !== undefined) statusOf(object)['lastHandledReconcileAt'] = request;
  removeCondition(object, 'Reconciling');
  if (!failure) {
    const message = `reconciliation succeeded, generated ${artifactsOf(object).length} artifact(s)`;
    removeCondition(object, 'Stalled');
    setCondition(object, 'Ready', 'True', 'Succeeded', message, now);
    context.sourceEvents.record(object, 'Normal', 'Ready', message);
    await patcher.flush(signal);
    return { after: INTERVAL_MS };
  }
  if (failure.stalled) markStalled(object, failure.reason, failure.message, now);
  setCondition(object, 'Ready', 'False', failure.reason, failure.message, now);
  context.sourceEvents.record(object, 'Warning', failure.reason, failure.message);
  await patcher.flush(signal);
  if (failure.stalled) return {};
  return failure.reason === 'BuildFailed' ? { failed: true } : { after: RETRY_MS };
}

async function finalize(context: LoopContext, patcher: StatusPatcher, signal: AbortSignal): Promise<Outcome> {
  const { object } = patcher;
  if (!hasFinalizer(object, GENERATOR_FINALIZER)) return {};
  await deleteOrphans(context, object, [], signal);
  removeFinalizer(object, GENERATOR_FINALIZER);
  await patcher.flush(signal);
  return {};
}

function artifactsOf(generator: JsonObject): JsonObject[] {
  return (getList(generator, 'spec', 'artifacts') ?? []).filter(
    (artifact): artifact is JsonObject => getPath(artifact, 'name') !== undefined,
  );
}

function refOfSource(source: JsonValue, generator: JsonObject): ObjectRef {
  return {
    group: GIT_REPOSITORY.group,
    version: GIT_REPOSITORY.version,
    kind: getString(source, 'kind') ?? '',
    namespace: getString(source, 'namespace') ?? refOf(generator).namespace,
    name: getString(source, 'name') ?? '',
  };
}

function isDisabled(generator: JsonObject): boolean {
  return getString(generator, 'metadata', 'annotations', RECONCILE_ANNOTATION)?.toLowerCase() === 'disabled';
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
