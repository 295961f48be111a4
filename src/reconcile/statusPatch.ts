// Writes what a controller changed on a Flux object, as fluxcd/pkg/runtime/patch does: a merge patch of the status
// subresource, and one of the metadata for finalizers. Fields that did not change are not in the patch.
import { cloneJson, equalJson, getKey, getObject, isJsonObject, setKey } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { refOf } from '../model/objectRef.ts';
import { StatusError } from '../kube/client.ts';
import type { KubeClient } from '../kube/client.ts';

export interface StatusPatcher {
  /** The working copy: change its status and finalizers, then call `flush`. */
  readonly object: JsonObject;
  /** Sends what changed since the last call; nothing when nothing did. An object that is gone needs no status. */
  flush(signal?: AbortSignal): Promise<void>;
}

export function statusPatcher(client: KubeClient, live: JsonObject, fieldManager: string): StatusPatcher {
  let before = cloneJson(live);
  const object = cloneJson(live);
  const ref = refOf(live);
  return {
    object,
    async flush(signal) {
      const status = mergeDiff(getObject(before, 'status') ?? {}, getObject(object, 'status') ?? {});
      const metadata = mergeDiff(finalizersOf(before), finalizersOf(object));
      const version = status ? {} : versionOf(before);
      try {
        if (status)
          await client.patch(
            ref,
            'application/merge-patch+json',
            { status },
            { fieldManager, subresource: 'status' },
            signal,
          );
        if (metadata)
          await client.patch(
            ref,
            'application/merge-patch+json',
            { metadata: { ...metadata, ...version } },
            { fieldManager },
            signal,
          );
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== 404) throw error;
      }
      before = cloneJson(object);
    },
  };
}

/** A list of finalizers is replaced as a whole: an optimistic lock keeps those that another one added. */
function versionOf(object: JsonObject): JsonObject {
  const version = getObject(object, 'metadata')?.['resourceVersion'];
  return version === undefined ? {} : { resourceVersion: version };
}

function finalizersOf(object: JsonObject): JsonObject {
  const finalizers = getObject(object, 'metadata')?.['finalizers'];
  return Array.isArray(finalizers) && finalizers.length > 0 ? { finalizers } : {};
}

/** The JSON merge patch that leads from one object to the other; undefined when they are equal. */
export function mergeDiff(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = changeOf(getKey(before, key), getKey(after, key));
    if (change !== undefined) setKey(patch, key, change);
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function changeOf(old: JsonValue | undefined, now: JsonValue | undefined): JsonValue | undefined {
  if (equalJson(old, now)) return undefined;
  if (now === undefined) return null;
  return isJsonObject(old) && isJsonObject(now) ? mergeDiff(old, now) : now;
}
