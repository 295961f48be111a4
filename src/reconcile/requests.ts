// What a person asks of a Flux object, by the means that the `flux` command line uses: annotations and spec.suspend.
import { getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { keyOf, printRef, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeClient, WatchCache } from '../kube/client.ts';
import { PRUNE_ALL_AT, REQUESTED_AT } from './fluxKinds.ts';

const MANAGER = 'flux';

export interface ReconcileOptions {
  /** The source of the Kustomization first. */
  readonly withSource?: boolean;
  /** Where all or most of what was there is not rendered any more, it may go (emptied.ts, massPrune.ts). */
  readonly pruneAll?: boolean;
}

/** Sets the request annotation; resolves to its value. */
export async function requestReconciliation(
  client: KubeClient,
  ref: ObjectRef,
  { pruneAll }: ReconcileOptions,
  signal: AbortSignal,
): Promise<string> {
  const value = new Date().toISOString();
  const body = { metadata: { annotations: { [REQUESTED_AT]: value, ...(pruneAll ? { [PRUNE_ALL_AT]: value } : {}) } } };
  await client.patch(ref, 'application/merge-patch+json', body, { fieldManager: MANAGER }, signal);
  return value;
}

export async function setSuspended(
  client: KubeClient,
  ref: ObjectRef,
  suspend: boolean,
  signal: AbortSignal,
): Promise<void> {
  await client.patch(ref, 'application/merge-patch+json', { spec: { suspend } }, { fieldManager: MANAGER }, signal);
}

/** Whether a request was handled, or a later one that has taken its place: both were there when that was begun. */
export function isHandled(object: JsonObject | undefined, request: string): boolean {
  const last = getString(object, 'status', 'lastHandledReconcileAt');
  if (last === undefined || last === request) return last === request;
  const isAsked = getString(object, 'metadata', 'annotations', REQUESTED_AT) === last;
  return isAsked && Date.parse(last) > Date.parse(request);
}

/** Resolves when the object says that the request was handled. Rejects when it is deleted or the signal aborts. */
export async function handled(cache: WatchCache, ref: ObjectRef, request: string, signal: AbortSignal): Promise<void> {
  if (isHandled(cache.get(ref.namespace, ref.name), request)) return;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      watch.dispose();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      stop();
      reject(signal.reason);
    };
    const watch = cache.onChange(({ type, object }) => {
      if (keyOf(refOf(object)) !== keyOf(ref)) return;
      if (type === 'deleted') {
        stop();
        reject(new Error(`${printRef(ref)} was deleted`));
      } else if (isHandled(object, request)) {
        stop();
        resolve();
      }
    });
    signal.addEventListener('abort', aborted, { once: true });
  });
}
