// The faults of client-go's reflector tests, against a server that makes them.
import { expect, onTestFinished, test, vi } from 'vitest';
import { fakeClock } from '../../../test/kube/fakeClock.ts';
import type { FakeClock } from '../../../test/kube/fakeClock.ts';
import { configMap, listOf, scriptedServer, status } from '../../../test/kube/scriptedServer.ts';
import type { Reply, ScriptedRequest, ScriptedServer, Stream } from '../../../test/kube/scriptedServer.ts';
import { silentLog } from '../../model/log.ts';
import type { JsonObject } from '../../model/json.ts';
import { getPath, getString } from '../../model/json.ts';
import { fixedCredential } from '../login/access.ts';
import type { KubeClient, WatchCache } from '../client.ts';
import { createClient } from '../connect.ts';

const CONFIG_MAPS = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  subresources: [],
};

interface Setup {
  readonly server: ScriptedServer;
  readonly clock: FakeClock;
  readonly cache: WatchCache;
  readonly client: KubeClient;
  /** `added a`, `deleted b`, in order. */
  readonly told: string[];
  readonly watches: () => ScriptedRequest[];
  readonly lists: () => ScriptedRequest[];
}

const nameOf = (object: JsonObject): string => getString(object, 'metadata', 'name') ?? '';

/** A cache on a server whose lists and watches are answered one after the other; the last answer is repeated. */
async function setUp(
  lists: ((reply: Reply, request: ScriptedRequest) => void)[],
  watches: ((reply: Reply, request: ScriptedRequest) => void)[],
): Promise<Setup> {
  const counts = { list: 0, watch: 0 };
  const server = await scriptedServer((request, reply) => {
    const answers = request.watch ? watches : lists;
    const index = request.watch ? counts.watch++ : counts.list++;
    (answers[index] ?? answers.at(-1))?.(reply, request);
  });
  onTestFinished(() => server.dispose());
  return watching(server);
}

function watching(server: ScriptedServer): Setup {
  const clock = fakeClock();
  const client = createClient(
    { server: server.url, tls: {}, credentials: fixedCredential({}) },
    { log: silentLog, clock, random: () => 0 },
  );
  const cache = client.watch(CONFIG_MAPS, {});
  const told: string[] = [];
  cache.onChange((change) => told.push(`${change.type} ${nameOf(change.object)}`));
  onTestFinished(() => client.dispose());
  return {
    server,
    clock,
    client,
    cache,
    told,
    watches: () => server.requests.filter((one) => one.watch),
    lists: () => server.requests.filter((one) => !one.watch),
  };
}

const list =
  (version: number, ...items: JsonObject[]) =>
  (reply: Reply): void =>
    reply.json(200, listOf(version, items));
/** Keeps the stream for the test. */
function hold(streams: Stream[]): (reply: Reply) => void {
  return (reply) => void streams.push(reply.open());
}
const busy = (reply: Reply): void =>
  reply.json(429, status(429, 'TooManyRequests', 'slow down'), { 'retry-after': '7' });
const broken = (reply: Reply): void => reply.json(500, status(500, 'InternalError', 'etcd is gone'));
const forbidden = (reply: Reply): void => reply.json(403, status(403, 'Forbidden', 'configmaps is forbidden'));
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });
/** Lets time pass in small steps until something happens, since requests take real time in between. */
async function pass(clock: FakeClock, step: number, until: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (until()) return;
      clock.advance(step);
      throw new Error('not yet');
    },
    { timeout: 8_000, interval: 5 },
  );
}

test('lists, then watches from the version of the list and asks for bookmarks', async () => {
  const streams: Stream[] = [];
  const { cache, told, watches } = await setUp([list(10, configMap('a', 4))], [hold(streams)]);
  await cache.synced();
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.event('ADDED', configMap('b', 11));
  await eventually(() => expect(told).toEqual(['added a', 'added b']));
  const query = watches()[0]?.query;
  expect(query?.get('resourceVersion')).toBe('10');
  expect(query?.get('allowWatchBookmarks')).toBe('true');
  expect(Number(query?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
  expect(cache.items().map(nameOf)).toEqual(['a', 'b']);
});

test('A11: reads every page of a list, and the whole list where a page expired', async () => {
  const pages = [
    (reply: Reply) => reply.json(200, listOf(10, [configMap('a', 1)], 'next')),
    (reply: Reply) => reply.json(410, status(410, 'Expired', 'The provided continue parameter is too old')),
    list(12, configMap('a', 1), configMap('b', 2)),
  ];
  const { cache, lists } = await setUp(pages, [hold([])]);
  await cache.synced();
  expect(lists().map((one) => [one.query.get('limit'), one.query.get('continue')])).toEqual([
    ['500', null],
    ['500', 'next'],
    [null, null],
  ]);
  expect(cache.items().map(nameOf)).toEqual(['a', 'b']);
});

test('A18: resumes a closed watch where it ended, bookmarks included, without a list', async () => {
  const streams: Stream[] = [];
  const { cache, clock, lists, watches } = await setUp([list(10)], [hold(streams)]);
  await cache.synced();
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.event('BOOKMARK', { kind: 'ConfigMap', metadata: { resourceVersion: '25' } });
  streams[0]?.end();
  await pass(clock, 100, () => streams.length === 2);
  expect(watches()[1]?.query.get('resourceVersion')).toBe('25');
  expect(lists()).toHaveLength(1);
});

test('A13: a reset in the middle of a line loses nothing and tells nothing twice', async () => {
  const streams: Stream[] = [];
  const { clock, told, lists, watches, cache } = await setUp([list(10)], [hold(streams)]);
  await cache.synced();
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.event('ADDED', configMap('a', 11));
  await eventually(() => expect(told).toEqual(['added a']));
  streams[0]?.raw('{"type":"ADDED","object":{"met');
  streams[0]?.reset();
  await pass(clock, 100, () => streams.length === 2);
  streams[1]?.event('ADDED', configMap('b', 12));
  await eventually(() => expect(told).toEqual(['added a', 'added b']));
  expect(watches()[1]?.query.get('resourceVersion')).toBe('11');
  expect(lists()).toHaveLength(1);
});

test.each([
  ['as an HTTP status', (reply: Reply) => reply.json(410, status(410, 'Expired', 'too old resource version'))],
  ['as an event', (reply: Reply) => reply.open().event('ERROR', status(410, 'Expired', 'too old resource version'))],
])('A11: 410 %s: lists anew, and what vanished is told as deleted', async (_, gone) => {
  const { clock, told, watches } = await setUp(
    [list(10, configMap('a', 1), configMap('b', 2)), list(50, configMap('b', 2))],
    [gone, hold([])],
  );
  await pass(clock, 100, () => watches().length === 2);
  await eventually(() => expect(told).toEqual(['added a', 'added b', 'deleted a']));
  expect(watches()[1]?.query.get('resourceVersion')).toBe('50');
});

test('A12: a version that the server has not reached: lists the newest', async () => {
  const tooLarge = status(504, 'Timeout', 'Timeout: Too large resource version: 10, current: 5', {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  });
  const { clock, lists, watches } = await setUp([list(10)], [(reply) => reply.json(504, tooLarge), hold([])]);
  await pass(clock, 100, () => watches().length === 2);
  expect(lists()).toHaveLength(2);
  expect(lists()[1]?.query.get('resourceVersion')).toBeNull();
});

test('A5: 429 on a watch: waits as long as the server asks and watches again, without a list', async () => {
  const { cache, clock, lists, watches } = await setUp([list(10)], [busy, hold([])]);
  await eventually(() => expect(cache.failure?.code).toBe(429));
  clock.advance(6_900);
  expect(watches()).toHaveLength(1);
  await pass(clock, 100, () => watches().length === 2);
  expect(watches()[1]?.query.get('resourceVersion')).toBe('10');
  expect(lists()).toHaveLength(1);
  await eventually(() => expect(cache.failure).toBeUndefined());
});

test('A21: connection refused: backs off and watches again from where it was, however long it takes', async () => {
  const streams: Stream[] = [];
  const first = await setUp([list(10)], [hold(streams)]);
  await first.cache.synced();
  await eventually(() => expect(streams).toHaveLength(1));
  const port = Number(new URL(first.server.url).port);
  await first.server.dispose();
  let refusals = 0;
  await pass(first.clock, 1_000, () => first.cache.failure?.reason === 'ConnectionRefused' && refusals++ > 10);
  const again = await scriptedServer(
    (request, reply) => (request.watch ? hold(streams)(reply) : list(99)(reply)),
    port,
  );
  onTestFinished(() => again.dispose());
  await pass(first.clock, 1_000, () => streams.length === 2);
  expect(again.requests.map((one) => [one.watch, one.query.get('resourceVersion')])).toEqual([[true, '10']]);
});

test('A6: 500 on a list: the failure is shown, and heals', async () => {
  const { cache, clock, lists } = await setUp([broken, broken, list(10, configMap('a', 1))], [hold([])]);
  await eventually(() => expect(cache.failure?.message).toBe('etcd is gone'));
  await pass(clock, 200, () => lists().length === 3);
  await cache.synced();
  expect(cache.failure).toBeUndefined();
});

test('A8: 403 stays and is shown; other caches of the same client work', async () => {
  const other = (reply: Reply, { path }: ScriptedRequest): void =>
    path.includes('configmaps') ? forbidden(reply) : list(10, configMap('pod', 1))(reply);
  const { cache, client, clock, lists } = await setUp([other], [hold([])]);
  await eventually(() => expect(cache.failure?.reason).toBe('Forbidden'));
  const pods = client.watch({ ...CONFIG_MAPS, kind: 'Pod', plural: 'pods' }, {});
  await pods.synced();
  expect([pods.items().map(nameOf), pods.failure]).toEqual([['pod'], undefined]);
  await pass(clock, 1_000, () => lists().filter(({ path }) => path.includes('configmaps')).length > 5);
  expect(cache.failure?.reason).toBe('Forbidden');
});

test('A19: a server that closes at once is asked less and less often', async () => {
  const { cache, clock, watches } = await setUp([list(10)], [(reply) => reply.open().end()]);
  await cache.synced();
  const start = clock.now();
  await pass(clock, 50, () => watches().length === 6);
  // 0.8 + 1.6 + 3.2 + 6.4 + 12.8 seconds lie between six watches.
  expect(clock.now() - start).toBeGreaterThanOrEqual(24_000);
});

test('A13: cut characters, two events in one piece, a large event', async () => {
  const streams: Stream[] = [];
  const { cache, told } = await setUp([list(10)], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  const large = 'é'.repeat(2_500_000);
  const bytes = new TextEncoder().encode(
    [configMap('a', 11, 'u1', { text: 'grüße' }), configMap('b', 12), configMap('c', 13, 'u3', { large })]
      .map((object) => `${JSON.stringify({ type: 'ADDED', object })}\n`)
      .join(''),
  );
  const cut = bytes.indexOf(0xc3) + 1;
  streams[0]?.raw(bytes.subarray(0, cut));
  streams[0]?.raw(bytes.subarray(cut));
  await eventually(() => expect(told).toEqual(['added a', 'added b', 'added c']));
  expect(getPath(cache.get('ns', 'a'), 'data', 'text')).toBe('grüße');
  expect(getPath(cache.get('ns', 'c'), 'data', 'large')).toHaveLength(2_500_000);
});

test('A15: an ERROR event ends a watch even where the server leaves it open', async () => {
  const streams: Stream[] = [];
  const { clock, cache, server } = await setUp([list(10)], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.event('ERROR', status(500, 'InternalError', 'the watch cache is confused'));
  await eventually(() => expect(cache.failure?.message).toBe('the watch cache is confused'));
  await pass(clock, 100, () => streams.length === 2);
  await vi.waitFor(async () => expect(await server.connections()).toBeLessThanOrEqual(2));
});

test.each([
  ['a line that is no JSON', (stream: Stream) => stream.raw('{"type":\n')],
  [
    'an object without a version',
    (stream: Stream) => stream.event('ADDED', { kind: 'ConfigMap', metadata: { namespace: 'ns', name: 'x' } }),
  ],
])('A13: %s ends the watch, and tells nothing', async (_, act) => {
  const streams: Stream[] = [];
  const { clock, told, lists } = await setUp([list(10, configMap('a', 1))], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  act(streams[0] as Stream);
  await pass(clock, 100, () => streams.length === 2);
  expect(told).toEqual(['added a']);
  expect(lists()).toHaveLength(1);
});

test('A14: a watch that is silent for a minute is begun again where it was', async () => {
  const streams: Stream[] = [];
  const { clock, lists, watches } = await setUp([list(10)], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  clock.advance(60_000);
  await pass(clock, 100, () => streams.length === 2);
  expect(watches()[1]?.query.get('resourceVersion')).toBe('10');
  expect(lists()).toHaveLength(1);
});

test('A17: deleted and made anew under the same name: told as deleted and added', async () => {
  const streams: Stream[] = [];
  const { told } = await setUp([list(10, configMap('a', 1, 'old'))], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.event('MODIFIED', configMap('a', 12, 'new'));
  await eventually(() => expect(told).toEqual(['added a', 'deleted a', 'added a']));
});

test('A16: never goes back in time within an object: duplicates, replays and old deletions are no news', async () => {
  const streams: Stream[] = [];
  const { told, cache } = await setUp([list(10, configMap('a', 5, 'u1'))], [hold(streams)]);
  await eventually(() => expect(streams).toHaveLength(1));
  const [stream] = streams;
  stream?.event('MODIFIED', configMap('a', 11, 'u1'));
  stream?.event('MODIFIED', configMap('a', 11, 'u1'));
  stream?.event('MODIFIED', configMap('a', 9, 'u1'));
  stream?.event('DELETED', configMap('a', 12, 'u0'));
  stream?.event('DELETED', configMap('a', 13, 'u1'));
  stream?.event('ADDED', configMap('a', 11, 'u1'));
  stream?.event('ADDED', configMap('z', 14));
  await eventually(() => expect(told).toEqual(['added a', 'modified a', 'deleted a', 'added z']));
  expect(cache.items().map(nameOf)).toEqual(['z']);
});

test('A16: lists anew from time to time, so that a lost deletion is found', async () => {
  const streams: Stream[] = [];
  const { clock, told, lists } = await setUp(
    [list(10, configMap('a', 1), configMap('b', 2)), list(20, configMap('b', 2))],
    [hold(streams)],
  );
  await eventually(() => expect(streams).toHaveLength(1));
  for (let minute = 0; minute < 46 && lists().length === 1; minute++) {
    streams.at(-1)?.event('BOOKMARK', { kind: 'ConfigMap', metadata: { resourceVersion: String(11 + minute) } });
    clock.advance(59_000);
    await vi.waitFor(() => expect(streams.length).toBeGreaterThan(0));
  }
  await pass(clock, 5_000, () => told.includes('deleted a'));
});

test('a listener that fails does not stop the others', async () => {
  const { cache, told } = await setUp([list(10)], [(reply) => reply.open().event('ADDED', configMap('a', 11))]);
  cache.onChange(() => {
    throw new Error('a fault of a view');
  });
  const after: string[] = [];
  cache.onChange((change) => after.push(change.type));
  await eventually(() => expect(after).toEqual(['added']));
  expect(told).toEqual(['added a']);
});

test('integers stay exact', async () => {
  const object = {
    ...configMap('a', 11),
    metadata: { namespace: 'ns', name: 'a', uid: 'u', resourceVersion: '11', generation: 9007199254740993n },
  };
  const { cache, told } = await setUp([list(10)], [(reply) => reply.open().event('ADDED', object)]);
  await eventually(() => expect(told).toEqual(['added a']));
  expect(getPath(cache.get('ns', 'a'), 'metadata', 'generation')).toBe(9007199254740993n);
});

test.each([
  ['while it lists', [(): void => undefined], [hold([])]],
  ['while it watches', [list(10, configMap('a', 1))], [hold([])]],
  ['while it waits', [(reply: Reply): void => reply.json(500, status(500, 'InternalError', 'no'))], []],
])('A20: stopped %s: no socket, no timer, no event is left', async (_, lists, watches) => {
  const { server, clock, cache, told, client } = await setUp(lists, watches);
  await eventually(() => expect(server.requests.length).toBeGreaterThan(0));
  await new Promise((resolve) => setImmediate(resolve));
  cache.dispose();
  client.dispose();
  const before = [...told];
  await vi.waitFor(async () => expect(await server.connections()).toBe(0));
  expect(clock.pending).toBe(0);
  const requests = server.requests.length;
  clock.advance(3_600_000);
  expect([told, server.requests.length]).toEqual([before, requests]);
  await expect(
    cache.synced().then(
      () => 'synced',
      () => 'rejected',
    ),
  ).resolves.toMatch(/synced|rejected/);
});

test('A20: stopped inside a listener: it is not called again', async () => {
  const streams: Stream[] = [];
  const { cache, told, clock } = await setUp([list(10)], [hold(streams)]);
  cache.onChange(() => cache.dispose());
  await eventually(() => expect(streams).toHaveLength(1));
  streams[0]?.raw(
    [configMap('a', 11), configMap('b', 12)].map((object) => `${JSON.stringify({ type: 'ADDED', object })}\n`).join(''),
  );
  await eventually(() => expect(told).toEqual(['added a']));
  expect(clock.pending).toBe(0);
});
