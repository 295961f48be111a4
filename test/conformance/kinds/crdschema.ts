// Runs the recorded validations of custom resources (`validate`) through schema/validateValue.ts.
import type { JsonObject } from '../../../src/model/json.ts';
import { equalJson, getList } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import { objectMetaSchema } from '../../../src/schema/builtin.ts';
import { readOpenApiSchema } from '../../../src/schema/openapiSchema.ts';
import { printValueError, validateValue } from '../../../src/schema/validateValue.ts';
import type { GoldenRunner } from '../golden.ts';

export const runners: Record<string, GoldenRunner> = { validate: runValidation };

function runValidation(record: JsonObject): ReturnType<GoldenRunner> {
  if ((getList(record, 'cel_errors') ?? []).length > 0) return { skip: 'needs CEL' };
  const schema = readOpenApiSchema(record['schema'] as JsonObject, { objectMeta: objectMetaSchema() });
  const errors = validateValue(record['object'] ?? null, schema, false)
    .map(printValueError)
    .sort();
  const expected = getList(record, 'schema_errors') ?? [];
  return equalJson(errors, expected) ? undefined : `${stringifyJson(errors)}, expected ${stringifyJson(expected)}`;
}
