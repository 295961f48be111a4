// What is wrong with a schema of a CRD: its shape where it can be read at all, and the form of its parts, in upstream's order
// (apiextensions-apiserver validateCustomResourceDefinitionValidation).
import { getObject, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { invalidValue } from '../validation/fieldError.ts';
import type { FieldError } from '../validation/fieldError.ts';
import { defaultErrors } from './schemaDefaults.ts';
import { formErrors, isUnreadable, rootErrors } from './schemaForm.ts';
import { structuralErrors } from './structural.ts';

/** The errors of a schema, without those of its rules. */
export function schemaErrorsOf(schema: JsonObject, at: string, hasStatus: boolean): FieldError[] {
  const shape = isUnreadable(schema) ? undefined : structuralErrors(schema, at);
  const errors = [
    ...rootErrors(schema, at, hasStatus),
    ...(shape ?? []),
    ...(shape?.length === 0 ? defaultErrors(schema, at) : []),
    ...formErrors(schema, at),
  ];
  return errors.length === 0 && saysDialect(schema)
    ? [invalidValue(at, '', "OpenAPIV3Schema 'schema' is not supported")]
    : errors;
}

/** Which dialect a schema is of is not for it to say; told where there is nothing else to tell. */
function saysDialect(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(saysDialect);
  if (!isJsonObject(value)) return false;
  return typeof value['$schema'] === 'string' && value['$schema'] !== ''
    ? true
    : ['items', 'additionalProperties', 'not', 'allOf', 'anyOf', 'oneOf'].some((part) =>
        saysDialect(value[part] ?? null),
      ) || Object.values(getObject(value, 'properties') ?? {}).some(saysDialect);
}
