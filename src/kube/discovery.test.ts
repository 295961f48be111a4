// Discovery in its two forms, and with parts of it missing.
import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';
import { StatusError } from './client.ts';
import { discover, findType } from './discovery.ts';
import type { Requests } from './requests.ts';
import { createTypeCache } from './typeCache.ts';

function serving(answers: Readonly<Record<string, JsonObject>>): Requests {
  const text: Requests['text'] = async ({ path }) => {
    const answer = answers[path];
    if (!answer)
      throw new StatusError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
    return stringifyJson(answer);
  };
  return { text } as Requests;
}

const WIDGET = { group: 'example.com', version: 'v1', kind: 'Widget' };

test('reads aggregated discovery', async () => {
  const resource = {
    resource: 'widgets',
    responseKind: { group: '', version: '', kind: 'Widget' },
    scope: 'Namespaced',
    singularResource: 'widget',
    verbs: ['get'],
    shortNames: ['w'],
    subresources: [{ subresource: 'status' }],
  };
  const served = await discover(
    serving({
      '/api': { kind: 'APIGroupDiscoveryList', items: [] },
      '/apis': {
        kind: 'APIGroupDiscoveryList',
        items: [
          {
            metadata: { name: 'example.com' },
            versions: [{ version: 'v1', freshness: 'Current', resources: [resource] }],
          },
        ],
      },
    }),
  );
  expect(served.types).toEqual([
    {
      ...WIDGET,
      plural: 'widgets',
      singular: 'widget',
      namespaced: true,
      shortNames: ['w'],
      categories: [],
      verbs: ['get'],
      subresources: ['status'],
    },
  ]);
});

test('A25: reads discovery group by group, and knows what it could not ask', async () => {
  const served = await discover(
    serving({
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/api/v1': {
        kind: 'APIResourceList',
        resources: [
          { name: 'pods', kind: 'Pod', singularName: 'pod', namespaced: true, verbs: ['get'] },
          { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
        ],
      },
      '/apis': {
        kind: 'APIGroupList',
        groups: [{ name: 'metrics.k8s.io', versions: [{ groupVersion: 'metrics.k8s.io/v1beta1' }] }],
      },
    }),
  );
  expect(served.types.map((type) => [type.kind, type.subresources])).toEqual([['Pod', ['log']]]);
  expect(findType(served, WIDGET)).toBeUndefined();
  expect(() => findType(served, { group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics' })).toThrow(
    'metrics.k8s.io/v1beta1 is not available',
  );
});

test('finds a kind that is served since a moment ago, although everything was asked for another one just before', async () => {
  const answers: Record<string, JsonObject> = {
    '/api': { kind: 'APIGroupDiscoveryList', items: [] },
    '/apis': { kind: 'APIGroupDiscoveryList', items: [] },
    '/apis/absent.dev/v1': {},
  };
  let now = 0;
  const types = createTypeCache(serving(answers), { now: () => now, after: () => () => undefined });
  expect(await types.find({ group: 'absent.dev', version: 'v1', kind: 'Absent' })).toBeUndefined();
  const resource = { name: 'widgets', kind: 'Widget', singularName: 'widget', namespaced: true, verbs: ['get'] };
  answers['/apis/example.com/v1'] = { kind: 'APIResourceList', resources: [resource] };
  now = 10;
  expect(await types.find(WIDGET)).toMatchObject({ plural: 'widgets', namespaced: true });
  expect((await types.all()).map(({ kind }) => kind)).toEqual(['Widget']);
});

test('looks at most ten times a second for a kind that nobody serves', async () => {
  const asked: string[] = [];
  const text: Requests['text'] = async ({ path }) => {
    asked.push(path);
    if (path.endsWith('v1')) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
    return stringifyJson({ kind: 'APIGroupDiscoveryList', items: [] });
  };
  const requests = { text } as Requests;
  let now = 0;
  const types = createTypeCache(requests, { now: () => now, after: () => () => undefined });
  for (; now <= 150; now += 50) expect(await types.find(WIDGET)).toBeUndefined();
  expect(asked).toEqual(['/api', '/apis', '/apis/example.com/v1', '/apis/example.com/v1']);
});

test('P7: a clock that is put back does not hide kinds that are new', async () => {
  const answers: Record<string, JsonObject> = {
    '/api': { kind: 'APIGroupDiscoveryList', items: [] },
    '/apis': { kind: 'APIGroupDiscoveryList', items: [] },
  };
  let now = 7_200_000;
  const types = createTypeCache(serving(answers), { now: () => now, after: () => () => undefined });
  expect(await types.find(WIDGET)).toBeUndefined();
  const resource = { resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Namespaced', verbs: ['get'] };
  const versions = [{ version: 'v1', freshness: 'Current', resources: [resource] }];
  answers['/apis'] = { kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: 'example.com' }, versions }] };
  now = 0;
  expect(await types.find(WIDGET)).toMatchObject({ plural: 'widgets' });
});
