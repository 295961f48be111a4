// The orders in which go-yaml writes the keys of a map: letters after all else, runs of digits by their number ("natural"
// order). Every manifest that kustomize prints has its keys as v2 has them; what a JSON patch leaves has v3's in between.
// Expressions over all of Unicode stand where they are needed: to make one takes the platform as long as to sort an object.

/** Of a map with as few keys each is put in its place: quicker than the platform's sort, which copies them twice. */
const FEW = 16;

/** The keys of a map in order. */
export function keysInOrder(
  entries: ReadonlyMap<string, unknown>,
  compare: (a: string, b: string) => number,
): readonly string[] {
  const keys = [...entries.keys()];
  if (keys.length > FEW) return keys.sort(compare);
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && compare(keys[at - 1] as string, key) > 0; at--) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** Compares two keys; negative where `a` stands first. */
export function compareKeys(a: string, b: string): number {
  return compareAs('v2', a, b);
}

/** As {@link compareKeys}, for go-yaml v3: behind a digit letters come before all else, so that `t1x` stands before `t10x`. */
export function compareKeys3(a: string, b: string): number {
  return compareAs('v3', a, b);
}

type Version = 'v2' | 'v3';

/** Nearly all keys first differ where a letter stands in one of them, and hold nothing beyond ASCII until then. */
function compareAs(version: Version, a: string, b: string): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x > 127 || y > 127) return compareRunes([...a], [...b], version);
    if (x === y) continue;
    const xLetter = isAsciiLetter(x);
    const yLetter = isAsciiLetter(y);
    if (xLetter && yLetter) return x - y;
    if (!xLetter && !yLetter) return compareRunes([...a], [...b], version);
    const lettersFirst = version === 'v3' && i > 0 && isAsciiDigit(a.charCodeAt(i - 1));
    return yLetter === lettersFirst ? 1 : -1;
  }
  return a.length - b.length;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isAsciiDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function compareRunes(a: readonly string[], b: readonly string[], version: Version): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x = '', y = ''] = [a[i], b[i]];
    if (x === y) continue;
    const lettersFirst = version === 'v3' && i > 0 && isDigit(a[i - 1] ?? '');
    const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
    if (xLetter && yLetter) return rune(x) - rune(y);
    if (xLetter || yLetter) return yLetter === lettersFirst ? 1 : -1;
    return compareDigits(a, b, i);
  }
  return a.length - b.length;
}

function isLetter(text: string): boolean {
  const code = rune(text);
  return code > 127 ? /\p{L}/u.test(text) : isAsciiLetter(code);
}

function isDigit(text: string): boolean {
  const code = rune(text);
  return code > 127 ? /\p{Nd}/u.test(text) : isAsciiDigit(code);
}

function compareDigits(a: readonly string[], b: readonly string[], at: number): number {
  // A zero behind a non-zero digit is part of a longer number: 1 in front keeps it from counting as a leading zero.
  const seed = (a[at] === '0' || b[at] === '0') && followsNonZero(a, at) ? 1n : 0n;
  const [x, xEnd] = numberAt(a, at, seed);
  const [y, yEnd] = numberAt(b, at, seed);
  if (x !== y) return x < y ? -1 : 1;
  if (xEnd !== yEnd) return xEnd - yEnd;
  return rune(a[at] ?? '') - rune(b[at] ?? '');
}

function followsNonZero(runes: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(runes[i] ?? ''); i--) if (runes[i] !== '0') return true;
  return false;
}

function numberAt(runes: readonly string[], at: number, seed: bigint): [bigint, number] {
  let value = seed;
  let end = at;
  for (; end < runes.length && isDigit(runes[end] ?? ''); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(rune(runes[end] ?? '') - 48));
  }
  return [value, end];
}

function rune(text: string): number {
  return text.codePointAt(0) ?? 0;
}
