// What an object is known by, at some moment of a build. Changes nothing.
import { currentKey } from '../resource.ts';
import type { EarlierId, Resource } from '../resource.ts';

/** Everything by which other objects or the order of the output could know an object. */
export interface Identity extends Pick<Resource, 'earlier' | 'prefixes' | 'suffixes' | 'behavior' | 'needsHash'> {
  readonly key: string;
}

/** Gives everything by which others could know an object as it is; undefined where nothing is left of it. */
export function newIdentities(): (resource: Resource) => Identity | undefined {
  const known = new Map<Resource, Identity>();
  return (resource) => {
    if (resource.node.entries.size === 0) return undefined;
    const { earlier, prefixes, suffixes, behavior, needsHash } = resource;
    const now = { key: currentKey(resource), earlier, prefixes, suffixes, behavior, needsHash };
    const before = known.get(resource);
    // Most steps leave all of that as it was.
    if (before && sameIdentity(before, now)) return before;
    known.set(resource, now);
    return now;
  };
}

export function sameIdentity(a: Identity, b: Identity): boolean {
  return (
    a === b ||
    (a.key === b.key &&
      a.behavior === b.behavior &&
      a.needsHash === b.needsHash &&
      sameItems(a.prefixes, b.prefixes, (one, other) => one === other) &&
      sameItems(a.suffixes, b.suffixes, (one, other) => one === other) &&
      sameItems(a.earlier, b.earlier, sameEarlier))
  );
}

function sameEarlier(a: EarlierId, b: EarlierId): boolean {
  return a === b || (a.kind === b.kind && a.name === b.name && a.namespace === b.namespace);
}

function sameItems<T>(a: readonly T[], b: readonly T[], same: (one: T, other: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!same(a[i] as T, b[i] as T)) return false;
  return true;
}
