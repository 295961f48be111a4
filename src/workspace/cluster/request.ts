// What a person asks of a Flux object without holding its loop: the annotations and fields that `flux` writes.
import type { Clock } from '../../model/clock.ts';
import { printRef } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeClient } from '../../kube/client.ts';
import { REQUESTED_AT } from '../../reconcile/fluxKinds.ts';
import { isHandled } from '../../reconcile/requests.ts';
import { DRIFT_ANNOTATION } from '../../model/driftMode.ts';

const MANAGER = 'plumbline';
const POLL_MS = 250;

/** Asks as `flux reconcile` does and waits until the controller has handled it. Rejects when cancelled. */
export async function requestReconcile(
  client: KubeClient,
  clock: Clock,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<void> {
  const token = new Date(clock.now()).toISOString();
  await client.patch(
    ref,
    'application/merge-patch+json',
    { metadata: { annotations: { [REQUESTED_AT]: token } } },
    { fieldManager: MANAGER },
    signal,
  );
  for (;;) {
    const object = await client.get(ref, signal);
    if (!object) throw new Error(`${printRef(ref)} is not there any more`);
    if (isHandled(object, token)) return;
    await pause(clock, POLL_MS, signal);
  }
}

/** Sets `spec.suspend`, as `flux suspend` and `flux resume` do. */
export async function requestSuspend(
  client: KubeClient,
  ref: ObjectRef,
  suspend: 'suspend' | 'resume',
  signal: AbortSignal,
): Promise<void> {
  await client.patch(
    ref,
    'application/merge-patch+json',
    { spec: { suspend: suspend === 'suspend' ? true : null } },
    { fieldManager: MANAGER },
    signal,
  );
}

/** Sets or takes away the annotation that leaves drift as it is. */
export async function requestDriftMode(
  client: KubeClient,
  ref: ObjectRef,
  mode: 'heal' | 'detect',
  signal: AbortSignal,
): Promise<void> {
  await client.patch(
    ref,
    'application/merge-patch+json',
    { metadata: { annotations: { [DRIFT_ANNOTATION]: mode === 'detect' ? mode : null } } },
    { fieldManager: MANAGER },
    signal,
  );
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
