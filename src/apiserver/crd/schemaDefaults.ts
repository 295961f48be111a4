// Defaults in the schema of a CRD must fit it (apiextensions-apiserver pkg/apiserver/schema/defaulting ValidateDefaults).
import { getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
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

function ownErrors(schema: JsonObject, at: string): FieldError[] {
  const value = schema['default'];
  if (value === undefined || value === null) return [];
  const node = readOpenApiSchema(schema, { objectMeta: objectMetaSchema() });
  return validateValue(value, node, false).map(({ kind, path, message }) => ({
    type: kind,
    field: path === '<nil>' || path === '' ? at : path.startsWith('[') ? `${at}${path}` : `${at}.${path}`,
    message,
  }));
}
