// Quantities (`500m`, `1Gi`) in the one form that the API server keeps (apimachinery, resource.Quantity). Pure arithmetic.

const BINARY = new Map([
  ['Ki', 1],
  ['Mi', 2],
  ['Gi', 3],
  ['Ti', 4],
  ['Pi', 5],
  ['Ei', 6],
]);
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
const FORM = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE]?)$/;

/** The canonical text of a quantity; undefined where the text is none. */
export function canonicalQuantity(text: string): string | undefined {
  const found = FORM.exec(text);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = found ?? [];
  if (!found || whole + fraction === '') return undefined;
  const binary = BINARY.get(suffix);
  const exponent = binary === undefined ? (DECIMAL.get(suffix) ?? Number(suffix.slice(1))) : 0;
  if (isKept(whole, fraction, exponent, binary)) return text;
  // The number in units of 10^-9, the finest that a quantity keeps; what is finer is rounded away from zero.
  const nano = scaled(BigInt(whole + fraction), 9 - fraction.length + exponent) * 1024n ** BigInt(binary ?? 0);
  if (nano === 0n) return '0';
  const minus = sign === '-' ? '-' : '';
  if (binary !== undefined && nano % 1_000_000_000n === 0n && nano / 1_000_000_000n >= 1024n)
    return minus + printBinary(nano / 1_000_000_000n);
  const scientific = /^[eE]/.test(suffix);
  return minus + printDecimal(nano, scientific);
}

/** Go keeps the text of a number that it takes for canonical, `1E3` and `+5` among them (ParseQuantity's fast path). */
function isKept(whole: string, fraction: string, exponent: number, binary: number | undefined): boolean {
  const digits = (whole.replace(/^0+/, '') || '0') + fraction;
  if (digits.length > 18) return false;
  if (binary !== undefined) return fraction === '' && (BigInt(digits) & 7n) !== 0n;
  const scale = exponent - fraction.length;
  return scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

function scaled(digits: bigint, exponent: number): bigint {
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const unit = 10n ** BigInt(-exponent);
  return (digits + unit - 1n) / unit;
}

function printBinary(value: bigint): string {
  let [left, steps] = [value, 0];
  while (left % 1024n === 0n && steps < 6) [left, steps] = [left / 1024n, steps + 1];
  const suffix = [...BINARY.keys()][steps - 1] ?? '';
  return `${left}${suffix}`;
}

function printDecimal(nano: bigint, scientific: boolean): string {
  let [left, exponent] = [nano, -9];
  while (left % 1000n === 0n && exponent < 18) [left, exponent] = [left / 1000n, exponent + 3];
  if (scientific) return exponent === 0 ? String(left) : `${left}e${exponent}`;
  const suffix = [...DECIMAL].find(([, power]) => power === exponent)?.[0] ?? '';
  return `${left}${suffix}`;
}
