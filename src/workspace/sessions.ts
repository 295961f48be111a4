// The cluster sessions of this engine: connect, follow, run the loop, end. One entry for each cluster that is known.
import type { Clock } from '../model/clock.ts';
import { DisposableStore } from '../model/disposable.ts';
import type { Disposable } from '../model/disposable.ts';
import type { Log } from '../model/log.ts';
import type { ServingMode } from '../model/servingMode.ts';
import type { Clusters } from '../clusters/clusters.ts';
import type { ProviderName } from '../clusters/provider.ts';
import type { KubeClient, KubeReader } from '../kube/client.ts';
import type { Loop } from '../reconcile/loop.ts';
import type { WorkspaceEvent } from './event.ts';
import type { ClusterState } from './state.ts';
import { followCluster } from './session.ts';
import type { PinnedSources } from './pinnedSources.ts';
import { watchServed } from './servedSources.ts';
import type { ServedWatch } from './servedSources.ts';
import type { Held, StartedLoop } from './startLoop.ts';

export type Progress = (message: string) => void;

export interface SessionsDeps {
  readonly clusters: Clusters;
  readonly connect: (
    cluster: { readonly kubeconfig: string; readonly context: string },
    signal: AbortSignal,
  ) => Promise<KubeClient>;
  /** Installs what the loop needs, makes it and starts it. The caller disposes it. */
  readonly startLoop: (
    client: KubeClient,
    mode: ServingMode,
    progress: Progress,
    signal: AbortSignal,
    held?: Held,
  ) => Promise<StartedLoop>;
  readonly emit: (event: WorkspaceEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Session {
  readonly client: KubeClient;
  /** Reads from the watches what they follow, and from the server what they do not. */
  readonly reader: KubeReader;
  readonly loop: Loop | undefined;
  /** What the loop reads, and holds it at a planned tree. */
  readonly sources: PinnedSources | undefined;
}

/** What became of a change of what is served. `cancelled`: what was served before is served again. */
export type ServeResult =
  | { readonly kind: 'served' }
  /** `held`: at files that were applied from a plan. */
  | { readonly kind: 'cancelled'; readonly serving: ServingMode; readonly held: boolean }
  /** Cancelled, and the loop could not be started again either: nothing is served. */
  | { readonly kind: 'stopped'; readonly reason: string };

export interface Sessions extends Disposable {
  get(name: string): Session | undefined;
  /** Reads which clusters there are and connects to those that run, but for one that is started by itself. */
  refresh(signal: AbortSignal, except?: string): Promise<void>;
  /** Makes a cluster (or starts the one of that name), connects and runs the loop on it. Throws ClusterError. */
  create(name: string, provider: ProviderName, progress: Progress, signal: AbortSignal): Promise<void>;
  /** Runs the loop of this folder on a cluster that is connected. */
  startLoop(name: string, progress: Progress, signal: AbortSignal): Promise<void>;
  /** What of this folder is served to a cluster from now on. A loop that runs begins anew; cancelled, it goes on as before. */
  serve(name: string, mode: ServingMode, progress: Progress, signal: AbortSignal): Promise<ServeResult>;
  /** Ends the loop of this folder and starts it again at a planned tree. */
  restartLoop(name: string, held: Held, signal: AbortSignal): Promise<void>;
  delete(name: string, progress: Progress, signal: AbortSignal): Promise<void>;
}

interface Entry {
  client: KubeClient;
  reader: KubeReader;
  loop: Loop | undefined;
  sources: PinnedSources | undefined;
  readonly served: ServedWatch;
  /** Ends with the loop. */
  loopStore: DisposableStore;
  store: DisposableStore;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const entries = new Map<string, Entry>();
  const servings = new Map<string, ServingMode>();
  const turns = new Map<string, Promise<unknown>>();
  const phase = (
    cluster: string,
    phaseNow: Extract<WorkspaceEvent, { type: 'clusterPhase' }>['phase'],
    message = '',
    more: Partial<Pick<ClusterState, 'server' | 'loop' | 'serving'>> = {},
  ): void => deps.emit({ type: 'clusterPhase', cluster, phase: phaseNow, message, ...more });
  const list = (): void =>
    deps.emit({ type: 'clusters', clusters: deps.clusters.list().map(({ name, provider }) => ({ name, provider })) });
  const end = (name: string): void => {
    entries.get(name)?.store.dispose();
    entries.delete(name);
  };

  /** A loop is begun or changed by one at a time: who asks meanwhile finds it as the one before has left it. */
  const inTurn = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(name) ?? Promise.resolve()).then(work, work);
    turns.set(name, turn);
    return turn;
  };

  const connect = async (name: string, signal: AbortSignal): Promise<Entry> => {
    const known = entries.get(name);
    if (known) return known;
    const record = deps.clusters.get(name);
    if (!record) throw new Error(`No cluster named "${name}"`);
    phase(name, 'connecting');
    const client = await deps.connect(record, signal);
    const store = new DisposableStore();
    // The loop gives its Lease back through the client: it goes last.
    store.add({ dispose: () => void (entry.loop?.ended ?? Promise.resolve()).then(() => client.dispose()) });
    const loopStore = store.add(new DisposableStore());
    const served = watchServed((sources) => deps.emit({ type: 'served', cluster: name, sources }));
    const follow = (event: WorkspaceEvent): void => {
      deps.emit(event);
      if (event.type === 'fluxObjects') served.has(event.sources);
    };
    const { reader } = store.add(followCluster(name, client, deps.clock, follow));
    const entry: Entry = { client, reader, loop: undefined, sources: undefined, served, loopStore, store };
    entries.set(name, entry);
    phase(name, 'connected', '', { server: client.server });
    return entry;
  };
  const startLoop = async (name: string, progress: Progress, signal: AbortSignal, held?: Held): Promise<void> => {
    const entry = await connect(name, signal);
    if (entry.loop) return;
    const say = (message: string): void => {
      progress(message);
      phase(name, 'connected', message);
    };
    const serving = servings.get(name) ?? 'head';
    phase(name, 'connected', 'starting the loop', { loop: 'starting', serving });
    try {
      const { loop, sources } = await deps.startLoop(entry.client, serving, say, signal, held);
      entry.loop = entry.loopStore.add(loop);
      entry.sources = sources;
      entry.served.readBy(sources);
      entry.loopStore.add(loop.events.on((event) => deps.emit({ type: 'loop', cluster: name, event })));
      const tell = (): void =>
        phase(name, 'connected', '', { loop: loop.state === 'controlling' ? 'controlling' : 'observing', serving });
      entry.loopStore.add(loop.onState(tell));
      tell();
    } catch (error) {
      phase(name, 'connected', `the loop did not start: ${messageOf(error)}`, { loop: 'none' });
      throw error;
    }
  };
  /** The Lease is given back before the next loop asks for it. */
  const endLoop = async (name: string, entry: Entry): Promise<void> => {
    entry.loopStore.dispose();
    await entry.loop?.ended;
    if (entries.get(name) !== entry) return;
    entry.loop = undefined;
    entry.sources = undefined;
    entry.served.readBy(undefined);
    entry.loopStore = entry.store.add(new DisposableStore());
  };
  /** False where it was cancelled on its way: the loop goes on as it was before then (`back`). */
  const replaceLoop = async (
    name: string,
    entry: Entry,
    start: () => Promise<void>,
    back: () => Held | undefined,
    signal: AbortSignal,
  ): Promise<boolean> => {
    await endLoop(name, entry);
    try {
      await start();
      return true;
    } catch (error) {
      if (!signal.aborted || entries.get(name) !== entry) throw error;
      await startLoop(name, () => undefined, new AbortController().signal, back());
      return false;
    }
  };
  const serve = async (
    name: string,
    mode: ServingMode,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<ServeResult> => {
    const before = servings.get(name) ?? 'head';
    const entry = entries.get(name);
    const held = entry?.sources?.held;
    const cancelled = { kind: 'cancelled' as const, serving: before, held: held !== undefined };
    if (signal.aborted) return cancelled;
    servings.set(name, mode);
    if (!entry?.loop) return { kind: 'served' };
    const back = (): Held | undefined => {
      servings.set(name, before);
      return held;
    };
    try {
      const isServed = await replaceLoop(name, entry, () => startLoop(name, progress, signal), back, signal);
      return isServed ? { kind: 'served' } : cancelled;
    } catch (error) {
      if (!signal.aborted) throw error;
      return { kind: 'stopped', reason: messageOf(error) };
    }
  };
  const refresh = async (signal: AbortSignal, except?: string): Promise<void> => {
    list();
    for (const { name } of deps.clusters.list()) {
      if (entries.has(name) || name === except) continue;
      try {
        const status = await deps.clusters.status(name, signal);
        if (status.state === 'running') await connect(name, signal);
        else phase(name, 'stopped', status.message);
      } catch (error) {
        phase(name, 'unreachable', messageOf(error));
        deps.log.warn('cluster', `cluster ${name} is not reachable`, { error: messageOf(error) });
      }
    }
  };

  return {
    get: (name) => entries.get(name),
    refresh,
    startLoop: (name, progress, signal) => inTurn(name, () => startLoop(name, progress, signal)),
    serve: (name, mode, progress, signal) => inTurn(name, () => serve(name, mode, progress, signal)),
    restartLoop: (name, held, signal) =>
      inTurn(name, async () => {
        const entry = entries.get(name);
        const start = (): Promise<void> => startLoop(name, () => undefined, signal, held);
        if (!entry) return start();
        if (!(await replaceLoop(name, entry, start, () => undefined, signal))) signal.throwIfAborted();
      }),
    create: async (name, provider, progress, signal) => {
      // The record appears as soon as the provider begins: until then the tree shows what is on its way.
      const say = (message: string): void => {
        progress(message);
        list();
        phase(name, 'starting', message);
      };
      try {
        await deps.clusters.create(name, provider, say, signal);
      } catch (error) {
        list();
        if (deps.clusters.get(name)) phase(name, 'stopped', messageOf(error));
        throw error;
      }
      list();
      await inTurn(name, () => startLoop(name, progress, signal));
    },
    delete: async (name, progress, signal) => {
      end(name);
      phase(name, 'deleting');
      try {
        await deps.clusters.delete(name, progress, signal);
      } finally {
        list();
        await refresh(signal).catch(() => undefined);
      }
    },
    dispose: () => {
      for (const name of entries.keys()) end(name);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
