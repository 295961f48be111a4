// Where a line of a text stood in the text before it: the longest common run of lines decides, as in a diff. Pure.

/** What is longer between the first and the last difference is compared by lines that are there once. */
const MOST_CELLS = 4_000_000;

/** The index (from 0) of a line in the older text; undefined where it was not there, or was another one. */
export function lineBefore(now: readonly string[], before: readonly string[], index: number): number | undefined {
  let start = 0;
  while (start < now.length && start < before.length && now[start] === before[start]) start++;
  if (index < start) return index;
  let end = 0;
  const most = Math.min(now.length, before.length) - start;
  while (end < most && now[now.length - 1 - end] === before[before.length - 1 - end]) end++;
  if (index >= now.length - end) return index - now.length + before.length;
  const [left, right] = [now.slice(start, now.length - end), before.slice(start, before.length - end)];
  const at = index - start;
  const found = left.length * right.length > MOST_CELLS ? onlyOne(left, right, at) : common(left, right, at);
  return found === undefined ? undefined : start + found;
}

function onlyOne(left: readonly string[], right: readonly string[], at: number): number | undefined {
  const line = left[at] as string;
  const isOnce = (lines: readonly string[]): boolean => lines.indexOf(line) === lines.lastIndexOf(line);
  const found = right.indexOf(line);
  return found >= 0 && isOnce(left) && isOnce(right) ? found : undefined;
}

/** The twin of a line in a longest common subsequence. */
function common(left: readonly string[], right: readonly string[], at: number): number | undefined {
  const width = right.length + 1;
  // How long the longest one is that begins at a line of each.
  const lengths = new Uint32Array((left.length + 1) * width);
  const length = (i: number, j: number): number => lengths[i * width + j] as number;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        left[i] === right[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
  for (let i = 0, j = 0; i <= at && j < right.length;) {
    if (left[i] === right[j]) {
      if (i === at) return j;
      i++;
      j++;
    } else if (length(i + 1, j) >= length(i, j + 1)) i++;
    else j++;
  }
  return undefined;
}
