// Runs the recorded validations of custom resources (`validate`) through schema/validateValue.ts and cel/openapi.
import { ruleTree } from '../../../src/cel/openapi/compileRules.ts';
import { validateRules } from '../../../src/cel/openapi/validateRules.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { equalJson, getList } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import { objectMetaSchema } from '../../../src/schema/builtin.ts';
import { readOpenApiSchema } from '../../../src/schema/openapiSchema.ts';
import { printValueError, validateValue } from '../../../src/schema/validateValue.ts';
import type { GoldenRunner } from '../golden.ts';

export const runners: Record<string, GoldenRunner> = { validate: runValidation };

function runValidation(record: JsonObject): ReturnType<GoldenRunner> {
  const schema = readOpenApiSchema(record['schema'] as JsonObject, { objectMeta: objectMetaSchema() });
  const errors = validateValue(record['object'] ?? null, schema, false)
    .map(printValueError)
    .sort();
  const expected = getList(record, 'schema_errors') ?? [];
  if (!equalJson(errors, expected)) return `${stringifyJson(errors)}, expected ${stringifyJson(expected)}`;
  const rules = ruleTree(schema);
  const broken = rules ? validateRules(rules, record['object'] ?? null, record['old_object'] ?? undefined) : [];
  const refused = broken.map(({ path, message }) => `${path || '<nil>'}: ${message}`).sort();
  const wanted = getList(record, 'cel_errors') ?? [];
  return equalJson(refused, wanted) ? undefined : `${stringifyJson(refused)}, expected ${stringifyJson(wanted)}`;
}
