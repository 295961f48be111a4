// The loop: Flux's controllers over one cluster, driven by watches. Puts the parts together and decides who leads; what
// wakes what is in wakes.ts, the controllers are gitRepository.ts, artifactGenerator.ts and kustomization.ts.
import { deferred } from '../model/deferred.ts';
import type { Disposable } from '../model/disposable.ts';
import { DisposableStore } from '../model/disposable.ts';
import { Emitter } from '../model/event.ts';
import { isGateOn } from '../model/featureGates.ts';
import { refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { reasonOf } from '../model/reason.ts';
import { reconcileArtifactGenerator } from './artifactGenerator/artifactGenerator.ts';
import { createArtifacts } from './artifacts.ts';
import { askForReconciliation } from './asking.ts';
import { createBlocked } from './kustomization/blocked.ts';
import type { LoopDeps } from './deps.ts';
import { createDrift } from './drift/drift.ts';
import { flappingSentence } from './drift/flapping.ts';
import { cacheOf, createWatches, openFluxCaches } from './fluxCaches.ts';
import type { FluxCaches } from './fluxCaches.ts';
import { reconcileGitRepository } from './gitRepository/gitRepository.ts';
import { createHandOvers } from './kustomization/handOvers.ts';
import { healObject } from './drift/heal.ts';
import { byIncludes } from './gitRepository/includes.ts';
import { createInterrupts } from './queue/interrupts.ts';
import { reconcileKustomization } from './kustomization/kustomization.ts';
import type { KustomizationContext } from './kustomization/kustomizationContext.ts';
import { holdLease } from './lease/lease.ts';
import type { HeldLease } from './lease/lease.ts';
import type { LoopEvent } from './loopEvent.ts';
import { createObjectQueue } from './queue/objectQueue.ts';
import type { FluxQueues, ObjectQueue } from './queue/objectQueue.ts';
import { createRecorder } from './recorder.ts';
import { setSuspended } from './requests.ts';
import type { ReconcileOptions } from './requests.ts';
import { followConfigs, followFluxObjects, followRules } from './queue/wakes.ts';
import type { Outcome } from './queue/workQueue.ts';

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

const REQUEUE_DEPENDENCY_MS = 30_000;
const CONCURRENCY = 4;
/** As Flux's controllers: 750 ms, doubled to 15 minutes; but a cluster that cannot be reached is tried more often. */
const BACKOFF = { min: 750, max: 15 * 60_000, maxThrown: 30_000 };

export function createLoop(deps: LoopDeps): FluxLoop {
  const store = new DisposableStore();
  const events = store.add(new Emitter<LoopEvent>());
  const states = store.add(new Emitter<LoopState>());
  const stop = new AbortController();
  /** Ends what runs when the Lease is lost: another loop works on the cluster from then on. */
  let term = new AbortController();
  const interrupts = createInterrupts(
    deps.options?.cancelHealthCheckOnNewRevision ?? isGateOn(deps.options, 'CancelHealthCheckOnNewRevision'),
  );
  const ended = deferred<void>();
  let lease: HeldLease | undefined;
  let state: LoopState = 'stopped';
  let takingUp = Promise.resolve();
  let caches: FluxCaches | undefined;

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
    interrupts,
    kustomizations: () => caches?.kustomizations.items() ?? [],
    cached: (ref) => caches && cacheOf(caches, ref)?.get(ref.namespace, ref.name),
    requeueDependencyMs: deps.options?.requeueDependencyMs ?? REQUEUE_DEPENDENCY_MS,
  };
  store.add(events.on((event) => recordFlapping(context, event)));

  const queue = (work: (ref: ObjectRef) => Promise<Outcome>): ObjectQueue =>
    store.add(
      createObjectQueue({
        clock: deps.clock,
        concurrency: deps.options?.concurrency ?? CONCURRENCY,
        backoff: BACKOFF,
        controls: () => state === 'controlling' && !stop.signal.aborted,
        work,
        onError: (key, error) => {
          if (!term.signal.aborted) deps.log.error('reconcile', key, { error: reasonOf(error) });
        },
      }),
    );
  const queues: FluxQueues = {
    sources: queue((ref) => reconcileGitRepository(context, ref, term.signal)),
    generators: queue((ref) => reconcileArtifactGenerator(context, ref, term.signal)),
    kustomizations: queue(async (ref) => {
      try {
        return await reconcileKustomization(context, ref, term.signal);
      } finally {
        interrupts.settled(ref);
        context.drift.settle(ref);
      }
    }),
  };

  /** Sources first: a Kustomization that is tried before its artifact is back in memory would wait for nothing. */
  async function takeUp(): Promise<void> {
    for (const group of byIncludes(caches?.sources.items() ?? [])) {
      for (const object of group) queues.sources.add(refOf(object));
      await queues.sources.idle();
    }
    for (const object of caches?.generators?.items() ?? []) queues.generators.add(refOf(object));
    await queues.generators.idle();
    for (const object of caches?.kustomizations.items() ?? []) queues.kustomizations.add(refOf(object));
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

  /** Takes the lead: at once where nobody is to be asked (no identity), otherwise whenever the Lease is held. */
  function lead(identity: string | undefined): void {
    if (identity === undefined) return setState('controlling');
    const onChange = (held: boolean): void => setState(held ? 'controlling' : 'observing');
    lease = store.add(holdLease({ client: deps.client, clock: deps.clock, log: deps.log, identity, onChange }));
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
      const watches = createWatches(deps.client, store, stop.signal);
      caches = await openFluxCaches(watches);
      const wakes = { ...context, caches, queues };
      store.add(followFluxObjects(wakes, deps.sources));
      if (!isGateOn(deps.options, 'DisableConfigWatchers'))
        await followConfigs(wakes, watches, async (ref) => (await deps.client.get(ref, stop.signal)) !== undefined);
      await followRules(watches, () => context.drift.doubt());
      lead(deps.options?.identity);
    },
    reconcile: (ref, options, signal) => askForReconciliation({ client: deps.client, caches }, ref, options, signal),
    heal(owner, ref, signal) {
      if (state !== 'controlling')
        return Promise.reject(new Error('another loop reconciles this cluster: ask that one'));
      const both = AbortSignal.any([signal, term.signal]);
      return queues.kustomizations.exclusive(owner, () => healObject(context, owner, ref, both));
    },
    abandon: (revision) => interrupts.abandon(revision),
    suspend: (ref, signal) => setSuspended(deps.client, ref, true, signal),
    async resume(ref, signal) {
      await setSuspended(deps.client, ref, false, signal);
      await askForReconciliation({ client: deps.client, caches }, ref, {}, signal);
    },
    async idle() {
      await takingUp;
      await queues.sources.idle();
      await queues.generators.idle();
      await queues.kustomizations.idle();
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

/** Drift that comes back after each healing is said once, as an event of its Kustomization. */
function recordFlapping(context: KustomizationContext, event: LoopEvent): void {
  if (event.type !== 'drift' || !event.flapping) return;
  const { owner, ref, flapping } = event;
  const message = flappingSentence(ref, flapping);
  const object = context.cached(owner);
  context.log.warn('reconcile', message, { kustomization: owner.name });
  if (object) context.kustomizeEvents.record(object, 'Warning', 'DriftFlapping', message);
}
