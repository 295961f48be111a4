// The question before everything that a Kustomization has is deleted: a build that renders nothing is far more often a
// wrong path or an emptied folder than a wish. Upstream deletes at once. Decides only; deletes nothing.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { printRef, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { isAnswered, PRUNE_ALL_AT, requestedAt } from '../fluxKinds.ts';
import type { KustomizationContext } from './kustomizationContext.ts';

/** One object may go with its file: that is how the last one of a folder is removed. */
const FEW = 1;
const NAMED = 3;

/** Why the stale objects stay until somebody says yes; undefined where they may go. */
export function heldBack(
  context: Pick<KustomizationContext, 'options'>,
  object: JsonObject,
  rendered: number,
  stale: readonly ObjectRef[],
  revision: string,
): string | undefined {
  if (rendered > 0 || stale.length <= FEW || isConfirmed(context, object, revision)) return undefined;
  return `the build renders no objects, and all ${stale.length} that are in the cluster would be deleted (${named(stale)}): they stay. ${sayYes(object)}`;
}

/** Whether somebody has said that all that the build lacks may go: by applying a plan of this revision, or by asking. */
export function isConfirmed(
  { options }: Pick<KustomizationContext, 'options'>,
  object: JsonObject,
  revision: string,
): boolean {
  return options?.prunesAll?.(revision) === true || asksForAll(object);
}

/** The first of the objects, and how many more there are. */
export function named(refs: readonly ObjectRef[]): string {
  const more = refs.length > NAMED ? ` and ${refs.length - NAMED} more` : '';
  return `${refs.slice(0, NAMED).map(printRef).join(', ')}${more}`;
}

/** How the question is answered. */
export function sayYes(object: JsonObject): string {
  const { name, namespace } = refOf(object);
  return `If they are to go, apply the plan, or say: plumbline reconcile kustomization ${name} --namespace ${namespace} --prune-all`;
}

/** The wish holds for the request that it came with, as Flux's forceAt does, and not for any later one. */
function asksForAll(object: JsonObject): boolean {
  const asked = getString(object, 'metadata', 'annotations', PRUNE_ALL_AT);
  return asked !== undefined && asked === requestedAt(object) && !isAnswered(object);
}
