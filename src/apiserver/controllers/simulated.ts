// What a user asks of the stand-in kubelet by annotations on a pod template (or on the pod): to fail in a certain way, or
// to take its time. No container runs in the embedded cluster, so this is how failures are tried out.
import { getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

/** `embedded.plumbline.dev/fail: ImagePullBackOff | CrashLoopBackOff | CreateContainerConfigError | Unschedulable | NotReady | Error`. */
export const FAIL_ANNOTATION = 'embedded.plumbline.dev/fail';
/** `embedded.plumbline.dev/ready-after: 3s`: how long a pod takes to become ready, or a Job's pod to finish. */
export const READY_AFTER_ANNOTATION = 'embedded.plumbline.dev/ready-after';

const FAILURES = [
  'ImagePullBackOff',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'Unschedulable',
  'NotReady',
  'Error',
] as const;

export type Failure = (typeof FAILURES)[number];

export function failureOf(pod: JsonObject): Failure | undefined {
  const asked = getString(pod, 'metadata', 'annotations', FAIL_ANNOTATION);
  return FAILURES.find((failure) => failure.toLowerCase() === asked?.toLowerCase());
}

/** Milliseconds until the pod is ready; 0 where nothing (or nonsense) is asked. */
export function readyAfterMs(pod: JsonObject): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(
    getString(pod, 'metadata', 'annotations', READY_AFTER_ANNOTATION) ?? '',
  );
  if (!match) return 0;
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}
