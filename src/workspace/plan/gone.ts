// What a root does not make any more since the folder was opened, and a cluster still has: what the files had of it is
// remembered, so that the edit that took it away can be told of it. Pure.
import { manifestRef } from '../../model/manifest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { keyOf } from '../../model/objectRef.ts';
import type { RootRendering } from '../state.ts';

/** `isThere`: whether a cluster has the object of that key. What never was in one is forgotten at once. */
export function goneFrom(
  before: Pick<RootRendering, 'lastGood' | 'gone'>,
  manifests: readonly Manifest[],
  isThere: (key: string) => boolean,
): readonly Manifest[] {
  if (manifests === before.lastGood) return before.gone ?? [];
  const [old, now] = [new Set(before.lastGood), new Set(manifests)];
  // Objects that an edit has not changed stay the same manifests: only the others need to be looked at.
  const left = [...(before.gone ?? []), ...before.lastGood.filter((one) => !now.has(one))];
  if (left.length === 0) return left;
  const made = new Set(manifests.filter((one) => !old.has(one)).map((one) => keyOf(manifestRef(one))));
  return left.filter((one) => {
    const key = keyOf(manifestRef(one));
    return !made.has(key) && isThere(key);
  });
}
