// A cache that follows one resource of a cluster: client-go's reflector. Lists once, watches from there, resumes where a
// watch broke, lists anew where it must, and never gives up until it is disposed.
import type { Clock } from '../../model/clock.ts';
import { deferred } from '../../model/deferred.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import { createBackoff } from './backoff.ts';
import { StatusError } from '../client.ts';
import type { ListResult, WatchCache, WatchEvent } from '../client.ts';
import { errorOfConnection, isExpired, isTooLargeVersion } from '../failures.ts';
import { createObjectStore, isBefore, versionOf } from './objectStore.ts';
import type { ObjectChange } from './objectStore.ts';
import type { WatchSink } from './watchStream.ts';
import type { Exchange } from '../transport/wire.ts';

/** How a cache reaches its resource. */
export interface ListWatch {
  /** All pages. `resourceVersion` asks for an answer that is at least so new; empty asks for the newest. */
  list(resourceVersion: string, signal: AbortSignal): Promise<ListResult>;
  /** Opens a watch that the server ends after `seconds`. */
  watch(resourceVersion: string, seconds: number, sink: WatchSink): Exchange;
  /** Whether the connection answers although the watch is silent. */
  ping(): Promise<boolean>;
}

export interface WatchCacheOptions {
  /** For log lines: `deployments.apps`. */
  readonly name: string;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly project?: (object: JsonObject) => JsonObject;
  /** Called once when the cache is disposed. */
  readonly onDispose?: () => void;
  /** Milliseconds between two lists while all is well, before jitter: servers have lost events (etcd#18089). */
  readonly relistInterval?: number;
  /** Milliseconds without a byte before a watch is doubted. */
  readonly silenceLimit?: number;
}

const RELIST_INTERVAL = 45 * 60_000;
/** With the time that a ping may take, a dead connection is noticed within a minute. */
const SILENCE_LIMIT = 45_000;
/** A watch that the server does not end when it was asked to is ended here. */
const OVERTIME = 30_000;
/** A watch that ends sooner is followed by a wait, whatever it delivered. */
const SHORT_WATCH = 1_000;
/** So many watches in a row that failed without an event: what we resume from may be the reason. */
const FAILURES_BEFORE_LIST = 3;

/** Over so long the lists are spread that a sleep has made due. */
const SPREAD = 2_000;

type Listener = (change: ObjectChange) => void;

/** Starts at once. `dispose` may be called at any moment, from a listener too: nothing is told or sent after it. */
export function createWatchCache(source: ListWatch, options: WatchCacheOptions): WatchCache {
  const { clock, random, log, name } = options;
  const store = createObjectStore(options.project ?? ((object) => object));
  const listeners = new Set<Listener>();
  const stopped = new AbortController();
  const backoff = createBackoff({ clock, random });
  const interval = options.relistInterval ?? RELIST_INTERVAL;
  let failure: StatusError | undefined;
  let version = '';
  const synced = deferred<void>();
  // Nobody may be waiting.
  synced.promise.catch(() => undefined);
  const answered = deferred<void>();
  answered.promise.catch(() => undefined);

  const tell = (changes: readonly ObjectChange[]): void => {
    for (const change of changes) {
      for (const listener of listeners) {
        if (stopped.signal.aborted) return;
        try {
          listener(change);
        } catch (error) {
          log.error('watch', `a listener of ${name} failed`, { error: String(error) });
        }
      }
    }
  };

  const list = async (): Promise<void> => {
    let got = await listAtLeast(source, version, stopped.signal);
    if (version !== '' && isBefore(got.resourceVersion, version)) got = await source.list('', stopped.signal);
    if (stopped.signal.aborted) return;
    version = got.resourceVersion;
    failure = undefined;
    tell(store.replace(got));
    synced.resolve();
    answered.resolve();
  };

  const take = (event: WatchEvent): void => {
    if (event.type !== 'BOOKMARK') tell(store.take(event.type, event.object));
    if (!isBefore(versionOf(event.object), version)) version = versionOf(event.object);
  };

  /** One watch; how it ended. */
  const watch = (relistAt: number): Promise<WatchEnd> =>
    watchOnce(source, version, {
      ...options,
      relistAt,
      signal: stopped.signal,
      take,
      opened: () => (failure = undefined),
    });

  const run = async (): Promise<void> => {
    let mustList = true;
    let failures = 0;
    let relistAt = 0;
    while (!stopped.signal.aborted) {
      let wait = 0;
      try {
        if (mustList) {
          await list();
          mustList = false;
          relistAt = clock.now() + interval * (1 + random() / 2);
        }
        const end = await watch(relistAt);
        failures = end.events > 0 || !end.error ? 0 : failures + 1;
        if (end.error && (isExpired(end.error) || isTooLargeVersion(end.error))) {
          version = '';
          mustList = true;
          // A server that says so again and again must not be asked in a tight loop.
          wait = end.events > 0 || end.lasted >= SHORT_WATCH ? 0 : backoff.next();
        } else if (end.error || end.lasted < SHORT_WATCH) {
          mustList =
            failures >= FAILURES_BEFORE_LIST && end.error?.code !== 429 && end.error?.reason !== 'ConnectionRefused';
          wait = waitOf(end.error, backoff.next());
        }
        // Further away than it can have been set: the clock was put back.
        const overdue = clock.now() - relistAt;
        mustList ||= overdue >= 0 || -overdue > 2 * interval;
        // After a sleep the lists of all caches are due together.
        if (overdue > OVERTIME) wait = Math.max(wait, random() * SPREAD);
        if (end.error) report(end.error);
      } catch (error) {
        if (stopped.signal.aborted) return;
        const reason = errorOfConnection(error, name);
        report(reason);
        wait = waitOf(reason, backoff.next());
      }
      if (wait > 0) await sleep(clock, wait, stopped.signal);
    }
  };

  const report = (error: StatusError): void => {
    // The end of history is no failure: the list that follows heals it.
    if (isExpired(error) || stopped.signal.aborted) return;
    failure = error;
    answered.resolve();
    log.warn('watch', `${name}: ${error.message}`, { code: error.code, reason: error.reason });
  };

  void run();
  return {
    synced: () => synced.promise,
    answered: () => answered.promise,
    get: (namespace, objectName) => store.get(namespace, objectName),
    items: () => store.items(),
    onChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    get failure() {
      return failure;
    },
    dispose: () => {
      if (stopped.signal.aborted) return;
      listeners.clear();
      options.onDispose?.();
      stopped.abort(new Error(`the watch of ${name} was disposed`));
      for (const waiting of [synced, answered]) waiting.reject(new Error(`the watch of ${name} was disposed`));
    },
  };
}

/** A list at least as new as `version`; where the server cannot have it, the newest. */
async function listAtLeast(source: ListWatch, version: string, signal: AbortSignal): Promise<ListResult> {
  try {
    return await source.list(version, signal);
  } catch (error) {
    const retry = error instanceof StatusError && version !== '' && (isExpired(error) || isTooLargeVersion(error));
    if (!retry) throw error;
    return source.list('', signal);
  }
}

function waitOf(error: StatusError | undefined, backoff: number): number {
  return Math.max(backoff, (error?.retryAfter ?? 0) * 1000);
}

interface WatchEnd {
  readonly error: StatusError | undefined;
  readonly events: number;
  /** Milliseconds. */
  readonly lasted: number;
}

interface WatchRun extends WatchCacheOptions {
  readonly relistAt: number;
  readonly signal: AbortSignal;
  readonly take: (event: WatchEvent) => void;
  readonly opened: () => void;
}

function watchOnce(source: ListWatch, version: string, run: WatchRun): Promise<WatchEnd> {
  const { clock, signal } = run;
  return new Promise((resolve) => {
    const start = clock.now();
    let events = 0;
    let over = false;
    let stopSilence: (() => void) | undefined;
    const finish = (error: StatusError | undefined): void => {
      if (over) return;
      over = true;
      stopSilence?.();
      stopRelist();
      signal.removeEventListener('abort', abort);
      exchange?.cancel();
      resolve({ error, events, lasted: clock.now() - start });
    };
    const abort = (): void => finish(undefined);
    // A quiet resource sends nothing for many minutes, not even bookmarks: only a connection that is dead too is given up.
    const listen = (): void => {
      stopSilence?.();
      stopSilence = clock.after(limit, () => {
        const gone = (): void => finish(undefined);
        source.ping().then((alive) => (alive && !over ? listen() : gone()), gone);
      });
    };
    const limit = run.silenceLimit ?? SILENCE_LIMIT;
    const sink: WatchSink = {
      open: () => {
        if (!over) run.opened();
      },
      alive: () => {
        if (!over) listen();
      },
      event: (event) => {
        if (over) return;
        events++;
        run.take(event);
      },
      end: finish,
    };
    let exchange: Exchange | undefined;
    // Random, so that the watches of many caches do not end together (client-go: 5 to 10 minutes).
    const seconds = Math.round(300 * (1 + run.random()));
    const end = Math.min(run.relistAt, start + seconds * 1000 + OVERTIME);
    const stopRelist = clock.after(Math.max(end - start, 0), () => finish(undefined));
    signal.addEventListener('abort', abort, { once: true });
    listen();
    exchange = source.watch(version, seconds, sink);
    if (over || signal.aborted) exchange.cancel();
    if (signal.aborted) finish(undefined);
  });
}

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const cancel = clock.after(ms, stop);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
