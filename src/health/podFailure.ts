// Why a pod does not come up, in one sentence: the first container that says so, or the scheduler.
import { getList, getPath, getString, isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { readConditions } from './fields.ts';
import { UnreadableStatus } from './health.ts';

/** `pod web-1: container web cannot be started: ImagePullBackOff (Back-off pulling image "x")`; undefined where nothing is wrong. */
export function podFailure(pod: JsonObject): string | undefined {
  const why = containerFailure(pod) ?? conditionFailure(pod);
  return why === undefined ? undefined : `pod ${getString(pod, 'metadata', 'name') ?? ''}: ${why}`;
}

/** Reasons of a waiting container that pass by themselves. */
const HARMLESS = new Set(['ContainerCreating', 'PodInitializing']);

function containerFailure(pod: JsonObject): string | undefined {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap(
    (field) => getList(pod, 'status', field) ?? [],
  );
  for (const container of containers) {
    const waiting = getPath(container, 'state', 'waiting');
    const reason = getString(waiting, 'reason');
    if (reason && !HARMLESS.has(reason))
      return `container ${nameOf(container)} waits: ${described(reason, getString(waiting, 'message'))}${lastEnd(container)}`;
    const terminated = getPath(container, 'state', 'terminated');
    const code = getPath(terminated, 'exitCode');
    if (isJsonObject(terminated) && code !== 0)
      return `container ${nameOf(container)} ended: ${described(getString(terminated, 'reason') ?? 'Error', getString(terminated, 'message'))}, exit code ${String(code)}`;
  }
  return undefined;
}

const nameOf = (container: JsonValue): string => getString(container, 'name') ?? '';

function described(reason: string, message: string | undefined): string {
  return message ? `${reason} (${message.split('\n')[0] ?? ''})` : reason;
}

/** What ended a container before it was started again: the cause behind a crash loop. */
function lastEnd(container: JsonValue): string {
  const last = getPath(container, 'lastState', 'terminated');
  if (!isJsonObject(last)) return '';
  return `, after ${getString(last, 'reason') ?? 'an end'} with exit code ${String(getPath(last, 'exitCode') ?? '?')}`;
}

function conditionFailure(pod: JsonObject): string | undefined {
  try {
    const scheduled = readConditions(pod).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    return scheduled && `cannot be scheduled: ${scheduled.message || scheduled.reason}`;
  } catch (error) {
    if (error instanceof UnreadableStatus) return undefined;
    throw error;
  }
}
