// What wakes what: changes that the watches tell bring Flux objects into the queues of their controllers. Which objects a
// change concerns is decided in triggers.ts; what is done with them in the controllers.
import type { Disposable } from '../../model/disposable.ts';
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { GroupVersionKind } from '../../model/resourceType.ts';
import { generatorSources } from '../artifactGenerator/artifactGenerator.ts';
import type { Blocked } from '../kustomization/blocked.ts';
import { generationOf } from '../conditions.ts';
import type { Sources } from '../deps.ts';
import { afterFirst } from '../fluxCaches.ts';
import type { FluxCaches, Watches } from '../fluxCaches.ts';
import { isSuspended, WATCH_LABEL } from '../fluxKinds.ts';
import type { HandOvers } from '../kustomization/handOvers.ts';
import { including } from '../gitRepository/includes.ts';
import type { Interrupts } from './interrupts.ts';
import type { FluxQueues } from './objectQueue.ts';
import { artifactChanged, asksForWork, becameReady, forConfig, forSource } from './triggers.ts';

/** What changes are followed with. */
export interface WakeContext {
  readonly caches: FluxCaches;
  readonly queues: FluxQueues;
  readonly interrupts: Interrupts;
  readonly blocked: Blocked;
  readonly handOvers: HandOvers;
}

const RULES: readonly GroupVersionKind[] = [
  { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' },
  { group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration' },
];

/** Follows the Flux objects for as long as their caches live, and what the sources themselves tell until disposed. */
export function followFluxObjects(context: WakeContext, sources: Sources): Disposable {
  const { caches, queues } = context;
  caches.sources.onChange(({ type, object, old }) => {
    if (type === 'deleted' || asksForWork(object, old)) queues.sources.add(refOf(object));
    if (type !== 'deleted' && artifactChanged(object, old)) sourceChanged(context, object, old);
  });
  caches.made?.onChange(({ type, object, old }) => {
    if (type !== 'deleted' && artifactChanged(object, old)) sourceChanged(context, object, old);
  });
  caches.generators?.onChange(({ type, object, old }) => {
    if (type === 'deleted' || asksForWork(object, old)) queues.generators.add(refOf(object));
  });
  caches.kustomizations.onChange(({ type, object, old }) => {
    if (type === 'deleted' || asksForWork(object, old)) queues.kustomizations.add(refOf(object));
    if (type !== 'deleted' && becameReady(object, old)) dependencyReady(context, refOf(object));
  });
  return sources.onChange((serves) => {
    for (const object of caches.sources.items())
      if (serves(object) && !isSuspended(object)) queues.sources.add(refOf(object));
  });
}

/** A new artifact: what is made of it, and what is built from it. */
function sourceChanged(
  { caches, queues, interrupts }: WakeContext,
  source: JsonObject,
  old: JsonObject | undefined,
): void {
  const ref = refOf(source);
  for (const one of including(caches.sources.items(), ref)) queues.sources.add(refOf(one));
  for (const generator of caches.generators?.items() ?? [])
    if (generatorSources(generator).some((one) => keyOf(one) === keyOf(ref))) queues.generators.add(refOf(generator));
  const owners = forSource(caches.kustomizations.items(), source).map(refOf);
  interrupts.left(ref, getString(old, 'status', 'artifact', 'revision') ?? '', owners);
  for (const owner of owners) queues.kustomizations.add(owner);
}

function dependencyReady({ queues, blocked, handOvers }: WakeContext, ref: ObjectRef): void {
  for (const waiting of [...blocked.by(ref), ...handOvers.waitingFor(ref)]) queues.kustomizations.add(waiting);
}

/** ConfigMaps and Secrets that are labelled to be watched wake what substitutes from them. */
export async function followConfigs(
  { caches, queues }: WakeContext,
  watches: Watches,
  exists: (ref: ObjectRef) => Promise<boolean>,
): Promise<void> {
  for (const kind of ['ConfigMap', 'Secret']) {
    const gvk = { group: '', version: 'v1', kind };
    const configs = await watches.open(gvk, { labelSelector: `${WATCH_LABEL}=Enabled` });
    await afterFirst(configs, ({ type, object }) => {
      const ref: ObjectRef = { ...refOf(object), ...gvk };
      // What lost its label leaves the watch too; only what is gone concerns anyone.
      const concerns = type === 'deleted' ? exists(ref).then((is) => !is) : Promise.resolve(true);
      concerns.then(
        (yes) =>
          yes && forConfig(caches.kustomizations.items(), ref).forEach((one) => queues.kustomizations.add(refOf(one))),
        () => undefined,
      );
    });
  }
}

/** Definitions and webhooks decide what the server makes of an object: `changed` tells that it has to be asked again. */
export async function followRules(watches: Watches, changed: () => void): Promise<void> {
  for (const gvk of RULES) {
    const cache = await watches.find(gvk, { project: metadataOnly });
    if (!cache) continue;
    await afterFirst(cache, ({ object, old }) => {
      if (!old || generationOf(object) !== generationOf(old)) changed();
    });
  }
}

function metadataOnly({ apiVersion, kind, metadata }: JsonObject): JsonObject {
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', metadata: metadata ?? {} };
}
