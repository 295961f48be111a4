// Flux's own controllers, which a bootstrapped repository brings along: beside the local loop they would be a second
// reconciler of the same objects. Says which objects they are; skips nothing by itself.
import { getString } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';

/** A Deployment of Flux, by the label that its installation manifests carry. */
export function isFluxController(object: JsonValue): boolean {
  const { group, kind } = refOf(object);
  return (
    group === 'apps' &&
    kind === 'Deployment' &&
    getString(object, 'metadata', 'labels', 'app.kubernetes.io/part-of') === 'flux'
  );
}

/** The objects without Flux's controllers, and a sentence about those that were left out. */
export function withoutFluxControllers(objects: readonly JsonObject[]): {
  readonly objects: readonly JsonObject[];
  readonly said: string | undefined;
} {
  const left = objects.filter(isFluxController);
  if (left.length === 0) return { objects, said: undefined };
  const names = left.map((object) => printRef(refOf(object))).join(', ');
  return {
    objects: objects.filter((object) => !isFluxController(object)),
    said: `${names} skipped: the local loop does the work of Flux's controllers, and two of them would fight`,
  };
}
