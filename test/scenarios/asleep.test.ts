// A laptop that slept for hours, on the network or without it for a while: every kind is listed once, not all at the same moment,
// and what changed meanwhile is known within half a minute. Time is a fake one; the connections are real, and half open.
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/kube/connect.ts';
import { readAccess } from '../../src/kube/login/kubeconfig.ts';
import type { KubeClient, WatchCache } from '../../src/kube/client.ts';
import { getString } from '../../src/model/json.ts';
import { silentLog } from '../../src/model/log.ts';
import { fakeClock } from '../kube/fakeClock.ts';
import type { FakeClock } from '../kube/fakeClock.ts';
import { openTunnel } from '../kube/tunnel.ts';
import type { Tunnel } from '../kube/tunnel.ts';
import { signal, startServer } from './cluster.ts';

const KINDS = ['ConfigMap', 'Secret', 'Service', 'ServiceAccount', 'Pod', 'LimitRange'];
const HOUR = 3_600_000;
/** A connection is made in fewer: to the tunnel, through it, its TLS, its request. */
const ROUNDS = 6;

interface World {
  readonly clock: FakeClock;
  readonly line: Tunnel;
  readonly caches: readonly WatchCache[];
  /** Of somebody whose machine does not sleep. */
  readonly other: KubeClient;
  /** Lists of watched kinds since the machine woke: when they were asked for. */
  readonly lists: Map<string, number[]>;
  readonly told: string[];
  /** Lets time pass in small steps, since connections take real time in between. Resolves to how much has. */
  pass(until: () => boolean): Promise<number>;
}

async function open(): Promise<World> {
  const clock = fakeClock();
  const lists = new Map<string, number[]>();
  const server = await startServer(undefined, (request, carryOut) => {
    const [, kind] = /^\/api\/v1\/(\w+)$/.exec(request.path) ?? [];
    if (kind !== undefined && request.method === 'GET' && !request.query.has('watch'))
      lists.set(kind, [...(lists.get(kind) ?? []), clock.now()]);
    return carryOut();
  });
  const access = await readAccess({
    kubeconfig: server.kubeconfig,
    context: undefined,
    allowProgram: undefined,
    clock,
  });
  const line = await openTunnel();
  const other = createClient(access, { log: silentLog });
  let drawn = 0;
  const client = createClient(
    { ...access, proxy: line.url },
    { log: silentLog, clock, random: () => (drawn++ * 0.37) % 1 },
  );
  onTestFinished(async () => {
    client.dispose();
    other.dispose();
    line.dispose();
    await server.dispose();
  });
  const told: string[] = [];
  const caches = await Promise.all(
    KINDS.map(async (kind) => {
      const type = await client.resourceType({ group: '', version: 'v1', kind }, signal);
      if (!type) throw new Error(`no ${kind}`);
      const cache = client.watch(type, {});
      await cache.synced();
      cache.onChange(({ type: what, object }) => told.push(`${what} ${getString(object, 'metadata', 'name')}`));
      return cache;
    }),
  );
  lists.clear();
  // Requests of another client, one after the other, take as long as what a step sets going: however busy the machine is.
  const settle = async (): Promise<void> => {
    for (let i = 0; i < ROUNDS; i++)
      await other.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'none' }, signal);
  };
  const pass = async (until: () => boolean): Promise<number> => {
    const begun = clock.now();
    for (const limit = performance.now() + 60_000; !until();) {
      if (performance.now() > limit) throw new Error(`not yet: ${told.join(', ')}`);
      clock.advance(100);
      await settle();
    }
    return clock.now() - begun;
  };
  return { clock, line, caches, other, lists, told, pass };
}

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

/** Eight hours in which one object comes and another one goes. */
async function sleep({ clock, line, other, told, pass }: World): Promise<void> {
  await other.create(map('before'), { fieldManager: 'test' }, signal);
  await pass(() => told.length === 1);
  line.freeze();
  clock.sleep(8 * HOUR);
  await other.create(map('new'), { fieldManager: 'test' }, signal);
  await other.delete({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'before' }, {}, signal);
}

function expectFreshByOneListEach({ lists, told }: World): void {
  expect(told.toSorted()).toEqual(['added before', 'added new', 'deleted before']);
  expect([...lists.values()].map((times) => times.length)).toEqual(KINDS.map(() => 1));
  const moments = [...lists.values()].flat();
  expect(new Set(moments).size).toBeGreaterThan(KINDS.length / 2);
}

test('A21: after a sleep of eight hours every kind is listed once, spread, and all is known within 30 s', async () => {
  const world = await open();
  await sleep(world);
  const took = await world.pass(() => world.lists.size === KINDS.length && world.told.length === 3);
  expect(took).toBeLessThan(30_000);
  expectFreshByOneListEach(world);
  // From then on by watch alone.
  await world.other.create(map('later'), { fieldManager: 'test' }, signal);
  await world.pass(() => world.told.includes('added later'));
  await world.pass(() => world.clock.now() - (world.lists.get('configmaps')?.[0] ?? 0) > 60_000);
  expect([...world.lists.values()].flat()).toHaveLength(KINDS.length);
  expect(world.line.made).toBe(2);
});

test('A21: a network that is back fifteen seconds after waking, as a VPN is, costs no more', async () => {
  const world = await open();
  world.line.down();
  await sleep(world);
  const woke = world.clock.now();
  await world.pass(() => world.clock.now() - woke > 15_000);
  expect(world.caches.map(({ failure }) => failure?.reason)).toEqual(KINDS.map(() => 'ConnectionRefused'));
  await world.line.up();
  await world.pass(() => world.lists.size === KINDS.length && world.told.length === 3);
  expect(world.clock.now() - woke).toBeLessThan(30_000);
  expectFreshByOneListEach(world);
});

test('A21: a connection that has survived the sleep is kept, and nothing is listed because of it', async () => {
  const { clock, line, other, told, lists, pass } = await open();
  clock.sleep(600_000);
  await other.create(map('new'), { fieldManager: 'test' }, signal);
  await pass(() => told.includes('added new'));
  const woke = clock.now();
  await pass(() => clock.now() - woke > 15_000);
  expect([line.made, [...lists.keys()]]).toEqual([1, []]);
});
