// The cluster sessions of this engine: one for each cluster that is known. What is done on one is in clusterSession.ts.
import type { Disposable } from '../../model/disposable.ts';
import type { ServingMode } from '../../model/servingMode.ts';
import { reasonOf } from '../../model/reason.ts';
import type { ProviderName } from '../../clusters/provider.ts';
import { createClusterSession } from './clusterSession.ts';
import type { ClusterSession, Progress, ServeResult, Session, SessionsDeps } from './clusterSession.ts';
import type { Held } from './startLoop.ts';

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
  /** Loops that were asked for begin anew, serving what they serve: they are told something else from now on. */
  renewLoops(): void;
  delete(name: string, progress: Progress, signal: AbortSignal): Promise<void>;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const sessions = new Map<string, ClusterSession>();
  const of = (name: string): ClusterSession => {
    const session = sessions.get(name) ?? createClusterSession(name, deps);
    sessions.set(name, session);
    return session;
  };
  const list = (): void =>
    deps.emit({ type: 'clusters', clusters: deps.clusters.list().map(({ name, provider }) => ({ name, provider })) });

  const refresh = async (signal: AbortSignal, except?: string): Promise<void> => {
    list();
    for (const { name } of deps.clusters.list()) {
      if (of(name).connected || name === except) continue;
      try {
        const status = await deps.clusters.status(name, signal);
        if (status.state === 'running') await of(name).connect(signal);
        else of(name).tell('stopped', status.message);
      } catch (error) {
        of(name).tell('unreachable', reasonOf(error));
        deps.log.warn('cluster', `cluster ${name} is not reachable`, { error: reasonOf(error) });
      }
    }
  };

  return {
    get: (name) => sessions.get(name)?.connected,
    refresh,
    startLoop: (name, progress, signal) => of(name).startLoop(progress, signal),
    serve: (name, mode, progress, signal) => of(name).serve(mode, progress, signal),
    restartLoop: (name, held, signal) => of(name).restartLoop(held, signal),
    renewLoops: () => {
      for (const [name, session] of sessions)
        session
          .renewLoop()
          .catch((error: unknown) =>
            deps.log.warn('cluster', `the loop on ${name} did not begin anew`, { error: reasonOf(error) }),
          );
    },
    create: async (name, provider, progress, signal) => {
      // The record appears as soon as the provider begins: until then the tree shows what is on its way.
      const say = (message: string): void => {
        progress(message);
        list();
        of(name).tell('starting', message);
      };
      try {
        await deps.clusters.create(name, provider, say, signal);
      } catch (error) {
        list();
        if (deps.clusters.get(name)) of(name).tell('stopped', reasonOf(error));
        throw error;
      }
      list();
      await of(name).startLoop(progress, signal);
    },
    delete: async (name, progress, signal) => {
      of(name).disconnect();
      of(name).tell('deleting');
      try {
        await deps.clusters.delete(name, progress, signal);
      } finally {
        list();
        await refresh(signal).catch(() => undefined);
      }
    },
    dispose: () => {
      for (const session of sessions.values()) session.disconnect();
    },
  };
}
