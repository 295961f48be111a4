// Custom resources against the schema of their CRD.
import type { JsonObject } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import type { FieldError } from '../validation/fieldError.ts';

export function customErrors(_object: JsonObject, _schema: SchemaNode, _old: JsonObject | undefined): FieldError[] {
  return [];
}
