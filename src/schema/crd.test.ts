// What a CustomResourceDefinition makes of objects: types, defaults, pruning and validation.
import { expect, test } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { typesOfCrd } from './crd.ts';
import { fluxCrds } from './data/flux-crds.ts';
import { applyDefaults } from './defaults.ts';
import { pruneUnknown } from './prune.ts';
import { printValueError, validateValue } from './validateValue.ts';

const text: JsonObject = { type: 'string' };
const crd: JsonObject = {
  spec: {
    group: 'x.dev',
    scope: 'Cluster',
    names: { kind: 'Thing', plural: 'things', shortNames: ['th'] },
    versions: [
      {
        name: 'v1',
        served: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { ...text, maxLength: 3, pattern: '^[a-z]+$' },
                  mode: { ...text, enum: ['on', 'off'], default: 'on' },
                  many: { type: 'integer', minimum: 1, maximum: 9 },
                  maybe: { ...text, nullable: true },
                  port: { 'x-kubernetes-int-or-string': true },
                  when: { ...text, format: 'date-time' },
                  inner: { type: 'object', default: {}, properties: { n: { type: 'integer', default: 3 } } },
                  free: {
                    type: 'object',
                    'x-kubernetes-preserve-unknown-fields': true,
                    properties: { known: { type: 'object', properties: { a: text } } },
                  },
                  set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
                },
              },
            },
          },
        },
      },
      { name: 'v0', served: false, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
  },
};
const [type, ...others] = typesOfCrd(crd);
const schema = type?.schema ?? { type: 'any' };
const thing = (spec: JsonObject): JsonObject => ({
  apiVersion: 'x.dev/v1',
  kind: 'Thing',
  metadata: { name: 't', odd: 1 },
  spec,
});

test('a served version makes a resource', () => {
  expect(type?.resource).toMatchObject({
    group: 'x.dev',
    version: 'v1',
    kind: 'Thing',
    plural: 'things',
    shortNames: ['th'],
    namespaced: false,
    subresources: ['status'],
  });
  expect(others).toEqual([]);
});

test('defaults are set below defaults, nulls go unless they are wanted', () => {
  expect(applyDefaults(thing({ name: null, mode: null, maybe: null }), schema)['spec']).toEqual({
    mode: 'on',
    maybe: null,
    inner: { n: 3 },
  });
});

test('unknown fields go and are named; metadata stays', () => {
  const { object, unknown } = pruneUnknown(
    thing({ name: 'a', nope: { x: 1 }, free: { any: 1, known: { a: 'x', b: 'y' } } }),
    schema,
  );
  expect(object).toEqual(thing({ name: 'a', free: { any: 1, known: { a: 'x' } } }));
  expect(unknown).toEqual(['spec.free.known.b', 'spec.nope']);
});

test.each<[JsonObject, string[]]>([
  [{ name: 'abc', port: 'http', when: '2026-02-28T10:00:00Z', set: ['a', 'b'] }, []],
  [{}, ['spec.name: Required value']],
  [{ name: 'abcd' }, ['spec.name: Too long: may not be more than 3 bytes']],
  [{ name: 'A' }, ['spec.name: Invalid value: "A": spec.name in body should match \'^[a-z]+$\'']],
  [{ name: 'a', mode: 'x' }, ['spec.mode: Unsupported value: "x": supported values: "on", "off"']],
  [{ name: 'a', many: 10 }, ['spec.many: Invalid value: 10: spec.many in body should be less than or equal to 9']],
  [
    { name: 'a', many: '1' },
    ['spec.many: Invalid value: "string": spec.many in body must be of type integer: "string"'],
  ],
  [
    { name: 'a', port: true },
    ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
  ],
  [
    { name: 'a', when: 'later' },
    ['spec.when: Invalid value: "later": spec.when in body must be of type date-time: "later"'],
  ],
  [{ name: 'a', set: ['x', 'x'] }, ['spec.set[1]: Duplicate value: "x"']],
])('%o is refused as the API server refuses it', (spec, expected) => {
  expect(validateValue(thing(spec), schema).map(printValueError)).toEqual(expected);
});

test("Flux's kinds are here, with their schemas and without descriptions", () => {
  const kinds = fluxCrds().flatMap((manifest) => typesOfCrd(manifest));
  expect(kinds.map(({ resource }) => resource.kind)).toEqual(
    expect.arrayContaining(['GitRepository', 'OCIRepository', 'HelmRelease', 'Kustomization']),
  );
  const kustomization = kinds.find(({ resource }) => resource.kind === 'Kustomization')?.schema;
  expect(kustomization?.fields?.get('spec')?.required).toEqual(
    expect.arrayContaining(['interval', 'prune', 'sourceRef']),
  );
  expect(JSON.stringify(fluxCrds())).not.toContain('"description":"');
});
