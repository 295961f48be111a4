// A watch cache over requests: the paths and parameters of list and watch.
import type { Clock } from '../../model/clock.ts';
import type { Log } from '../../model/log.ts';
import type { ResourceType } from '../../model/resourceType.ts';
import type { WatchCache, WatchOptions } from '../client.ts';
import { listAll } from '../list.ts';
import { collectionPath, query } from '../paths.ts';
import type { Requests } from '../requests.ts';
import { createWatchCache } from './watchCache.ts';
import type { ListWatch } from './watchCache.ts';
import { readWatch } from './watchStream.ts';
import type { Exchange } from '../transport/wire.ts';

export interface WatchContext {
  readonly requests: Requests;
  readonly ping: () => Promise<boolean>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onDispose: () => void;
}

export function openWatchCache(type: ResourceType, options: WatchOptions, context: WatchContext): WatchCache {
  const { requests, clock, random, log, ping, onDispose } = context;
  const { namespace, labelSelector, fieldSelector, project } = options;
  const path = collectionPath(type, namespace);
  const source: ListWatch = {
    list: (resourceVersion, signal) => listAll(requests, type, { ...options, resourceVersion }, signal),
    watch: (resourceVersion, timeoutSeconds, sink) => {
      const parameters = {
        watch: 1,
        allowWatchBookmarks: 'true',
        resourceVersion,
        timeoutSeconds,
        labelSelector,
        fieldSelector,
      };
      const handle: { exchange?: Exchange } = {};
      handle.exchange = requests.stream(
        { method: 'GET', path: path + query(parameters) },
        readWatch(sink, () => handle.exchange?.cancel()),
      );
      return handle.exchange;
    },
    ping,
  };
  const name = type.group === '' ? type.plural : `${type.plural}.${type.group}`;
  return createWatchCache(source, { name, clock, random, log, onDispose, ...(project ? { project } : {}) });
}
