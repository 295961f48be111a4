// Remembers what discovery said. A kind that is not known is looked for once more, since its definition may be new.
import type { Clock } from '../model/clock.ts';
import type { GroupVersionKind, ResourceType } from '../model/resourceType.ts';
import { discover, discoverGroup, findType, lookUpType, withGroup } from './discovery.ts';
import type { Served } from './discovery.ts';
import type { Requests } from './requests.ts';

export interface TypeCache {
  find(gvk: GroupVersionKind, signal?: AbortSignal): Promise<ResourceType | undefined>;
  all(signal?: AbortSignal): Promise<readonly ResourceType[]>;
  forget(): void;
}

/** A miss asks for everything at most this often; in between only for the group version that is missed. */
const MISS_INTERVAL = 1_000;
/** And for that at most this often: objects of a kind that nobody serves would ask at each look. */
const GROUP_INTERVAL = 100;

interface Asked {
  readonly at: number;
  readonly answer: Promise<void>;
}

export function createTypeCache(requests: Requests, clock: Clock): TypeCache {
  let known: { served: Served; at: number } | undefined;
  let asking: Promise<Served> | undefined;
  const groups = new Map<string, Asked>();
  // A clock that was put back must not make an answer last.
  const isRecent = (at: number, interval: number): boolean => {
    const age = clock.now() - at;
    return age >= 0 && age < interval;
  };
  // One question for all callers; so it does not end when one of them loses interest.
  const ask = (): Promise<Served> => {
    asking ??= discover(requests)
      .then((served) => {
        known = { served, at: clock.now() };
        return served;
      })
      .finally(() => {
        asking = undefined;
        groups.clear();
      });
    return asking;
  };
  /** A definition may be established a moment after everything was asked for another kind. */
  const askGroup = async (gvk: GroupVersionKind): Promise<void> => {
    const found = await discoverGroup(requests, gvk);
    if (known) known = { ...known, served: withGroup(known.served, gvk, found) };
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
      if (found || !before) return findType(served, gvk);
      if (!isRecent(before.at, MISS_INTERVAL)) return findType(await ask(), gvk);
      const key = `${gvk.group}/${gvk.version}`;
      const asked = groups.get(key);
      const answer = asked && isRecent(asked.at, GROUP_INTERVAL) ? asked.answer : askGroup(gvk);
      if (answer !== asked?.answer) groups.set(key, { at: clock.now(), answer });
      await answer;
      return findType(await current(signal), gvk);
    },
    all: async (signal) => (await current(signal)).types,
    forget: () => {
      known = undefined;
    },
  };
}
