// Checks a value against its schema as structured merge needs it, and lists the fields that a value holds. Not the
// validation of an object: see schema/validateValue.ts.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';
import { fieldOf, isAssociative, isAtomicMap, itemsOf, narrow, scalarTypeOf, shapeOf } from './atom.ts';
import { insertPath, newSetBuilder } from './fieldSet.ts';
import type { FieldSet, SetBuilder } from './fieldSet.ts';
import { goSyntax, goType, goValue } from './goPrint.ts';
import { listElement } from './listElement.ts';
import { fieldElement, printElement } from './pathElement.ts';
import type { PathElement } from './pathElement.ts';

/** What is wrong with a value, as structured-merge-diff words it. */
export interface TypeError {
  readonly path: string;
  readonly message: string;
}

/** Prints one error alone and several as a list, as upstream's ValidationErrors. */
export function printTypeErrors(errors: readonly TypeError[]): string {
  const lines = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return lines.length === 1 ? (lines[0] as string) : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Everything in a value that its schema does not allow. `duplicates: 'allowed'` for live objects. */
export function checkTyped(value: JsonValue, schema: SchemaNode, duplicates: 'allowed' | 'refused'): TypeError[] {
  const errors: TypeError[] = [];
  check(value, schema, '', duplicates === 'refused', errors);
  return errors;
}

function check(
  value: JsonValue,
  schema: SchemaNode,
  path: string,
  refuseDuplicates: boolean,
  errors: TypeError[],
): void {
  const fail = (message: string): void => void errors.push({ path, message });
  switch (shapeOf(narrow(schema, value))) {
    case 'scalar': {
      const message = scalarError(schema, value);
      if (message !== undefined) fail(message);
      return;
    }
    case 'map':
      if (value === null) return;
      if (isJsonObject(value)) checkMap(value, schema, path, refuseDuplicates, errors);
      else fail(`expected map, got ${goValue(value)}`);
      return;
    case 'list':
      if (value === null) return;
      if (Array.isArray(value)) checkList(value, schema, path, refuseDuplicates, errors);
      else fail(`expected list, got ${goValue(value)}`);
  }
}

function checkMap(
  value: JsonObject,
  schema: SchemaNode,
  path: string,
  refuseDuplicates: boolean,
  errors: TypeError[],
): void {
  for (const [name, inner] of Object.entries(value)) {
    const at = `${path}.${name}`;
    const field = fieldOf(schema, name);
    if (!field) {
      errors.push({ path: at, message: 'field not declared in schema' });
      return;
    }
    check(inner, field, at, refuseDuplicates, errors);
  }
}

function checkList(
  value: JsonValue[],
  schema: SchemaNode,
  path: string,
  refuseDuplicates: boolean,
  errors: TypeError[],
): void {
  const seen = new Set<PathElement>();
  const associative = isAssociative(schema);
  for (const [i, item] of value.entries()) {
    let step = `[${i}]`;
    if (associative) {
      const element = listElement(schema, item);
      if (typeof element !== 'string') {
        errors.push({ path, message: `element ${i}: ${element.error}` });
        return;
      }
      if (seen.has(element) && refuseDuplicates)
        errors.push({ path, message: `duplicate entries for key ${printElement(element)}` });
      seen.add(element);
      step = printElement(element);
    }
    check(item, itemsOf(schema), path + step, refuseDuplicates, errors);
  }
}

/** Why a scalar is not of its type; undefined where it is, or where nothing is there. */
export function scalarError(schema: SchemaNode, value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const type = scalarTypeOf(schema);
  const is = typeof value;
  if (type === 'numeric')
    return is === 'number' || is === 'bigint' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
  if (type === 'string') return is === 'string' ? undefined : `expected string, got ${goSyntax(value)}`;
  if (type === 'boolean') return is === 'boolean' ? undefined : `expected boolean, got ${goValue(value)}`;
  return is === 'object' ? `expected any scalar, got ${goValue(value)}` : undefined;
}

/** Every leaf field and list element of a value. */
export function fieldsOf(value: JsonValue, schema: SchemaNode): FieldSet {
  const set = newSetBuilder();
  collect(value, schema, [], set);
  return set;
}

function collect(value: JsonValue, schema: SchemaNode, path: PathElement[], set: SetBuilder): void {
  switch (shapeOf(narrow(schema, value))) {
    case 'scalar':
      insertPath(set, path);
      return;
    case 'map':
      if (isAtomicMap(schema)) insertPath(set, path);
      else if (isJsonObject(value)) collectMap(value, schema, path, set);
      return;
    case 'list':
      if (!isAssociative(schema)) insertPath(set, path);
      else if (Array.isArray(value)) collectList(value, schema, path, set);
  }
}

function collectMap(value: JsonObject, schema: SchemaNode, path: PathElement[], set: SetBuilder): void {
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    path.push(fieldElement(name));
    if (field) collect(inner, field, path, set);
    const empty = inner === null || (isJsonObject(inner) && Object.keys(inner).length === 0);
    // Entries of free maps are owned themselves; named fields only through what is in them.
    if (empty || !schema.fields?.has(name)) insertPath(set, path);
    path.pop();
  }
}

function collectList(value: JsonValue[], schema: SchemaNode, path: PathElement[], set: SetBuilder): void {
  const elements = value.map((item) => listElement(schema, item));
  const count = new Map<PathElement, number>();
  for (const element of elements) if (typeof element === 'string') count.set(element, (count.get(element) ?? 0) + 1);
  for (const [i, element] of elements.entries()) {
    if (typeof element !== 'string') continue;
    path.push(element);
    // Of duplicates only the key is owned, as one thing.
    if (count.get(element) === 1) collect(value[i] as JsonValue, itemsOf(schema), path, set);
    insertPath(set, path);
    path.pop();
  }
}
