// Custom resources against the schema of their CRD.
import type { JsonObject } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { validateValue } from '../../schema/validateValue.ts';
import type { FieldError } from '../validation/fieldError.ts';

/** What the schema refuses in an object; `old` is undefined for a create. */
export function customErrors(object: JsonObject, schema: SchemaNode, _old: JsonObject | undefined): FieldError[] {
  return validateValue(object, schema).map(({ kind, path, message }) => ({ type: kind, field: path, message }));
}
