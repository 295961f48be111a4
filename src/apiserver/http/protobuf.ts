// Request bodies in the Kubernetes protobuf encoding as JSON text: kubectl's typed commands (`create namespace`, `create
// deployment`) and controllers send them. Answers are always JSON, which every such client accepts.
import { setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { parseJson, stringifyJson } from '../../model/jsonText.ts';
import { parseApiVersion } from '../../model/objectRef.ts';
import { protobufMessages } from '../data/protobuf.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** `k8s` and a zero byte stand before the envelope (k8s.io/apimachinery runtime/serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const META = 'apimachinery.pkg.apis.meta.v1';

interface Field {
  readonly name: string;
  /** A scalar's letter, or the index of a message. */
  readonly type: string;
  readonly repeated: boolean;
  readonly isMap: boolean;
  /** The fields of the message stand among those of its parent. */
  readonly inline: boolean;
}

interface Message {
  readonly name: string;
  readonly fields: ReadonlyMap<number, Field>;
}

/** The body as JSON text, or undefined where it is not of this encoding or of a kind that is not known. */
export type ReadProtobuf = (body: Uint8Array) => string | undefined;

/** Reads the table of messages when the first such body comes. */
export function protobufReader(): ReadProtobuf {
  let messages: Message[] | undefined;
  return (body) => {
    messages ??= protobufMessages.trim().split('\n').map(parseMessage);
    try {
      const object = readEnvelope(body, messages);
      return object && stringifyJson(object);
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  };
}

function parseMessage(line: string): Message {
  const [name = '', ...texts] = line.split(' ');
  const fields = new Map<number, Field>();
  for (const text of texts) {
    const [, number = '', flags = '', field = '', type = ''] = /^(\d+)([*%^]*)(\w+):(\w+)$/.exec(text) ?? [];
    fields.set(Number(number), {
      name: field,
      type,
      repeated: flags.includes('*'),
      isMap: flags.includes('%'),
      inline: flags.includes('^'),
    });
  }
  return { name, fields };
}

function readEnvelope(body: Uint8Array, messages: readonly Message[]): JsonObject | undefined {
  if (!MAGIC.every((byte, i) => body[i] === byte)) return undefined;
  const envelope = new Wire(body.subarray(MAGIC.length)).all();
  const [typeBytes] = envelope.get(1) ?? [];
  const [raw = new Uint8Array()] = envelope.get(2) ?? [];
  if (!(typeBytes instanceof Uint8Array) || !(raw instanceof Uint8Array)) return undefined;
  const type = new Wire(typeBytes).all();
  const [apiVersion, kind] = [1, 2].map((number) => textOf(type.get(number)?.[0]));
  const message = findMessage(messages, apiVersion ?? '', kind ?? '');
  return message && { kind: kind ?? '', apiVersion: apiVersion ?? '', ...readMessage(raw, message, messages) };
}

/** `apps/v1` `Deployment` is `api.apps.v1.Deployment`; options of requests are of the meta group whatever they say. */
function findMessage(messages: readonly Message[], apiVersion: string, kind: string): Message | undefined {
  const { group, version } = parseApiVersion(apiVersion);
  const names = [`api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`, `${META}.${kind}`];
  return names
    .map((name) => messages.find((message) => message.name === name))
    .find((message) => message !== undefined);
}

function readMessage(bytes: Uint8Array, message: Message, messages: readonly Message[]): JsonObject {
  const object: JsonObject = {};
  for (const [number, values] of new Wire(bytes).all()) {
    const field = message.fields.get(number);
    if (!field) continue;
    if (field.isMap) setKey(object, field.name, readMap(values, field, messages));
    else if (field.repeated)
      setKey(
        object,
        field.name,
        values.flatMap((value) => readItems(value, field, messages)),
      );
    else place(object, field, readValue(values.at(-1), field.type, messages));
  }
  return object;
}

function place(object: JsonObject, field: Field, value: JsonValue | undefined): void {
  if (value === undefined) return;
  if (field.inline && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) setKey(object, key, inner);
  } else setKey(object, field.name, value);
}

function readMap(entries: readonly WireValue[], field: Field, messages: readonly Message[]): JsonObject {
  const map: JsonObject = {};
  for (const entry of entries) {
    if (!(entry instanceof Uint8Array)) continue;
    const pair = new Wire(entry).all();
    const value = readValue(
      pair.get(2)?.[0] ?? (field.type.length === 1 && field.type !== 'i' && field.type !== 'b' ? new Uint8Array() : 0n),
      field.type,
      messages,
    );
    setKey(map, textOf(pair.get(1)?.[0]) ?? '', value ?? null);
  }
  return map;
}

/** Repeated numbers may come packed into one value. */
function readItems(value: WireValue, field: Field, messages: readonly Message[]): JsonValue[] {
  if (field.type === 'i' && value instanceof Uint8Array) {
    const packed = new Wire(value);
    const numbers: JsonValue[] = [];
    while (!packed.ended()) numbers.push(integerOf(packed.varint()));
    return numbers;
  }
  const item = readValue(value, field.type, messages);
  return item === undefined ? [] : [item];
}

function readValue(value: WireValue | undefined, type: string, messages: readonly Message[]): JsonValue | undefined {
  if (type === 'i') return typeof value === 'bigint' ? integerOf(value) : undefined;
  if (type === 'b') return value === 1n;
  if (!(value instanceof Uint8Array)) return undefined;
  if (type === 's') return new TextDecoder().decode(value);
  if (type === 'y') return Buffer.from(value).toString('base64');
  if (type === 'd') return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0, true);
  const message = messages[Number(type)];
  return message && (SPECIAL[message.name] ?? readMessage)(value, message, messages);
}

type ReadSpecial = (bytes: Uint8Array, message: Message, messages: readonly Message[]) => JsonValue | undefined;

/** Messages whose JSON is not an object of their fields. */
const SPECIAL: Readonly<Record<string, ReadSpecial>> = {
  [`${META}.Time`]: readTime,
  [`${META}.MicroTime`]: readMicroTime,
  [`${META}.FieldsV1`]: readRaw,
  [`${META}.Verbs`]: (bytes) => (new Wire(bytes).all().get(1) ?? []).map((item) => textOf(item) ?? ''),
  'apimachinery.pkg.runtime.RawExtension': readRaw,
  'apimachinery.pkg.api.resource.Quantity': (bytes) => textOf(new Wire(bytes).all().get(1)?.[0]) ?? '0',
  'apimachinery.pkg.util.intstr.IntOrString': readIntOrString,
};

/** The zero time is no time. */
function readTime(bytes: Uint8Array): JsonValue | undefined {
  const seconds = new Wire(bytes).all().get(1)?.[0];
  return typeof seconds === 'bigint'
    ? `${new Date(Number(BigInt.asIntN(64, seconds)) * 1000).toISOString().slice(0, 19)}Z`
    : undefined;
}

function readMicroTime(bytes: Uint8Array): JsonValue | undefined {
  const time = readTime(bytes);
  const nanos = new Wire(bytes).all().get(2)?.[0];
  const micros = typeof nanos === 'bigint' ? Number(nanos / 1000n) : 0;
  return typeof time === 'string' ? time.replace('Z', `.${String(micros).padStart(6, '0')}Z`) : undefined;
}

function readRaw(bytes: Uint8Array): JsonValue | undefined {
  const text = textOf(new Wire(bytes).all().get(1)?.[0]);
  return text === undefined || text === '' ? undefined : parseJson(text);
}

function readIntOrString(bytes: Uint8Array): JsonValue {
  const fields = new Wire(bytes).all();
  if (fields.get(1)?.[0] === 1n) return textOf(fields.get(3)?.[0]) ?? '';
  const value = fields.get(2)?.[0];
  return typeof value === 'bigint' ? integerOf(value) : 0;
}

function textOf(value: WireValue | undefined): string | undefined {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

function integerOf(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

type WireValue = bigint | Uint8Array;

/** The wire format itself: tags, varints, and lengths. Throws RangeError where the bytes end early. */
class Wire {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  ended(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Every value by its field number, in the order of the bytes. */
  all(): Map<number, WireValue[]> {
    const found = new Map<number, WireValue[]>();
    while (!this.ended()) {
      const tag = Number(this.varint());
      const value = this.value(tag & 7);
      found.set(tag >> 3, [...(found.get(tag >> 3) ?? []), value]);
    }
    return found;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number ends early');
  }

  private value(kind: number): WireValue {
    if (kind === 0) return this.varint();
    const length = kind === 2 ? Number(this.varint()) : kind === 1 ? 8 : kind === 5 ? 4 : -1;
    if (length < 0 || this.at + length > this.bytes.length) throw new RangeError('a value ends early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
