// How a moment of today is said. Pure but for the time zone of the machine.

/** `14:02` of an RFC 3339 time, in the time zone of the machine. */
export function clockTime(time: string | undefined): string {
  const date = time === undefined ? undefined : new Date(time);
  if (!date || Number.isNaN(date.getTime())) return '';
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
