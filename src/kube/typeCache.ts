// Remembers what discovery said. A kind that is not known is looked for once more, since its definition may be new.
import type { Clock } from '../model/clock.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { discover, findType, lookUpType } from './discovery.ts';
import type { Served } from './discovery.ts';
import type { Requests } from './requests.ts';

export interface TypeCache {
  find(gvk: GroupVersionKind, signal?: AbortSignal): Promise<ResourceType | undefined>;
  all(signal?: AbortSignal): Promise<readonly ResourceType[]>;
  forget(): void;
}

/** A miss asks again at most this often: objects of a kind that nobody serves would ask at each look. */
const MISS_INTERVAL = 1_000;

export function createTypeCache(requests: Requests, clock: Clock): TypeCache {
  let known: { served: Served; at: number } | undefined;
  let asking: Promise<Served> | undefined;
  // One question for all callers; so it does not end when one of them loses interest.
  const ask = (): Promise<Served> => {
    asking ??= discover(requests)
      .then((served) => {
        known = { served, at: clock.now() };
        return served;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const current = async (signal?: AbortSignal): Promise<Served> => {
    signal?.throwIfAborted();
    return known?.served ?? ask();
  };
  return {
    find: async (gvk, signal) => {
      const before = known;
      const served = await current(signal);
      const found = lookUpType(served, gvk);
      if (found) return found;
      // A clock that was put back must not make this answer last.
      const age = before === undefined ? 0 : clock.now() - before.at;
      const asked = age >= 0 && age < MISS_INTERVAL;
      return findType(asked ? served : await ask(), gvk);
    },
    all: async (signal) => (await current(signal)).types,
    forget: () => {
      known = undefined;
    },
  };
}
