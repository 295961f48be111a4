// What apiextensions' own type for schemas allows and the server does not: fields without a meaning here, lists and maps
// that contradict themselves (apiextensions-apiserver ValidateCustomResourceDefinitionOpenAPISchema). Rules have a file of
// their own.
import { getList, getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, notSupported, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { textAt } from '../validation/values.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const LIST_TYPE = 'x-kubernetes-list-type';
const MAP_KEYS = 'x-kubernetes-list-map-keys';
const MAP_TYPE = 'x-kubernetes-map-type';

/** What stands at the root is also what the status is judged by: these fields would be lost. */
const LOST_AT_ROOT = ['not', 'allOf', 'anyOf', 'oneOf', 'enum', 'default', 'additionalProperties', 'maxProperties'];
const ALLOWED_AT_ROOT =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';
const LOST_EXTENSIONS = ['x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string', LIST_TYPE, MAP_KEYS, MAP_TYPE];

const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0);

/** The errors at the root, where the status has a subresource or not. */
export function rootErrors(schema: JsonObject, at: string, hasStatus: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (hasStatus) {
    const type = textAt(schema, 'type');
    const lost = [...LOST_AT_ROOT, 'minProperties', 'nullable', '$schema', ...UNSUPPORTED, ...LOST_EXTENSIONS];
    if (type !== '' && type !== 'object')
      errors.push(
        invalidValue(
          `${at}.type`,
          type,
          'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
        ),
      );
    // Upstream stops at the first, and the type comes before most.
    if (
      lost.some((field) => isSet(schema[field])) &&
      (errors.length === 0 || ['id', '$schema', '$ref'].some((field) => isSet(schema[field])))
    )
      errors.splice(
        0,
        errors.length,
        invalidValue(
          at,
          schema,
          `only [${ALLOWED_AT_ROOT}] fields are allowed at the root of the schema if the status subresource is enabled`,
        ),
      );
  }
  if (schema['nullable'] === true) errors.push(forbiddenField(`${at}.nullable`, 'nullable cannot be true at the root'));
  return errors;
}

/** Whether a schema has fields that keep it from being read as a structural one. */
export function isUnreadable(schema: JsonObject): boolean {
  const isUnknown = UNSUPPORTED.some((field) => isUsed(schema, field)) || schema['type'] === 'null';
  return isUnknown || hasItemList(schema) || partsOf(schema, '').some(([inner]) => isUnreadable(inner));
}

/** The errors of a schema and of all of its parts. */
export function formErrors(schema: JsonObject, at: string): FieldError[] {
  const both = getObject(schema, 'additionalProperties') ?? schema['additionalProperties'] === false;
  const isBoth = both && Object.keys(getObject(schema, 'properties') ?? {}).length > 0;
  const preserve = 'x-kubernetes-preserve-unknown-fields';
  return [
    ...ownErrors(schema, at),
    ...(schema['uniqueItems'] === true
      ? [
          forbiddenField(
            `${at}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(isBoth
      ? [forbiddenField(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...partsOf(schema, at).flatMap(([inner, field]) => formErrors(inner, field)),
    ...(schema[preserve] === false ? [invalidValue(`${at}.${preserve}`, false, 'must be true or undefined')] : []),
    ...listTypeErrors(schema, at),
    ...mapListErrors(schema, at),
  ];
}

function ownErrors(schema: JsonObject, at: string): FieldError[] {
  const type = textAt(schema, 'type');
  return [
    ...(type === '' || TYPES.includes(type) ? [] : [notSupported(`${at}.type`, type, TYPES)]),
    ...UNSUPPORTED.filter((field) => isUsed(schema, field)).map((field) =>
      forbiddenField(`${at}.${field}`, `${field} is not supported`),
    ),
    ...(type === 'null'
      ? [forbiddenField(`${at}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : []),
    ...(hasItemList(schema) ? [forbiddenField(`${at}.items`, 'items must be a schema object and not an array')] : []),
  ];
}

const hasItemList = (schema: JsonObject): boolean => (getList(schema, 'items') ?? []).length > 0;

/** What is a pointer or a map of its own to Go counts even where it is empty. */
function isUsed(schema: JsonObject, field: string): boolean {
  const value = schema[field];
  if (['$ref', 'additionalItems', 'dependencies'].includes(field)) return (value ?? null) !== null;
  return isSet(value) && !(isJsonObject(value) && Object.keys(value).length === 0);
}

/** The schemas inside of one, with their places. */
function partsOf(schema: JsonObject, at: string): [JsonObject, string][] {
  const parts: (readonly [unknown, string])[] = [
    [schema['additionalProperties'], `${at}.additionalProperties`],
    ...mapped(schema, 'properties', at),
    [schema['not'], `${at}.not`],
    ...['allOf', 'oneOf', 'anyOf'].flatMap((junctor) =>
      (getList(schema, junctor) ?? []).map((inner, i) => [inner, `${at}.${junctor}[${i}]`] as const),
    ),
    ...mapped(schema, 'definitions', at),
    [schema['items'], `${at}.items`],
  ];
  return parts.filter((part): part is [JsonObject, string] => isJsonObject(part[0] as never));
}

function mapped(schema: JsonObject, field: string, at: string): (readonly [unknown, string])[] {
  return Object.entries(getObject(schema, field) ?? {}).map(([name, inner]) => [inner, `${at}.${field}[${name}]`]);
}

function listTypeErrors(schema: JsonObject, at: string): FieldError[] {
  const type = textAt(schema, 'type');
  const wrong = (wanted: string, of: string): FieldError[] => {
    const why = `must be ${wanted} if ${of} is specified`;
    if (type === wanted) return [];
    return [type === '' ? requiredValue(`${at}.type`, why) : invalidValue(`${at}.type`, type, why)];
  };
  const [mapType, listType] = [schema[MAP_TYPE], schema[LIST_TYPE]];
  const errors: FieldError[] = [];
  if (typeof mapType === 'string') {
    errors.push(...wrong('object', MAP_TYPE));
    if (!['atomic', 'granular'].includes(mapType))
      errors.push(notSupported(`${at}.${MAP_TYPE}`, mapType, ['atomic', 'granular']));
  }
  if (typeof listType !== 'string') return errors;
  errors.push(...wrong('array', LIST_TYPE));
  if (type === 'array' && listType === 'set') errors.push(...setItemErrors(schema, at));
  if (!['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(`${at}.${LIST_TYPE}`, listType, ['atomic', 'set', 'map']));
  return errors;
}

/** What a set holds is compared whole. */
function setItemErrors(schema: JsonObject, at: string): FieldError[] {
  const items = getObject(schema, 'items');
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.[LIST_TYPE];
  if (items?.['type'] === 'array' && listType !== undefined && listType !== 'atomic')
    return [invalidValue(`${at}.items.${LIST_TYPE}`, listType, why)];
  return items?.['type'] === 'object' && items[MAP_TYPE] !== 'atomic'
    ? [invalidValue(`${at}.items.${MAP_TYPE}`, listType ?? null, why)]
    : [];
}

function mapListErrors(schema: JsonObject, at: string): FieldError[] {
  const keys = (getList(schema, MAP_KEYS) ?? []).map(String);
  const [type, items] = [schema[LIST_TYPE], getObject(schema, 'items')];
  const errors: FieldError[] = [];
  const only = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && type === undefined) errors.push(requiredValue(`${at}.${LIST_TYPE}`, only));
  else if (keys.length > 0 && type !== 'map') errors.push(invalidValue(`${at}.${LIST_TYPE}`, type, only));
  if (type === 'map') {
    if (keys.length === 0)
      errors.push(requiredValue(`${at}.${MAP_KEYS}`, 'must not be empty if x-kubernetes-list-type is map'));
    if (schema['items'] === undefined)
      errors.push(requiredValue(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    if (items && items['type'] !== 'object')
      errors.push(
        invalidValue(
          `${at}.items.type`,
          items['type'] ?? '',
          "must be object if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (items && items['type'] === 'object') errors.push(...keyErrors(keys, items, at));
  }
  if ((type === 'map' || type === 'set') && items?.['nullable'] === true)
    errors.push(forbiddenField(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${type}`));
  return type === 'map' && items ? [...errors, ...keyPresenceErrors(keys, items, at)] : errors;
}

function keyErrors(keys: readonly string[], items: JsonObject, at: string): FieldError[] {
  const properties = getObject(items, 'properties') ?? {};
  return keys.flatMap((key, i) => {
    const property = properties[key];
    const wrong = (why: string): FieldError => invalidValue(`${at}.${MAP_KEYS}`, [...keys], why);
    const errors: FieldError[] = [];
    if (!isJsonObject(property)) errors.push(wrong('entries must all be names of item properties'));
    else if (property['type'] === 'array' || property['type'] === 'object')
      errors.push(
        invalidValue(
          `${at}.items.properties[${key}].type`,
          items['type'],
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (keys.indexOf(key) < i) errors.push(wrong('must not contain duplicate entries'));
    return errors;
  });
}

/** Every element has a value for every key. */
function keyPresenceErrors(keys: readonly string[], items: JsonObject, at: string): FieldError[] {
  const required = new Set((getList(items, 'required') ?? []).map(String));
  return keys.flatMap((key) => {
    const property = getObject(items, 'properties')?.[key];
    if (!isJsonObject(property)) return [];
    const [field, why] = [`${at}.items.properties[${key}]`, 'this property is in x-kubernetes-list-map-keys, so it'];
    return [
      ...(required.has(key) || property['default'] !== undefined
        ? []
        : [requiredValue(`${field}.default`, `${why} must have a default or be a required property`)]),
      ...(property['nullable'] === true ? [forbiddenField(`${field}.nullable`, `${why} cannot be nullable`)] : []),
    ];
  });
}
