// The limits that a schema sets to texts and numbers, in the API server's words.
import { goPattern } from './formats.ts';
import type { SchemaNode } from './schemaSet.ts';
import { placelessError, valueError } from './valueError.ts';
import type { ValueError } from './valueError.ts';

/** The first limit of a text that is broken: length before pattern. */
export function stringErrors(value: string, schema: SchemaNode, path: string): ValueError[] {
  const name = nameOf(path);
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return [{ path: name, kind: 'TooLong', message: `Too long: may not be more than ${schema.maxLength} bytes` }];
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [valueError(path, 'Invalid', value, `${name} in body should be at least ${schema.minLength} chars long`)];
  }
  if (schema.pattern === undefined) return [];
  const pattern = goPattern(schema.pattern);
  if ('test' in pattern)
    return pattern.test(value)
      ? []
      : [valueError(path, 'Invalid', value, `${name} in body should match '${schema.pattern}'`)];
  return [
    valueError(
      path,
      'Invalid',
      value,
      `${name} in body should match '${schema.pattern}, but pattern is invalid: ${pattern.error}'`,
    ),
  ];
}

function nameOf(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}

/** Every limit of a number that is broken. */
export function numberErrors(
  value: number | bigint,
  schema: SchemaNode,
  types: readonly string[],
  path: string,
): ValueError[] {
  const name = nameOf(path);
  const errors: ValueError[] = [];
  const fail = (detail: string): void =>
    void errors.push(valueError(path, 'Invalid', value, `${name} in body should be ${detail}`));
  const range = rangeError(value, schema.format ?? '', types.length === 1 ? (types[0] ?? '') : '', name);
  if (range) errors.push(range);
  const { multipleOf, minimum, maximum } = schema;
  if (multipleOf !== undefined && multipleOf > 0 && !isMultiple(value, multipleOf)) fail(`a multiple of ${multipleOf}`);
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum))
    fail(`greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum))
    fail(`less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  return errors;
}

function isMultiple(value: number | bigint, factor: number): boolean {
  if (typeof value === 'bigint') return Number.isInteger(factor) && value % BigInt(factor) === 0n;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

const INT32 = 2 ** 31;
const FLOAT32_MAX = 3.4028234663852886e38;

/** Whether the number fits into the type that its format names. */
function rangeError(value: number | bigint, format: string, type: string, name: string): ValueError | undefined {
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  let fits = true;
  if (type === 'integer') {
    if (format === 'int32') fits = isInteger && value >= -INT32 && value < INT32;
    else
      fits =
        isInteger &&
        (typeof value === 'bigint' ? value >= -(2n ** 63n) && value < 2n ** 63n : Math.abs(value) < 2 ** 63);
  } else if (format === 'float') fits = Math.abs(Number(value)) <= FLOAT32_MAX;
  if (fits) return undefined;
  return placelessError(
    `Checked value must be of type ${type === '' ? '' : type} ${format === '' ? '(default format)' : `with format ${format}`} in ${name}`,
  );
}
