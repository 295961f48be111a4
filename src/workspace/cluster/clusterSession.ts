// One cluster of this engine: connect to it, follow it, and begin, change and end the loop of this folder on it, each by one
// at a time. Which clusters there are is known in sessions.ts.
import type { Clock } from '../../model/clock.ts';
import { DisposableStore } from '../../model/disposable.ts';
import type { Log } from '../../model/log.ts';
import { reasonOf } from '../../model/reason.ts';
import type { ServingMode } from '../../model/servingMode.ts';
import type { Clusters } from '../../clusters/clusters.ts';
import type { KubeClient, KubeReader } from '../../kube/client.ts';
import type { Loop } from '../../reconcile/loop.ts';
import type { WorkspaceEvent } from '../event.ts';
import type { ClusterState } from '../state.ts';
import { followCluster } from './followCluster.ts';
import type { PinnedSources } from '../plan/pinnedSources.ts';
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

type Phase = Extract<WorkspaceEvent, { type: 'clusterPhase' }>['phase'];

export interface ClusterSession {
  /** Undefined until {@link connect} has ended, and after {@link disconnect}. */
  readonly connected: Session | undefined;
  /** Tells the surfaces how the cluster is. */
  tell(phase: Phase, message?: string): void;
  /** Throws where there is no such cluster, or it cannot be reached. */
  connect(signal: AbortSignal): Promise<void>;
  /** Connects where that is still to do, and runs the loop where none runs. */
  startLoop(progress: Progress, signal: AbortSignal): Promise<void>;
  serve(mode: ServingMode, progress: Progress, signal: AbortSignal): Promise<ServeResult>;
  restartLoop(held: Held, signal: AbortSignal): Promise<void>;
  /** A loop that was asked for begins anew with what it serves, also where it could not begin before. */
  renewLoop(): Promise<void>;
  /** Ends the loop of this folder, and what follows the cluster. */
  disconnect(): void;
}

interface Connection {
  readonly client: KubeClient;
  readonly reader: KubeReader;
  loop: Loop | undefined;
  sources: PinnedSources | undefined;
  readonly served: ServedWatch;
  /** Ends with the loop. */
  loopStore: DisposableStore;
  readonly store: DisposableStore;
}

export function createClusterSession(name: string, deps: SessionsDeps): ClusterSession {
  let connection: Connection | undefined;
  let serving: ServingMode = 'head';
  /** Somebody has asked for the loop, whether it could begin or not. */
  let isWanted = false;
  let turn: Promise<unknown> = Promise.resolve();

  const tell = (
    phase: Phase,
    message = '',
    more: Partial<Pick<ClusterState, 'server' | 'loop' | 'serving'>> = {},
  ): void => deps.emit({ type: 'clusterPhase', cluster: name, phase, message, ...more });

  /** A loop is begun or changed by one at a time: who asks meanwhile finds it as the one before has left it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  };

  const connect = async (signal: AbortSignal): Promise<Connection> => {
    if (connection) return connection;
    const record = deps.clusters.get(name);
    if (!record) throw new Error(`No cluster named "${name}"`);
    tell('connecting');
    const client = await deps.connect(record, signal);
    const store = new DisposableStore();
    // The loop gives its Lease back through the client: it goes last.
    store.add({ dispose: () => void (own.loop?.ended ?? Promise.resolve()).then(() => client.dispose()) });
    const loopStore = store.add(new DisposableStore());
    const served = watchServed((sources) => deps.emit({ type: 'served', cluster: name, sources }));
    const follow = (event: WorkspaceEvent): void => {
      deps.emit(event);
      if (event.type === 'fluxObjects') served.has(event.sources);
    };
    const { reader } = store.add(followCluster(name, client, deps.clock, follow));
    const own: Connection = { client, reader, loop: undefined, sources: undefined, served, loopStore, store };
    connection = own;
    tell('connected', '', { server: client.server });
    return own;
  };

  const startLoop = async (progress: Progress, signal: AbortSignal, held?: Held): Promise<void> => {
    isWanted = true;
    const own = await connect(signal);
    if (own.loop) return;
    const say = (message: string): void => {
      progress(message);
      tell('connected', message);
    };
    const mode = serving;
    tell('connected', 'starting the loop', { loop: 'starting', serving: mode });
    try {
      const { loop, sources } = await deps.startLoop(own.client, mode, say, signal, held);
      own.loop = own.loopStore.add(loop);
      own.sources = sources;
      own.served.readBy(sources);
      own.loopStore.add(loop.events.on((event) => deps.emit({ type: 'loop', cluster: name, event })));
      const tellLoop = (): void =>
        tell('connected', '', { loop: loop.state === 'controlling' ? 'controlling' : 'observing', serving: mode });
      own.loopStore.add(loop.onState(tellLoop));
      tellLoop();
    } catch (error) {
      tell('connected', `the loop did not start: ${reasonOf(error)}`, { loop: 'none' });
      throw error;
    }
  };

  /** The Lease is given back before the next loop asks for it. */
  const endLoop = async (own: Connection): Promise<void> => {
    own.loopStore.dispose();
    await own.loop?.ended;
    if (connection !== own) return;
    own.loop = undefined;
    own.sources = undefined;
    own.served.readBy(undefined);
    own.loopStore = own.store.add(new DisposableStore());
  };

  /** False where it was cancelled on its way: the loop goes on as it was before then (`back`). */
  const replaceLoop = async (
    own: Connection,
    start: () => Promise<void>,
    back: () => Held | undefined,
    signal: AbortSignal,
  ): Promise<boolean> => {
    await endLoop(own);
    try {
      await start();
      return true;
    } catch (error) {
      if (!signal.aborted || connection !== own) throw error;
      await startLoop(() => undefined, new AbortController().signal, back());
      return false;
    }
  };

  const serve = async (mode: ServingMode, progress: Progress, signal: AbortSignal): Promise<ServeResult> => {
    const before = serving;
    const held = connection?.sources?.held;
    const cancelled = { kind: 'cancelled' as const, serving: before, held: held !== undefined };
    if (signal.aborted) return cancelled;
    serving = mode;
    if (!connection?.loop) return { kind: 'served' };
    const back = (): Held | undefined => {
      serving = before;
      return held;
    };
    try {
      const isServed = await replaceLoop(connection, () => startLoop(progress, signal), back, signal);
      return isServed ? { kind: 'served' } : cancelled;
    } catch (error) {
      if (!signal.aborted) throw error;
      return { kind: 'stopped', reason: reasonOf(error) };
    }
  };

  return {
    get connected() {
      return connection;
    },
    tell: (phase, message) => tell(phase, message),
    connect: async (signal) => void (await connect(signal)),
    startLoop: (progress, signal) => inTurn(() => startLoop(progress, signal)),
    serve: (mode, progress, signal) => inTurn(() => serve(mode, progress, signal)),
    restartLoop: (held, signal) =>
      inTurn(async () => {
        const start = (): Promise<void> => startLoop(() => undefined, signal, held);
        if (!connection) return start();
        if (!(await replaceLoop(connection, start, () => undefined, signal))) signal.throwIfAborted();
      }),
    renewLoop: () =>
      inTurn(async () => {
        const own = connection;
        if (!own || !isWanted) return;
        const held = own.sources?.held;
        await endLoop(own);
        if (connection === own) await startLoop(() => undefined, new AbortController().signal, held);
      }),
    disconnect() {
      connection?.store.dispose();
      connection = undefined;
      isWanted = false;
    },
  };
}
