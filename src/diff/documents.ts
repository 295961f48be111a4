// The two sides of the diff editor: the live object, and what an apply would make of it. Only what a person would compare.
import { getObject } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { maskSecret } from './fields/secrets.ts';

export interface DiffDocuments {
  /** Undefined where the object is to be deleted. */
  readonly desired: JsonObject | undefined;
  /** Undefined where it does not exist. */
  readonly live: JsonObject | undefined;
}

const NOISE = ['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink'];

/** Prepares both sides; `desired` is the predicted or dry-run object, or the one in Git where nothing is live. Secrets are masked. */
export function diffDocuments(desired: JsonObject | undefined, live: JsonObject | undefined): DiffDocuments {
  const [after, before] = [desired && withoutNoise(desired), live && withoutNoise(live)];
  return { desired: after && maskSecret(after, before), live: before && maskSecret(before, after) };
}

/** An object without status and without what only the server sets. What is left is shared with it. */
export function withoutNoise({ status: _, ...rest }: JsonObject): JsonObject {
  const metadata = getObject(rest, 'metadata');
  if (!metadata) return rest;
  const kept = { ...metadata };
  for (const field of NOISE) delete kept[field];
  return { ...rest, metadata: kept };
}
