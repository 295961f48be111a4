// What makes a schema of a CRD not structural: a schema says all of its shape outside of its junctors
// (apiextensions-apiserver pkg/apiserver/schema ValidateStructural). Rules below junctors are told elsewhere.
import { equalJson, getList, getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { forbiddenField, invalidValue, requiredValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { textAt } from '../validation/values.ts';

type Level = 'root' | 'field' | 'item';

const NO_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const JUNCTORS = ['anyOf', 'allOf', 'oneOf'] as const;
const EITHER = [{ type: 'integer' }, { type: 'string' }];
const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const EMBEDDED = 'x-kubernetes-embedded-resource';
const INT_OR_STRING = 'x-kubernetes-int-or-string';

/** Fields that a schema below a junctor must not have, with what it says about them. */
const FORBIDDEN: readonly (readonly [field: string, why: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  [PRESERVE, 'must be false to be structural'],
  [EMBEDDED, 'must be false to be structural'],
  [INT_OR_STRING, 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
];

/** The errors of a whole schema, sorted as upstream sorts them. */
export function structuralErrors(schema: JsonObject, field: string): FieldError[] {
  const printed = (error: FieldError): string => `${error.field}: ${error.message}`;
  return [...shapeErrors(schema, 'root', field), ...completeErrors(schema, field)].toSorted((a, b) =>
    printed(a) < printed(b) ? -1 : 1,
  );
}

/** What the junctors at the root speak of is there without them. */
function completeErrors(schema: JsonObject, at: string): FieldError[] {
  return junctorsOf(schema, at).flatMap(([inner, place]) => missingErrors(inner, schema, at, place));
}

function junctorsOf(schema: JsonObject, at: string): [JsonObject, string][] {
  const not = getObject(schema, 'not');
  return [
    ...JUNCTORS.flatMap((junctor) =>
      (getList(schema, junctor) ?? []).flatMap((inner, i): [JsonObject, string][] =>
        isJsonObject(inner) ? [[inner, `${at}.${junctor}[${i}]`]] : [],
      ),
    ),
    ...(not ? [[not, `${at}.not`] satisfies [JsonObject, string]] : []),
  ];
}

function missingErrors(nested: JsonObject, schema: JsonObject | undefined, at: string, place: string): FieldError[] {
  if (!schema) return [requiredValue(at, `because it is defined in ${place}`)];
  const items = getObject(nested, 'items');
  const properties = getObject(schema, 'properties') ?? {};
  return [
    ...junctorsOf(nested, place).flatMap(([inner, where]) => missingErrors(inner, schema, at, where)),
    ...(items ? missingErrors(items, getObject(schema, 'items'), `${at}.items`, `${place}.items`) : []),
    ...propertiesOf(nested).flatMap(([name, inner]) => {
      const property = properties[name];
      const [own, where] = [`${at}.properties[${name}]`, `${place}.properties[${name}]`];
      return missingErrors(inner, isJsonObject(property) ? property : undefined, own, where);
    }),
  ];
}

const propertiesOf = (schema: JsonObject): [string, JsonObject][] =>
  Object.entries(getObject(schema, 'properties') ?? {}).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );

function shapeErrors(schema: JsonObject, level: Level, at: string): FieldError[] {
  const [items, values] = [getObject(schema, 'items'), schema['additionalProperties']];
  const errors = schema['type'] === 'array' && !items ? [requiredValue(`${at}.items`, 'must be specified')] : [];
  if (items) errors.push(...shapeErrors(items, 'item', `${at}.items`));
  for (const [name, inner] of propertiesOf(schema))
    errors.push(...shapeErrors(inner, 'field', `${at}.properties[${name}]`));
  if (values !== undefined && level === 'root')
    errors.push(forbiddenField(`${at}.additionalProperties`, 'must not be used at the root'));
  if (isJsonObject(values)) errors.push(...shapeErrors(values, 'field', `${at}.additionalProperties`));
  for (const extension of [PRESERVE, EMBEDDED])
    if (schema[INT_OR_STRING] === true && schema[extension] === true)
      errors.push(invalidValue(`${at}.${extension}`, true, 'must be false if x-kubernetes-int-or-string is true'));
  errors.push(...valueErrors(schema, skippedOf(schema), level, at), ...typeErrors(schema, level, at));
  return [...errors, ...metadataErrors(schema, level, at)];
}

/** The two ways to say that a number or a text is meant need no type beside them. */
function skippedOf(schema: JsonObject): { readonly anyOf: boolean; readonly first: boolean } {
  const [first] = getList(schema, 'allOf') ?? [];
  return {
    anyOf: equalJson(schema['anyOf'] ?? null, EITHER),
    first: isJsonObject(first) && equalJson(first['anyOf'] ?? null, EITHER),
  };
}

function typeErrors(schema: JsonObject, level: Level, at: string): FieldError[] {
  const type = textAt(schema, 'type');
  const errors: FieldError[] = [];
  const embedded = 'must be object if x-kubernetes-embedded-resource is true';
  if (schema[EMBEDDED] === true && type !== 'object')
    errors.push(type === '' ? requiredValue(`${at}.type`, embedded) : invalidValue(`${at}.type`, type, embedded));
  else if (type === '' && schema[INT_OR_STRING] !== true && schema[PRESERVE] !== true)
    errors.push(requiredValue(`${at}.type`, NO_TYPE[level]));
  if (schema[EMBEDDED] === true && schema['additionalProperties'] !== undefined)
    errors.push(
      forbiddenField(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'),
    );
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalidValue(`${at}.type`, type, 'must be object at the root'));
  return errors;
}

/** The parts that all resources have. */
function metadataErrors(schema: JsonObject, level: Level, at: string): FieldError[] {
  const properties = getObject(schema, 'properties') ?? {};
  const isResource = level === 'root' || schema[EMBEDDED] === true;
  const errors = ['kind', 'apiVersion'].flatMap((name) => {
    const inner = properties[name];
    return isResource && isJsonObject(inner) && inner['type'] !== 'string'
      ? [invalidValue(`${at}.properties[${name}].type`, inner['type'] ?? '', 'must be string')]
      : [];
  });
  const metadata = properties['metadata'];
  if (isJsonObject(metadata)) {
    const own = `${at}.properties[metadata]`;
    if (isResource && metadata['type'] !== 'object')
      errors.push(invalidValue(`${own}.type`, metadata['type'] ?? '', 'must be object'));
    if (level === 'root' && saysMore(metadata))
      errors.push(
        forbiddenField(
          own,
          'must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      );
  }
  if (schema[EMBEDDED] === true && schema[PRESERVE] !== true && Object.keys(properties).length === 0)
    errors.push(
      requiredValue(
        `${at}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

function saysMore(metadata: JsonObject): boolean {
  const { type: _type, default: _default, properties, ...rest } = metadata;
  const names = isJsonObject(properties) ? Object.keys(properties) : [];
  return Object.keys(rest).length > 0 || names.some((name) => name !== 'name' && name !== 'generateName');
}

/** What a schema says of values, beside their shape. */
function valueErrors(
  schema: JsonObject,
  skipped: { readonly anyOf: boolean; readonly first: boolean },
  level: Level,
  at: string,
): FieldError[] {
  const errors = JUNCTORS.flatMap((junctor) =>
    junctor === 'anyOf' && skipped.anyOf
      ? []
      : (getList(schema, junctor) ?? []).flatMap((inner, i) =>
          isJsonObject(inner)
            ? nestedErrors(inner, junctor === 'allOf' && i === 0 && skipped.first, level, `${at}.${junctor}[${i}]`)
            : [],
        ),
  );
  const not = getObject(schema, 'not');
  if (not) errors.push(...nestedErrors(not, false, level, `${at}.not`));
  const pattern = textAt(schema, 'pattern');
  const problem = pattern === '' ? undefined : patternProblem(pattern);
  if (problem !== undefined)
    errors.push(invalidValue(`${at}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`));
  return errors;
}

function nestedErrors(schema: JsonObject, skipAnyOf: boolean, level: Level, at: string): FieldError[] {
  const items = getObject(schema, 'items');
  const isSet = (value: unknown): boolean =>
    value !== undefined &&
    value !== null &&
    value !== false &&
    value !== '' &&
    !(Array.isArray(value) && value.length === 0);
  const metadata = getObject(schema, 'properties')?.['metadata'];
  return [
    ...valueErrors(schema, { anyOf: skipAnyOf, first: false }, level, at),
    ...(items ? nestedErrors(items, false, level, `${at}.items`) : []),
    ...propertiesOf(schema).flatMap(([name, inner]) =>
      nestedErrors(inner, false, 'field', `${at}.properties[${name}]`),
    ),
    ...FORBIDDEN.filter(([field, why]) =>
      // What may be undefined to Go may be empty and there.
      why.includes('undefined') ? (schema[field] ?? null) !== null : isSet(schema[field]),
    ).map(([field, why]) => forbiddenField(`${at}.${field}`, why)),
    ...(metadata === undefined
      ? []
      : [forbiddenField(`${at}.properties[metadata]`, 'must not be specified in a nested context')]),
  ];
}

/** As far as the two languages of regular expressions agree about what none is. */
function patternProblem(pattern: string): string | undefined {
  if (/^[*+?]/.test(pattern))
    return `error parsing regexp: missing argument to repetition operator: \`${pattern[0] ?? ''}\``;
  try {
    RegExp(pattern.replaceAll(/\\A|\\z|\(\?[a-z]+\)/g, ''));
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return `error parsing regexp: ${error.message}`;
    throw error;
  }
}
