// Parts of built-in objects as the server's own structs print them in messages: fields in Go's order under Go's names,
// everything that is not set as null or zero. The table is generated (data/goInternal.ts).
import { getKey, isJsonObject, setKey } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { goInternalTypes } from '../data/goInternal.ts';
import { unifiedDiff } from './unifiedDiff.ts';

interface InternalField {
  /** Empty for an embedded struct, whose fields stand among those of the outer one. */
  readonly name: string;
  readonly json: string;
  readonly type: string;
}

type InternalTypes = ReadonlyMap<string, readonly InternalField[]>;

function readTypes(): InternalTypes {
  return new Map(
    goInternalTypes
      .trim()
      .split('\n')
      .map((line) => {
        const [key = '', ...fields] = line.split(' ');
        return [key, fields.map(readField)] as const;
      }),
  );
}

function readField(text: string): InternalField {
  if (text.startsWith('+')) return { name: '', json: '', type: text.slice(1) };
  const [, name = '', json = '', type = ''] = /^(\w+)=(\w+):(.+)$/.exec(text) ?? [];
  return { name, json, type };
}

const ZEROS: Readonly<Record<string, JsonValue>> = { s: '', b: false, i: 0, q: '0', t: null, j: 0 };

/** A value of the API as the internal type (`core.PodSpec`) prints. */
export function internalValue(type: string, value: JsonValue | undefined): JsonValue {
  return printed(readTypes(), type, value);
}

function printed(types: InternalTypes, type: string, value: JsonValue | undefined): JsonValue {
  if (type.startsWith('*')) return value === undefined || value === null ? null : printed(types, type.slice(1), value);
  if (type.startsWith('['))
    return Array.isArray(value) ? value.map((item) => printed(types, type.slice(1), item)) : null;
  if (type.startsWith('{')) return isJsonObject(value) ? printedMap(types, type.slice(1), value) : null;
  const fields = types.get(type);
  if (fields) return printedStruct(types, type, fields, isJsonObject(value) ? value : {});
  return value ?? ZEROS[type] ?? null;
}

function printedMap(types: InternalTypes, type: string, value: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const key of Object.keys(value).sort()) setKey(out, key, printed(types, type, value[key]));
  return out;
}

/** What a pod has in its spec and the server keeps with the security context. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

function printedStruct(
  types: InternalTypes,
  type: string,
  fields: readonly InternalField[],
  value: JsonObject,
): JsonObject {
  const out: JsonObject = {};
  for (const { name, json, type: inner } of fields) {
    if (name !== '')
      setKey(
        out,
        name,
        printed(
          types,
          inner,
          type === 'core.PodSpec' && json === 'securityContext' ? securityContext(value) : getKey(value, json),
        ),
      );
    // Embedded metadata prints as in the API.
    else if (inner === 'j')
      Object.assign(out, isJsonObject(value['metadata']) ? withSortedMaps(value['metadata']) : {});
    else Object.assign(out, printed(types, inner, value));
  }
  return out;
}

function withSortedMaps(metadata: JsonObject): JsonObject {
  const sorted = (map: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.fromEntries(
    Object.entries(metadata).map(([key, inner]) => [key, isJsonObject(inner) ? sorted(inner) : inner]),
  );
}

function securityContext(spec: JsonObject): JsonObject | undefined {
  const context = spec['securityContext'];
  const host = Object.fromEntries(
    HOST_FIELDS.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field] as JsonValue]),
  );
  return isJsonObject(context) ? { ...context, ...host } : undefined;
}

/** How two values of an internal type differ, as apimachinery's diff.Diff shows it. */
export function internalDiff(type: string, before: JsonValue | undefined, after: JsonValue | undefined): string {
  const types = readTypes();
  const text = (value: JsonValue | undefined): string => JSON.stringify(printed(types, type, value), printNumber, ' ');
  return unifiedDiff(text(before), text(after));
}

function printNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
