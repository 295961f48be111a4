// Quantities (`500m`, `1Gi`) read and printed as a Go server does: exactly, and in the one form that it keeps. Pure arithmetic.

/** What a quantity is printed with: `500m`, `1Gi` or `1e3`. */
export type QuantityFormat = 'decimal' | 'binary' | 'exponent';

export interface Quantity {
  /** In billionths, the finest that a quantity keeps; what is finer was rounded away from zero. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
  /** The power of ten of the integer that Go holds it in; undefined where it takes a big decimal. */
  readonly scale: number | undefined;
  /** The text as it was written, where Go takes it for canonical: `1E3` and `+5` among them. */
  readonly text?: string;
}

export const NANO = 1_000_000_000n;
const INT64_MAX = 2n ** 63n - 1n;
/** Digits that fit an int64 whatever they are. */
const SHORT = 18;
/** Beyond it a number would take more memory than it is worth; Go takes 32 bits and prints nonsense near their end. */
const LARGEST_POWER = 1000;

const DECIMAL = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const DECIMAL_SUFFIX = new Map([...DECIMAL].map(([suffix, power]) => [power, suffix]));
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const FORM = /^([+-]?)(0*)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/;

/** What a suffix stands for: 10^ten * 1024^thousands. */
interface Unit {
  readonly format: QuantityFormat;
  readonly ten: number;
  readonly thousands: number;
}

/**
 * Reads a quantity; undefined where the text is none. As Go's reader takes no digits for a nought, `Ki` is a quantity.
 * @see k8s.io/apimachinery pkg/api/resource/quantity.go ParseQuantity
 */
export function parseQuantity(text: string): Quantity | undefined {
  if (text === '0') return { nanos: 0n, format: 'decimal', scale: 0, text };
  const found = text === '' ? null : FORM.exec(text);
  const [, sign = '', zeros = '', digits = '', fraction = '', suffix = ''] = found ?? [];
  const unit = unitOf(suffix);
  if (!found || !unit || Math.abs(unit.ten) > LARGEST_POWER) return undefined;
  const short = (digits === '' ? '0' : digits) + fraction;
  const scale = scaleOf(short.length, fraction.length, unit);
  if (scale === undefined && zeros + digits + fraction === '') return undefined;
  const size = roundedUp(BigInt(short) * 1024n ** BigInt(unit.thousands), 9 - fraction.length + unit.ten);
  const capped = scale === undefined && unit.format === 'binary' && size > INT64_MAX * NANO ? INT64_MAX * NANO : size;
  const nanos = sign === '-' ? -capped : capped;
  // What is less than one would lose its parts in a binary form.
  const isPart = scale === undefined && unit.format === 'binary' && size > 0n && size < NANO;
  const format = isPart ? 'decimal' : unit.format;
  return { nanos, format, scale, ...(isCanonical(short, scale, unit) ? { text } : {}) };
}

function unitOf(suffix: string): Unit | undefined {
  const power = DECIMAL.get(suffix);
  if (power !== undefined) return { format: 'decimal', ten: power, thousands: 0 };
  const thousands = BINARY.indexOf(suffix);
  if (thousands > 0) return { format: 'binary', ten: 0, thousands };
  return /^[eE][+-]?\d+$/.test(suffix) ? { format: 'exponent', ten: Number(suffix.slice(1)), thousands: 0 } : undefined;
}

/** The scale of the int64 that Go holds it in; undefined where it is too long, or too fine, for its fast path. */
function scaleOf(length: number, fraction: number, unit: Unit): number | undefined {
  if (unit.format === 'binary') return fraction === 0 && length + unit.thousands * 3 < SHORT - 3 ? 0 : undefined;
  const scale = unit.ten - fraction;
  return length <= SHORT && scale >= -9 ? scale : undefined;
}

function isCanonical(digits: string, scale: number | undefined, { format }: Unit): boolean {
  if (scale === undefined) return false;
  if (format === 'binary') return (BigInt(digits) & 7n) !== 0n;
  return scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

/** A number times a power of ten, as an integer; what does not fit is rounded up. */
function roundedUp(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const unit = 10n ** BigInt(-power);
  return (digits + unit - 1n) / unit;
}

/** The text that the server keeps. A unit that has no suffix is left out, as it is there: `1000E` is printed as `1`. */
export function printQuantity({ nanos, format, text }: Quantity): string {
  if (text !== undefined) return text;
  if (nanos === 0n) return '0';
  const [sign, size] = nanos < 0n ? ['-', -nanos] : ['', nanos];
  // Below 1024, and with parts of one, binary quantities are written as decimal ones.
  if (format === 'binary' && size >= 1024n * NANO && size % NANO === 0n) {
    const [value, thousands] = withoutFactors(size / NANO, 1024n);
    return `${sign}${value}${BINARY[thousands] ?? ''}`;
  }
  const [value, thousands] = withoutFactors(size, 1000n);
  const power = thousands * 3 - 9;
  if (format === 'exponent') return `${sign}${value}${power === 0 ? '' : `e${power}`}`;
  return `${sign}${value}${DECIMAL_SUFFIX.get(power) ?? ''}`;
}

function withoutFactors(value: bigint, factor: bigint): [bigint, number] {
  let [left, times] = [value, 0];
  while (left % factor === 0n) [left, times] = [left / factor, times + 1];
  return [left, times];
}

/** The canonical form of a quantity as it was sent (a number or text); undefined where it is none. */
export function canonicalQuantity(value: string | number | bigint): string | undefined {
  const quantity = parseQuantity(String(value).trim());
  return quantity && printQuantity(quantity);
}

/** A quantity in thousandths at the finest, rounded away from zero: what a ResourceList keeps (Quantity.RoundUp). */
export function roundedToMilli(quantity: Quantity): Quantity {
  const { nanos, format, scale } = quantity;
  if (scale !== undefined && scale >= -3) return quantity;
  const size = roundedUp(nanos < 0n ? -nanos : nanos, -6) * 1_000_000n;
  return { nanos: nanos < 0n ? -size : size, format, scale: scale === undefined ? undefined : -3 };
}
