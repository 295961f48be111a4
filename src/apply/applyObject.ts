// Carries out what inspectObject found: apply, or delete, wait and apply.
import type { JsonObject } from '../model/json.ts';
import { getString } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { asStatusError } from '../diff/plan/refusal.ts';
import { FIELD_MANAGER } from '../diff/takeover.ts';
import type { KubeClient } from '../kube/client.ts';
import { delay } from './delay.ts';
import { stepFailure } from './failure.ts';
import type { Subject } from './failure.ts';
import type { Inspection } from './inspectObject.ts';

/** Between two looks at an object that is being deleted: short at first, since most are gone at once. */
const GONE_DELAYS = [50, 100, 200, 400, 800, 1600];
const GONE_INTERVAL = 2_000;

/**
 * Gives the object as it then is, where the server has confirmed that it is as desired. Throws ApplyFailure where the server
 * refuses. Waits for a deletion as long as it takes: a finalizer may hold it.
 */
export async function applyObject(
  inspection: Inspection,
  client: KubeClient,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const { desired, payload, replaces } = inspection;
  if (!payload) return inspection.confirmed;
  if (replaces) await remove({ desired, live: replaces }, client, signal);
  try {
    return await client.apply(payload, { fieldManager: FIELD_MANAGER, force: true }, signal);
  } catch (error) {
    throw stepFailure({ desired, live: replaces }, 'apply failed', error);
  }
}

async function remove(
  { desired, live }: Subject & { readonly live: JsonObject },
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ref = refOf(desired);
  const uid = getString(live, 'metadata', 'uid');
  try {
    await client.delete(ref, { propagation: 'Background', ...(uid === undefined ? {} : { uid }) }, signal);
  } catch (error) {
    if (asStatusError(error)?.code !== 404)
      throw stepFailure({ desired, live }, 'immutable field detected, failed to delete object', error);
  }
  for (let round = 0; ; round++) {
    const now = await client.get(ref, signal);
    if (!now || getString(now, 'metadata', 'uid') !== uid) return;
    await delay(GONE_DELAYS[round] ?? GONE_INTERVAL, signal);
  }
}
