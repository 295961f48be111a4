import { expect, test } from 'vitest';
import { getList, getPath } from '../model/json.ts';
import { builtinSchemas } from './builtin.ts';
import { typesOfCrd } from './crd.ts';
import { fluxCrds } from './data/flux-crds.ts';
import { openApiV2, openApiV3, openApiV3Paths } from './openapi.ts';

const schemas = builtinSchemas().with(fluxCrds().flatMap((crd) => typesOfCrd(crd)));

test('there is a document for each group and version', () => {
  expect(openApiV3Paths(schemas)).toEqual(
    expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/kustomize.toolkit.fluxcd.io/v1']),
  );
  expect(openApiV3(schemas, { group: 'nope', version: 'v1' }, 'v1')).toBeUndefined();
});

test('every reference leads somewhere', () => {
  for (const document of [openApiV3(schemas, { group: 'apps', version: 'v1' }, 'v1'), openApiV2(schemas, 'v1')]) {
    const references = new Set(
      JSON.stringify(document)
        .match(/"\$ref":"#\/[^"]+"/g)
        ?.map((match) => match.slice('"$ref":"#/'.length, -1)),
    );
    expect([...references].filter((reference) => getPath(document, ...reference.split('/')) === undefined)).toEqual([]);
  }
});

test('a kind is marked, and its operations say which patches and parameters they take', () => {
  const apps = openApiV3(schemas, { group: 'apps', version: 'v1' }, 'v1');
  expect(
    getPath(apps, 'components', 'schemas', 'io.k8s.api.apps.v1.Deployment', 'x-kubernetes-group-version-kind'),
  ).toEqual([{ group: 'apps', kind: 'Deployment', version: 'v1' }]);
  expect(
    getPath(apps, 'components', 'schemas', 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers'),
  ).toMatchObject({ 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-list-type': 'map' });
  const patch = ['paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'patch'];
  expect(getPath(apps, ...patch, 'requestBody', 'content')).toHaveProperty('application/strategic-merge-patch+json');
  expect((getList(apps, ...patch, 'parameters') ?? []).map((parameter) => getPath(parameter, 'name'))).toContain(
    'fieldValidation',
  );
});
