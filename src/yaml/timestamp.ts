// Timestamps as go-yaml v3 recognises them in plain scalars, and the form in which encoding/json prints them.
// kustomize rewrites them so in resources; sigs.k8s.io/yaml leaves them alone.

const form =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:([Tt])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?))?$/;

/** The RFC 3339 form of a timestamp (`2001-12-14` is `2001-12-14T00:00:00Z`), or undefined for other text. */
export function normalTimestamp(text: string): string | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', t] = match;
  const at = t === undefined ? 10 : 5;
  const [hour, minute, second] = [match[at] ?? '0', match[at + 1] ?? '0', match[at + 2] ?? '0'];
  const zone = t === undefined ? 'Z' : (match[9] ?? 'Z');
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || !isZone(zone)) return undefined;
  // Go keeps nanoseconds: digits past the ninth are dropped, zeros at the end are not printed.
  const fraction = (match[at + 3] ?? '').slice(0, 9).replace(/0+$/, '');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`;
  return `${date}T${time}${fraction === '' ? '' : `.${fraction}`}${/^[+-]00:00$/.test(zone) ? 'Z' : zone}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);
}

function isZone(zone: string): boolean {
  return zone === 'Z' || (Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4, 6)) <= 60);
}
