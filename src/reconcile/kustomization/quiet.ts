// Whether a Kustomization that is looked at again has nothing to do: what its status says is done, and the watches show
// that it still is. Reads caches only; where it is in doubt, there is something to do.
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { refOf } from '../../model/objectRef.ts';
import { getCondition } from '../conditions.ts';
import { sourceRefOf } from '../fluxKinds.ts';
import type { KustomizationContext } from './kustomizationContext.ts';
import { isUpToDate } from '../upToDate.ts';

/** The Kustomization as the watch has it, where nothing is to be done for it. */
export function isQuiet(context: KustomizationContext, object: JsonObject | undefined): object is JsonObject {
  return object !== undefined && isDone(object) && isOfNewestArtifact(context, object) && isStillThere(context, object);
}

function isDone(object: JsonObject): boolean {
  return (
    isUpToDate(object) &&
    !getCondition(object, 'Stalled') &&
    // What they hold may have changed, and is not watched.
    (getList(object, 'spec', 'postBuild', 'substituteFrom') ?? []).length === 0
  );
}

function isOfNewestArtifact({ cached, artifacts }: KustomizationContext, object: JsonObject): boolean {
  const source = sourceRefOf(object);
  const artifact = getPath(cached(source), 'status', 'artifact');
  const revision = getString(artifact, 'revision');
  return (
    revision !== undefined &&
    artifacts.get(source, revision) !== undefined &&
    artifacts.appliedOf(refOf(object)) === getString(artifact, 'digest') &&
    getString(object, 'status', 'lastAppliedRevision') === revision &&
    getString(object, 'status', 'lastAttemptedRevision') === revision
  );
}

/** Everything that was applied is there as it was confirmed and, where that is asked for, healthy. */
function isStillThere({ drift, stages }: KustomizationContext, object: JsonObject): boolean {
  const live = drift.confirmed(refOf(object));
  const entries = getList(object, 'status', 'inventory', 'entries') ?? [];
  if (!live || live.length !== entries.length) return false;
  // What else is waited for, and by which rules, is the health check's to say.
  if (['healthChecks', 'healthCheckExprs'].some((field) => (getList(object, 'spec', field) ?? []).length > 0))
    return false;
  return getPath(object, 'spec', 'wait') !== true || live.every((one) => stages.isHealthy(one));
}
