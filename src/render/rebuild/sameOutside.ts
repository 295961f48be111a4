// Whether objects that were built again are to all others what they were: the condition for leaving the others alone.
import type { Finding } from '../../model/finding.ts';
import { child, textOf } from '../../model/node.ts';
import type { Place } from '../../model/sourceText.ts';
import { sameIdentity } from './identity.ts';
import type { Replayed } from './replay.ts';
import type { Resource } from '../resource.ts';
import { sameNode, samePlace } from './sameNode.ts';
import type { Subject } from './subjects.ts';

/**
 * Whether nothing that others could see of the objects has changed, and the same was said about them. `built` are the
 * objects of the whole build; findings in the file that was edited (`isInFile`) are never the same.
 */
export function sameOutside(
  then: Replayed,
  now: Replayed,
  built: readonly Resource[],
  isInFile: (place: Place) => boolean,
): boolean {
  return (
    sameFindings(then, now, isInFile) &&
    then.identities.length === now.identities.length &&
    then.identities.every((identity, i) => isSame(identity, now.identities[i])) &&
    then.last.every((identity, i) => isSame(identity, now.last[i])) &&
    // Names that others follow are told by the place where the object got its own.
    built.every(({ referredBy }, i) => referredBy.length === 0 || sameNamePlaces(then.resources[i], now.resources[i]))
  );
}

/** Whether the objects came out as the last build has them: values, origins and all. */
export function areAsBuilt(replayed: Replayed | undefined, subjects: readonly Subject[]): replayed is Replayed {
  return replayed?.resources.every(({ node }, i) => sameNode(node, (subjects[i] as Subject).object.node)) === true;
}

/** Whether the same was said about the objects. */
export function sameFindings(then: Replayed, now: Replayed, isInFile: (place: Place) => boolean): boolean {
  if (then.missed || now.missed || then.findings.length !== now.findings.length) return false;
  return then.findings.every((finding, i) => sameFinding(finding, now.findings[i] as Finding, isInFile));
}

function isSame(a: Replayed['last'][number], b: Replayed['last'][number]): boolean {
  return a === b || (a !== undefined && b !== undefined && sameIdentity(a, b));
}

function sameNamePlaces(then: Resource | undefined, now: Resource | undefined): boolean {
  return ['name', 'namespace'].every((field) => {
    const [a, b] = [then, now].map((resource) => child(child(resource?.node, 'metadata'), field));
    return textOf(a) === undefined || samePlace(a?.origin.place, b?.origin.place);
  });
}

function sameFinding(a: Finding, b: Finding, isInFile: (place: Place) => boolean): boolean {
  const [places, others] = [placesOf(a), placesOf(b)];
  return (
    a.code === b.code &&
    a.severity === b.severity &&
    a.message === b.message &&
    a.object === b.object &&
    a.field === b.field &&
    places.length === others.length &&
    places.every((place, i) => !isInFile(place) && samePlace(place, others[i]))
  );
}

/** All places that a finding names. */
export function placesOf({ at, related }: Finding): Place[] {
  return [...(at ? [at] : []), ...(related ?? []).map((one) => one.at)];
}
