// Defaults in the schema of a CRD must fit it (apiextensions-apiserver pkg/apiserver/schema/defaulting ValidateDefaults).
import { getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { objectMetaSchema } from '../../schema/builtin.ts';
import { readOpenApiSchema } from '../../schema/openapiSchema.ts';
import { validateValue } from '../../schema/validateValue.ts';
import type { FieldError } from '../validation/fieldError.ts';

/** The errors of all defaults, in a schema that is structural. */
export function defaultErrors(schema: JsonObject, at: string): FieldError[] {
  const parts = [
    [schema['items'], `${at}.items`],
    [schema['additionalProperties'], `${at}.additionalProperties`],
    ...Object.entries(getObject(schema, 'properties') ?? {}).map(
      ([name, inner]) => [inner, `${at}.properties[${name}]`] as const,
    ),
  ] as const;
  return [
    ...ownErrors(schema, `${at}.default`),
    ...parts.flatMap(([inner, place]) => (isJsonObject(inner) ? defaultErrors(inner, place) : [])),
  ];
}

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

function wrongType(value: JsonValue, type: string): string {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const own = kind === 'bigint' || (kind === 'number' && Number.isInteger(value)) ? 'integer' : kind;
  return `Invalid value: "${own}":  in body must be of type ${type}: "${own}"`;
}

function ownErrors(schema: JsonObject, at: string): FieldError[] {
  const value = schema['default'];
  if (value === undefined || value === null) return [];
  const type = schema['type'];
  // A type that is none fits nothing; that it is none is told elsewhere.
  if (typeof type === 'string' && type !== '' && !TYPES.has(type))
    return [{ type: 'TypeInvalid', field: at, message: wrongType(value, type) }];
  const node = readOpenApiSchema(schema, { objectMeta: objectMetaSchema() });
  return validateValue(value, node, false).map(({ kind, path, message }) => ({
    type: kind,
    field: path === '<nil>' || path === '' ? at : path.startsWith('[') ? `${at}${path}` : `${at}.${path}`,
    message,
  }));
}
