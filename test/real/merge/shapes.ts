// CustomResourceDefinitions with every list and map type, and values that fit (or nearly fit) their schemas.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { isJsonObject } from '../../../src/model/json.ts';
import type { Random } from './random.ts';

const string = (more: JsonObject = {}): JsonObject => ({ type: 'string', ...more });
const integer = (more: JsonObject = {}): JsonObject => ({ type: 'integer', ...more });
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const mapOf = (values: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  additionalProperties: values,
  ...more,
});
const list = (items: JsonObject, listType?: string, keys?: string[]): JsonObject => ({
  type: 'array',
  items,
  ...(listType === undefined ? {} : { 'x-kubernetes-list-type': listType }),
  ...(keys === undefined ? {} : { 'x-kubernetes-list-map-keys': keys }),
});
const OPEN = { 'x-kubernetes-preserve-unknown-fields': true };
const INT_OR_STRING = { 'x-kubernetes-int-or-string': true };

const specFields = {
  replicas: integer({ default: 1, minimum: 0 }),
  plainList: list(string()),
  atomicList: list(object({ name: string(), n: integer() }), 'atomic'),
  setOfText: list(string(), 'set'),
  setOfNumbers: list(integer(), 'set'),
  byName: list(
    object(
      {
        name: string(),
        value: string(),
        made: string({ default: 'd' }),
        tags: list(string(), 'set'),
        inner: object({ a: string(), b: integer() }),
        open: object({}, OPEN),
        deeper: list(object({ id: integer(), v: string() }, { required: ['id'] }), 'map', ['id']),
      },
      { required: ['name'] },
    ),
    'map',
    ['name'],
  ),
  byTwo: list(
    object(
      { port: integer(), protocol: string({ default: 'TCP' }), name: string(), target: INT_OR_STRING },
      { required: ['port'] },
    ),
    'map',
    ['port', 'protocol'],
  ),
  granular: mapOf(string()),
  atomicMap: mapOf(string(), { 'x-kubernetes-map-type': 'atomic' }),
  mapOfObjects: mapOf(object({ x: string(), l: list(string(), 'set') })),
  mapOfLists: mapOf(list(string(), 'set')),
  atomicStruct: object({ x: string(), y: integer({ default: 5 }) }, { 'x-kubernetes-map-type': 'atomic' }),
  struct: object({ x: string(), deep: object({ p: string(), q: list(string(), 'set') }) }),
  either: INT_OR_STRING,
  open: object({}, OPEN),
  halfOpen: object(
    { known: string(), list: list(object({ name: string(), v: string() }, { required: ['name'] }), 'map', ['name']) },
    OPEN,
  ),
  anything: list(OPEN),
  embedded: object(
    { spec: object({ z: string() }) },
    { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  ),
  defaults: object(
    { level: string({ default: 'info' }), inner: object({ n: integer({ default: 3 }) }, { default: {} }) },
    { default: {} },
  ),
  lazy: object({ level: string({ default: 'warn' }) }),
  mayBeNull: string({ nullable: true }),
  nullObject: object({ k: string() }, { nullable: true }),
  nullDefault: string({ nullable: true, default: 'nd' }),
  nullList: list(string(), 'set'),
  mode: string({ enum: ['fast', 'slow'] }),
  ratio: { type: 'number' },
  flag: { type: 'boolean' },
};

const statusFields = {
  replicas: integer(),
  phase: string(),
  selector: string(),
  ready: { type: 'boolean', default: false },
  history: list(string(), 'atomic'),
  conditions: list(
    object({ type: string(), status: string(), reason: string() }, { required: ['type', 'status'] }),
    'map',
    ['type'],
  ),
};

export interface Shape {
  readonly kind: string;
  readonly plural: string;
  readonly group: string;
  readonly versions: readonly string[];
  readonly schema: JsonObject;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  readonly crd: JsonObject;
}

function shape(
  kind: string,
  namespaced: boolean,
  subresources: readonly ('status' | 'scale')[],
  root: JsonObject,
  versions: Readonly<Record<string, JsonObject>> = { v1: root },
): Shape {
  const [group, plural] = ['m.example.dev', `${kind.toLowerCase()}s`];
  const declared: JsonObject = {
    ...(subresources.includes('status') ? { status: {} } : {}),
    ...(subresources.includes('scale')
      ? {
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        }
      : {}),
  };
  const crd: JsonObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { plural, kind },
      versions: Object.entries(versions).map(([name, schema], i) => ({
        name,
        served: true,
        storage: i === 0,
        schema: { openAPIV3Schema: schema },
        ...(subresources.length === 0 ? {} : { subresources: declared }),
      })),
    },
  };
  return { kind, plural, group, versions: Object.keys(versions), schema: root, namespaced, subresources, crd };
}

const { lazy: _lazy, byTwo: _byTwo, ...fewer } = specFields;
const second = object({
  spec: object({ ...fewer, added: string({ default: 'v2' }), replicas: integer({ default: 2, minimum: 0 }) }),
  status: object(statusFields),
});

export const shapes: readonly Shape[] = [
  shape('Full', true, ['status', 'scale'], object({ spec: object(specFields), status: object(statusFields) })),
  shape('Bare', true, [], object({ spec: object(specFields), status: object(statusFields), data: mapOf(string()) })),
  shape('Double', true, ['status'], object({ spec: object(specFields), status: object(statusFields) }), {
    v1: object({ spec: object(specFields), status: object(statusFields) }),
    v2: second,
  }),
  shape('Loose', false, ['status'], object({ spec: object({}, OPEN) }, OPEN)),
];

const TEXTS = ['a', 'b', 'c', ''] as const;

/** A value for a schema; now and then one that does not fit. */
export function valueFor(schema: JsonObject, random: Random, slips: boolean, depth = 0): JsonValue {
  if (slips && random.chance(0.01)) return random.pick<JsonValue>([null, 'text', 7, true, [], {}, ['a', 'a']]);
  if (schema['nullable'] === true && random.chance(0.2)) return null;
  if (schema['x-kubernetes-int-or-string'] === true) return random.pick<JsonValue>([80, '80', 'http']);
  if (Array.isArray(schema['enum'])) return random.pick(schema['enum']);
  switch (schema['type']) {
    case 'integer':
      return random.below(4);
    case 'number':
      return random.pick([0.5, 1, 2.25, 1e21]);
    case 'boolean':
      return random.chance(0.5);
    case 'string':
      return random.pick(TEXTS);
    case 'array':
      return listFor(schema, random, slips, depth);
    case 'object':
      return objectFor(schema, random, slips, depth);
    default:
      return anything(random, depth);
  }
}

function anything(random: Random, depth: number): JsonValue {
  const leaf = random.pick<JsonValue>(['a', 'b', 1, 2.5, true, null]);
  if (depth > 3 || random.chance(0.5)) return leaf;
  if (random.chance(0.4)) return Array.from({ length: random.below(3) }, () => anything(random, depth + 1));
  return Object.fromEntries(random.some(['k', 'name', 'x'], 0.5).map((key) => [key, anything(random, depth + 1)]));
}

function listFor(schema: JsonObject, random: Random, slips: boolean, depth: number): JsonValue {
  const items = isJsonObject(schema['items']) ? schema['items'] : {};
  const values = Array.from({ length: random.below(4) }, () => valueFor(items, random, slips, depth + 1));
  const type = schema['x-kubernetes-list-type'];
  if ((type !== 'set' && type !== 'map') || (slips && random.chance(0.03))) return values;
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []) as string[];
  const seen = new Set<string>();
  return values.filter((value) => {
    const id =
      type === 'set' || !isJsonObject(value)
        ? JSON.stringify(value)
        : keys.map((key) => JSON.stringify(value[key] ?? (key === 'protocol' ? 'TCP' : null))).join();
    return !seen.has(id) && seen.add(id);
  });
}

function objectFor(schema: JsonObject, random: Random, slips: boolean, depth: number): JsonValue {
  const out: JsonObject = {};
  if (schema['x-kubernetes-embedded-resource'] === true)
    Object.assign(out, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: random.pick(['x', 'y']) } });
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = (schema['required'] ?? []) as string[];
  const share = depth === 0 ? 0.8 : depth === 1 ? 0.15 : 0.5;
  for (const [name, inner] of Object.entries(properties)) {
    if (required.includes(name) ? slips && random.chance(0.02) : !random.chance(share)) continue;
    out[name] = valueFor(inner as JsonObject, random, slips, depth + 1);
  }
  const values = schema['additionalProperties'];
  if (isJsonObject(values))
    for (const key of random.some(['k', 'l', 'm.n/o'], 0.5)) out[key] = valueFor(values, random, slips, depth + 1);
  if (schema['x-kubernetes-preserve-unknown-fields'] === true)
    for (const key of random.some(['free', 'wild'], 0.5)) out[key] = anything(random, depth + 1);
  else if (slips && random.chance(0.01)) out['unknownField'] = 1;
  return out;
}
