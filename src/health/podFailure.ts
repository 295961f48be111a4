// Why a pod does not come up, in one sentence: the first container that says so, or the scheduler.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { podFault } from './podFault.ts';
import type { ContainerEnd, PodFault } from './podFault.ts';

/** `pod web-1: container web cannot be started: ImagePullBackOff (Back-off pulling image "x")`; undefined where nothing is wrong. */
export function podFailure(pod: JsonObject): string | undefined {
  const fault = podFault(pod);
  const why = fault && sentenceOf(fault);
  return why === undefined ? undefined : `pod ${getString(pod, 'metadata', 'name') ?? ''}: ${why}`;
}

/** What may still pass, a probe that has not said yes, is no failure. */
function sentenceOf(fault: PodFault): string | undefined {
  switch (fault.kind) {
    case 'waiting':
      return `container ${fault.container} waits: ${described(fault.reason, fault.message)}${fault.after ? lastEnd(fault.after) : ''}`;
    case 'ended':
      return `container ${fault.container} ended: ${described(fault.reason || 'Error', fault.message)}, exit code ${String(fault.exitCode)}`;
    case 'unscheduled':
      return `cannot be scheduled: ${fault.message}`;
    case 'unready':
      return undefined;
  }
}

function described(reason: string, message: string): string {
  return message === '' ? reason : `${reason} (${message})`;
}

/** What ended a container before it was started again: the cause behind a crash loop. */
function lastEnd({ reason, exitCode }: ContainerEnd): string {
  return `, after ${reason || 'an end'} with exit code ${String(exitCode ?? '?')}`;
}
