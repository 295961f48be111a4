// Whether the status of a Flux object answers what its spec and annotations ask for. Reads the object only.
import { getPath } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { generationOf, getCondition, isReady } from './conditions.ts';
import { hasFinalizer, isAnswered, isDeleting, isSuspended } from './fluxKinds.ts';

/** True for an object that is ready, of this generation, answered its last request, and is neither going nor suspended. */
export function isUpToDate(object: JsonObject): boolean {
  return (
    !isDeleting(object) &&
    !isSuspended(object) &&
    hasFinalizer(object) &&
    isReady(object) &&
    !getCondition(object, 'Reconciling') &&
    getPath(object, 'status', 'observedGeneration') === generationOf(object) &&
    isAnswered(object)
  );
}
