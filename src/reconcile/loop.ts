// The loop: Flux's controllers over one cluster, driven by watches. Puts the parts together and decides what wakes what;
// the controllers themselves are in gitRepository.ts, artifactGenerator.ts and kustomization.ts.
import { deferred } from '../model/deferred.ts';
import type { Disposable } from '../model/disposable.ts';
import { DisposableStore } from '../model/disposable.ts';
import { Emitter } from '../model/event.ts';
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { GroupVersionKind } from '../model/resourceType.ts';
import type { WatchCache } from '../kube/client.ts';
import { generatorSources, reconcileArtifactGenerator } from './artifactGenerator.ts';
import { createArtifacts } from './artifacts.ts';
import { generationOf, getCondition } from './conditions.ts';
import { createBlocked } from './blocked.ts';
import type { LoopDeps } from './deps.ts';
import { createDrift } from './drift.ts';
import { flappingSentence } from './flapping.ts';
import { createHandOvers } from './handOvers.ts';
import {
  ARTIFACT_GENERATOR,
  EXTERNAL_ARTIFACT,
  GIT_REPOSITORY,
  isSuspended,
  KUSTOMIZATION,
  sourceRefOf,
  WATCH_LABEL,
} from './fluxKinds.ts';
import { reconcileGitRepository } from './gitRepository.ts';
import { reconcileKustomization } from './kustomization.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import { healObject } from './heal.ts';
import { byIncludes, including } from './includes.ts';
import { holdLease } from './lease.ts';
import type { HeldLease } from './lease.ts';
import type { LoopEvent } from './loopEvent.ts';
import { createRecorder } from './recorder.ts';
import { handled, requestReconciliation, setSuspended } from './requests.ts';
import type { ReconcileOptions } from './requests.ts';
import { artifactChanged, asksForWork, becameReady, forConfig, forSource } from './triggers.ts';
import { createWorkQueue } from './workQueue.ts';
import type { Outcome, WorkQueue } from './workQueue.ts';

export type LoopState = 'stopped' | 'observing' | 'controlling';

export interface Loop extends Disposable {
  /** Starts the controllers; resolves when the caches are in. Rejects when the cluster serves no Flux kinds. */
  start(signal: AbortSignal): Promise<void>;
  /** `controlling` once the Lease is held; `observing` while another process holds it. */
  readonly state: LoopState;
  /** Asks for a reconciliation as `flux reconcile` does, and resolves when it was handled. Rejects where its source fails. */
  reconcile(ref: ObjectRef, options: ReconcileOptions, signal: AbortSignal): Promise<void>;
  /** Puts one object of a Kustomization back as it was applied. Rejects with one sentence where that cannot be. */
  heal(owner: ObjectRef, ref: ObjectRef, signal: AbortSignal): Promise<void>;
  /** Somebody has cancelled what is being applied of a revision: it ends where it is once its source has another. */
  abandon(revision: string): void;
  suspend(ref: ObjectRef, signal: AbortSignal): Promise<void>;
  resume(ref: ObjectRef, signal: AbortSignal): Promise<void>;
  /** Resolves after `dispose`, once the Lease was given back (within two seconds): the client is needed until then. */
  readonly ended: Promise<void>;
  readonly events: Emitter<LoopEvent>;
}

/** What {@link createLoop} gives beyond what the surfaces ask of a loop. */
export interface FluxLoop extends Loop {
  onState(listener: (state: LoopState) => void): Disposable;
  /** Resolves when nothing is queued and nothing runs. What waits for its interval does not count. */
  idle(): Promise<void>;
}

/** The Flux objects as the watches have them. */
interface Caches {
  readonly sources: WatchCache;
  readonly kustomizations: WatchCache;
  /** Where the cluster serves them. */
  readonly generators: WatchCache | undefined;
  readonly made: WatchCache | undefined;
}

const REQUEUE_DEPENDENCY_MS = 30_000;
const CONCURRENCY = 4;
/** As Flux's controllers: 750 ms, doubled to 15 minutes; but a cluster that cannot be reached is tried more often. */
const BACKOFF = { min: 750, max: 15 * 60_000, maxThrown: 30_000 };

const RULES: readonly GroupVersionKind[] = [
  { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' },
  { group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration' },
];

function metadataOnly({ apiVersion, kind, metadata }: JsonObject): JsonObject {
  return { apiVersion: apiVersion ?? '', kind: kind ?? '', metadata: metadata ?? {} };
}

/** Waits for a first list without which there is no loop. Rejects with the server's words where it may not be had. */
async function allowed(cache: WatchCache): Promise<void> {
  await cache.answered();
  if (cache.failure?.code === 403) throw cache.failure;
  await cache.synced();
}

/** Tells what changes after the first list. One that the account may not see keeps nothing from beginning. */
async function afterFirst(cache: WatchCache, listener: Parameters<WatchCache['onChange']>[0]): Promise<void> {
  const follow = cache.synced().then(
    () => void cache.onChange(listener),
    () => undefined,
  );
  await cache.answered();
  if (!cache.failure) await follow;
}

export function createLoop(deps: LoopDeps): FluxLoop {
  const store = new DisposableStore();
  const events = store.add(new Emitter<LoopEvent>());
  const states = store.add(new Emitter<LoopState>());
  const stop = new AbortController();
  /** Ends what runs when the Lease is lost: another loop works on the cluster from then on. */
  let term = new AbortController();
  const refs = new Map<string, ObjectRef>();
  const waits = new Map<string, AbortController>();
  const applies = new Map<string, { readonly revision: string; readonly controller: AbortController }>();
  const abandoned = new Set<string>();
  const ended = deferred<void>();
  let lease: HeldLease | undefined;
  let state: LoopState = 'stopped';
  let takingUp = Promise.resolve();
  let caches: Caches | undefined;

  const context: KustomizationContext = {
    ...deps,
    confirmLead: async () => lease?.confirm(),
    events,
    artifacts: createArtifacts(),
    sourceEvents: createRecorder(deps.client, 'source-controller', events, deps.log, deps.clock),
    kustomizeEvents: createRecorder(deps.client, 'kustomize-controller', events, deps.log, deps.clock),
    drift: store.add(createDrift(deps.client, deps.stages, events, deps.log, deps.clock)),
    blocked: createBlocked(),
    handOvers: createHandOvers(),
    kustomizations: () => caches?.kustomizations.items() ?? [],
    cached: (ref) => cacheOf(ref)?.get(ref.namespace, ref.name),
    requeueDependencyMs: deps.options?.requeueDependencyMs ?? REQUEUE_DEPENDENCY_MS,
    interrupt(ref) {
      const controller = new AbortController();
      waits.set(keyOf(ref), controller);
      return controller.signal;
    },
    applying(ref, revision) {
      const controller = new AbortController();
      applies.set(keyOf(ref), { revision, controller });
      return controller.signal;
    },
  };

  store.add(
    events.on((event) => {
      if (event.type !== 'drift' || !event.flapping) return;
      const { owner, ref, flapping } = event;
      const message = flappingSentence(ref, flapping);
      const object = caches?.kustomizations.get(owner.namespace, owner.name);
      deps.log.warn('reconcile', message, { kustomization: owner.name });
      if (object) context.kustomizeEvents.record(object, 'Warning', 'DriftFlapping', message);
    }),
  );

  const queue = (work: (ref: ObjectRef) => Promise<Outcome>): WorkQueue =>
    store.add(
      createWorkQueue({
        clock: deps.clock,
        concurrency: deps.options?.concurrency ?? CONCURRENCY,
        backoff: BACKOFF,
        work: async (key) => {
          const ref = refs.get(key);
          return ref && state === 'controlling' && !stop.signal.aborted ? work(ref) : {};
        },
        onError: (key, error) => {
          if (!term.signal.aborted)
            deps.log.error('reconcile', key, { error: error instanceof Error ? error.message : String(error) });
        },
      }),
    );

  const sources = queue((ref) => reconcileGitRepository(context, ref, term.signal));
  const generators = queue((ref) => reconcileArtifactGenerator(context, ref, term.signal));
  const kustomizations = queue(async (ref) => {
    try {
      return await reconcileKustomization(context, ref, term.signal);
    } finally {
      waits.delete(keyOf(ref));
      applies.delete(keyOf(ref));
      context.drift.settle(ref);
    }
  });

  function enqueue(queueOf: WorkQueue, object: JsonObject): void {
    enqueueRef(queueOf, refOf(object));
  }

  function enqueueRef(queueOf: WorkQueue, ref: ObjectRef): void {
    refs.set(keyOf(ref), ref);
    if (state === 'controlling') queueOf.add(keyOf(ref));
  }

  /** A new revision: what waits for the health of an older one need not, and what was abandoned ends. */
  function enqueueForSource(source: JsonObject, old: JsonObject | undefined): void {
    const before = getString(old, 'status', 'artifact', 'revision') ?? '';
    const isLeft = abandoned.delete(before);
    for (const one of forSource(caches?.kustomizations.items() ?? [], source, old)) {
      const waiting = waits.get(keyOf(refOf(one)));
      if (waiting && deps.options?.cancelHealthCheckOnNewRevision !== false) waiting.abort(refOf(source));
      const applied = applies.get(keyOf(refOf(one)));
      if (isLeft && applied?.revision === before) applied.controller.abort(new Error('the apply was cancelled'));
      enqueue(kustomizations, one);
    }
  }

  /** A new artifact: what is made of it, and what is built from it. */
  function sourceChanged(source: JsonObject, old: JsonObject | undefined): void {
    const key = keyOf(refOf(source));
    for (const one of including(caches?.sources.items() ?? [], refOf(source))) enqueue(sources, one);
    for (const generator of caches?.generators?.items() ?? [])
      if (generatorSources(generator).some((ref) => keyOf(ref) === key)) enqueue(generators, generator);
    enqueueForSource(source, old);
  }

  async function watch(gvk: GroupVersionKind, labelSelector?: string): Promise<WatchCache> {
    const type = await deps.client.resourceType(gvk, stop.signal);
    if (!type)
      throw new Error(
        `the cluster at ${deps.client.server} does not serve ${gvk.kind}.${gvk.group}: Flux's definitions are missing`,
      );
    return store.add(deps.client.watch(type, labelSelector === undefined ? {} : { labelSelector }));
  }

  function followSources(cache: WatchCache): void {
    cache.onChange(({ type, object, old }) => {
      if (type === 'deleted' || asksForWork(object, old)) enqueue(sources, object);
      if (type !== 'deleted' && artifactChanged(object, old)) sourceChanged(object, old);
    });
    store.add(
      deps.sources.onChange((serves) => {
        for (const object of cache.items()) if (serves(object) && !isSuspended(object)) enqueue(sources, object);
      }),
    );
  }

  /** Generators and what they make, where the cluster serves them: source-watcher is no part of every Flux. */
  async function followGenerators(): Promise<Pick<Caches, 'generators' | 'made'>> {
    const [made, cache] = await Promise.all(
      [EXTERNAL_ARTIFACT, ARTIFACT_GENERATOR].map(async (gvk) =>
        (await deps.client.resourceType(gvk, stop.signal)) ? watch(gvk) : undefined,
      ),
    );
    await Promise.all([made?.synced(), cache?.synced()]);
    made?.onChange(({ type, object, old }) => {
      if (type !== 'deleted' && artifactChanged(object, old)) sourceChanged(object, old);
    });
    cache?.onChange(({ type, object, old }) => {
      if (type === 'deleted' || asksForWork(object, old)) enqueue(generators, object);
    });
    return { generators: cache, made };
  }

  function followKustomizations(cache: WatchCache): void {
    cache.onChange(({ type, object, old }) => {
      if (type === 'deleted' || asksForWork(object, old)) enqueue(kustomizations, object);
      if (type === 'deleted' || !becameReady(object, old)) return;
      const waiting = [...context.blocked.by(refOf(object)), ...context.handOvers.waitingFor(refOf(object))];
      for (const ref of waiting) enqueueRef(kustomizations, ref);
    });
  }

  async function followConfigs(cache: WatchCache): Promise<void> {
    for (const kind of ['ConfigMap', 'Secret']) {
      const configs = await watch({ group: '', version: 'v1', kind }, `${WATCH_LABEL}=Enabled`);
      await afterFirst(configs, ({ type, object }) => {
        const ref: ObjectRef = { ...refOf(object), group: '', version: 'v1', kind };
        // What lost its label leaves the watch too; only what is gone concerns anyone.
        const concerns =
          type === 'deleted'
            ? deps.client.get(ref, stop.signal).then((found) => found === undefined)
            : Promise.resolve(true);
        concerns.then(
          (yes) => yes && forConfig(cache.items(), ref).forEach((one) => enqueue(kustomizations, one)),
          () => undefined,
        );
      });
    }
  }

  /** Definitions and webhooks decide what the server makes of an object: when they change, it has to be asked again. */
  async function followRules(): Promise<void> {
    for (const gvk of RULES) {
      const type = await deps.client.resourceType(gvk, stop.signal);
      if (!type) continue;
      const cache = store.add(deps.client.watch(type, { project: metadataOnly }));
      await afterFirst(cache, ({ object, old }) => {
        if (!old || generationOf(object) !== generationOf(old)) context.drift.doubt();
      });
    }
  }

  /** Sources first: a Kustomization that is tried before its artifact is back in memory would wait for nothing. */
  async function takeUp(): Promise<void> {
    for (const group of byIncludes(caches?.sources.items() ?? [])) {
      for (const object of group) enqueue(sources, object);
      await sources.idle();
    }
    for (const object of caches?.generators?.items() ?? []) enqueue(generators, object);
    await generators.idle();
    for (const object of caches?.kustomizations.items() ?? []) enqueue(kustomizations, object);
  }

  function setState(next: LoopState): void {
    if (state === next || stop.signal.aborted) return;
    state = next;
    if (next === 'controlling') term = new AbortController();
    else term.abort(new Error('another loop holds the Lease'));
    states.emit(next);
    deps.log.info('reconcile', `loop ${next}`, { server: deps.client.server });
    if (next === 'controlling') takingUp = takeUp();
  }

  function cacheOf(ref: ObjectRef): WatchCache | undefined {
    if (ref.kind === GIT_REPOSITORY.kind) return caches?.sources;
    if (ref.kind === EXTERNAL_ARTIFACT.kind) return caches?.made;
    return ref.kind === ARTIFACT_GENERATOR.kind ? caches?.generators : caches?.kustomizations;
  }

  /** A generated artifact is as new as its generator, and that as its own sources. */
  async function requestSource(ref: ObjectRef, signal: AbortSignal): Promise<void> {
    if (ref.kind === GIT_REPOSITORY.kind) return requestReady(ref, signal);
    if (ref.kind !== EXTERNAL_ARTIFACT.kind) return;
    const by = getString(await deps.client.get(ref, signal), 'spec', 'sourceRef', 'name') ?? '';
    const generator = caches?.generators?.get(ref.namespace, by);
    if (!generator) return;
    for (const source of generatorSources(generator))
      if (source.kind === GIT_REPOSITORY.kind) await requestReady(source, signal);
    await requestReady(refOf(generator), signal);
  }

  /** Throws what the source says of itself where it is not ready then: nothing new can come of it (`flux reconcile`). */
  async function requestReady(ref: ObjectRef, signal: AbortSignal): Promise<void> {
    await request(ref, {}, signal);
    const ready = getCondition((await deps.client.get(ref, signal)) ?? {}, 'Ready');
    if (ready?.status === 'False') throw new Error(`${printRef(ref)} is not ready: ${ready.message}`);
  }

  async function request(ref: ObjectRef, options: ReconcileOptions, signal: AbortSignal): Promise<void> {
    const value = await requestReconciliation(deps.client, ref, options, signal);
    const cache = cacheOf(ref);
    if (cache) await handled(cache, ref, value, signal);
  }

  return {
    events,
    ended: ended.promise,
    onState: (listener) => states.on(listener),
    get state() {
      return state;
    },
    async start(signal) {
      signal.throwIfAborted();
      const [own, kustomized] = [await watch(GIT_REPOSITORY), await watch(KUSTOMIZATION)];
      await Promise.all([allowed(own), allowed(kustomized)]);
      caches = { sources: own, kustomizations: kustomized, ...(await followGenerators()) };
      followSources(caches.sources);
      followKustomizations(caches.kustomizations);
      await followConfigs(caches.kustomizations);
      await followRules();
      const identity = deps.options?.identity;
      if (identity === undefined) setState('controlling');
      else
        lease = store.add(
          holdLease({
            client: deps.client,
            clock: deps.clock,
            log: deps.log,
            identity,
            onChange: (held) => setState(held ? 'controlling' : 'observing'),
          }),
        );
    },
    async reconcile(ref, options, signal) {
      const object = caches?.kustomizations.get(ref.namespace, ref.name);
      if (options.withSource === true && ref.kind === KUSTOMIZATION.kind && object)
        await requestSource(sourceRefOf(object), signal);
      await request(ref, options, signal);
    },
    heal(owner, ref, signal) {
      if (state !== 'controlling')
        return Promise.reject(new Error('another loop reconciles this cluster: ask that one'));
      const both = AbortSignal.any([signal, term.signal]);
      return kustomizations.exclusive(keyOf(owner), () => healObject(context, owner, ref, both));
    },
    abandon: (revision) => void abandoned.add(revision),
    suspend: (ref, signal) => setSuspended(deps.client, ref, true, signal),
    async resume(ref, signal) {
      await setSuspended(deps.client, ref, false, signal);
      await request(ref, {}, signal);
    },
    async idle() {
      await takingUp;
      await sources.idle();
      await generators.idle();
      await kustomizations.idle();
    },
    dispose() {
      state = 'stopped';
      stop.abort();
      term.abort();
      store.dispose();
      (lease?.released ?? Promise.resolve()).then(ended.resolve, ended.resolve);
    },
  };
}
