// The rules of kstatus are checked against recordings (test/conformance/kinds/kstatus.ts); here is waiting, and the reasons.
import { expect, test } from 'vitest';
import { fakeClock } from '../../test/kube/fakeClock.ts';
import type { JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import { refOf } from '../model/objectRef.ts';
import type { WatchCache } from '../kube/client.ts';
import { podFailure } from './podFailure.ts';
import { computeStatus, computeWaitStatus } from './status.ts';
import { waitForReady } from './wait.ts';
import type { WaitClient, WaitProgress } from './wait.ts';

const job = (status: JsonObject, name = 'j'): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'ns' },
  spec: {},
  status,
});
const deployment = (ready: number): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'ns' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } } },
  status: {
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: ready,
    readyReplicas: ready,
    conditions: [{ type: 'Available', status: 'True' }],
  },
});
const pod = (containerStatuses: JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'ns' },
  status: { phase: 'Pending', containerStatuses, ...more },
});
const pulling = {
  name: 'web',
  state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "web:9"' } },
};

/** A cluster of objects in memory behind the interface of a client: what a watch would tell, told by the test. */
function cluster(
  ...objects: JsonObject[]
): WaitClient & { put(object: JsonObject): void; remove(object: JsonObject): void; open: number } {
  const live = new Map(objects.map((object) => [`${refOf(object).kind}/${refOf(object).name}`, object]));
  const listeners = new Set<() => void>();
  const self = {
    open: 0,
    put: (object: JsonObject) => {
      live.set(`${refOf(object).kind}/${refOf(object).name}`, object);
      for (const listener of listeners) listener();
    },
    remove: (object: JsonObject) => {
      live.delete(`${refOf(object).kind}/${refOf(object).name}`);
      for (const listener of listeners) listener();
    },
    resourceType: async (gvk: { group: string; version: string; kind: string }) =>
      gvk.kind === 'Widget'
        ? undefined
        : {
            ...gvk,
            plural: gvk.kind,
            singular: '',
            shortNames: [],
            categories: [],
            namespaced: true,
            verbs: [],
            subresources: [],
          },
    resourceTypes: async () => [],
    watch: (type: { kind: string }): WatchCache => {
      self.open++;
      return {
        synced: async () => undefined,
        answered: async () => undefined,
        get: (_, name) => live.get(`${type.kind}/${name}`),
        items: () => [...live.values()].filter((object) => object['kind'] === type.kind),
        onChange: (listener) => {
          const told = (): void => listener({ type: 'modified', object: {} });
          listeners.add(told);
          return { dispose: () => listeners.delete(told) };
        },
        failure: undefined,
        dispose: () => self.open--,
      };
    },
  };
  return self;
}

const ref = (object: JsonObject): ObjectRef => refOf(object);

test('container statuses that are null cannot be read, as upstream has it', () => {
  const none = { ...pod([]), status: { phase: 'Running', containerStatuses: null } };
  expect(computeStatus(none)).toMatchObject({ status: 'Unknown', message: 'status.containerStatuses is no list' });
});

test('ready at once: no message, and nothing is left open', async () => {
  const world = cluster(deployment(2));
  expect(await waitForReady([ref(deployment(2))], world, { timeout: 1000, clock: fakeClock() })).toMatchObject({
    ready: true,
    message: '',
  });
  expect(world.open).toBe(0);
});

test('A34: a wait that ends in vain names the pod that is to blame, after the words of Flux', async () => {
  const world = cluster(deployment(1), pod([pulling]));
  const clock = fakeClock();
  const waiting = waitForReady([ref(deployment(1))], world, {
    timeout: 1000,
    clock,
    onProgress: ({ pending }) => {
      const why = pending[0]?.why ?? '';
      if (why === 'Available: 1/2') setImmediate(() => world.put(deployment(1)));
      if (why.includes('ImagePullBackOff')) setImmediate(() => clock.advance(2000));
    },
  });
  expect((await waiting).message).toBe(
    `timeout waiting for: [Deployment/ns/web status: 'InProgress': pod web-1: container web waits: ImagePullBackOff (Back-off pulling image "web:9")]`,
  );
});

test('follows a rollout and says why it waits, down to the pod', async () => {
  const world = cluster(deployment(1), pod([pulling]));
  const told: WaitProgress[] = [];
  const waiting = waitForReady([ref(deployment(1))], world, {
    timeout: 1000,
    clock: fakeClock(),
    onProgress: (progress) => {
      told.push(progress);
      const why = progress.pending[0]?.why ?? '';
      if (why === 'Available: 1/2') setImmediate(() => world.put(deployment(1)));
      if (why.includes('ImagePullBackOff')) world.put(deployment(2));
    },
  });
  expect(await waiting).toMatchObject({ ready: true });
  expect(told.map((progress) => progress.pending[0]?.why)).toContain(
    'Available: 1/2; pod web-1: container web waits: ImagePullBackOff (Back-off pulling image "web:9")',
  );
  expect(world.open).toBe(0);
});

test('A34: a timeout speaks as Flux does', async () => {
  const clock = fakeClock();
  const widget = { group: 'example.com', version: 'v1', kind: 'Widget', namespace: 'ns', name: 'w' };
  const missing = { ...ref(deployment(2)), name: 'gone' };
  const waiting = waitForReady([ref(deployment(1)), missing, widget], cluster(deployment(1)), { timeout: 1000, clock });
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1000);
  expect((await waiting).message).toBe(
    "timeout waiting for: [Deployment/ns/web status: 'InProgress', Deployment/ns/gone status: 'NotFound', Widget/ns/w status: 'Unknown': no matches for kind \"Widget\" in group \"example.com\"]",
  );
  expect(clock.pending).toBe(0);
});

test('A34: what has failed for good ends the wait early', async () => {
  const failed = job({ conditions: [{ type: 'Failed', status: 'True' }], failed: 1 });
  expect(
    (
      await waitForReady([ref(failed), ref(deployment(2))], cluster(failed, deployment(2)), {
        timeout: 1000,
        clock: fakeClock(),
      })
    ).message,
  ).toBe("failed early due to stalled resources: [Job/ns/j status: 'Failed']");
});

test('one failure among others that are on their way ends it only where that is asked for', async () => {
  const failed = job({ conditions: [{ type: 'Failed', status: 'True' }] });
  const refs = [ref(failed), ref(deployment(1))];
  expect(
    (await waitForReady(refs, cluster(failed, deployment(1)), { timeout: 1000, clock: fakeClock(), failFast: true }))
      .message,
  ).toContain('failed early');
  const clock = fakeClock();
  const patient = waitForReady(refs, cluster(failed, deployment(1)), { timeout: 1000, clock });
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1000);
  expect((await patient).message).toBe(
    "timeout waiting for: [Job/ns/j status: 'Failed', Deployment/ns/web status: 'InProgress']",
  );
});

test('A34: a Job must end; one with a TTL may be gone', async () => {
  expect(computeStatus(job({ startTime: 'x' })).status).toBe('Current');
  expect(computeWaitStatus(job({ startTime: 'x' })).status).toBe('InProgress');
  expect(computeWaitStatus({ ...job({}), spec: { suspend: true } }).message).toBe('Job is suspended');
  const gone = ref(job({}));
  expect(
    (await waitForReady([gone], cluster(), { timeout: 1000, clock: fakeClock(), jobsWithTtl: [gone] })).ready,
  ).toBe(true);
});

test('a rule of the caller decides before kstatus', async () => {
  const rule = (): { status: 'Current'; message: string; conditions: [] } => ({
    status: 'Current',
    message: 'fine',
    conditions: [],
  });
  expect(
    (await waitForReady([ref(deployment(1))], cluster(deployment(1)), { timeout: 1000, clock: fakeClock(), rule }))
      .ready,
  ).toBe(true);
});

test('A35: cancelled: the reason of the caller, and nothing is left open', async () => {
  const [world, clock, stop] = [cluster(deployment(1)), fakeClock(), new AbortController()];
  const waiting = waitForReady([ref(deployment(1))], world, { timeout: 1000, clock }, stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error('a newer revision is there'));
  await expect(waiting).rejects.toThrow('a newer revision is there');
  await new Promise((resolve) => setImmediate(resolve));
  expect([world.open, clock.pending]).toEqual([0, 0]);
});

test.each([
  [
    'a crash loop with its cause',
    pod([
      {
        name: 'web',
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
      },
    ]),
    'pod web-1: container web waits: CrashLoopBackOff, after OOMKilled with exit code 137',
  ],
  [
    'an end with an error',
    pod([{ name: 'web', state: { terminated: { reason: 'Error', exitCode: 2 } } }]),
    'pod web-1: container web ended: Error, exit code 2',
  ],
  [
    'no node',
    pod([], {
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
      ],
    }),
    'pod web-1: cannot be scheduled: 0/1 nodes are available',
  ],
  ['nothing wrong', pod([{ name: 'web', state: { waiting: { reason: 'ContainerCreating' } } }]), undefined],
])('the reason of a pod: %s', (_, object, reason) => {
  expect(podFailure(object)).toBe(reason);
});
