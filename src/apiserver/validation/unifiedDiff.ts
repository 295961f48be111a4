// The difference of two texts as the server shows it in messages: difflib's unified diff (Python's, through
// github.com/pmezard/go-difflib), with three lines of context and no header.

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Change {
  readonly equal: boolean;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

const CONTEXT = 3;
/** From this length on, lines that make up more than a hundredth of the text do not start a match. */
const POPULAR_FROM = 200;

/** Hunks of `before` to `after`; empty for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const lines: string[] = [];
  for (const group of groupsOf(changesOf(a, b))) {
    const [first, last] = [group[0] as Change, group.at(-1) as Change];
    lines.push(`@@ -${range(first.a[0], last.a[1])} +${range(first.b[0], last.b[1])} @@`);
    for (const change of group) {
      if (change.equal) lines.push(...a.slice(...change.a).map((line) => ` ${line}`));
      else
        lines.push(
          ...a.slice(...change.a).map((line) => `-${line}`),
          ...b.slice(...change.b).map((line) => `+${line}`),
        );
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matchesOf(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < match.a || j < match.b) changes.push({ equal: false, a: [i, match.a], b: [j, match.b] });
    [i, j] = [match.a + match.size, match.b + match.size];
    if (match.size > 0) changes.push({ equal: true, a: [match.a, i], b: [match.b, j] });
  }
  return changes;
}

/** The blocks that are equal, in order; neighbours are one. */
function matchesOf(a: readonly string[], b: readonly string[]): Match[] {
  const places = new Map<string, number[]>();
  for (const [j, line] of b.entries()) places.set(line, [...(places.get(line) ?? []), j]);
  if (b.length >= POPULAR_FROM) {
    const limit = Math.floor(b.length / 100) + 1;
    for (const [line, at] of places) if (at.length > limit) places.delete(line);
  }
  const found: Match[] = [];
  const search = (alo: number, ahi: number, blo: number, bhi: number): void => {
    const match = longestMatch(a, b, places, alo, ahi, blo, bhi);
    if (match.size === 0) return;
    if (alo < match.a && blo < match.b) search(alo, match.a, blo, match.b);
    found.push(match);
    if (match.a + match.size < ahi && match.b + match.size < bhi)
      search(match.a + match.size, ahi, match.b + match.size, bhi);
  };
  search(0, a.length, 0, b.length);
  const joined: Match[] = [];
  for (const match of found) {
    const last = joined.at(-1);
    if (last && last.a + last.size === match.a && last.b + last.size === match.b)
      joined[joined.length - 1] = { ...last, size: last.size + match.size };
    else joined.push(match);
  }
  return joined;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  alo: number,
  ahi: number,
  blo: number,
  bhi: number,
): Match {
  let best: Match = { a: alo, b: blo, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] as string) ?? []) {
      if (j < blo || j >= bhi) continue;
      const length = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, length);
      if (length > best.size) best = { a: i - length + 1, b: j - length + 1, size: length };
    }
    lengths = next;
  }
  // Popular lines do not start a match, but they continue one.
  while (best.a > alo && best.b > blo && a[best.a - 1] === b[best.b - 1])
    best = { a: best.a - 1, b: best.b - 1, size: best.size + 1 };
  while (best.a + best.size < ahi && best.b + best.size < bhi && a[best.a + best.size] === b[best.b + best.size])
    best = { ...best, size: best.size + 1 };
  return best;
}

/** Changes with their context, cut where nothing changes for longer than two contexts. */
function groupsOf(changes: readonly Change[]): Change[][] {
  const trimmed = changes.map((change, i): Change => {
    if (!change.equal) return change;
    const [[a1, a2], [b1, b2]] = [change.a, change.b];
    if (i === 0) return { equal: true, a: [Math.max(a1, a2 - CONTEXT), a2], b: [Math.max(b1, b2 - CONTEXT), b2] };
    if (i === changes.length - 1)
      return { equal: true, a: [a1, Math.min(a2, a1 + CONTEXT)], b: [b1, Math.min(b2, b1 + CONTEXT)] };
    return change;
  });
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const change of trimmed) {
    const [[a1, a2], [b1, b2]] = [change.a, change.b];
    if (change.equal && a2 - a1 > 2 * CONTEXT) {
      group.push({ equal: true, a: [a1, a1 + CONTEXT], b: [b1, b1 + CONTEXT] });
      groups.push(group);
      group = [{ equal: true, a: [a2 - CONTEXT, a2], b: [b2 - CONTEXT, b2] }];
    } else group.push(change);
  }
  groups.push(group);
  return groups.filter((each) => each.some((change) => !change.equal));
}
