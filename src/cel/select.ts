// Fields and members of values: a.b, a[b], their optional forms and has(). Evaluates no expression.
import { fault, isFault, isList, isMap, isOptional, kindOf, NONE, numberOf, optional } from './value.ts';
import type { CelValue } from './value.ts';

export function selectValue(operand: CelValue, field: string): CelValue {
  if (isOptional(operand)) return selectOptional(operand, field);
  const found = isMap(operand) ? operand.find(field) : undefined;
  return found === undefined ? fault(`no such key: ${field}`) : found;
}

/** has(operand.field) */
export function testField(operand: CelValue, field: string): CelValue {
  if (isOptional(operand)) return operand.value === undefined ? false : testField(operand.value, field);
  const found = isMap(operand) ? operand.find(field) : undefined;
  return found !== undefined && isFault(found) ? found : found !== undefined;
}

export function selectIndex(operand: CelValue, index: CelValue): CelValue {
  if (isOptional(operand)) return selectOptional(operand, index);
  const found = lookUp(operand, index);
  if (found !== undefined) return found;
  if (isList(operand)) return fault(`index out of bounds: ${String(numberOf(index))}`);
  return fault(`no such key: ${shownKey(index)}`);
}

/** The member where it is there; an optional of nothing is one of nothing. */
export function selectOptional(operand: CelValue, index: CelValue): CelValue {
  if (isOptional(operand)) return operand.value === undefined ? NONE : selectOptional(operand.value, index);
  const found = lookUp(operand, index);
  if (found === undefined) return NONE;
  return kindOf(found) === 'fault' ? found : optional(found);
}

function lookUp(operand: CelValue, index: CelValue): CelValue | undefined {
  if (isMap(operand)) return operand.find(index);
  if (!isList(operand)) return undefined;
  const number = numberOf(index);
  if (number === undefined) return fault(`unsupported index type '${kindOf(index)}' in list`);
  if (typeof number === 'number' && !Number.isInteger(number))
    return fault(`unsupported index value ${number} in list`);
  const place = Number(number);
  return place < 0 ? undefined : operand.items[place];
}

function shownKey(key: CelValue): string {
  const number = numberOf(key);
  return number === undefined ? String(key) : String(number);
}
