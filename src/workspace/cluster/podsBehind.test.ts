// The pods behind what is not ready: watched only where and as long as something is not, and told when they change.
import { expect, test } from 'vitest';
import { fakeClock } from '../../../test/kube/fakeClock.ts';
import type { WatchCache } from '../../kube/client.ts';
import type { JsonObject } from '../../model/json.ts';
import { keyOf, refOf } from '../../model/objectRef.ts';
import { watchPodsBehind } from './podsBehind.ts';
import type { PodWatches, SeenPods } from './podsBehind.ts';
import type { LiveObject } from '../state.ts';

const web = (namespace: string, status: LiveObject['status'] = 'InProgress'): LiveObject => {
  const object: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace, uid: `d-${namespace}` },
    spec: { selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } },
  };
  return { ref: refOf(object), status, message: '', object };
};

const pod = (name: string, labels: JsonObject, owner: JsonObject): JsonObject => ({
  metadata: { name, namespace: 'a', labels, ownerReferences: [owner] },
  spec: { containers: [{ name: 'main', image: 'web:1' }] },
  status: { containerStatuses: [{ name: 'main', state: { waiting: { reason: 'ErrImagePull', message: '' } } }] },
});
const set = { kind: 'ReplicaSet', name: 'web-5d4f', uid: 'r' };

interface Scene {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly watches: PodWatches;
  /** The namespaces that are watched now. */
  readonly open: string[];
  readonly told: SeenPods[];
  follow(...objects: LiveObject[]): Promise<void>;
}

function scene(...pods: JsonObject[]): Scene {
  const clock = fakeClock();
  const open: string[] = [];
  const told: SeenPods[] = [];
  const watch = (namespace: string): WatchCache => ({
    synced: async () => undefined,
    answered: async () => undefined,
    get: () => undefined,
    items: () => pods.filter((one) => refOf(one).namespace === namespace),
    onChange: (listener) => {
      listener({ type: 'added', object: {} });
      return { dispose: () => undefined };
    },
    failure: undefined,
    dispose: () => void open.splice(open.indexOf(namespace), 1),
  });
  const client = {
    resourceType: async () => ({
      group: '',
      version: 'v1',
      kind: 'Pod',
      plural: 'pods',
      singular: '',
      shortNames: [],
      categories: [],
      namespaced: true,
      verbs: [],
      subresources: [],
    }),
    watch: (_: unknown, { namespace = '' }: { readonly namespace?: string }) => {
      open.push(namespace);
      return watch(namespace);
    },
  };
  const watches = watchPodsBehind(client, clock, (behind) => told.push(behind));
  const follow = async (...objects: LiveObject[]): Promise<void> => {
    watches.follow(new Map(objects.map((one) => [keyOf(one.ref), one])));
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  };
  return { clock, watches, open, told, follow };
}

test('nothing is watched while all is ready, nor for a rollout that passes', async () => {
  const { open, told, follow, watches, clock } = scene();
  await follow(web('a', 'Current'));
  watches.follow(new Map([['x', web('a')]]));
  clock.advance(500);
  await follow(web('a', 'Current'));
  expect([open, told]).toEqual([[], []]);
});

test('one watch for a namespace with something that is not ready, until it is', async () => {
  const { open, follow, told } = scene(pod('web-1', { app: 'web' }, set));
  await follow(web('a'), web('b', 'Current'));
  expect(open).toEqual(['a']);
  expect(told.at(-1)?.pods.get(keyOf(web('a').ref))).toMatchObject([
    { ref: { name: 'web-1' }, fault: { kind: 'waiting' } },
  ]);
  await follow(web('a'), web('b'));
  expect(open).toEqual(['a', 'b']);
  await follow(web('a', 'Current'), web('b', 'Current'));
  expect([open, told.at(-1)?.pods.size]).toEqual([[], 0]);
});

test('a pod is behind the workload that made it, not behind another of its labels', async () => {
  const { follow, told } = scene(
    pod('web-1', { app: 'web', tier: 'x' }, set),
    pod('web-2', { app: 'web' }, { kind: 'ReplicaSet', name: 'other-5d4f', uid: 'o' }),
    pod('web-3', {}, { kind: 'DaemonSet', name: 'web', uid: 'd-a' }),
  );
  await follow(web('a'));
  expect(
    told
      .at(-1)
      ?.pods.get(keyOf(web('a').ref))
      ?.map((one) => one.ref.name),
  ).toEqual(['web-3']);
});

test('a pod that nothing owns needs no watch: it is its own', async () => {
  const { follow, told, open } = scene();
  const object = { apiVersion: 'v1', kind: 'Pod', ...pod('alone', {}, {}) };
  await follow({ ref: refOf(object), status: 'InProgress', message: '', object });
  expect([
    open,
    told
      .at(-1)
      ?.pods.get(keyOf(refOf(object)))
      ?.map((one) => one.ref.name),
  ]).toEqual([[], ['alone']]);
});

const service = (namespace: string, selector: JsonObject, type = 'ClusterIP'): LiveObject => {
  const object: JsonObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace },
    spec: { type, selector },
  };
  return { ref: refOf(object), status: 'Current', message: '', object };
};
const maker = (labels: JsonObject): LiveObject => {
  const { ref, object } = web('a', 'Current');
  return {
    ref,
    status: 'Current',
    message: '',
    object: { ...object, spec: { replicas: 0, template: { metadata: { labels } } } },
  };
};
const keyOfService = keyOf(service('a', {}).ref);

test('of a Service that an object of an inventory has pods for nothing is watched, however few they are', async () => {
  const { open, follow, told } = scene();
  await follow(service('a', { app: 'web' }), maker({ app: 'web', tier: 'x' }));
  await follow(service('a', {}), maker({}));
  await follow(service('a', { app: 'web' }, 'ExternalName'), maker({}));
  expect([open, told]).toEqual([[], []]);
});

test('of any other Service the pods say whether it has some', async () => {
  const own = scene(pod('web-1', { app: 'web', tier: 'x' }, set));
  await own.follow(service('a', { app: 'web', tier: 'x' }), maker({ app: 'web' }));
  expect([own.open, own.told]).toEqual([['a'], []]);
  const none = scene(pod('web-1', { app: 'web' }, set));
  await none.follow(service('a', { app: 'web', tier: 'x' }), maker({ app: 'web' }));
  expect(none.told.map(({ withoutPods }) => [...withoutPods])).toEqual([[keyOfService]]);
  await none.follow(service('a', { app: 'web' }), maker({ app: 'web' }));
  expect([none.open, none.told.at(-1)?.withoutPods.size]).toEqual([[], 0]);
});
