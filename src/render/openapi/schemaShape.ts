// The form that upstream demands of the files of `crds` and `openapi`: what Go cannot decode into OpenAPI v2 schemas fails
// the build there. Says what is wrong and where; takes nothing out of the definitions.
import { isJsonObject } from '../../model/json.ts';
import type { JsonValue } from '../../model/json.ts';

/** What a value must be; null is taken everywhere. Calls are put off, since schemas hold schemas. */
type Shape = (value: JsonValue, path: string) => string | undefined;

/** A sentence that names the first value of a wrong kind in a file of `openapi`; undefined where all can be decoded. */
export function wrongOpenApi(document: JsonValue): string | undefined {
  return openApi(document, '');
}

/** The same of a file of `crds`. */
export function wrongDefinition(definitions: JsonValue, format: 'json' | 'yaml'): string | undefined {
  return mapOf(format === 'json' ? jsonDefinition : yamlDefinition)(definitions, '');
}

/** Upstream takes what begins with a brace for JSON, which is stricter than YAML. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isOf =
  (expected: string, test: (value: JsonValue) => boolean): Shape =>
  (value, path) =>
    value === null || test(value) ? undefined : `'${path}' must be ${expected}`;

const text = isOf('a text', (value) => typeof value === 'string');
const flag = isOf('true or false', (value) => typeof value === 'boolean');
const decimal = isOf('a number', (value) => typeof value === 'number' || typeof value === 'bigint');
const count = isOf('a whole number', (value) => typeof value === 'bigint' || Number.isInteger(value));
const list = isOf('a list', Array.isArray);
const map = isOf('a map', isJsonObject);
const address = isOf('an address', (value) => typeof value !== 'string' || !/%(?![0-9a-fA-F]{2})/.test(value));

function listOf(item: Shape): Shape {
  return (value, path) =>
    list(value, path) ?? first(Array.isArray(value) ? value.entries() : [], path, ([i, each], at) => item(each, at(i)));
}

function mapOf(item: Shape): Shape {
  return (value, path) =>
    map(value, path) ??
    first(isJsonObject(value) ? Object.entries(value) : [], path, ([key, each], at) => item(each, at(key)));
}

/** A map with some known fields, whose names Go takes in any case where `names` says so. */
function fields(known: ReadonlyMap<string, Shape>, names: 'any case' | 'exact'): Shape {
  return (value, path) =>
    map(value, path) ??
    first(isJsonObject(value) ? Object.entries(value) : [], path, ([key, each], at) =>
      known.get(names === 'exact' ? key : key.toLowerCase())?.(each, at(key)),
    );
}

function first<T>(
  entries: Iterable<T>,
  path: string,
  problem: (entry: T, at: (key: string | number) => string) => string | undefined,
): string | undefined {
  const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  for (const entry of entries) {
    const found = problem(entry, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

const oneOrMany =
  (one: Shape, isOne: (value: JsonValue) => boolean): Shape =>
  (value, path) =>
    isOne(value) ? one(value, path) : listOf(one)(value, path);

const schema: Shape = (value, path) => schemaFields(value, path);
/** Anything else than names and schemas is passed over there. */
const names: Shape = (value, path) => (Array.isArray(value) ? listOf(text)(value, path) : undefined);
/** Anything else than schemas is passed over there. */
const items: Shape = (value, path) =>
  isJsonObject(value) ? schema(value, path) : Array.isArray(value) ? listOf(schema)(value, path) : undefined;
const schemaOrFlag: Shape = (value, path) => (typeof value === 'boolean' ? undefined : schema(value, path));
const isText = (value: JsonValue): boolean => typeof value === 'string';

const schemaFields = fields(
  new Map<string, Shape>([
    ...(['id', 'description', 'pattern', 'format', 'title', 'discriminator'] as const).map(
      (name) => [name, text] as const,
    ),
    ...(['nullable', 'exclusiveMaximum', 'exclusiveMinimum', 'uniqueItems', 'readOnly'] as const).map(
      (name) => [name, flag] as const,
    ),
    ...(['maximum', 'minimum', 'multipleOf'] as const).map((name) => [name, decimal] as const),
    ...(['maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties'] as const).map(
      (name) => [name, count] as const,
    ),
    ...(['allOf', 'oneOf', 'anyOf'] as const).map((name) => [name, listOf(schema)] as const),
    ...(['properties', 'patternProperties', 'definitions'] as const).map((name) => [name, mapOf(schema)] as const),
    ...(['additionalProperties', 'additionalItems'] as const).map((name) => [name, schemaOrFlag] as const),
    ['$ref', address],
    ['enum', list],
    ['required', listOf(text)],
    ['type', oneOrMany(text, isText)],
    ['not', schema],
    ['items', items],
    ['dependencies', mapOf((value, path) => (isJsonObject(value) ? schema : names)(value, path))],
    ['externalDocs', fields(new Map([['description', text]]), 'exact')],
  ]),
  'exact',
);

const jsonDefinition = fields(
  new Map<string, Shape>([
    ['schema', schema],
    ['dependencies', listOf(text)],
  ]),
  'any case',
);

/** sigs.k8s.io/yaml makes texts of numbers where it knows that texts are wanted. */
const yamlDefinition = fields(
  new Map<string, Shape>([
    ['schema', schema],
    ['dependencies', listOf(isOf('a text', (value) => typeof value !== 'object'))],
  ]),
  'any case',
);

const VERBS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const pathItem = fields(new Map(VERBS.map((verb) => [verb, map] as const)), 'exact');

const openApi = fields(
  new Map<string, Shape>([
    ...(['swagger', 'id', 'host', 'basePath'] as const).map((name) => [name, text] as const),
    ...(['consumes', 'produces', 'schemes'] as const).map((name) => [name, listOf(text)] as const),
    ['info', map],
    ['paths', mapOf((value, path) => (path.startsWith('paths./') ? pathItem(value, path) : undefined))],
    ['definitions', mapOf(schema)],
  ]),
  'exact',
);
