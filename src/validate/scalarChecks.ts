// What a schema says of the values of scalars: types, formats, enums, patterns and bounds. Knows nothing of places.
import type { JsonValue } from '../model/json.ts';
import { goRegexp } from '../model/goRegexp.ts';
import { equalJson } from '../model/json.ts';
import type { ScalarNode } from '../model/node.ts';
import type { SchemaNode } from '../schema/schemaSet.ts';

const NAMES: Readonly<Record<SchemaNode['type'], string>> = {
  object: 'a map',
  list: 'a list',
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  'int-or-string': 'integer or string',
  any: 'any value',
};

/** How messages call the type that a schema expects. */
export function expectedType(schema: SchemaNode): string {
  return schema.format === 'quantity' ? 'a quantity' : NAMES[schema.type];
}

/** Whether a scalar has the type of the schema. Null is judged by the caller. */
export function hasType({ value }: ScalarNode, schema: SchemaNode): boolean {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  switch (schema.type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    case 'number':
      return isNumber;
    case 'int-or-string':
      return (
        typeof value === 'string' ||
        (isNumber && (schema.format === 'quantity' || typeof value === 'bigint' || Number.isInteger(value)))
      );
    default:
      return false;
  }
}

const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Why a scalar of the right type is not allowed, or undefined. */
export function valueProblem(node: ScalarNode, schema: SchemaNode): string | undefined {
  const { value } = node;
  if (schema.enum && !schema.enum.some((allowed) => equalJson(allowed, value))) {
    return `must be one of ${schema.enum.map((allowed: JsonValue) => (typeof allowed === 'string' ? allowed : String(allowed))).join(', ')}`;
  }
  if (schema.format === 'quantity') return QUANTITY.test(node.text) ? undefined : 'is no quantity, such as 500m or 1Gi';
  if (typeof value === 'string') return textProblem(value, schema);
  if (typeof value === 'number' || typeof value === 'bigint') return numberProblem(value, schema);
  return undefined;
}

function textProblem(text: string, schema: SchemaNode): string | undefined {
  const { minLength, maxLength } = schema;
  if (minLength !== undefined && [...text].length < minLength)
    return `must have at least ${count(minLength, 'character')}`;
  if (maxLength !== undefined && [...text].length > maxLength)
    return `must have at most ${count(maxLength, 'character')}`;
  if (schema.pattern !== undefined && !matches(schema.pattern, text)) return `must match ${schema.pattern}`;
  if (schema.format === 'byte' && !isBase64(text)) return 'is no base64';
  if (schema.format === 'date-time' && !DATE_TIME.test(text)) return 'is no time, such as 2006-01-02T15:04:05Z';
  return undefined;
}

function isBase64(text: string): boolean {
  const plain = text.replace(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

/** Patterns are Go's. A malformed one is not judged here. */
function matches(pattern: string, text: string): boolean {
  return goRegexp(pattern, 'anywhere')?.test(text) ?? true;
}

const INT32 = 2 ** 31;

function numberProblem(value: number | bigint, schema: SchemaNode): string | undefined {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && Number(value) === minimum))) {
    return `must be ${schema.exclusiveMinimum === true ? 'more than' : 'at least'} ${minimum}`;
  }
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && Number(value) === maximum))) {
    return `must be ${schema.exclusiveMaximum === true ? 'less than' : 'at most'} ${maximum}`;
  }
  if (schema.format === 'int32' && (value >= INT32 || value < -INT32)) return 'does not fit into 32 bits';
  if (schema.multipleOf !== undefined && !Number.isInteger(Number(value) / schema.multipleOf))
    return `must be a multiple of ${schema.multipleOf}`;
  return undefined;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
