// The client of a cluster: a kubeconfig's context as a KubeClient. Puts transport, login, discovery and verbs together.
import { systemClock } from '../model/clock.ts';
import type { Clock } from '../model/clock.ts';
import { deferred } from '../model/deferred.ts';
import type { Log } from '../model/log.ts';
import { impersonating } from './login/access.ts';
import type { ClusterAccess } from './login/access.ts';
import type { KubeClient, WatchCache } from './client.ts';
import { createRequests } from './requests.ts';
import { createTransport } from './transport/transport.ts';
import type { Transport } from './transport/transport.ts';
import { createTypeCache } from './typeCache.ts';
import { createVerbs } from './verbs.ts';
import { createWakeWatch } from './watch/wake.ts';
import { openWatchCache } from './watch/watchVerb.ts';

export interface ClientOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** A number from 0 up to 1, for jitter. */
  readonly random?: () => number;
  /** Milliseconds for one request; default 65 s, a little more than servers allow themselves. */
  readonly timeout?: number;
}

export interface ConnectOptions extends ClientOptions {
  /** A path; without one `KUBECONFIG`, then `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context of the kubeconfig. */
  readonly context?: string | undefined;
  /** Asked before a credential program of the kubeconfig is run. Without it programs run, as kubectl runs them. */
  readonly allowProgram?: (command: string, args: readonly string[]) => Promise<boolean>;
}

/**
 * A client for a context of a kubeconfig. Sends nothing yet: a cluster that is down is found out by the first request.
 * Throws StatusError with the reason `Kubeconfig` where the file or the context cannot be used.
 */
export async function connect(options: ConnectOptions): Promise<KubeClient> {
  const { readAccess } = await import('./login/kubeconfig.ts');
  const { kubeconfig, context, allowProgram } = options;
  return createClient(
    await readAccess({ kubeconfig, context, allowProgram, clock: options.clock ?? systemClock }),
    options,
  );
}

/** A client for the current context of a kubeconfig that came from elsewhere: it may run no program and read no file. */
export async function connectUntrusted(kubeconfig: string, options: ClientOptions): Promise<KubeClient> {
  const { readUntrusted } = await import('./login/kubeconfig.ts');
  return createClient(await readUntrusted(kubeconfig, options.clock ?? systemClock), options);
}

/** How long a connection may take to answer that was open while the machine slept. */
const ANSWER_MS = 3_000;

/** A client for a cluster whose address and login are known. */
export function createClient(
  access: ClusterAccess,
  { log, clock = systemClock, random = Math.random, timeout = 65_000 }: ClientOptions,
): KubeClient {
  const tls = async (): Promise<ClusterAccess['tls']> => {
    const { cert, key } = await access.credentials.get();
    return { ...access.tls, ...(cert !== undefined && key !== undefined ? { cert, key } : {}) };
  };
  const transport = createTransport({ server: access.server, tls, proxy: access.proxy, log });
  const wake = createWakeWatch(clock, () => void closeIfDead(transport, clock));
  const types = createTypeCache(createRequests({ access, transport, clock, timeout }), clock);

  /** The client of one user. `end` is what its disposal ends beside its caches. */
  function clientOf(user: ClusterAccess, end: () => void): KubeClient {
    const requests = createRequests({ access: user, transport, clock, timeout });
    const caches = new Set<WatchCache>();
    return {
      server: access.server,
      ...createVerbs(requests, types),
      resourceType: (gvk, signal) => types.find(gvk, signal),
      resourceTypes: (signal) => types.all(signal),
      forgetTypes: () => types.forget(),
      impersonate: (name) =>
        clientOf({ ...access, credentials: impersonating(access.credentials, { name }) }, () => undefined),
      raw: async (method, path, signal) => {
        const { code, text } = await requests.answer({ method, path }, signal);
        return { code, text };
      },
      watch: (type, options) => {
        const release = wake.hold();
        const onDispose = (): void => {
          release();
          caches.delete(cache);
        };
        const ping = (): Promise<boolean> => transport.ping();
        const cache = openWatchCache(type, options, { requests, ping, clock, random, log, onDispose });
        caches.add(cache);
        return cache;
      },
      dispose: () => {
        // Each takes itself out of the set.
        for (const cache of caches) cache.dispose();
        end();
      },
    };
  }
  return clientOf(access, () => transport.dispose());
}

/** After a sleep a connection that is open and dead would be noticed within 45 s only. What does not answer is opened anew. */
async function closeIfDead(transport: Transport, clock: Clock): Promise<void> {
  const late = deferred<boolean>();
  const cancel = clock.after(ANSWER_MS, () => late.resolve(false));
  const isAlive = await Promise.race([transport.ping(), late.promise]);
  cancel();
  if (!isAlive) transport.reset();
}
