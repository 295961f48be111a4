// Whether a refused object would be accepted if it were made anew: the one case in which force may delete. Upstream takes
// every Invalid for an immutable field, and so a typing mistake deletes the live object (fluxcd/pkg/ssa, immutable.go).
import { cloneJson, getObject, setKey } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { asStatusError, isImmutableRefusal } from './refusal.ts';
import { FIELD_MANAGER } from '../takeover.ts';
import type { KubeClient } from '../../kube/client.ts';

const PROBE_NAME = 'plumbline-replace-probe';

/**
 * True where every cause of the refusal is about an immutable field, or where the server would accept the same object
 * under another name (a dry-run: nothing is made). False for anything that is no Invalid.
 */
export async function isReplaceable(
  desired: JsonObject,
  error: unknown,
  client: Pick<KubeClient, 'apply'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const refusal = asStatusError(error);
  if (!refusal || refusal.code === 0 || refusal.code === 404 || refusal.code === 409) return false;
  if (isImmutableRefusal(refusal)) return true;
  if (refusal.code !== 422) return false;
  const probe = cloneJson(desired);
  const metadata = getObject(probe, 'metadata') ?? {};
  setKey(metadata, 'name', PROBE_NAME);
  try {
    await client.apply(probe, { fieldManager: FIELD_MANAGER, force: true, dryRun: true }, signal);
    return true;
  } catch (refused) {
    if (!asStatusError(refused)) throw refused;
    return false;
  }
}
