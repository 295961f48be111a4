// What becomes of the objects of a Flux Kustomization when it is deleted itself, as its spec says (kustomize-controller,
// finalize and Kustomization.GetDeletionPolicy). Reads what is written; deletes nothing.
import { getPath, getString } from './json.ts';
import type { JsonObject } from './json.ts';

/** True where they go with it. One that is suspended leaves them; without a policy, or an empty one, it is as spec.prune says. */
export function deletesObjects(kustomization: JsonObject): boolean {
  if (getPath(kustomization, 'spec', 'suspend') === true) return false;
  const policy = getString(kustomization, 'spec', 'deletionPolicy') || 'MirrorPrune';
  if (policy === 'MirrorPrune') return getPath(kustomization, 'spec', 'prune') === true;
  return policy === 'Delete' || policy === 'WaitForTermination';
}
