// An object that moves from one Kustomization to another in one commit. Upstream it is a race: where the old owner prunes
// before the new one applies, the object is deleted and made again. Here the old owner looks first who else builds it.
import type { JsonObject } from '../../model/json.ts';
import { getString } from '../../model/json.ts';
import { manifestRef } from '../../model/manifest.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { isDeleting, isSuspended, sourceRefOf } from '../fluxKinds.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import { readVariables } from './variables.ts';

export interface Claim {
  readonly ref: ObjectRef;
  readonly taker: ObjectRef;
}

/** The objects among `stale` that another Kustomization of the same source builds from this revision and has not applied yet. */
export async function claimsOf(
  context: KustomizationContext,
  object: JsonObject,
  stale: readonly ObjectRef[],
  revision: string,
  signal: AbortSignal,
): Promise<Claim[]> {
  const snapshot = context.artifacts.get(sourceRefOf(object), revision);
  if (!snapshot) return [];
  const claims: Claim[] = [];
  for (const other of othersBehind(context, object, revision)) {
    const variables = await readVariables(context.client, other, signal);
    const { manifests } = await context.stages.render(snapshot, other, variables, signal);
    const builds = new Set(manifests.map((manifest) => keyOf(manifestRef(manifest))));
    for (const ref of stale) if (builds.has(keyOf(ref))) claims.push({ ref, taker: refOf(other) });
  }
  return claims;
}

function othersBehind(context: KustomizationContext, object: JsonObject, revision: string): JsonObject[] {
  const source = keyOf(sourceRefOf(object));
  return context
    .kustomizations()
    .filter(
      (other) =>
        keyOf(refOf(other)) !== keyOf(refOf(object)) &&
        keyOf(sourceRefOf(other)) === source &&
        !isSuspended(other) &&
        !isDeleting(other) &&
        getString(other, 'status', 'lastAppliedRevision') !== revision,
    );
}
