// Whether a Kustomization heals drift or only says it: an annotation of ours, since Flux has no field for it
// (fluxcd/kustomize-controller#1498). Flux's own controllers do not know it, and heal.
import { getString } from './json.ts';
import type { JsonObject } from './json.ts';

/** Its value `detect` leaves drift as it is; without it, or with another value, drift is healed. */
export const DRIFT_ANNOTATION = 'plumbline.dev/drift';

export function detectsOnly(kustomization: JsonObject): boolean {
  return getString(kustomization, 'metadata', 'annotations', DRIFT_ANNOTATION) === 'detect';
}
