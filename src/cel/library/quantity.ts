// Kubernetes' functions for quantities (`1Gi`, `500m`), exact to the nano as the API has them.
import { NANO, parseQuantity } from '../../model/quantity.ts';
import type { Quantity } from '../../model/quantity.ts';
import { method, overload } from '../environment.ts';
import type { Library } from '../environment.ts';
import { INT_MAX, INT_MIN } from '../literal.ts';
import { BOOL, DOUBLE, INT, opaque, STRING } from '../types.ts';
import { fault } from '../value.ts';
import type { CelValue, Opaque } from '../value.ts';

export const QUANTITY = opaque('kubernetes.Quantity');

/** What the functions compute with; the form a quantity was written in is of no matter to them. */
type Amount = Pick<Quantity, 'nanos' | 'scale'>;

function isWhole({ nanos, scale }: Amount): boolean {
  return scale !== undefined && scale >= 0 && fitsInteger(nanos);
}

/** The sum keeps the finer scale; nothing takes none. */
function sum(a: Amount, b: Amount): Opaque {
  const nanos = a.nanos + b.nanos;
  if (a.nanos === 0n || b.nanos === 0n)
    return quantityValue({ nanos, scale: (a.nanos === 0n ? b : a).scale }, `${nanos}n`);
  const scale = a.scale === undefined || b.scale === undefined ? undefined : Math.min(a.scale, b.scale);
  return quantityValue({ nanos, scale }, `${nanos}n`);
}

const negated = ({ nanos, scale }: Amount): Amount => ({ nanos: -nanos, scale });
const whole = (value: bigint): Amount => ({ nanos: value * NANO, scale: 0 });

function fitsInteger(nanos: bigint): boolean {
  return nanos % NANO === 0n && nanos / NANO >= INT_MIN && nanos / NANO <= INT_MAX;
}

function quantityValue(amount: Amount, text: string): Opaque {
  return {
    kind: 'opaque',
    type: 'kubernetes.Quantity',
    data: amount,
    text,
    equals: (other) => nanosOf(other) === amount.nanos,
  };
}

const amountOf = (value: Opaque): Amount => value.data as Amount;
const nanosOf = (value: Opaque): bigint => amountOf(value).nanos;

function quantity(text: string): CelValue {
  const amount = parseQuantity(text);
  if (amount) return quantityValue(amount, text);
  return fault("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

const compare = (a: Opaque, b: Opaque): bigint => (nanosOf(a) < nanosOf(b) ? -1n : nanosOf(a) > nanosOf(b) ? 1n : 0n);

/** @see k8s.io/apiserver/pkg/cel/library/quantity.go */
export const quantities: Library = {
  quantity: [overload('string_to_quantity', [STRING], QUANTITY, quantity)],
  isQuantity: [overload('is_quantity_string', [STRING], BOOL, (text: string) => parseQuantity(text) !== undefined)],
  sign: [
    overload('quantity_sign', [QUANTITY], INT, (value: Opaque) =>
      nanosOf(value) > 0n ? 1n : nanosOf(value) < 0n ? -1n : 0n,
    ),
  ],
  isGreaterThan: [
    method('quantity_is_greater_than', [QUANTITY, QUANTITY], BOOL, (a: Opaque, b: Opaque) => compare(a, b) > 0n),
  ],
  isLessThan: [
    method('quantity_is_less_than', [QUANTITY, QUANTITY], BOOL, (a: Opaque, b: Opaque) => compare(a, b) < 0n),
  ],
  compareTo: [method('quantity_compare_to', [QUANTITY, QUANTITY], INT, compare)],
  asApproximateFloat: [
    method('quantity_get_float', [QUANTITY], DOUBLE, (value: Opaque) => Number(nanosOf(value)) / 1e9),
  ],
  asInteger: [
    method('quantity_get_int', [QUANTITY], INT, (value: Opaque) =>
      isWhole(amountOf(value)) ? nanosOf(value) / NANO : fault('cannot convert value to integer'),
    ),
  ],
  isInteger: [method('quantity_is_integer', [QUANTITY], BOOL, (value: Opaque) => isWhole(amountOf(value)))],
  add: [
    method('quantity_add', [QUANTITY, QUANTITY], QUANTITY, (a: Opaque, b: Opaque) => sum(amountOf(a), amountOf(b))),
    method('quantity_add_int', [QUANTITY, INT], QUANTITY, (a: Opaque, b: bigint) => sum(amountOf(a), whole(b))),
  ],
  sub: [
    method('quantity_sub', [QUANTITY, QUANTITY], QUANTITY, (a: Opaque, b: Opaque) =>
      sum(amountOf(a), negated(amountOf(b))),
    ),
    method('quantity_sub_int', [QUANTITY, INT], QUANTITY, (a: Opaque, b: bigint) => sum(amountOf(a), whole(-b))),
  ],
};
