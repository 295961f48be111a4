// Resource quantities in their canonical form, as apimachinery's resource.Quantity writes them after reading: the server
// stores `0.5` as `500m` and `1024Mi` as `1Gi`.

const SYNTAX = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)((?:[KMGTPE]i)|[numkMGTPE]|(?:[eE][+-]?\d+))?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const NANO = 1_000_000_000n;

export type QuantityFormat = 'decimal' | 'binary' | 'exponent';

/** A quantity in billionths, exactly; finer parts are rounded up, as upstream does. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

/** Reads a quantity, or undefined where the text is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = SYNTAX.exec(text);
  if (!match) return undefined;
  const [, sign = '', digits = '', suffix = ''] = match;
  const format = suffix.endsWith('i') ? 'binary' : /^[eE]./.test(suffix) ? 'exponent' : 'decimal';
  const [whole = '', fraction = ''] = digits.split('.');
  let numerator = BigInt(`${whole}${fraction}` || '0') * NANO;
  let denominator = 10n ** BigInt(fraction.length);
  if (format === 'binary') numerator *= 1024n ** BigInt(BINARY.indexOf(suffix as (typeof BINARY)[number]));
  else {
    const power =
      format === 'exponent' ? Number(suffix.slice(1)) : 3 * (DECIMAL.indexOf(suffix as (typeof DECIMAL)[number]) - 3);
    if (Math.abs(power) > 100) return undefined;
    if (power >= 0) numerator *= 10n ** BigInt(power);
    else denominator *= 10n ** BigInt(-power);
  }
  const up = (numerator + denominator - 1n) / denominator;
  return { nanos: sign === '-' ? -up : up, format };
}

/** The canonical text of a quantity. */
export function printQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const [sign, size] = nanos < 0n ? ['-', -nanos] : ['', nanos];
  // Below 1024 (and with parts of one) binary quantities are written as decimal ones.
  if (format === 'binary' && size >= 1024n * NANO && size % NANO === 0n) {
    let [value, step] = [size / NANO, 0];
    while (value % 1024n === 0n && step < BINARY.length - 1) [value, step] = [value / 1024n, step + 1];
    return `${sign}${value}${BINARY[step]}`;
  }
  let [value, step] = [size, 0];
  while (value % 1000n === 0n && step < DECIMAL.length - 1) [value, step] = [value / 1000n, step + 1];
  if (format !== 'exponent') return `${sign}${value}${DECIMAL[step]}`;
  const power = (step - 3) * 3;
  return power === 0 ? `${sign}${value}` : `${sign}${value}e${power}`;
}

/** The canonical form of a quantity as it was sent (a number or text); undefined where it is none. */
export function canonicalQuantity(value: string | number | bigint): string | undefined {
  const quantity = parseQuantity(String(value));
  return quantity && printQuantity(quantity);
}
