// What the API server checks of a custom resource beside its schema: embedded resources, elements that stand twice in sets
// and keyed lists, and whether rules in CEL were reached at all.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';
import type { SchemaNode } from './schemaSet.ts';
import { printValue, trimPath, valueError } from './valueError.ts';
import type { ValueError } from './valueError.ts';

/** Stands last when rules were not evaluated because the object is invalid already. */
export const UNCHECKED_RULES: ValueError = {
  path: '<nil>',
  kind: 'Invalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

const BLOCKING: ReadonlySet<string> = new Set(['NotSupported', 'Required', 'TooLong', 'TooMany', 'TypeInvalid']);

/** Whether an error is among these that makes rules meaningless. */
export function isBlocked(errors: readonly { readonly kind: string }[]): boolean {
  return errors.some(({ kind }) => BLOCKING.has(kind));
}

/** Whether a rule stands anywhere in a schema of a CRD. */
export function hasRules(schema: SchemaNode): boolean {
  // Types of built-in kinds have names, refer to themselves and have no rules.
  if (schema.typeName !== undefined) return false;
  if ((schema.rules?.length ?? 0) > 0) return true;
  const inner = [...(schema.fields?.values() ?? []), schema.items, schema.values];
  return inner.some((node) => node !== undefined && hasRules(node));
}

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const KIND = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Visits the parts of a value that a schema describes, with upstream's paths: `map[key]`, `list[0]`, `struct.field`. */
function visit(
  value: JsonValue,
  schema: SchemaNode,
  path: string,
  look: (value: JsonValue, schema: SchemaNode, path: string) => void,
  root: boolean,
): void {
  look(value, schema, path);
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) if (schema.items) visit(item, schema.items, `${path}[${i}]`, look, false);
  } else if (isJsonObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if ((root || schema.embeddedResource) && META.has(name)) continue;
      const field = schema.fields?.get(name);
      const below = field ?? schema.values;
      if (below) visit(inner, below, field ? `${path}.${name}` : `${path}[${name}]`, look, false);
    }
  }
}

/** What is wrong with apiVersion and kind of the resources inside a resource. */
export function embeddedErrors(value: JsonValue, schema: SchemaNode): ValueError[] {
  const errors: ValueError[] = [];
  visit(
    value,
    schema,
    '',
    (part, node, path) => {
      if (!node.embeddedResource || !isJsonObject(part)) return;
      for (const name of ['apiVersion', 'kind']) errors.push(...typeMetaErrors(part, name, `${path}.${name}`));
    },
    true,
  );
  return errors;
}

function typeMetaErrors(resource: JsonObject, name: string, path: string): ValueError[] {
  if (!Object.hasOwn(resource, name)) return [{ path: trimPath(path), kind: 'Required', message: 'Required value' }];
  const value = resource[name] ?? null;
  const fail = (detail: string): ValueError[] => [valueError(path, 'Invalid', value, detail)];
  if (typeof value !== 'string') return fail('must be a string');
  if (value === '') return fail('must not be empty');
  if (name === 'apiVersion') return value.split('/').length > 2 ? fail(`unexpected GroupVersion string: ${value}`) : [];
  if (value.length <= 63 && KIND.test(value.toLowerCase())) return [];
  return fail(
    "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  );
}

/** Elements of sets and of keyed lists that stand twice; each is named once. */
export function listErrors(value: JsonValue, schema: SchemaNode): ValueError[] {
  const errors: ValueError[] = [];
  visit(
    value,
    schema,
    '',
    (part, node, path) => {
      if (Array.isArray(part) && (node.listType === 'set' || node.listType === 'map'))
        errors.push(...duplicates(part, node, path));
    },
    true,
  );
  return errors;
}

function duplicates(list: readonly JsonValue[], schema: SchemaNode, path: string): ValueError[] {
  const times = new Map<string, number>();
  const errors: ValueError[] = [];
  for (const [i, item] of list.entries()) {
    const identity = schema.listType === 'set' || !isJsonObject(item) ? item : keysOf(item, schema);
    const key = canonical(identity);
    const seen = times.get(key) ?? 0;
    times.set(key, seen + 1);
    if (seen === 1)
      errors.push({
        path: trimPath(`${path}[${i}]`),
        kind: 'Duplicate',
        message: `Duplicate value: ${printValue(identity)}`,
      });
  }
  return errors;
}

function keysOf(item: JsonObject, schema: SchemaNode): JsonObject {
  const keys: JsonObject = {};
  for (const name of (schema.listMapKeys ?? []).toSorted())
    if (Object.hasOwn(item, name)) keys[name] = item[name] ?? null;
  return keys;
}

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return stringifyJson(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
}
