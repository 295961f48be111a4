// Floats as Go prints them.

/** strconv.FormatFloat(f, 'g', -1, 64) of a finite number, without the sign of a zero. */
export function printFloat(value: number): string {
  if (Number.isInteger(value) && value > -1e6 && value < 1e6) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // Looking for the shortest digits, 'g' keeps the plain form from 1e-4 up to 1e6.
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
