// The Lease that says which process runs the loop on a cluster. Advice between well-meaning editors, no lock: what is
// correct comes from server-side apply and owner labels.
import type { Clock } from '../../model/clock.ts';
import { deferred } from '../../model/deferred.ts';
import type { Disposable } from '../../model/disposable.ts';
import { getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Log } from '../../model/log.ts';
import type { ObjectRef } from '../../model/objectRef.ts';
import { fluxLeader } from './fluxLeader.ts';
import { leaseTimes, SKEW_MS } from './leaseTimes.ts';
import { StatusError } from '../../kube/client.ts';
import type { KubeClient } from '../../kube/client.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: string;
  /** Called each time that the Lease was won or lost. */
  readonly onChange: (held: boolean) => void;
}

const LEASE: ObjectRef = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  namespace: 'kube-system',
  name: 'plumbline-loop',
};
/** A holder that is killed is followed within this, a renewal and a look: less than 15 s. */
const DURATION_S = 11;
const RENEW_MS = 3000;
/** Between two looks of one that observes. */
const LOOK_MS = 2000;
/** Since a renewal this long ago another one may be about to take over. */
const SURE_MS = 8000;
/** Ending must not hang on a cluster that is gone. */
const RELEASE_LIMIT_MS = 2000;
/** So many renewals lie between two looks for Flux's own controllers, which may be installed at any time. */
const RENEWALS_PER_LOOK = 10;
const MANAGER = 'plumbline';

export interface HeldLease extends Disposable {
  /**
   * Resolves while the Lease is surely held. A process that was stopped, slept or could not renew asks anew, and this
   * rejects where another one may have taken over: to be asked before anything is begun that may not be done twice.
   */
  confirm(): Promise<void>;
  /** Resolves after `dispose`, when the Lease was given back or that has failed: the client is needed until then. */
  readonly released: Promise<void>;
}

/** Tries to hold the Lease until disposed; gives it back then. */
export function holdLease(options: LeaseOptions): HeldLease {
  const released = deferred<void>();
  let ticking: Promise<void>;
  let confirming: Promise<void> | undefined;
  let renewedAt = 0;
  let held: boolean | undefined;
  let disposed = false;
  let cancel: (() => void) | undefined;
  const controller = new AbortController();

  const record = leaseRecord(options);

  async function tick(): Promise<void> {
    let now = held ?? false;
    const begun = options.clock.now();
    try {
      now = await record.acquire(controller.signal);
      renewedAt = begun;
    } catch (error) {
      // A cluster that cannot be reached keeps the last answer: nobody else can have it either.
      if (!disposed) options.log.warn('reconcile', 'the lease could not be renewed', { error: String(error) });
    }
    const changed = now !== held;
    held = now;
    if (disposed) return;
    if (changed) options.onChange(now);
    cancel = options.clock.after(now ? RENEW_MS : LOOK_MS, () => {
      ticking = tick();
    });
  }

  /** A clock that was put back says nothing of how long ago a renewal was. */
  const isSure = (): boolean => {
    const age = options.clock.now() - renewedAt;
    return held === true && age >= 0 && age < SURE_MS;
  };

  /** What is under way may have been sent before a sleep: only what is asked now is an answer. */
  async function renew(): Promise<void> {
    await ticking;
    if (isSure() || disposed) return;
    cancel?.();
    ticking = tick();
    await ticking;
  }

  ticking = tick();
  return {
    async confirm() {
      if (isSure()) return;
      confirming ??= renew().finally(() => (confirming = undefined));
      await confirming;
      if (!isSure()) throw new Error('the Lease of the loop could not be renewed: another loop may have it');
    },
    released: released.promise,
    dispose() {
      if (disposed) return;
      disposed = true;
      cancel?.();
      controller.abort();
      // A renewal under way may still arrive: what it writes must not outlive the release.
      void ticking.then(() => (held === true ? release(options) : undefined)).then(released.resolve, released.resolve);
    },
  };
}

interface LeaseRecord {
  /** Takes or renews the Lease; false where somebody else has it. Throws what the cluster refuses. */
  acquire(signal: AbortSignal): Promise<boolean>;
}

/** The Lease as this process knows it: what it wrote last, and since when another's renewal has not moved. */
function leaseRecord({ client, clock, log, identity }: Omit<LeaseOptions, 'onChange'>): LeaseRecord {
  let renewals = 0;
  let leader: string | undefined;
  let own: JsonObject | undefined;
  let seen: { readonly renewTime: string; readonly at: number } | undefined;
  let lookedAt: number | undefined;

  /**
   * A holder is gone when its renewal has not moved for the whole duration. Where its own time says so, watching it for
   * the time of one renewal is enough, and at the first look, where it says so by more than a minute, none. A clock that
   * has jumped since the last look, or slept, says nothing: the holder is watched anew.
   */
  function isExpired(found: JsonObject): boolean {
    const { renewTime, renewedAt, durationMs } = leaseTimes(found, DURATION_S);
    const now = clock.now();
    const isFirst = lookedAt === undefined;
    const hasJumped = lookedAt !== undefined && (now < lookedAt || now - lookedAt >= durationMs);
    lookedAt = now;
    if (seen?.renewTime !== renewTime || hasJumped) seen = { renewTime, at: now };
    const still = now - seen.at;
    const overdue = now - renewedAt - durationMs;
    return still >= durationMs || (isFirst && overdue > SKEW_MS) || (overdue > 0 && still >= RENEW_MS + LOOK_MS);
  }

  function spec(found: JsonObject | undefined): JsonObject {
    const now = new Date(clock.now()).toISOString().replace('Z', '000Z');
    if (!found) return leaseOf(identity, now, 0);
    const isOwn = getString(found, 'spec', 'holderIdentity') === identity;
    const transitions = getPath(found, 'spec', 'leaseTransitions');
    const count = (typeof transitions === 'number' ? transitions : 0) + (isOwn ? 0 : 1);
    const acquired = isOwn ? getString(found, 'spec', 'acquireTime') : undefined;
    return { ...leaseOf(identity, now, count, acquired ?? now), metadata: { ...(found['metadata'] as JsonObject) } };
  }

  /** Flux itself goes before us, and takes no notice of our Lease. */
  async function isLedByFlux(signal: AbortSignal): Promise<boolean> {
    const found = await fluxLeader(client, clock.now(), signal);
    if (found !== undefined && found !== leader)
      log.warn('reconcile', `Flux's own kustomize-controller reconciles this cluster: the loop observes`, {
        leader: found,
      });
    leader = found;
    return found !== undefined;
  }

  return {
    async acquire(signal) {
      if ((!own || ++renewals % RENEWALS_PER_LOOK === 0) && (await isLedByFlux(signal))) {
        own = undefined;
        return false;
      }
      // While it is ours one write renews it; a conflict says that it is not.
      if (own) {
        own = await tryWrite(() => client.update(spec(own), { fieldManager: MANAGER }, signal));
        if (own) return true;
      }
      const found = await client.get(LEASE, signal);
      if (found) {
        const { holder } = leaseTimes(found, DURATION_S);
        if (holder !== identity && holder !== '' && !isExpired(found)) return false;
        own = await tryWrite(() => client.update(spec(found), { fieldManager: MANAGER }, signal));
      } else own = await tryWrite(() => client.create(spec(undefined), { fieldManager: MANAGER }, signal));
      return own !== undefined;
    },
  };
}

/** What was written; undefined where another one was quicker, or it was deleted: not an error. */
async function tryWrite(write: () => Promise<JsonObject>): Promise<JsonObject | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof StatusError && (error.code === 409 || error.code === 404)) return undefined;
    throw error;
  }
}

function leaseOf(
  holderIdentity: string,
  renewTime: string,
  leaseTransitions: number,
  acquireTime: string = renewTime,
): JsonObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: LEASE.name, namespace: LEASE.namespace },
    spec: { holderIdentity, leaseDurationSeconds: DURATION_S, acquireTime, renewTime, leaseTransitions },
  };
}

async function release({ client, identity }: LeaseOptions): Promise<void> {
  try {
    const limit = AbortSignal.timeout(RELEASE_LIMIT_MS);
    const found = await client.get(LEASE, limit);
    if (found && getString(found, 'spec', 'holderIdentity') === identity) {
      await client.patch(
        LEASE,
        'application/merge-patch+json',
        { spec: { holderIdentity: '', leaseDurationSeconds: 1 } },
        { fieldManager: MANAGER },
        limit,
      );
    }
  } catch {
    // It runs out by itself.
  }
}
