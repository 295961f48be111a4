// Lists of the indexes of a Job, such as `0,2-4` (k8s.io/kubernetes pkg/apis/batch/validation validateIndexesFormat).

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** How many indexes a list names, or what is wrong with it. All are below `completions`. */
export function parseIndexes(
  text: string,
  completions: number,
): { readonly count: number } | { readonly error: string } {
  let [count, last] = [0, -1];
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = parseInterval(part, completions);
    if ('error' in interval) return interval;
    if (last >= interval.from && count > 0)
      return { error: `non-increasing order, previous: ${last}, current: ${interval.from}` };
    count += interval.to - interval.from + 1;
    last = interval.to;
  }
  return { count };
}

function parseInterval(text: string, completions: number): Interval | { readonly error: string } {
  const parts = text.split('-');
  if (parts.length > 2)
    return {
      error: `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    };
  for (const part of parts) {
    if (!/^\+?\d+$/.test(part)) return { error: `cannot convert string to integer for index: ${JSON.stringify(part)}` };
    if (Number(part) >= completions) return { error: `too large index: ${JSON.stringify(part)}` };
  }
  const [from, to] = [Number(parts[0]), Number(parts.at(-1))];
  return parts.length === 2 && from >= to
    ? { error: `non-increasing order, previous: ${from}, current: ${to}` }
    : { from, to };
}

/** The first index that two lists have in common. What cannot be read is passed over. */
export function commonIndex(one: string, other: string, completions: number): number | undefined {
  const read = (text: string): Interval[] =>
    text.split(',').flatMap((part) => {
      const interval = parseInterval(part, completions);
      return 'error' in interval ? [] : [interval];
    });
  for (const a of read(one))
    for (const b of read(other)) if (a.from <= b.to && b.from <= a.to) return Math.max(a.from, b.from);
  return undefined;
}
