import { expect, test } from 'vitest';
import { builtinSchemas } from './builtin.ts';
import type { SchemaNode } from './schemaSet.ts';

const schemas = builtinSchemas();
const at = (node: SchemaNode | undefined, ...path: string[]): SchemaNode | undefined =>
  path.reduce((found: SchemaNode | undefined, name) => (name === '[]' ? found?.items : found?.fields?.get(name)), node);
const deployment = schemas.schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' });

test('lists know their keys, for structured and for strategic merges', () => {
  expect(at(deployment, 'spec', 'template', 'spec', 'containers')).toMatchObject({
    type: 'list',
    listType: 'map',
    listMapKeys: ['name'],
    patchMergeKey: 'name',
    patchStrategy: ['merge'],
  });
  expect(at(deployment, 'spec', 'template', 'spec', 'containers', '[]', 'ports')).toMatchObject({
    listMapKeys: ['containerPort', 'protocol'],
    patchMergeKey: 'containerPort',
  });
  expect(at(deployment, 'spec', 'template', 'spec', 'volumes')).toMatchObject({
    patchStrategy: ['merge', 'retainKeys'],
  });
  expect(at(deployment, 'spec', 'selector')).toMatchObject({ type: 'object', atomic: true });
});

test('quantities and ports are what they are', () => {
  expect(at(deployment, 'spec', 'template', 'spec', 'containers', '[]', 'resources', 'limits')?.values).toMatchObject({
    type: 'int-or-string',
    format: 'quantity',
  });
  expect(at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxSurge')).toMatchObject({
    type: 'int-or-string',
    format: 'int-or-string',
  });
});

test('types that refer to themselves are whole', () => {
  const crd = schemas.schemaOf({ group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' });
  const props = at(crd, 'spec', 'versions', '[]', 'schema', 'openAPIV3Schema');
  expect(at(props, 'not', 'not', 'not', 'properties')?.values?.fields?.size).toBe(props?.fields?.size);
});

test('discovery: names, scope and subresources; alpha and beta versions are known, but not served', () => {
  expect(schemas.resourceOf({ group: 'apps', version: 'v1', kind: 'Deployment' })).toMatchObject({
    plural: 'deployments',
    singular: 'deployment',
    shortNames: ['deploy'],
    namespaced: true,
    subresources: ['scale', 'status'],
  });
  expect(schemas.resourceOf({ group: '', version: 'v1', kind: 'Namespace' })).toMatchObject({ namespaced: false });
  expect(schemas.resources().every(({ version }) => /^v\d+$/.test(version))).toBe(true);
  expect(schemas.resourceOf({ group: 'networking.k8s.io', version: 'v1beta1', kind: 'IPAddress' })).toBeDefined();
});

test('a set with another kind leaves the first one as it was', () => {
  const thing = { group: 'x.dev', version: 'v1', kind: 'Thing' };
  const resource = {
    ...thing,
    plural: 'things',
    singular: 'thing',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: [],
    subresources: [],
  };
  const more = schemas.with([{ resource, schema: { type: 'object' } }]);
  expect([
    more.resourceOf(thing)?.plural,
    schemas.resourceOf(thing),
    more.resources().length - schemas.resources().length,
  ]).toEqual(['things', undefined, 1]);
});
