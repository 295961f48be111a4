// JSON as values of CEL by its schema: what self and oldSelf are to a rule (k8s.io/apiserver/pkg/cel/common,
// valuesunstructured.go). Converts a part when it is read.
import { equalJson, getKey, isJsonObject } from '../../model/json.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { SchemaNode } from '../../schema/schemaSet.ts';
import { durationNanos, timestampNanos, zoneOffset } from '../library/timeText.ts';
import { valueOfJson } from '../jsonValue.ts';
import { equalItems, equalValues, fault, list, timestamp } from '../value.ts';
import type { CelList, CelMap, CelValue } from '../value.ts';
import { escapeProperty, unescapeProperty } from './propertyName.ts';

export function valueOfSchema(json: JsonValue, schema: SchemaNode): CelValue {
  if (json === null)
    return schema.nullable === true ? null : fault('invalid data, got null for schema with nullable=false');
  switch (schema.type) {
    case 'int-or-string':
      if (typeof json === 'string') return json;
      return integerOf(json) ?? fault('invalid data, expected XIntOrString value to be either a string or integer');
    case 'object':
      if (!isJsonObject(json)) return fault('invalid data, expected a map for the provided schema with type=object');
      return objectValue(json, schema);
    case 'list':
      if (!Array.isArray(json)) return fault('invalid data, expected an array for the provided schema with type=array');
      return schema.items
        ? listValue(json, schema, schema.items)
        : fault('invalid array type, expected Items with a non-empty Schema');
    case 'string':
      return typeof json === 'string'
        ? textValue(json, schema)
        : fault('invalid data, expected string, got another type');
    case 'number':
      return typeof json === 'number' || typeof json === 'bigint'
        ? Number(json)
        : fault('invalid data, expected float, got another type');
    case 'integer':
      return integerOf(json) ?? fault('invalid data, expected int, got another type');
    case 'boolean':
      return typeof json === 'boolean' ? json : fault('invalid data, expected bool, got another type');
    default:
      return valueOfJson(json);
  }
}

function integerOf(json: JsonValue): bigint | undefined {
  if (typeof json === 'bigint') return json;
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : undefined;
}

function textValue(text: string, schema: SchemaNode): CelValue {
  switch (schema.format) {
    case 'duration': {
      const nanos = durationNanos(text);
      return nanos === undefined ? fault(`Invalid duration ${text}`) : { kind: 'duration', nanos };
    }
    case 'date':
    case 'date-time': {
      const time = schema.format === 'date' ? `${text}T00:00:00Z` : text.toUpperCase();
      const nanos = timestampNanos(time);
      if (nanos === undefined) return fault(`Invalid ${schema.format} formatted string ${text}`);
      return timestamp(nanos, zoneOffset(time));
    }
    case 'byte':
      try {
        return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      } catch {
        return fault(`Invalid byte formatted string ${text}`);
      }
    default:
      return text;
  }
}

/** An object with properties goes by identifiers, and what is null is not there; a map goes by its keys. */
function objectValue(json: JsonObject, schema: SchemaNode): CelMap {
  const names = Object.keys(json);
  const { fields } = schema;
  const schemaOf = (name: string): SchemaNode | undefined => (fields ? fields.get(name) : schema.values);
  const value: CelMap = {
    kind: 'map',
    size: names.length,
    json,
    // Fields that the schema does not know are compared as they are; one that is missing there is passed over.
    equals: ({ find, json: other }) =>
      names.every((name) => {
        const known = schemaOf(name) !== undefined;
        const key = fields ? (escapeProperty(name) ?? name) : name;
        if (known) return sameMember(value.find(key), find(key));
        const raw = other && getKey(other, name);
        return other !== undefined && (raw === undefined || equalJson(raw, json[name]));
      }),
    find: (key) => {
      if (typeof key !== 'string') return fault('no such overload');
      const name = fields ? unescapeProperty(key) : key;
      const member = name === undefined ? undefined : getKey(json, name);
      if (name === undefined || member === undefined || (fields && member === null)) return undefined;
      const node = schemaOf(name);
      return node && valueOfSchema(member, node);
    },
    keys: () =>
      names
        .filter((name) => schemaOf(name) !== undefined)
        .map((name) => (fields ? (escapeProperty(name) ?? name) : name)),
  };
  return value;
}

function sameMember(a: CelValue | undefined, b: CelValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalValues(a, b);
}

function listValue(json: readonly JsonValue[], schema: SchemaNode, node: SchemaNode): CelList {
  const items = json.map((item) => valueOfSchema(item, node));
  if (schema.listType === 'set') return setOf(items);
  return schema.listType === 'map' ? keyedList(items, schema.listMapKeys ?? []) : list(items);
}

/** x-kubernetes-list-type=set: order means nothing, and adding what is there already adds nothing. */
function setOf(items: readonly CelValue[]): CelList {
  const has = (among: readonly CelValue[], item: CelValue): boolean => among.some((one) => equalValues(one, item));
  return {
    kind: 'list',
    items,
    equals: (other) => items.length === other.length && other.every((item) => has(items, item)),
    concat: (other) => {
      const all = [...items];
      for (const item of other) if (!has(all, item)) all.push(item);
      return setOf(all);
    },
  };
}

/** x-kubernetes-list-type=map: elements are compared and replaced by their keys. */
function keyedList(items: readonly CelValue[], keys: readonly string[]): CelList {
  const identifiers = keys.map((key) => escapeProperty(key) ?? key);
  const keyOf = (item: CelValue): CelValue[] =>
    identifiers.map((key) => (isMapValue(item) ? (item.find(key) ?? null) : null));
  const indexOf = (among: readonly CelValue[], item: CelValue): number => {
    const key = keyOf(item);
    return among.findIndex((one) => equalItems(keyOf(one), key));
  };
  return {
    kind: 'list',
    items,
    equals: (other) =>
      items.length === other.length &&
      other.every((item) => {
        const found = items[indexOf(items, item)];
        return found !== undefined && equalValues(found, item);
      }),
    concat: (other) => {
      const all = [...items];
      for (const item of other) {
        const at = indexOf(all, item);
        if (at >= 0) all[at] = item;
        else all.push(item);
      }
      return keyedList(all, keys);
    },
  };
}

function isMapValue(value: CelValue): value is CelMap {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'map';
}
