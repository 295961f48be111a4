// JSON text in which a key stands twice, as Go reads it into structs: the second value is read into what the first left,
// so structs and maps are merged. A JSON parser keeps the last one only.
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson } from '../../model/jsonText.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const ANY: SchemaNode = { type: 'any' };

interface Tokens {
  readonly all: readonly string[];
  at: number;
}

/** Reads text that is known to be JSON into a built-in kind. */
export function parseMerging(text: string, schema: SchemaNode): JsonValue {
  return readInto({ all: text.match(TOKEN) ?? [], at: 0 }, undefined, schema);
}

function readInto(tokens: Tokens, before: JsonValue | undefined, schema: SchemaNode): JsonValue {
  const token = tokens.all[tokens.at++] ?? 'null';
  if (token === '{') return readObject(tokens, before, schema);
  if (token === '[') return readList(tokens, before, schema);
  const value = parseJson(token);
  // Null empties maps and lists; a struct or a scalar stays what it was.
  return value === null &&
    before !== undefined &&
    (schema.fields !== undefined || !['object', 'list', 'any'].includes(schema.type))
    ? before
    : value;
}

function readObject(tokens: Tokens, before: JsonValue | undefined, schema: SchemaNode): JsonObject {
  const isKept = schema.fields !== undefined || schema.values !== undefined;
  const object: JsonObject = isKept && isJsonObject(before) ? { ...before } : {};
  while (tokens.all[tokens.at] !== '}') {
    const key = JSON.parse(tokens.all[tokens.at] ?? '""') as string;
    tokens.at += 2;
    const field = schema.fields?.get(key);
    // The elements of a map are read anew.
    setKey(object, key, readInto(tokens, field ? getKey(object, key) : undefined, field ?? schema.values ?? ANY));
    if (tokens.all[tokens.at] === ',') tokens.at++;
  }
  tokens.at++;
  return object;
}

/** Elements are read into those that stood at the same index; there are as many as in the second list. */
function readList(tokens: Tokens, before: JsonValue | undefined, schema: SchemaNode): JsonValue[] {
  const items: JsonValue[] = [];
  while (tokens.all[tokens.at] !== ']') {
    const old = schema.items?.fields && Array.isArray(before) ? before[items.length] : undefined;
    items.push(readInto(tokens, old, schema.items ?? ANY));
    if (tokens.all[tokens.at] === ',') tokens.at++;
  }
  tokens.at++;
  return items;
}
