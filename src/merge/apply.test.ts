// Scenarios in the style of structured-merge-diff: operations in order, then the object and who owns what.
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getList, getString, isJsonObject } from '../model/json.ts';
import { typesOfCrd } from '../schema/crd.ts';
import { apply } from './apply.ts';
import { conflictMessage } from './conflict.ts';
import type { WrittenKind } from './ownership.ts';
import { parseFields, pathsOf } from './fieldSet.ts';
import { printPath } from './pathElement.ts';
import { updateManaged } from './update.ts';
import { singleVersion } from './versions.ts';

const list = (extra: JsonObject, items: JsonObject = { type: 'string' }): JsonObject => ({
  type: 'array',
  items,
  ...extra,
});
const crd: JsonObject = {
  spec: {
    group: 'x.dev',
    scope: 'Namespaced',
    names: { kind: 'Thing', plural: 'things' },
    versions: [
      {
        name: 'v1',
        served: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  a: { type: 'string' },
                  n: { type: 'integer' },
                  atomic: list({}),
                  set: list({ 'x-kubernetes-list-type': 'set' }),
                  map: list(
                    { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
                    { type: 'object', properties: { name: { type: 'string' }, v: { type: 'integer' } } },
                  ),
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        },
      },
    ],
  },
};
const schema = typesOfCrd(crd)[0]?.schema ?? { type: 'any' };
const kind: WrittenKind = {
  apiVersion: 'x.dev/v1',
  kind: 'Thing',
  builtin: false,
  versions: singleVersion('x.dev/v1', schema),
  resetFields: new Map(),
};

type Step = { apply: string; spec: JsonObject; force?: true } | { update: string; spec: JsonObject };

const thing = (spec: JsonObject): JsonObject => ({
  apiVersion: 'x.dev/v1',
  kind: 'Thing',
  metadata: { name: 't' },
  spec,
});

/** Runs steps, one second each. Answers the spec and `manager op [time]: paths` of each manager, or the message of the conflict. */
function run(...steps: Step[]): { spec: JsonValue; managed: string[] } | string {
  let live: JsonObject | undefined;
  for (const [i, step] of steps.entries()) {
    const now = `2026-01-01T00:00:${String(i).padStart(2, '0')}Z`;
    if ('update' in step) {
      const { managedFields } = (live?.['metadata'] ?? {}) as JsonObject;
      live = updateManaged({
        ...kind,
        live,
        updated: { ...thing(step.spec), metadata: { name: 't', ...(managedFields ? { managedFields } : {}) } },
        manager: step.update,
        now,
      });
      continue;
    }
    const result = apply({
      ...kind,
      live,
      applied: thing(step.spec),
      manager: step.apply,
      force: step.force ?? false,
      now,
    });
    if ('conflicts' in result) return conflictMessage(result.conflicts);
    if ('error' in result) return result.error.message;
    live = result.object;
  }
  const managed = (getList(live, 'metadata', 'managedFields') ?? []).map((entry) => {
    const fields = isJsonObject(entry) ? pathsOf(parseFields(entry['fieldsV1'] ?? {})).map(printPath) : [];
    return `${getString(entry, 'manager')} ${getString(entry, 'operation')} ${getString(entry, 'time')?.slice(-3, -1) ?? '-'}: ${fields.join(' ')}`;
  });
  return { spec: live?.['spec'] ?? null, managed };
}

test('an applier owns what it says and nothing of its metadata', () => {
  expect(run({ apply: 'one', spec: { a: 'x', n: 1 } })).toEqual({
    spec: { a: 'x', n: 1 },
    managed: ['one Apply 00: .spec.a .spec.n'],
  });
});

test('what an applier no longer says goes, unless another one owns it', () => {
  expect(
    run({ apply: 'one', spec: { a: 'x', n: 1 } }, { apply: 'two', spec: { n: 1 } }, { apply: 'one', spec: {} }),
  ).toEqual({ spec: { n: 1 }, managed: ['two Apply -: .spec.n', 'one Apply 02: .spec'] });
});

test('another value is a conflict, with force it is taken', () => {
  const first: Step = { apply: 'one', spec: { a: 'x', n: 1 } };
  expect(run(first, { apply: 'two', spec: { a: 'y', n: 2 } })).toBe(
    'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.a\n- .spec.n',
  );
  expect(run(first, { apply: 'two', spec: { a: 'y' }, force: true })).toEqual({
    spec: { a: 'y', n: 1 },
    managed: ['one Apply 00: .spec.n', 'two Apply 01: .spec.a'],
  });
});

test('an update takes what it changes; to say so in an apply afterwards is a conflict', () => {
  const steps: Step[] = [
    { apply: 'one', spec: { a: 'x', n: 1 } },
    { update: 'ed', spec: { a: 'y', n: 1 } },
  ];
  expect(run(...steps)).toEqual({
    spec: { a: 'y', n: 1 },
    managed: ['one Apply 00: .spec.n', 'ed Update 01: .spec.a'],
  });
  expect(run(...steps, { apply: 'one', spec: { a: 'x', n: 1 } })).toBe(
    'Apply failed with 1 conflict: conflict with "ed" using x.dev/v1: .spec.a',
  );
});

test('elements of keyed lists and sets are owned one by one and keep their order, atomic lists as a whole', () => {
  expect(
    run(
      { apply: 'one', spec: { map: [{ name: 'a', v: 1 }, { name: 'b' }], set: ['x'], atomic: ['p'] } },
      { apply: 'two', spec: { map: [{ name: 'c' }, { name: 'a' }], set: ['w', 'x'] } },
    ),
  ).toEqual({
    spec: { map: [{ name: 'c' }, { name: 'a', v: 1 }, { name: 'b' }], set: ['w', 'x'], atomic: ['p'] },
    managed: [
      'one Apply 00: .spec.atomic .spec.map[name="a"] .spec.map[name="b"] .spec.map[name="a"].name .spec.map[name="a"].v .spec.map[name="b"].name .spec.set[="x"]',
      'two Apply 01: .spec.map[name="a"] .spec.map[name="c"] .spec.map[name="a"].name .spec.map[name="c"].name .spec.set[="w"] .spec.set[="x"]',
    ],
  });
});

test('an apply that changes nothing records its manager without a time', () => {
  expect(run({ apply: 'one', spec: { a: 'x' } }, { apply: 'two', spec: { a: 'x' } })).toMatchObject({
    managed: ['two Apply -: .spec.a', 'one Apply 00: .spec.a'],
  });
});

test('more than ten updaters are folded into one, oldest first', () => {
  const updates = Array.from('abcdefghi', (name): Step => ({ update: name, spec: { free: { [name]: 1 } } }));
  // Each update takes the field of the one before it away, so that only owners of `spec` and the newest are left.
  expect(run(...updates)).toMatchObject({ managed: ['a Update 00: .spec .spec.free', 'i Update 08: .spec.free.i'] });
  const growing = Array.from('abcdefghijkl', (name, i): Step => ({
    update: name,
    spec: { free: Object.fromEntries(Array.from('abcdefghijkl'.slice(0, i + 1), (key) => [key, 1])) },
  }));
  const { managed } = run(...growing) as { managed: string[] };
  expect(managed).toHaveLength(10);
  expect(managed.find((line) => line.startsWith('ancient-changes'))).toBe(
    'ancient-changes Update 02: .spec .spec.free .spec.free.a .spec.free.b .spec.free.c',
  );
});

test('a wrong type and a field that no schema names are refused in upstream words', () => {
  expect(run({ apply: 'one', spec: { a: 1 } })).toBe(
    'failed to create typed patch object (/t; x.dev/v1, Kind=Thing): .spec.a: expected string, got &value.valueUnstructured{Value:1}',
  );
  expect(run({ apply: 'one', spec: { nope: 1, b: 2 } })).toBe(
    'failed to create typed patch object (/t; x.dev/v1, Kind=Thing): .spec.nope: field not declared in schema',
  );
  expect(run({ apply: 'one', spec: { set: ['a', 'a'] } })).toBe(
    'failed to create typed patch object (/t; x.dev/v1, Kind=Thing): .spec.set: duplicate entries for key [="a"]',
  );
});

test('integers beyond 2^53 are compared exactly', () => {
  expect(run({ apply: 'one', spec: { n: 9007199254740993n } }, { apply: 'two', spec: { n: 9007199254740992n } })).toBe(
    'Apply failed with 1 conflict: conflict with "one": .spec.n',
  );
});
