// Structural validation of a custom resource, in the API server's words (kube-openapi's validate). Rules in CEL
// (x-kubernetes-validations) are not evaluated here.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { equalJson, isJsonObject } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';
import { hasFormat } from './formats.ts';
import type { SchemaNode } from './schemaSet.ts';
import { canonical, embeddedErrors, hasRules, isBlocked, listErrors, UNCHECKED_RULES } from './validateStructure.ts';
import { numberErrors, stringErrors } from './validateScalar.ts';
import { placelessError, printValue, trimPath, valueError } from './valueError.ts';
import type { ValueError } from './valueError.ts';

export { printValueError } from './valueError.ts';
export type { ValueError } from './valueError.ts';

/**
 * Everything in a value that its schema refuses, in the order of the schema. `root` says that the value is a whole
 * resource: its apiVersion, kind and metadata are checked elsewhere, and what the API server says after the schema has
 * spoken is added (embedded resources, duplicates in keyed lists, rules that were not reached).
 */
export function validateValue(value: JsonValue, schema: SchemaNode, root = true): ValueError[] {
  if (!root) return validate(value, schema, '').errors;
  const { errors } = validate(value, { ...schema, embeddedResource: true }, '');
  errors.push(...embeddedErrors(value, schema), ...listErrors(value, schema));
  return isBlocked(errors) && hasRules(schema) ? [...errors, UNCHECKED_RULES] : errors;
}

/** Errors, and how much matched: of several alternatives the one that matched most is reported. */
interface Result {
  readonly errors: ValueError[];
  matches: number;
}

const TYPE_NAMES: Readonly<Record<SchemaNode['type'], readonly string[]>> = {
  object: ['object'],
  list: ['array'],
  string: ['string'],
  integer: ['integer'],
  number: ['number'],
  boolean: ['boolean'],
  'int-or-string': ['integer', 'string'],
  any: [],
};

function validate(value: JsonValue, schema: SchemaNode, path: string): Result {
  const result: Result = { errors: [], matches: 0 };
  const merge = (part: Result): void => {
    result.errors.push(...part.errors);
    result.matches += part.matches;
  };
  const types = TYPE_NAMES[schema.type];
  if (types.length > 0 || (schema.format ?? '') !== '') merge(validateType(value, schema, types, path));
  if (value === null) {
    merge(validateEnum(value, schema, path));
    return result;
  }
  const parts: Result[] = [validateJunctors(value, schema, path), validateEnum(value, schema, path)];
  if (typeof value === 'string')
    parts.push(withMatch(stringErrors(value, schema, path)), validateFormat(value, schema, path));
  else if (typeof value === 'number' || typeof value === 'bigint')
    parts.push(withMatch(numberErrors(value, schema, types, path)));
  else if (Array.isArray(value)) parts.push(validateList(value, schema, path));
  else if (isJsonObject(value)) parts.push(validateObject(value, schema, path));
  for (const part of parts) {
    merge(part);
    result.matches++;
  }
  result.matches++;
  return result;
}

function withMatch(errors: ValueError[]): Result {
  return { errors, matches: errors.length === 0 ? 1 : 0 };
}

/** The JSON type of a value and the format that goes with it in Go. */
function typeOf(value: JsonValue): readonly [type: string, format: string] {
  if (typeof value === 'string') return ['string', ''];
  if (typeof value === 'boolean') return ['boolean', ''];
  if (Array.isArray(value)) return ['array', ''];
  if (typeof value === 'object') return ['object', ''];
  const isInteger =
    typeof value === 'bigint' ? value >= -(2n ** 63n) && value < 2n ** 63n : Number.isSafeInteger(value);
  return isInteger ? ['integer', 'int64'] : ['number', 'float64'];
}

function validateType(value: JsonValue, schema: SchemaNode, types: readonly string[], path: string): Result {
  const fail = (expected: string, found: string): Result => ({
    errors: [
      valueError(
        path,
        'TypeInvalid',
        found,
        `${trimPath(path)} in body must be of type ${expected}: ${JSON.stringify(found)}`,
      ),
    ],
    matches: 0,
  });
  if (value === null)
    return types.length > 0 && schema.nullable !== true ? fail(types.join(','), 'null') : { errors: [], matches: 1 };
  const [type, format] = typeOf(value);
  const asked = knownFormat(schema.format) ?? '';
  const isNumber = types.includes('number') || types.includes('integer');
  const isText = typeof value === 'string' || Array.isArray(value);
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'));
  if (!isText && asked !== '' && !fits && format !== asked) return fail(asked, format);
  if (!isNumber && asked !== '' && isText) return { errors: [], matches: 1 };
  return fits || types.length === 0 ? { errors: [], matches: 1 } : fail(types.join(','), type);
}

/** Formats that the API server does not know are as if they were not written. */
function knownFormat(format: string | undefined): string | undefined {
  if (format === undefined || ['int32', 'int64', 'float', 'double', 'password'].includes(format)) return format;
  return hasFormat(format, '') === undefined ? undefined : format;
}

function validateFormat(value: string, schema: SchemaNode, path: string): Result {
  if (schema.format === undefined || hasFormat(schema.format, value) !== false) return { errors: [], matches: 0 };
  return {
    errors: [
      valueError(
        path,
        'TypeInvalid',
        value,
        `${trimPath(path)} in body must be of type ${schema.format}: ${JSON.stringify(value)}`,
      ),
    ],
    matches: 0,
  };
}

function validateEnum(value: JsonValue, schema: SchemaNode, path: string): Result {
  if (!schema.enum || (value !== null && schema.enum.some((each) => equalJson(each, value))))
    return { errors: [], matches: 0 };
  const supported = schema.enum
    .map((each) => JSON.stringify(typeof each === 'string' ? each : stringifyJson(each)))
    .join(', ');
  return {
    errors: [
      {
        path: trimPath(path),
        kind: 'NotSupported',
        message: `Unsupported value: ${printValue(value)}: supported values: ${supported}`,
      },
    ],
    matches: 0,
  };
}

function validateJunctors(value: JsonValue, schema: SchemaNode, path: string): Result {
  const result: Result = { errors: [], matches: 1 };
  const quoted = JSON.stringify(trimPath(path));
  const take = (part: Result | undefined): void => {
    result.errors.push(...(part?.errors ?? []));
    result.matches += part?.matches ?? 0;
  };
  const results = (nodes: readonly SchemaNode[]): Result[] => nodes.map((node) => validate(value, node, path));
  if (schema.anyOf) {
    const all = results(schema.anyOf);
    const good = all.find(isValid);
    if (!good) result.errors.push(placelessError(`${quoted} must validate at least one schema (anyOf)`));
    take(good ?? best(all));
  }
  if (schema.oneOf) {
    const all = results(schema.oneOf);
    const good = all.filter(isValid);
    if (good.length !== 1) {
      result.errors.push(
        placelessError(
          `${quoted} must validate one and only one schema (oneOf). Found ${good.length === 0 ? 'none valid' : `${good.length} valid alternatives`}`,
        ),
      );
      if (good.length === 0) take(best(all));
    } else take(good[0]);
  }
  if (schema.allOf) {
    const all = results(schema.allOf);
    const good = all.filter(isValid).length;
    for (const part of all) take(part);
    if (good !== all.length)
      result.errors.push(
        placelessError(`${quoted} must validate all the schemas (allOf)${good === 0 ? '. None validated' : ''}`),
      );
  }
  if (schema.not && isValid(validate(value, schema.not, path)))
    result.errors.push(placelessError(`${quoted} must not validate the schema (not)`));
  return result;
}

function isValid(result: Result): boolean {
  return result.errors.length === 0;
}

function best(results: readonly Result[]): Result | undefined {
  let found: Result | undefined;
  for (const result of results) if (!found || result.matches > found.matches) found = result;
  return found;
}

function validateList(value: readonly JsonValue[], schema: SchemaNode, path: string): Result {
  const result: Result = { errors: [], matches: 1 };
  const items = schema.items;
  if (items) {
    for (const [i, item] of value.entries()) {
      const part = validate(item, items, `${path}[${i}]`);
      result.errors.push(...part.errors);
      result.matches += part.matches;
    }
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    result.errors.push(
      valueError(
        path,
        'Invalid',
        value.length,
        `${trimPath(path)} in body should have at least ${schema.minItems} items`,
      ),
    );
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    result.errors.push(tooMany(path, value.length, schema.maxItems));
  if (schema.uniqueItems && firstDuplicate(value) !== undefined)
    result.errors.push(valueError(path, 'Invalid', '', `${trimPath(path)} in body shouldn't contain duplicates`));
  return result;
}

function tooMany(path: string, found: number, limit: number): ValueError {
  return {
    path: trimPath(path),
    kind: 'TooMany',
    message: `Too many: ${found}: must have at most ${limit} item${limit === 1 ? '' : 's'}`,
  };
}

function firstDuplicate(items: readonly JsonValue[]): number | undefined {
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = canonical(item);
    if (seen.has(key)) return i;
    seen.add(key);
  }
  return undefined;
}

const META = new Set(['apiVersion', 'kind', 'metadata']);

function validateObject(value: JsonObject, schema: SchemaNode, path: string): Result {
  const result: Result = { errors: [], matches: 0 };
  const size = Object.keys(value).length;
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    result.errors.push(
      valueError(
        path,
        'Invalid',
        size,
        `${trimPath(path)} in body should have at least ${schema.minProperties} properties`,
      ),
    );
  }
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    result.errors.push(tooMany(path, size, schema.maxProperties));
  for (const [name, inner] of Object.entries(value)) {
    if (schema.embeddedResource && META.has(name)) continue;
    const field = schema.fields?.get(name);
    const checked = field ?? schema.values;
    if (!checked) continue;
    const part = validate(inner, checked, field && path === '' ? name : `${path}.${name}`);
    result.errors.push(...part.errors);
    result.matches += part.matches;
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name))
      result.errors.push({ path: trimPath(`${path}.${name}`), kind: 'Required', message: 'Required value' });
  }
  return result;
}
