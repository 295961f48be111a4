// What the loop is asked by a person and answers when it was handled: `flux reconcile`, with or without the source.
// Waits on the watches; the work is the controllers'.
import { getString } from '../model/json.ts';
import { printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeClient } from '../kube/client.ts';
import { generatorSources } from './artifactGenerator/artifactGenerator.ts';
import { getCondition } from './conditions.ts';
import { cacheOf } from './fluxCaches.ts';
import type { FluxCaches } from './fluxCaches.ts';
import { EXTERNAL_ARTIFACT, GIT_REPOSITORY, KUSTOMIZATION, sourceRefOf } from './fluxKinds.ts';
import { handled, requestReconciliation } from './requests.ts';
import type { ReconcileOptions } from './requests.ts';

interface Asked {
  readonly client: KubeClient;
  /** Undefined until the watches are open. */
  readonly caches: FluxCaches | undefined;
}

/** Asks for a reconciliation; resolves when it was handled. With `withSource` rejects where the source is not ready then. */
export async function askForReconciliation(
  loop: Asked,
  ref: ObjectRef,
  options: ReconcileOptions,
  signal: AbortSignal,
): Promise<void> {
  const object = loop.caches?.kustomizations.get(ref.namespace, ref.name);
  if (options.withSource === true && ref.kind === KUSTOMIZATION.kind && object)
    await askSource(loop, sourceRefOf(object), signal);
  await ask(loop, ref, options, signal);
}

/** A generated artifact is as new as its generator, and that as its own sources. */
async function askSource(loop: Asked, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  if (ref.kind === GIT_REPOSITORY.kind) return askUntilReady(loop, ref, signal);
  if (ref.kind !== EXTERNAL_ARTIFACT.kind) return;
  const by = getString(await loop.client.get(ref, signal), 'spec', 'sourceRef', 'name') ?? '';
  const generator = loop.caches?.generators?.get(ref.namespace, by);
  if (!generator) return;
  for (const source of generatorSources(generator))
    if (source.kind === GIT_REPOSITORY.kind) await askUntilReady(loop, source, signal);
  await askUntilReady(loop, refOf(generator), signal);
}

/** Throws what the source says of itself where it is not ready then: nothing new can come of it (`flux reconcile`). */
async function askUntilReady(loop: Asked, ref: ObjectRef, signal: AbortSignal): Promise<void> {
  await ask(loop, ref, {}, signal);
  const ready = getCondition((await loop.client.get(ref, signal)) ?? {}, 'Ready');
  if (ready?.status === 'False') throw new Error(`${printRef(ref)} is not ready: ${ready.message}`);
}

async function ask(
  { client, caches }: Asked,
  ref: ObjectRef,
  options: ReconcileOptions,
  signal: AbortSignal,
): Promise<void> {
  const value = await requestReconciliation(client, ref, options, signal);
  const cache = caches && cacheOf(caches, ref);
  if (cache) await handled(cache, ref, value, signal);
}
