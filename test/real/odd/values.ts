// Odd values for a field, by what its OpenAPI schema says about it; most are wrong for most fields.
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';

/** The schemas of a document, by name. */
export type Schemas = JsonObject;

export type Form = 'text' | 'number' | 'boolean' | 'intOrText' | 'quantity' | 'list' | 'map' | 'object' | 'any';

const TEXTS: readonly string[] = [
  '',
  'a',
  'UPPER',
  'with space',
  '-a',
  'a_b',
  'a.b',
  'a/b',
  'a/b/c',
  'é',
  'a'.repeat(16),
  'a'.repeat(64),
  'a'.repeat(254),
  '1',
  '-1',
  '50%',
  '101%',
  '1.2.3.4',
  '1.2.3',
  '01.2.3.4',
  'fd00::1',
  '::ffff:1.2.3.4',
  '127.0.0.1',
  '10.0.0.0/8',
  '10.0.0.1/8',
  '/abs',
  '/abs:x',
  '../x',
  'a..b',
  'https://a.example/x',
  '*',
  '*.a.example',
  'a=b',
  '@daily',
  '$(X)',
  'kubernetes.io/x',
  'true',
  'Exists',
  'None',
];
const NUMBERS: readonly JsonValue[] = [0, 1, -1, 2, 51, 101, 1001, 65_536, 2_147_483_647, 2_147_483_648, 1.5];
const INT_OR_TEXT: readonly JsonValue[] = [
  0,
  1,
  -1,
  65_536,
  '',
  '1',
  'http',
  '0%',
  '50%',
  '101%',
  '-1%',
  'a b',
  'Http',
  'a--b',
];
const QUANTITIES: readonly JsonValue[] = [
  '',
  '0',
  '1',
  '-1',
  '1.5',
  '100m',
  '1x',
  '1Ki',
  '1e3',
  5,
  '0.0001',
  'a',
  '1E3',
  'Ki',
  '.',
  '1e',
  '5.',
  '1KiB',
  '1000E',
  '+1',
];
const WRONG: Readonly<Record<Form, readonly JsonValue[]>> = {
  text: [5, true, {}, []],
  number: ['1', true, {}],
  boolean: ['true', 1],
  intOrText: [true, {}],
  quantity: [true, {}],
  list: ['a', {}],
  map: ['a', []],
  object: ['a', []],
  any: [],
};
const KEYS: readonly string[] = [
  '',
  'UPPER',
  'with space',
  'a/b',
  'a/b/c',
  '-a',
  'a'.repeat(64),
  'k8s.io/x',
  'é',
  'cpu',
  'hugepages-2Mi',
];

/** What a reference leads to. */
export function resolved(schema: JsonObject, schemas: Schemas): JsonObject {
  const all = schema['allOf'];
  const first = Array.isArray(all) && isJsonObject(all[0]) ? all[0] : schema;
  const name = typeof first['$ref'] === 'string' ? first['$ref'].replace('#/components/schemas/', '') : undefined;
  const target = name === undefined ? undefined : schemas[name];
  return isJsonObject(target) ? resolved(target, schemas) : schema;
}

export function formOf(schema: JsonObject): Form {
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return 'intOrText';
  if (Array.isArray(schema['oneOf'])) return 'quantity';
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return isJsonObject(schema['additionalProperties']) ? 'map' : 'object';
    default:
      return 'any';
  }
}

/** Something that fits the schema, with the fewest fields. */
export function fitting(given: JsonObject, schemas: Schemas, depth = 0): JsonValue {
  const schema = resolved(given, schemas);
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? 'a';
  switch (formOf(schema)) {
    case 'text':
      return schema['format'] === 'date-time' ? '2026-01-01T00:00:00Z' : schema['format'] === 'byte' ? 'MQ==' : 'a';
    case 'number':
    case 'intOrText':
      return 1;
    case 'quantity':
      return '1';
    case 'boolean':
      return true;
    case 'list':
      return depth > 4 ? [] : [fitting(schema['items'] as JsonObject, schemas, depth + 1)];
    case 'map':
      return { k: fitting(schema['additionalProperties'] as JsonObject, schemas, depth + 1) };
    case 'object': {
      const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
      const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
      if (depth > 4) return {};
      return Object.fromEntries(
        required.map((name) => [name, fitting((properties[name] ?? {}) as JsonObject, schemas, depth + 1)]),
      );
    }
    case 'any':
      return {};
  }
}

/** Odd values that a field of this form may be given in place of what it has. */
export function oddValues(schema: JsonObject, schemas: Schemas, current: JsonValue | undefined): JsonValue[] {
  const form = formOf(schema);
  const common: JsonValue[] = [null, ...WRONG[form]];
  switch (form) {
    case 'text':
      return [...common, ...(Array.isArray(schema['enum']) ? schema['enum'] : []), ...datesFor(schema), ...TEXTS];
    case 'number':
      return [...common, ...NUMBERS];
    case 'boolean':
      return [...common, true, false];
    case 'intOrText':
      return [...common, ...INT_OR_TEXT];
    case 'quantity':
      return [...common, ...QUANTITIES];
    case 'list': {
      const items = Array.isArray(current) ? current : [];
      const one = items[0] ?? fitting(schema['items'] as JsonObject, schemas);
      return [...common, [], [one, one], [...items, one], [...items, null], [...items, {}], [one], [...items, '']];
    }
    case 'map': {
      const inner = resolved(schema['additionalProperties'] as JsonObject, schemas);
      const fits = fitting(inner, schemas);
      const entries = isJsonObject(current) ? current : {};
      return [
        ...common,
        {},
        ...KEYS.map((key) => ({ ...entries, [key]: fits })),
        ...oddValues(inner, schemas, undefined).map((value) => ({ ...entries, k: value })),
      ];
    }
    case 'object':
      return [...common, {}];
    case 'any':
      return [...common, 'a', 1, {}, []];
  }
}

function datesFor(schema: JsonObject): string[] {
  return schema['format'] === 'date-time' ? ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+01:00', '2026-01-01'] : [];
}
