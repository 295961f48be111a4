// What a request survives, and what it does not, against a server that makes the faults.
import { expect, onTestFinished, test, vi } from 'vitest';
import { fakeClock } from '../../test/kube/fakeClock.ts';
import { configMap, scriptedServer, status } from '../../test/kube/scriptedServer.ts';
import type { Reply, ScriptedRequest, ScriptedServer } from '../../test/kube/scriptedServer.ts';
import { silentLog } from '../model/log.ts';
import { fixedCredential } from './login/access.ts';
import type { CredentialSource } from './login/access.ts';
import type { KubeClient, StatusError } from './client.ts';
import { createClient } from './connect.ts';

const GROUPS = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: '' },
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource: 'configmaps',
              responseKind: { group: '', version: 'v1', kind: 'ConfigMap' },
              scope: 'Namespaced',
              verbs: ['get'],
            },
          ],
        },
      ],
    },
  ],
};
const REF = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'a' };

/** A client of a server that serves ConfigMaps; requests for them are answered one after the other. */
async function setUp(
  answers: ((reply: Reply, request: ScriptedRequest) => void)[],
  credentials: CredentialSource = fixedCredential({}),
): Promise<{
  client: KubeClient;
  server: ScriptedServer;
  asked: () => ScriptedRequest[];
  clock: ReturnType<typeof fakeClock>;
}> {
  let count = 0;
  const server = await scriptedServer((request, reply) => {
    if (request.path === '/api') return reply.json(200, GROUPS);
    if (request.path === '/apis') return reply.json(200, { kind: 'APIGroupDiscoveryList', items: [] });
    return (answers[count++] ?? answers.at(-1))?.(reply, request);
  });
  const clock = fakeClock();
  const client = createClient({ server: server.url, tls: {}, credentials }, { log: silentLog, clock });
  onTestFinished(async () => {
    client.dispose();
    await server.dispose();
  });
  return { client, server, clock, asked: () => server.requests.filter((one) => one.path.includes('configmaps')) };
}

const found = (reply: Reply): void => reply.json(200, configMap('a', 1));

const foundByNew = (reply: Reply, request: ScriptedRequest): void =>
  request.headers.authorization === 'Bearer new'
    ? found(reply)
    : reply.json(401, status(401, 'Unauthorized', 'Unauthorized'));

test('a missing object is undefined; a missing kind is an error that says so', async () => {
  const { client } = await setUp([
    (reply) => reply.json(404, status(404, 'NotFound', 'configmaps "a" not found', { name: 'a', kind: 'configmaps' })),
  ]);
  expect(await client.get(REF)).toBeUndefined();
  await expect(client.get({ ...REF, kind: 'Widget' })).rejects.toThrow('no matches for kind "Widget" in version "v1"');
});

test('A1: a refusal keeps the reason and the causes of the server', async () => {
  const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.data.k' }];
  const { client } = await setUp([
    (reply) => reply.json(409, status(409, 'Conflict', 'Apply failed with 1 conflict', { causes })),
  ]);
  const error = await client
    .apply(configMap('a', 1), { fieldManager: 'x' })
    .catch((reason: unknown) => reason as StatusError);
  expect(error).toMatchObject({ code: 409, reason: 'Conflict', status: { details: { causes } } });
});

test('a request names its manager, its force and its dry-run', async () => {
  const { client, asked } = await setUp([found]);
  await client.apply(configMap('a', 1), { fieldManager: 'kustomize-controller', force: true, dryRun: true });
  expect(Object.fromEntries(asked()[0]?.query ?? [])).toEqual({
    fieldManager: 'kustomize-controller',
    force: 'true',
    dryRun: 'All',
  });
  expect(asked()[0]?.headers['content-type']).toBe('application/apply-patch+yaml');
});

test('A5: 429 with Retry-After: waits so long and asks again', async () => {
  const { client, asked, clock } = await setUp([
    (reply) => reply.json(429, status(429, 'TooManyRequests', 'busy'), { 'retry-after': '2' }),
    found,
  ]);
  const got = client.get(REF);
  // The limit of the request, and then the wait.
  await vi.waitFor(() => expect([asked().length, clock.dueIn]).toEqual([1, 2_000]));
  clock.advance(1_999);
  expect(asked()).toHaveLength(1);
  clock.advance(1);
  expect(await got).toMatchObject({ kind: 'ConfigMap' });
});

test('A5: a server that always says later is believed in the end', async () => {
  const { client, clock, asked } = await setUp([
    (reply) => reply.json(503, status(503, 'ServiceUnavailable', 'starting'), { 'retry-after': '1' }),
  ]);
  const got = client.get(REF).catch((error: unknown) => error as StatusError);
  const timer = setInterval(() => clock.advance(1_000), 5);
  expect(await got).toMatchObject({ code: 503, retryAfter: 1 });
  clearInterval(timer);
  expect(asked()).toHaveLength(6);
});

test('A9: a connection that is reset: a read is sent again, a write is not', async () => {
  const { client, asked } = await setUp([(reply) => reply.reset(), found, (reply) => reply.reset()]);
  expect(await client.get(REF)).toBeDefined();
  expect(asked()).toHaveLength(2);
});

test('A7: 401: the login is renewed once, and asked again', async () => {
  let token = 'old';
  const credentials: CredentialSource = {
    get: async () => ({ headers: { authorization: `Bearer ${token}` } }),
    refresh: () => {
      token = 'new';
      return true;
    },
  };
  const { client, asked } = await setUp([foundByNew], credentials);
  expect(await client.get(REF)).toBeDefined();
  expect(asked()).toHaveLength(2);
});

test('A7: 401 that stays is told, not repeated', async () => {
  const { client, asked } = await setUp([(reply) => reply.json(401, status(401, 'Unauthorized', 'Unauthorized'))], {
    get: async () => ({}),
    refresh: () => true,
  });
  await expect(client.get(REF)).rejects.toMatchObject({ code: 401 });
  expect(asked()).toHaveLength(2);
});

test('A20: cancelling ends a request at once, with the reason of the caller', async () => {
  const { client, server, asked } = await setUp([(): void => undefined]);
  const cancel = new AbortController();
  const got = client.get(REF, cancel.signal);
  await vi.waitFor(() => expect(asked()).toHaveLength(1));
  cancel.abort(new Error('enough'));
  await expect(got).rejects.toThrow('enough');
  await vi.waitFor(async () => expect(await server.connections()).toBeLessThanOrEqual(2));
});

test('A14: a server that does not answer is given up', async () => {
  const { client, clock, asked } = await setUp([(): void => undefined]);
  const got = client.get(REF).catch((error: unknown) => error);
  await vi.waitFor(() => expect(asked()).toHaveLength(1));
  clock.advance(65_000);
  expect(await got).toMatchObject({ code: 0, reason: 'Timeout' });
});

test('A37: nobody listens: the sentence says so', async () => {
  const { client, server } = await setUp([]);
  await server.dispose();
  await expect(client.get(REF)).rejects.toMatchObject({ code: 0, reason: 'ConnectionRefused' });
});

test('A6: answers that are no Status keep their code and a line of their words', async () => {
  const { client } = await setUp([(reply) => reply.json(502, { message: 'Bad Gateway' })]);
  await expect(client.get(REF)).rejects.toMatchObject({ code: 502, message: '{"message":"Bad Gateway"}' });
});
