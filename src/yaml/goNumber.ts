// Numbers as Go's strconv reads and prints them, which is what every YAML library of the Kubernetes world calls.
// Integers stay exact: a number up to 2^53, a bigint beyond. Must not know YAML.
import { printFloat } from '../model/goFloat.ts';

const minInt64 = -(1n << 63n);
const maxUint64 = (1n << 64n) - 1n;

const digitsOf: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-fA-F]+$/,
};
const prefixOf: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** strconv.ParseInt, then ParseUint: an integer that fits 64 bits, signed or not. Base 0 reads the prefixes of Go literals. */
export function parseInteger(text: string, base: 0 | 2 | 8): number | bigint | undefined {
  const signed = text.startsWith('-') || text.startsWith('+');
  let digits = signed ? text.slice(1) : text;
  let radix: number = base;
  if (base === 0) [digits, radix] = splitPrefix(digits);
  if (digitsOf[radix]?.test(digits) !== true) return undefined;
  if (digits.length <= 15 && radix <= 10) return Number.parseInt(digits, radix) * (text.startsWith('-') ? -1 : 1) || 0;
  const size = BigInt((prefixOf[radix] ?? '') + digits);
  const value = text.startsWith('-') ? -size : size;
  // ParseUint takes no sign: `+` in front of what only an unsigned integer holds is no integer.
  if (value < minInt64 || value > maxUint64 || (signed && value >= 1n << 63n)) return undefined;
  return exact(value);
}

function splitPrefix(digits: string): [string, number] {
  if (digits[0] !== '0' || digits.length === 1) return [digits, 10];
  const letter = digits[1] === undefined ? '' : digits[1].toLowerCase();
  if (letter === 'x') return [digits.slice(2), 16];
  if (letter === 'b') return [digits.slice(2), 2];
  if (letter === 'o') return [digits.slice(2), 8];
  return [digits.slice(1), 8];
}

/** The integer as a number where that is exact. */
function exact(value: bigint): number | bigint {
  return value >= -(1n << 53n) && value <= 1n << 53n ? Number(value) : value;
}

const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?$/;
const underscored =
  /^[-+]?(?:\.[0-9]+(?:_[0-9]+)*|[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?)(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/** strconv.ParseFloat for decimal text. Undefined for no number, and for one that is too large for 64 bits. */
export function parseFloat64(text: string, underscores: 'refused' | 'as in Go literals'): number | undefined {
  if (!(underscores === 'refused' ? decimal : underscored).test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The text of a number after it went through encoding/json and back into YAML, as all output of kustomize does:
 * whole numbers that fit 64 bits print as integers, all else as strconv.FormatFloat(f, 'g', -1, 64).
 */
export function printNumber(value: number | bigint): string {
  if (typeof value === 'bigint') {
    return value >= minInt64 && value <= maxUint64 ? value.toString() : printNumber(Number(value));
  }
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Number.isInteger(value)) {
    // JavaScript and encoding/json print the same shortest digits, filled up with zeros below 1e21.
    const digits = String(value);
    if (Number.isSafeInteger(value)) return digits;
    if (!digits.includes('e') && BigInt(digits) >= minInt64 && BigInt(digits) <= maxUint64) return digits;
  }
  return printFloat(value);
}

/** strconv.FormatFloat(f, 'g', -1, 32), which sigs.k8s.io/yaml uses for keys: the shortest digits that tell float32s apart. */
export function printFloat32(value: number): string {
  const single = Math.fround(value);
  if (Object.is(single, -0)) return '-0';
  if (!Number.isFinite(single)) return printNumber(single).replace('+', '');
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return printFloat(short);
  }
  return printFloat(Number(single.toPrecision(9)));
}
