// Errors about one field of an object, worded as k8s.io/apimachinery pkg/util/validation/field words them.
import { stringifyJson } from '../../model/jsonText.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

export type FieldErrorType =
  | 'Required'
  | 'Duplicate'
  | 'Invalid'
  | 'NotSupported'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany'
  | 'NotFound'
  | 'Internal'
  | 'TypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** Message without the field: `Invalid value: "x": must be ...`. */
  readonly message: string;
}

const REASONS: Readonly<Record<FieldErrorType, string>> = {
  Required: 'FieldValueRequired',
  Duplicate: 'FieldValueDuplicate',
  Invalid: 'FieldValueInvalid',
  NotSupported: 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
  TooLong: 'FieldValueTooLong',
  TooMany: 'FieldValueTooMany',
  NotFound: 'FieldValueNotFound',
  Internal: 'InternalError',
  TypeInvalid: 'FieldValueTypeInvalid',
};

/** How Go prints the offending value: strings quoted, others as JSON, a missing one as null. */
export function printValue(value: JsonValue | undefined): string {
  return value === undefined ? 'null' : stringifyJson(value);
}

function withDetail(head: string, detail: string): string {
  return detail === '' ? head : `${head}: ${detail}`;
}

export function requiredValue(field: string, detail = ''): FieldError {
  return { type: 'Required', field, message: withDetail('Required value', detail) };
}

export function invalidValue(field: string, value: JsonValue | undefined, detail: string): FieldError {
  return { type: 'Invalid', field, message: withDetail(`Invalid value: ${printValue(value)}`, detail) };
}

/** One without the value, which would say nothing. */
export function invalidField(field: string, detail: string): FieldError {
  return { type: 'Invalid', field, message: withDetail('Invalid value', detail) };
}

export function duplicateValue(field: string, value: JsonValue): FieldError {
  return { type: 'Duplicate', field, message: `Duplicate value: ${printValue(value)}` };
}

export function notSupported(field: string, value: JsonValue | undefined, supported: readonly string[]): FieldError {
  const values = supported.map((item) => JSON.stringify(item)).join(', ');
  return {
    type: 'NotSupported',
    field,
    message: withDetail(`Unsupported value: ${printValue(value)}`, values === '' ? '' : `supported values: ${values}`),
  };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, message: withDetail('Forbidden', detail) };
}

export function tooLong(field: string, limit: number): FieldError {
  return { type: 'TooLong', field, message: `Too long: may not be more than ${limit} bytes` };
}

export function tooMany(field: string, count: number, limit: number): FieldError {
  const items = limit === 1 ? 'item' : 'items';
  return { type: 'TooMany', field, message: `Too many: ${count}: must have at most ${limit} ${items}` };
}

export function notFoundValue(field: string, value: JsonValue): FieldError {
  return { type: 'NotFound', field, message: `Not found: ${printValue(value)}` };
}

function printError(error: FieldError): string {
  return error.field === '' ? error.message : `${error.field}: ${error.message}`;
}

/** One message for all errors; equal ones are said once, as field.ErrorList.ToAggregate does. */
export function invalidMessage(errors: readonly FieldError[]): string {
  const lines = [...new Set(errors.map(printError))];
  return lines.length === 1 ? (lines[0] as string) : `[${lines.join(', ')}]`;
}

export function invalidCauses(errors: readonly FieldError[]): JsonObject[] {
  return errors.map((error) => ({ reason: REASONS[error.type], message: error.message, field: error.field }));
}
