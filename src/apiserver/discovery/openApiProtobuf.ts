// The OpenAPI v2 document in gnostic's protobuf encoding (openapiv2/OpenAPIv2.proto), which kubectl asks for and cannot do
// without: definitions only, since that is what clients read of it.
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { jsonText } from '../jsonText.ts';

export const OPENAPI_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

const LENGTH_DELIMITED = 2;
const encoder = new TextEncoder();

/** Numbers of fields, by message. */
const DOCUMENT = { swagger: 1, info: 2, paths: 8, definitions: 9 } as const;
const SCHEMA = { ref: 1, format: 2, description: 4, default: 5, required: 19, additionalProperties: 21, type: 22, items: 23, properties: 25, extension: 31 } as const;

export function openApiProtobuf(document: JsonObject): Uint8Array {
  const info = isJsonObject(document['info']) ? document['info'] : {};
  const definitions = isJsonObject(document['definitions']) ? document['definitions'] : {};
  return join([
    textField(DOCUMENT.swagger, '2.0'),
    field(DOCUMENT.info, join([textField(1, String(info['title'] ?? '')), textField(2, String(info['version'] ?? ''))])),
    field(DOCUMENT.paths, new Uint8Array()),
    field(DOCUMENT.definitions, namedSchemas(definitions)),
  ]);
}

function namedSchemas(schemas: JsonObject): Uint8Array {
  return join(Object.entries(schemas).map(([name, schema]) => field(1, join([textField(1, name), field(2, schemaOf(schema))]))));
}

function schemaOf(schema: JsonValue): Uint8Array {
  if (!isJsonObject(schema)) return new Uint8Array();
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref') parts.push(textField(SCHEMA.ref, String(value)));
    else if (key === 'format') parts.push(textField(SCHEMA.format, String(value)));
    else if (key === 'description') parts.push(textField(SCHEMA.description, String(value)));
    else if (key === 'default') parts.push(field(SCHEMA.default, anyOf(value)));
    else if (key === 'required' && Array.isArray(value)) parts.push(...value.map((name) => textField(SCHEMA.required, String(name))));
    else if (key === 'additionalProperties') parts.push(field(SCHEMA.additionalProperties, typeof value === 'boolean' ? booleanItem(value) : field(1, schemaOf(value))));
    else if (key === 'type') parts.push(field(SCHEMA.type, join((Array.isArray(value) ? value : [value]).map((each) => textField(1, String(each))))));
    else if (key === 'items') parts.push(field(SCHEMA.items, field(1, schemaOf(value))));
    else if (key === 'properties' && isJsonObject(value)) parts.push(field(SCHEMA.properties, namedSchemas(value)));
    else if (key.startsWith('x-')) parts.push(field(SCHEMA.extension, join([textField(1, key), field(2, anyOf(value))])));
  }
  return join(parts);
}

/** A value as YAML text; JSON is YAML. */
function anyOf(value: JsonValue): Uint8Array {
  return textField(2, jsonText(value));
}

function booleanItem(value: boolean): Uint8Array {
  return Uint8Array.of(2 << 3, value ? 1 : 0);
}

function textField(number: number, text: string): Uint8Array {
  return field(number, encoder.encode(text));
}

function field(number: number, contents: Uint8Array): Uint8Array {
  return join([varint((number << 3) | LENGTH_DELIMITED), varint(contents.length), contents]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
