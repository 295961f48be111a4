// A CRD from its creation to its end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProcess } from '../../../test/apiserver/inProcess.ts';
import type { InProcess } from '../../../test/apiserver/inProcess.ts';
import { getList, getPath, getString } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const COGS = '/apis/example.dev/v1/namespaces/default/cogs';

const crd: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'cogs.example.dev' },
  spec: {
    group: 'example.dev',
    scope: 'Namespaced',
    names: { plural: 'cogs', kind: 'Cog' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Teeth', type: 'integer', jsonPath: '.spec.teeth' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { teeth: { type: 'integer', default: 8, minimum: 3 } } },
              status: { type: 'object', properties: { turning: { type: 'boolean' } } },
            },
          },
        },
      },
    ],
  },
};
const cog = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'example.dev/v1',
  kind: 'Cog',
  metadata: { name },
  spec,
});

let api: InProcess;
beforeAll(async () => {
  api = await inProcess();
  api.post(CRDS, crd);
});
afterAll(() => api.dispose());

test('is established and served at once', () => {
  const conditions = getList(api.get(`${CRDS}/cogs.example.dev`).body, 'status', 'conditions') ?? [];
  expect(conditions.map((each) => `${getString(each, 'type')}=${getString(each, 'status')}`)).toEqual([
    'NamesAccepted=True',
    'Established=True',
  ]);
  expect(getPath(api.get('/apis/example.dev/v1').body, 'resources', 0, 'singularName')).toBe('cog');
});

test('objects are defaulted, pruned and checked by its schema', () => {
  const made = api.post(COGS, cog('a', { unknown: 1 }));
  expect(made.body['spec']).toEqual({ teeth: 8 });
  expect(made.warnings).toEqual(['unknown field "spec.unknown"']);
  expect(api.post(COGS, cog('b', { teeth: 2 })).body['message']).toContain(
    'spec.teeth in body should be greater than or equal to 3',
  );
});

test('status is a subresource: neither write touches the other', () => {
  api.post(COGS, cog('split'));
  api.patch(`${COGS}/split`, { status: { turning: true } });
  expect(api.get(`${COGS}/split`).body['status']).toBeUndefined();
  const after = api.patch(`${COGS}/split/status`, { status: { turning: true }, spec: { teeth: 99 } });
  expect(after.body).toMatchObject({ spec: { teeth: 8 }, status: { turning: true }, metadata: { generation: 1 } });
});

test('objects of an earlier storage version are shown in the version that is asked for', () => {
  api.post(CRDS, versioned([['v1', true]]));
  api.post('/apis/example.dev/v1/namespaces/default/wheels', {
    apiVersion: 'example.dev/v1',
    kind: 'Wheel',
    metadata: { name: 'a' },
  });
  api.patch(`${CRDS}/wheels.example.dev`, {
    spec: versioned([
      ['v1', false],
      ['v2', true],
    ])['spec'] as JsonObject,
  });
  expect(api.get('/apis/example.dev/v2/namespaces/default/wheels/a').body['apiVersion']).toBe('example.dev/v2');
  expect(api.get('/apis/example.dev/v1/namespaces/default/wheels/a').body['apiVersion']).toBe('example.dev/v1');
});

function versioned(versions: readonly (readonly [name: string, storage: boolean])[]): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    ...crd,
    metadata: { name: 'wheels.example.dev' },
    spec: {
      group: 'example.dev',
      scope: 'Namespaced',
      names: { plural: 'wheels', kind: 'Wheel' },
      versions: versions.map(([name, storage]) => ({ name, served: true, storage, schema })),
    },
  };
}

test('its deletion takes its objects along, and waits for their finalizers', () => {
  api.post(COGS, { ...cog('held'), metadata: { name: 'held', finalizers: ['example.dev/hold'] } });
  api.delete(`${CRDS}/cogs.example.dev`);
  expect(api.get(`${CRDS}/cogs.example.dev`).code).toBe(200);
  expect(api.post(COGS, cog('late')).code).toBe(405);
  api.patch(`${COGS}/held`, { metadata: { finalizers: null } });
  expect(api.get(`${CRDS}/cogs.example.dev`).code).toBe(404);
  expect(api.get(COGS).code).toBe(404);
});
