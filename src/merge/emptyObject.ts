// A built-in object before anything is set. Go structs have fields that are never absent, and who adds something below
// such a field does not own the field itself; managedFields show the difference.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, setKey } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

/** The zero value of a built-in kind as JSON: structs as `{}`, required lists, maps and pointers as null, required texts as ''. */
export function emptyObject(schema: SchemaNode): JsonObject {
  const out: JsonObject = {};
  for (const [name, field] of schema.fields ?? []) {
    const value = emptyValue(field, schema.required?.includes(name) ?? false);
    if (value !== undefined) setKey(out, name, value);
  }
  return out;
}

function emptyValue(field: SchemaNode, required: boolean): JsonValue | undefined {
  // The facts mark a struct by an empty object as its default.
  if (isJsonObject(field.default) && Object.keys(field.default).length === 0) return field.fields ? emptyObject(field) : undefined;
  if (!required) return undefined;
  return field.default === undefined ? null : zeroOf(field);
}

function zeroOf(field: SchemaNode): JsonValue {
  if (field.type === 'string') return '';
  if (field.type === 'boolean') return false;
  return field.type === 'integer' || field.type === 'number' || field.type === 'int-or-string' ? 0 : null;
}
