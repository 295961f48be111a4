import { expect, test } from 'vitest';
import { builtinSchemas } from './builtin.ts';
import { openApiV2 } from './openapi.ts';
import { encodeOpenApiV2 } from './openapiProto.ts';

/** The length-delimited fields of a message with this number. */
function fieldsOf(bytes: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 === 0) varint();
    else if (tag % 8 === 1) at += 8;
    else {
      const length = varint();
      if (tag >> 3 === number) found.push(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test('the protobuf form has the definitions and paths of the JSON form', () => {
  const json = openApiV2(builtinSchemas(), 'v1.2.3');
  const bytes = encodeOpenApiV2(json);
  const names = (message: number, pair: number): string[] =>
    fieldsOf(fieldsOf(bytes, message)[0] ?? new Uint8Array(), pair).map((entry) => textOf(fieldsOf(entry, 1)[0]));
  expect(textOf(fieldsOf(bytes, 1)[0])).toBe('2.0');
  expect(names(9, 1)).toEqual(Object.keys(json['definitions'] as object));
  expect(names(8, 2)).toEqual(Object.keys(json['paths'] as object));
});
