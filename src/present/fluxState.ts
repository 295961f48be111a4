// The state of a Flux object in one word, from its conditions. Must not judge anything that Flux did not write.
import { getList, getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { notRenderedYet } from '../model/notRendered.ts';

/**
 * The word that every surface uses; `drifted` and `waiting` are the loop's view of a ready or an unready object, `unrendered`
 * of one that the local loop applies and does no more with yet.
 */
export type StateWord =
  | 'ready'
  | 'progressing'
  | 'waiting'
  | 'failed'
  | 'suspended'
  | 'drifted'
  | 'unrendered'
  | 'unknown';

export interface FluxState {
  readonly word: StateWord;
  /** The reason of the Ready condition, in Flux's words; empty where there is none yet. */
  readonly reason: string;
  /** The message of the Ready condition. */
  readonly message: string;
  /** The revision that is applied or fetched; empty where there is none. */
  readonly revision: string;
}

interface ReadCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The state of a source, a Kustomization or any object with Flux's conditions. `drifted` counts its drifted objects. */
export function fluxState(object: JsonObject, drifted = 0): FluxState {
  const ready = condition(object, 'Ready');
  const reconciling = condition(object, 'Reconciling');
  const stalled = condition(object, 'Stalled');
  const revision =
    getString(object, 'status', 'lastAppliedRevision') ?? getString(object, 'status', 'artifact', 'revision') ?? '';
  const detail = { reason: ready?.reason ?? '', message: ready?.message ?? '', revision };
  const unrendered = notRenderedYet(object);
  if (unrendered !== undefined) return { ...detail, word: 'unrendered', message: unrendered };
  if (getPath(object, 'spec', 'suspend') === true) return { ...detail, word: 'suspended' };
  if (ready?.reason === 'DependencyNotReady') return { ...detail, word: 'waiting' };
  // Not a failure: the next reconciliation has been asked for, and comes at once.
  if (ready?.reason === 'HealthCheckCanceled') return { ...detail, word: 'progressing' };
  if (stalled?.status === 'True') return { ...detail, word: 'failed' };
  if (ready?.status === 'False') return { ...detail, word: 'failed' };
  if (reconciling?.status === 'True' || isBehind(object)) {
    return { ...detail, word: 'progressing', message: reconciling?.message ?? detail.message };
  }
  if (ready?.status === 'True') return { ...detail, word: drifted > 0 ? 'drifted' : 'ready' };
  return { ...detail, word: ready?.status === 'Unknown' ? 'progressing' : 'unknown' };
}

/** A spec that its controller has not seen yet. */
function isBehind(object: JsonObject): boolean {
  const generation = getPath(object, 'metadata', 'generation');
  const observed = getPath(object, 'status', 'observedGeneration');
  return generation !== undefined && observed !== undefined && Number(observed) < Number(generation);
}

function condition(object: JsonObject, type: string): ReadCondition | undefined {
  const found = getList(object, 'status', 'conditions')?.find((one) => getString(one, 'type') === type);
  if (!found) return undefined;
  return {
    status: getString(found, 'status') ?? '',
    reason: getString(found, 'reason') ?? '',
    message: getString(found, 'message') ?? '',
  };
}
