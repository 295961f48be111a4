// Whether a live object is as its spec asks: kstatus (fluxcd/cli-utils, pkg/kstatus/status). Looks at one object alone and
// never at the cluster; what its pods say is in podFailure.ts, and waiting for it in wait.ts.
import { getKey } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { fieldOf, integerField, readConditions } from './fields.ts';
import { inProgress, settled, UnreadableStatus } from './health.ts';
import type { Health } from './health.ts';
import { finishedJob, KIND_RULES } from './kinds.ts';

/**
 * The health of an object. `now` (milliseconds) decides how long a pod may stay unscheduled before it counts as failed.
 * Never throws: an object that cannot be understood is `Unknown`, with the reason.
 */
export function computeStatus(object: JsonObject, now: number = Date.now()): Health {
  try {
    return generic(object) ?? byKind(object, now) ?? ready(object) ?? settled('Current', 'Resource is current');
  } catch (error) {
    if (!(error instanceof UnreadableStatus)) throw error;
    return settled('Unknown', error.message);
  }
}

/** The health that a wait goes by: as {@link computeStatus}, but a Job must have ended. Flux's Job reader asks nothing else of it. */
export function computeWaitStatus(object: JsonObject, now: number = Date.now()): Health {
  const { group, kind } = refOf(object);
  if (group !== 'batch' || kind !== 'Job') return computeStatus(object, now);
  try {
    return finishedJob(object);
  } catch (error) {
    if (!(error instanceof UnreadableStatus)) throw error;
    return settled('Unknown', error.message);
  }
}

/** What holds for every kind: deletion, generation, and the two standard conditions. */
function generic(object: JsonObject): Health | undefined {
  const deletion = fieldOf(object, 'metadata', 'deletionTimestamp');
  if (deletion !== undefined && typeof deletion !== 'string')
    throw new UnreadableStatus('metadata.deletionTimestamp is no string');
  if (deletion) return settled('Terminating', 'Resource scheduled for deletion');
  const lagging = generationLag(object);
  if (lagging) return lagging;
  for (const condition of readConditions(object)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Reconciling') return inProgress(condition.reason, condition.message);
    if (condition.type === 'Stalled') return { status: 'Failed', message: condition.message, conditions: [condition] };
  }
  return undefined;
}

function generationLag(object: JsonObject): Health | undefined {
  const generation = integerField(object, 'metadata', 'generation');
  if (generation === undefined) return undefined;
  const observed = integerField(object, 'status', 'observedGeneration');
  if (observed === undefined || observed === generation) return undefined;
  const kind = getKey(object, 'kind');
  const subject = typeof kind === 'string' ? kind : '';
  return inProgress(
    'LatestGenerationNotObserved',
    `${subject} generation is ${generation}, but latest observed generation is ${observed}`,
  );
}

function byKind(object: JsonObject, now: number): Health | undefined {
  const apiVersion = getKey(object, 'apiVersion');
  const kind = getKey(object, 'kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return undefined;
  return KIND_RULES.get(parts.length === 2 && parts[0] ? `${parts[0]}/${kind}` : kind)?.(object, now);
}

/** A Ready condition decides for kinds without a rule; false is "not yet", never "failed". */
function ready(object: JsonObject): Health | undefined {
  for (const { type, status, reason, message } of readConditions(object)) {
    if (type !== 'Ready') continue;
    if (status === 'True') return settled('Current', 'Resource is Ready');
    if (status === 'False' || status === 'Unknown') return inProgress(reason, message);
  }
  return undefined;
}
