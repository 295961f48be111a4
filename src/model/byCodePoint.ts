// The order of Go's strings for any text: that of the bytes of UTF-8, which is the order of the code points. Names can do with
// the plainer byCodeUnit.ts.

/** Compares two strings: -1 where `a` stands first, 0 where they are equal, 1 else. */
export function byCodePoint(a: string, b: string): -1 | 0 | 1 {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return rank(left) < rank(right) ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** Half of a character from beyond the basic plane comes after all units of the basic plane. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
