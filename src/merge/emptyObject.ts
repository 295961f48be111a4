// A built-in object before anything is set. Go structs have fields that are never absent, and who adds something below
// such a field does not own the field itself; managedFields show the difference.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { getKey, isJsonObject, setKey } from '../model/json.ts';
import { isAlwaysPrinted } from '../schema/goFields.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

/** The zero value of a built-in kind as JSON: structs as `{}`, required lists, maps and pointers as null, texts as ''. */
export function emptyObject(schema: SchemaNode): JsonObject {
  const out: JsonObject = {};
  for (const [name, field] of schema.fields ?? []) {
    const isRequired = schema.required?.includes(name) ?? false;
    // Some fields are required and yet left out when they are empty.
    const isPrinted = isRequired && (schema.typeName === undefined || isAlwaysPrinted(schema.typeName, name));
    const value = emptyValue(field, isPrinted);
    if (value !== undefined) setKey(out, name, value);
  }
  return out;
}

function emptyValue(field: SchemaNode, required: boolean): JsonValue | undefined {
  // The facts mark a struct by an empty object as its default.
  if (isJsonObject(field.default) && Object.keys(field.default).length === 0)
    return field.fields ? emptyObject(field) : undefined;
  // A zero as a default says that the field is never left out, required or not; other defaults are set by code.
  if (field.default === '' || field.default === 0 || field.default === false) return field.default;
  return required && field.default === undefined ? null : undefined;
}

/**
 * The object with null wherever the other one has it and this one has nothing. Go writes null for an empty list or map
 * whose field is never left out, so that null on one side means null on the other. Looks into maps only.
 */
export function withNullsOf(object: JsonObject, other: JsonObject): JsonObject {
  let out = object;
  const put = (name: string, value: JsonValue): void => {
    if (out === object) out = { ...object };
    setKey(out, name, value);
  };
  for (const [name, value] of Object.entries(other)) {
    const own = getKey(object, name);
    if (value === null && own === undefined) put(name, null);
    else if (isJsonObject(value) && isJsonObject(own)) {
      const inner = withNullsOf(own, value);
      if (inner !== own) put(name, inner);
    }
  }
  return out;
}
