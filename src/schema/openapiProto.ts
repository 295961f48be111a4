// The OpenAPI 2 document in the protobuf form that kubectl and client-go ask for (gnostic's openapiv2 messages), written
// from the JSON form. Only what openapi.ts puts into a document is known here.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';
import { isJsonObject } from '../model/json.ts';

/** How a JSON value becomes fields of a message. */
type Encode = (value: JsonValue) => Uint8Array[];
type Fields = Readonly<Record<string, readonly [number: number, encode: Encode]>>;

const utf8 = new TextEncoder();

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left % 128) | 128);
    left = Math.floor(left / 128);
  }
  return Uint8Array.of(...bytes, left);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const BYTES = 2;
const VARINT = 0;
const DOUBLE = 1;

/** A field with its tag. The encoders of scalars answer their wire type first. */
function field(number: number, wire: number, payload: Uint8Array): Uint8Array {
  const tag = varint(number * 8 + wire);
  return wire === BYTES ? join([tag, varint(payload.length), payload]) : join([tag, payload]);
}

function textField(number: number, value: JsonValue): Uint8Array {
  return field(number, BYTES, utf8.encode(typeof value === 'string' ? value : stringifyJson(value)));
}

const text = (number: number): readonly [number, Encode] => [number, (value) => [textField(number, value)]];
const texts = (number: number): readonly [number, Encode] => [
  number,
  (value) => (value as JsonValue[]).map((item) => textField(number, item)),
];
const flag = (number: number): readonly [number, Encode] => [
  number,
  (value) => (value === true ? [field(number, VARINT, varint(1))] : []),
];
const count = (number: number): readonly [number, Encode] => [
  number,
  (value) => [field(number, VARINT, varint(Number(value)))],
];
const real = (number: number): readonly [number, Encode] => [
  number,
  (value) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, Number(value), true);
    return [field(number, DOUBLE, bytes)];
  },
];
const nested = (number: number, encode: (value: JsonValue) => Uint8Array): readonly [number, Encode] => [
  number,
  (value) => [field(number, BYTES, encode(value))],
];
const each = (number: number, encode: (value: JsonValue) => Uint8Array): readonly [number, Encode] => [
  number,
  (value) => (value as JsonValue[]).map((item) => field(number, BYTES, encode(item))),
];

/** A map as a message with repeated pairs of name and value. */
function named(number: number, encode: (value: JsonValue) => Uint8Array): (value: JsonValue) => Uint8Array {
  return (value) =>
    join(
      Object.entries(value as JsonObject).map(([name, inner]) =>
        field(number, BYTES, join([field(1, BYTES, utf8.encode(name)), field(2, BYTES, encode(inner))])),
      ),
    );
}

/** A value of any shape, as YAML text; JSON is YAML. */
function any(value: JsonValue): Uint8Array {
  return field(2, BYTES, utf8.encode(stringifyJson(value)));
}

function message(fields: () => Fields, extensions: number): (value: JsonValue) => Uint8Array {
  return (value) => {
    const parts: Uint8Array[] = [];
    for (const [key, inner] of Object.entries(isJsonObject(value) ? value : {})) {
      const known = fields()[key];
      if (known) parts.push(...known[1](inner));
      else if (key.startsWith('x-'))
        parts.push(field(extensions, BYTES, join([field(1, BYTES, utf8.encode(key)), field(2, BYTES, any(inner))])));
    }
    return join(parts);
  };
}

const oneOf =
  (number: number, encode: (value: JsonValue) => Uint8Array) =>
  (value: JsonValue): Uint8Array =>
    field(number, BYTES, encode(value));
const schema: (value: JsonValue) => Uint8Array = message(() => SCHEMA, 31);

const SCHEMA: Fields = {
  $ref: text(1),
  format: text(2),
  default: nested(5, any),
  multipleOf: real(6),
  maximum: real(7),
  exclusiveMaximum: flag(8),
  minimum: real(9),
  exclusiveMinimum: flag(10),
  maxLength: count(11),
  minLength: count(12),
  pattern: text(13),
  maxItems: count(14),
  minItems: count(15),
  uniqueItems: flag(16),
  maxProperties: count(17),
  minProperties: count(18),
  required: texts(19),
  enum: each(20, any),
  additionalProperties: nested(21, oneOf(1, schema)),
  type: nested(22, (value) => textField(1, value)),
  items: nested(23, oneOf(1, schema)),
  properties: nested(25, named(1, schema)),
};

const bodyParameter = message(() => ({ name: text(2), in: text(3), required: flag(4), schema: nested(5, schema) }), 6);
const queryParameter = message(() => ({ in: text(2), name: text(4), type: text(6), uniqueItems: flag(20) }), 23);
const pathParameter = message(
  () => ({ required: flag(1), in: text(2), name: text(4), type: text(5), uniqueItems: flag(18) }),
  22,
);

function parameter(value: JsonValue): Uint8Array {
  const place = isJsonObject(value) ? value['in'] : undefined;
  const inner =
    place === 'body'
      ? oneOf(1, bodyParameter)
      : oneOf(2, place === 'path' ? oneOf(4, pathParameter) : oneOf(3, queryParameter));
  return field(1, BYTES, inner(value));
}

const response = message(() => ({ description: text(1), schema: nested(2, oneOf(1, schema)) }), 5);
const operation = message(
  () => ({
    operationId: text(5),
    produces: texts(6),
    consumes: texts(7),
    parameters: each(8, parameter),
    responses: nested(9, named(1, oneOf(1, response))),
  }),
  13,
);
const pathItem = message(
  () => ({
    get: nested(2, operation),
    put: nested(3, operation),
    post: nested(4, operation),
    delete: nested(5, operation),
    patch: nested(8, operation),
    parameters: each(9, parameter),
  }),
  10,
);
const document = message(
  () => ({
    swagger: text(1),
    info: nested(
      2,
      message(() => ({ title: text(1), version: text(2) }), 7),
    ),
    paths: nested(8, named(2, pathItem)),
    definitions: nested(9, named(1, schema)),
  }),
  16,
);

/** The bytes of an OpenAPI 2 document. */
export function encodeOpenApiV2(openApi: JsonObject): Uint8Array {
  return document(openApi);
}
