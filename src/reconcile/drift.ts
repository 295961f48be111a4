// Watches what was applied and says when the cluster has it otherwise. Marks only: healing is the next reconciliation's.
import type { Disposable } from '../model/disposable.ts';
import type { Emitter } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import { apiVersionOf, keyOf, refOf } from '../model/objectRef.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { KubeClient, WatchCache } from '../kube/client.ts';
import type { Stages } from './deps.ts';
import type { LoopEvent } from './loopEvent.ts';

export interface Drift extends Disposable {
  /** The owner is being reconciled: what changes now is its own doing. */
  busy(owner: ObjectRef): void;
  /** What the owner has applied, as it was sent. */
  applied(owner: ObjectRef, kustomization: JsonObject, desired: readonly JsonObject[]): void;
  /** The owner's reconciliation ended: look at what changed meanwhile. */
  settle(owner: ObjectRef): void;
  forget(owner: ObjectRef): void;
}

interface Applied {
  readonly owner: ObjectRef;
  readonly kustomization: JsonObject;
  readonly desired: JsonObject;
}

/** Only what Flux applied is watched. */
const OWNED = 'kustomize.toolkit.fluxcd.io/name';

export function createDrift(
  client: KubeClient,
  stages: Pick<Stages, 'drift'>,
  events: Emitter<LoopEvent>,
  log: Log,
): Drift {
  const applied = new Map<string, Applied>();
  const busy = new Set<string>();
  const drifted = new Set<string>();
  const watches = new Map<string, WatchCache | undefined>();
  let disposed = false;

  function look(key: string): void {
    const entry = applied.get(key);
    if (!entry || busy.has(keyOf(entry.owner))) return;
    const ref = refOf(entry.desired);
    const cache = watches.get(typeKey(ref));
    if (!cache) return;
    const live = cache.get(ref.namespace, ref.name);
    const changes = stages.drift(entry.desired, live, entry.kustomization);
    if (changes.length === 0 && !drifted.has(key)) return;
    if (changes.length > 0) drifted.add(key);
    else drifted.delete(key);
    events.emit({ type: 'drift', owner: entry.owner, ref, changes, desired: entry.desired, live });
  }

  async function follow(ref: ObjectRef): Promise<void> {
    const key = typeKey(ref);
    if (disposed || watches.has(key)) return;
    watches.set(key, undefined);
    try {
      const type = await client.resourceType(ref);
      if (!type || disposed) {
        watches.delete(key);
        return;
      }
      const cache = client.watch(type, { labelSelector: OWNED });
      watches.set(key, cache);
      await cache.synced();
      cache.onChange(({ object }) => look(keyOf(refOf(object))));
      for (const one of applied.keys()) if (one.startsWith(`${ref.group}/${ref.kind}/`)) look(one);
    } catch (error) {
      if (!disposed) log.warn('watch', `drift of ${ref.kind} is not watched`, { error: String(error) });
    }
  }

  return {
    busy: (owner) => void busy.add(keyOf(owner)),
    applied(owner, kustomization, desired) {
      const mine = keyOf(owner);
      for (const [key, entry] of applied) if (keyOf(entry.owner) === mine) applied.delete(key);
      for (const object of desired) {
        applied.set(keyOf(refOf(object)), { owner, kustomization, desired: object });
        void follow(refOf(object));
      }
    },
    settle(owner) {
      busy.delete(keyOf(owner));
      for (const [key, entry] of applied) if (keyOf(entry.owner) === keyOf(owner) && drifted.has(key)) look(key);
    },
    forget(owner) {
      busy.delete(keyOf(owner));
      for (const [key, entry] of applied) {
        if (keyOf(entry.owner) !== keyOf(owner)) continue;
        applied.delete(key);
        drifted.delete(key);
      }
    },
    dispose() {
      disposed = true;
      for (const cache of watches.values()) cache?.dispose();
      watches.clear();
    },
  };
}

function typeKey(ref: ObjectRef): string {
  return `${apiVersionOf(ref)}/${ref.kind}`;
}
