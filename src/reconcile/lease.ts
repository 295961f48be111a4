// The Lease that says which process runs the loop on a cluster. Advice between well-meaning editors, no lock: what is
// correct comes from server-side apply and owner labels.
import type { Clock } from '../model/clock.ts';
import { deferred } from '../model/deferred.ts';
import type { Disposable } from '../model/disposable.ts';
import { getPath, getString } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Log } from '../model/log.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { StatusError } from '../kube/client.ts';
import type { KubeClient } from '../kube/client.ts';

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
const DURATION_S = 15;
const RENEW_MS = 5000;
/** Ending must not hang on a cluster that is gone. */
const RELEASE_LIMIT_MS = 2000;
const MANAGER = 'plumbline';

export interface HeldLease extends Disposable {
  /** Resolves after `dispose`, when the Lease was given back or that has failed: the client is needed until then. */
  readonly released: Promise<void>;
}

/** Tries to hold the Lease until disposed; gives it back then. */
export function holdLease(options: LeaseOptions): HeldLease {
  const released = deferred<void>();
  let ticking: Promise<void>;
  let held: boolean | undefined;
  let disposed = false;
  let cancel: (() => void) | undefined;
  const controller = new AbortController();

  async function tick(): Promise<void> {
    let now = held ?? false;
    try {
      now = await acquire(options, controller.signal);
    } catch (error) {
      // A cluster that cannot be reached keeps the last answer: nobody else can have it either.
      if (!disposed) options.log.warn('reconcile', 'the lease could not be renewed', { error: String(error) });
    }
    const changed = now !== held;
    held = now;
    if (disposed) return;
    if (changed) options.onChange(now);
    cancel = options.clock.after(RENEW_MS, () => {
      ticking = tick();
    });
  }

  ticking = tick();
  return {
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

async function acquire({ client, clock, identity }: LeaseOptions, signal: AbortSignal): Promise<boolean> {
  const found = await client.get(LEASE, signal);
  const now = new Date(clock.now()).toISOString().replace('Z', '000Z');
  if (!found) return tryWrite(() => client.create(leaseOf(identity, now, 0), { fieldManager: MANAGER }, signal));
  const holder = getString(found, 'spec', 'holderIdentity') ?? '';
  const renewed = Date.parse(getString(found, 'spec', 'renewTime') ?? '');
  const duration = getPath(found, 'spec', 'leaseDurationSeconds');
  const expired = !(renewed + (typeof duration === 'number' ? duration : DURATION_S) * 1000 > clock.now());
  if (holder !== identity && holder !== '' && !expired) return false;
  const transitions = getPath(found, 'spec', 'leaseTransitions');
  const count = (typeof transitions === 'number' ? transitions : 0) + (holder === identity ? 0 : 1);
  const acquired = holder === identity ? (getString(found, 'spec', 'acquireTime') ?? now) : now;
  const metadata = { ...(found['metadata'] as JsonObject) };
  return tryWrite(() =>
    client.update({ ...leaseOf(identity, now, count, acquired), metadata }, { fieldManager: MANAGER }, signal),
  );
}

/** Another one was quicker: not an error. */
async function tryWrite(write: () => Promise<JsonObject>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.code === 409) return false;
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
