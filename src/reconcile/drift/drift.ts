// Watches what was applied: says when the cluster has it otherwise, and knows what is still as the server confirmed it. Marks
// only: healing is the next reconciliation's.
import type { Clock } from '../../model/clock.ts';
import type { Disposable } from '../../model/disposable.ts';
import type { Emitter } from '../../model/event.ts';
import { equalJson } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import { apiVersionOf, keyOf, refOf } from '../../model/objectRef.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import type { KubeClient, WatchCache } from '../../kube/client.ts';
import { confirm, createLooks, holds } from './confirmed.ts';
import type { Confirmation } from './confirmed.ts';
import type { Stages } from '../deps.ts';
import { createFlapCounter } from './flapping.ts';
import type { LoopEvent } from '../loopEvent.ts';

export interface Drift extends Disposable {
  /** The owner is being reconciled: what changes now is its own doing. */
  busy(owner: ObjectRef): void;
  /** Such objects are about to be applied: their kinds are watched from now on, where they are served yet. */
  expect(refs: readonly ObjectRef[]): void;
  /** An object as its watch has it. */
  seen(ref: ObjectRef): JsonObject | undefined;
  /** What the owner has applied, as it was sent. */
  applied(owner: ObjectRef, kustomization: JsonObject, desired: readonly JsonObject[]): void;
  /** The server has this object as the owner wants it, and it looks so there. To be said before `applied`. */
  confirm(kustomization: JsonObject, desired: JsonObject, live: JsonObject): void;
  /** An object as it is, where it is known to be as it is wanted without asking the cluster. */
  settled(kustomization: JsonObject, desired: JsonObject): JsonObject | undefined;
  /**
   * An object as it is, drifted or not, where the owner has applied this very wish before; `isApplied` says so of all of it,
   * for a loop that begins. For an object that is gone, the wish.
   */
  left(kustomization: JsonObject, desired: JsonObject, isApplied: boolean): JsonObject | undefined;
  /** An object as the owner has last applied it. */
  wishOf(owner: ObjectRef, ref: ObjectRef): JsonObject | undefined;
  /** What the owner has applied as it is now, where all of it is settled. */
  confirmed(owner: ObjectRef): readonly JsonObject[] | undefined;
  /** What was confirmed may not hold any more: a definition or a webhook has changed. */
  doubt(): void;
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
  clock: Clock,
): Drift {
  const applied = new Map<string, Applied>();
  const busy = new Set<string>();
  const drifted = new Set<string>();
  // What changed while its owner was busy: by the owner, or by somebody else at that very time.
  const meanwhile = new Set<string>();
  const confirmations = new Map<string, Confirmation>();
  const flaps = createFlapCounter();
  const watches = new Map<string, WatchCache | undefined>();
  const looks = createLooks();
  let disposed = false;

  function look(key: string): void {
    const entry = applied.get(key);
    if (!entry) return;
    if (busy.has(keyOf(entry.owner))) {
      meanwhile.add(key);
      return;
    }
    const ref = refOf(entry.desired);
    if (!watches.get(typeKey(ref))) return;
    const live = liveOf(ref);
    const changes = stages.drift(entry.desired, live, entry.kustomization);
    if (changes.length === 0 && !drifted.has(key)) return;
    if (changes.length > 0) drifted.add(key);
    else drifted.delete(key);
    const flapping = changes.length > 0 ? flaps.drifted(key, changes, clock.now()) : undefined;
    const { owner, desired } = entry;
    events.emit({ type: 'drift', owner, ref, changes, desired, live, ...(flapping ? { flapping } : {}) });
  }

  function liveOf(ref: ObjectRef): JsonObject | undefined {
    return watches.get(typeKey(ref))?.get(ref.namespace, ref.name);
  }

  function settledObject(kustomization: JsonObject, desired: JsonObject): JsonObject | undefined {
    const ref = refOf(desired);
    const confirmation = confirmations.get(confirmationKey(kustomization, ref));
    const live = confirmation && liveOf(ref);
    return live && holds(confirmation, looks, kustomization, desired, live, clock.now()) ? live : undefined;
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

  function followKinds(refs: readonly ObjectRef[]): void {
    for (const ref of new Map(refs.map((one) => [typeKey(one), one])).values()) void follow(ref);
  }

  return {
    expect: followKinds,
    seen: liveOf,
    confirm: (kustomization, desired, live) =>
      void confirmations.set(
        confirmationKey(kustomization, refOf(desired)),
        confirm(kustomization, desired, live, clock.now()),
      ),
    settled: settledObject,
    left(kustomization, desired, isApplied) {
      const ref = refOf(desired);
      const entry = applied.get(keyOf(ref));
      const isSame = entry
        ? keyOf(entry.owner) === keyOf(refOf(kustomization)) && equalJson(entry.desired, desired)
        : isApplied;
      return isSame ? (liveOf(ref) ?? desired) : undefined;
    },
    wishOf(owner, ref) {
      const entry = applied.get(keyOf(ref));
      return entry && keyOf(entry.owner) === keyOf(owner) ? entry.desired : undefined;
    },
    confirmed(owner) {
      const mine = [...applied.values()].filter((entry) => keyOf(entry.owner) === keyOf(owner));
      const found = mine
        .map(({ kustomization, desired }) => settledObject(kustomization, desired))
        .filter((live) => live !== undefined);
      return found.length > 0 && found.length === mine.length ? found : undefined;
    },
    doubt: () => confirmations.clear(),
    busy: (owner) => void busy.add(keyOf(owner)),
    applied(owner, kustomization, desired) {
      const mine = keyOf(owner);
      for (const [key, entry] of applied) if (keyOf(entry.owner) === mine) applied.delete(key);
      for (const object of desired) applied.set(keyOf(refOf(object)), { owner, kustomization, desired: object });
      followKinds(desired.map(refOf));
    },
    settle(owner) {
      busy.delete(keyOf(owner));
      for (const [key, entry] of applied) {
        if (keyOf(entry.owner) !== keyOf(owner)) continue;
        const changed = meanwhile.delete(key) && !settledObject(entry.kustomization, entry.desired);
        const was = drifted.has(key);
        if (was || changed) look(key);
        if (was && !drifted.has(key)) flaps.healed(key);
      }
    },
    forget(owner) {
      busy.delete(keyOf(owner));
      for (const [key, entry] of applied) {
        if (keyOf(entry.owner) !== keyOf(owner)) continue;
        applied.delete(key);
        drifted.delete(key);
        meanwhile.delete(key);
        flaps.forget(key);
      }
      for (const key of confirmations.keys()) if (key.startsWith(`${keyOf(owner)}\0`)) confirmations.delete(key);
    },
    dispose() {
      disposed = true;
      for (const cache of watches.values()) cache?.dispose();
      watches.clear();
    },
  };
}

function confirmationKey(kustomization: JsonObject, ref: ObjectRef): string {
  return `${keyOf(refOf(kustomization))}\0${keyOf(ref)}`;
}

function typeKey(ref: ObjectRef): string {
  return `${apiVersionOf(ref)}/${ref.kind}`;
}
