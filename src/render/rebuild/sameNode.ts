// Whether two trees are the same in all that a rendering shows: values, spelling, order and chains of origins with their
// places. For the proof that a step can be done again; changes nothing.
import type { MapEntry, MapNode, Node } from '../../model/node.ts';
import type { Origin } from '../../model/origin.ts';
import type { Place } from '../../model/sourceText.ts';

type SamePlace = (a: Place | undefined, b: Place | undefined) => boolean;

/** `same` says which places count as the same: those of one range of one file, in whichever text of it. */
export function sameNode(a: Node, b: Node, same: SamePlace = samePlace): boolean {
  // From the outside to the inside: objects that differ mostly do so in their metadata already.
  const left: [Node, Node][] = [[a, b]];
  for (const [one, other] of left) {
    if (one === other) continue;
    if (!sameOrigin(one.origin, other.origin, same)) return false;
    if (one.kind === 'scalar' || other.kind === 'scalar') {
      if (one.kind !== 'scalar' || other.kind !== 'scalar') return false;
      if (one.text !== other.text || one.tag !== other.tag || one.style !== other.style) return false;
      if (!Object.is(one.value, other.value)) return false;
      if (one.tagged !== other.tagged || one.untagged !== other.untagged || one.anew !== other.anew) return false;
    } else if (one.flow !== other.flow) return false;
    else if (one.kind === 'list') {
      if (other.kind !== 'list' || one.items.length !== other.items.length) return false;
      for (const [i, item] of one.items.entries()) left.push([item, other.items[i] as Node]);
    } else if (other.kind !== 'map' || !pushEntries(one, other, left, same)) return false;
  }
  return true;
}

function pushEntries(one: MapNode, other: MapNode, left: [Node, Node][], same: SamePlace): boolean {
  if (one.entries.size !== other.entries.size || one.anew !== other.anew) return false;
  if (one.duplicates?.length !== other.duplicates?.length) return false;
  for (const [i, { key, later }] of (one.duplicates ?? []).entries()) {
    const twin = other.duplicates?.[i];
    if (key !== twin?.key || !later !== !twin.later) return false;
    if (later && twin.later) left.push([later.value, twin.later.value]);
  }
  const entries = other.entries.entries();
  for (const [key, entry] of one.entries) {
    const [otherKey, otherEntry] = entries.next().value as [string, MapEntry];
    if (key !== otherKey || entry.keyStyle !== otherEntry.keyStyle) return false;
    if (!entry.hasKeyOf(otherEntry) && !same(entry.keyPlace, otherEntry.keyPlace)) return false;
    left.push([entry.value, otherEntry.value]);
  }
  return true;
}

/** Whether two chains of origins say the same. */
function sameOrigin(a: Origin, b: Origin, same: SamePlace): boolean {
  let [one, other]: (Origin | undefined)[] = [a, b];
  while (one && other && one !== other) {
    if (!same(one.place, other.place) || !sameValue(one.cause, other.cause, same)) return false;
    if (one.overridden?.value !== other.overridden?.value) return false;
    [one, other] = [one.overridden?.origin, other.overridden?.origin];
  }
  return one === other;
}

export function samePlace(a: Place | undefined, b: Place | undefined): boolean {
  if (a === b) return true;
  return (
    a !== undefined && b !== undefined && a.start === b.start && a.end === b.end && a.source.path === b.source.path
  );
}

/** As `samePlace`, in the very same text, in which the places stand at the same lines too. */
export function samePlaceInText(a: Place | undefined, b: Place | undefined): boolean {
  return samePlace(a, b) && a?.source === b?.source;
}

/** Causes are small: plain values, and places and origins within them by what they say. */
function sameValue(a: unknown, b: unknown, same: SamePlace): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isPlace(a) && isPlace(b)) return same(a, b);
  // Asked for most nodes that are compared: a loop makes no lists.
  let more = 0;
  for (const key in a) {
    if (!sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], same)) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}

function isPlace(value: object): value is Place {
  return 'source' in value && 'start' in value && 'end' in value;
}
