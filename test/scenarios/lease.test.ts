// Two loops on one cluster: one holds the Lease, the other observes and follows it, whatever their clocks say.
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../src/model/clock.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { holdLease } from '../../src/reconcile/lease/lease.ts';
import type { HeldLease } from '../../src/reconcile/lease/lease.ts';
import { fakeClock } from '../kube/fakeClock.ts';
import type { FakeClock } from '../kube/fakeClock.ts';
import { openCluster } from './cluster.ts';
import { faults } from './faults.ts';

interface Contender {
  readonly clock: FakeClock;
  readonly lease: HeldLease;
  readonly states: boolean[];
}

/** A loop that has looked once. `skew` is how far its clock is off. */
async function contend(client: KubeClient, identity: string, skew: number | (() => number) = 0): Promise<Contender> {
  const clock = fakeClock(1_800_000_000_000);
  const own: Clock = {
    now: () => clock.now() + (typeof skew === 'number' ? skew : skew()),
    after: (ms, callback) => clock.after(ms, callback),
  };
  const states: boolean[] = [];
  const lease = holdLease({ client, clock: own, log: silentLog, identity, onChange: (held) => states.push(held) });
  onTestFinished(() => lease.dispose());
  await rests(clock);
  return { clock, lease, states };
}

/** Resolves when the look that is under way has ended and the next one is set. */
async function rests(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Seconds until the contender holds the Lease; looks for a minute, or as long as is said. */
async function secondsUntilHeld({ clock, states }: Contender, also?: Contender, limit = 60): Promise<number> {
  for (let second = 1; second <= limit; second++) {
    for (const each of also ? [also.clock, clock] : [clock]) {
      each.advance(1000);
      await rests(each);
    }
    if (states.at(-1) === true) return second;
  }
  return Infinity;
}

test('P4: the second observes as long as the first renews', async () => {
  const { client } = await openCluster();
  const first = await contend(client, 'first');
  const second = await contend(client, 'second');
  expect(await secondsUntilHeld(second, first)).toBe(Infinity);
  expect([first.states, second.states]).toEqual([[true], [false]]);
});

test('P4: a killed holder is followed within 15 s', async () => {
  const { client } = await openCluster();
  await contend(client, 'killed'); // It never looks again: its clock stands still.
  const second = await contend(client, 'second');
  expect(await secondsUntilHeld(second)).toBeLessThan(15);
});

test('P5: who could not renew for long does not vouch for its Lease, and does again when it could', async () => {
  const wrong = faults();
  const { client } = await openCluster(wrong.intercept);
  const first = await contend(client, 'first');
  await first.lease.confirm();
  wrong.add({ at: /^PUT .*leases/, does: 'cut', times: 4 });
  for (let second = 0; second < 9; second++) {
    first.clock.advance(1000);
    await rests(first.clock);
  }
  await expect(first.lease.confirm()).rejects.toThrow('the Lease of the loop could not be renewed');
  await first.lease.confirm();
});

test('A32: where Flux itself is installed a holder lets go within half a minute, and takes up again once it has ended', async () => {
  const { client } = await openCluster();
  const holder = await contend(client, 'plumbline');
  const seconds = (count: number): Promise<number> => secondsUntilHeld({ ...holder, states: [] }, undefined, count);
  const spec = (holderIdentity: string): JsonObject => ({
    holderIdentity,
    leaseDurationSeconds: 35,
    renewTime: new Date(holder.clock.now()).toISOString().replace('Z', '000Z'),
  });
  const metadata = { name: 'kustomize-controller-leader-election', namespace: 'flux-system' };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
  await client.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    { fieldManager: 'test' },
  );
  await client.create({ ...lease, spec: spec('kustomize-controller-1') }, { fieldManager: 'test' });
  await seconds(31);
  expect(holder.states).toEqual([true, false]);
  await seconds(10);
  expect(holder.states).toEqual([true, false]);
  await client.apply({ ...lease, spec: spec('') }, { fieldManager: 'test', force: true });
  await seconds(15);
  expect(holder.states).toEqual([true, false, true]);
});

test('P3: a Lease that was given back is taken at the next look', async () => {
  const { client } = await openCluster();
  const first = await contend(client, 'first');
  const second = await contend(client, 'second');
  first.lease.dispose();
  await first.lease.released;
  expect(await secondsUntilHeld(second)).toBeLessThanOrEqual(2);
});

test.each([-30_000, 30_000])('P7: a clock that is %i ms off takes nothing from a holder that renews', async (skew) => {
  const { client } = await openCluster();
  const first = await contend(client, 'first', skew);
  const second = await contend(client, 'second');
  expect(await secondsUntilHeld(second, first)).toBe(Infinity);
});

test('P7: a Lease that was left long ago is taken at once', async () => {
  const { client } = await openCluster();
  await contend(client, 'left', -3_600_000);
  const second = await contend(client, 'second');
  expect(second.states).toEqual([true]);
});

test.each([-7_200_000, 7_200_000])(
  'P7: a clock that jumps by %i ms takes nothing from a holder that renews',
  async (jump) => {
    const { client } = await openCluster();
    const first = await contend(client, 'first');
    let skew = 0;
    const second = await contend(client, 'second', () => skew);
    expect(await secondsUntilHeld(second, first, 5)).toBe(Infinity);
    skew = jump;
    expect(await secondsUntilHeld(second, first)).toBe(Infinity);
  },
);

test('P4, P7: a killed holder is followed by one whose clock has jumped', async () => {
  const { client } = await openCluster();
  await contend(client, 'killed');
  let skew = 0;
  const second = await contend(client, 'second', () => skew);
  skew = -7_200_000;
  expect(await secondsUntilHeld(second)).toBeLessThanOrEqual(15);
});
