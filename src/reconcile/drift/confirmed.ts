// What the server has confirmed: an object that was found or put into the cluster as it is desired, and what it looked like
// then. As long as it looks the same, nobody need be asked again. Asks nothing itself.
import { createHash } from 'node:crypto';
import { equalJson, getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { stringifyJson } from '../../model/jsonText.ts';
import { generationOf } from '../conditions.ts';

export interface Confirmation {
  /** The wish: another one, or one of another generation of the Kustomization, is not confirmed. */
  readonly desired: JsonObject;
  readonly generation: number;
  /** Of the live object without what changes by itself. */
  readonly look: string;
  readonly at: number;
}

/** A defaulting rule that nobody watches (a webhook's program) is found out after this. */
export const CONFIRMED_FOR_MS = 60 * 60_000;

export function confirm(kustomization: JsonObject, desired: JsonObject, live: JsonObject, now: number): Confirmation {
  return { desired, generation: generationOf(kustomization), look: lookOf(live), at: now };
}

/** Whether the live object is still what was confirmed for this wish. `look` is one of {@link createLooks}. */
export function holds(
  confirmation: Confirmation,
  look: (live: JsonObject) => string,
  kustomization: JsonObject,
  desired: JsonObject,
  live: JsonObject,
  now: number,
): boolean {
  const age = now - confirmation.at;
  return (
    age >= 0 &&
    age < CONFIRMED_FOR_MS &&
    confirmation.generation === generationOf(kustomization) &&
    (confirmation.desired === desired || equalJson(confirmation.desired, desired)) &&
    confirmation.look === look(live)
  );
}

/** What an object looks like. An object of a watch is looked at once: it is never changed, another takes its place. */
export function createLooks(): (live: JsonObject) => string {
  const known = new WeakMap<JsonObject, string>();
  return (live) => {
    const look = known.get(live) ?? lookOf(live);
    known.set(live, look);
    return look;
  };
}

/** Status and what the server counts are left out, and whose status it is: they are no business of an apply. */
function lookOf({ status: _, metadata, ...rest }: JsonObject): string {
  const { resourceVersion: _version, managedFields, ...own } = isJsonObject(metadata) ? metadata : {};
  const managers = (Array.isArray(managedFields) ? managedFields : []).filter(
    (entry) => getObject({ entry }, 'entry')?.['subresource'] === undefined,
  );
  return hash(stringifyJson({ ...rest, metadata: { ...own, managedFields: managers } }));
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
