// Bytes in JSON as Go reads them: standard base64 with padding, in which line breaks do not count.

const ALPHABET = /[A-Za-z0-9+/]/;
const BREAK = /[\r\n]/;

/** Where Go's decoder stops (the offset of its CorruptInputError), or undefined for text that is whole. */
export function corruptByte(text: string): number | undefined {
  let inGroup = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (BREAK.test(char)) continue;
    if (char === '=') return afterPadding(text, at, inGroup);
    if (!ALPHABET.test(char)) return at;
    inGroup = (inGroup + 1) % 4;
  }
  // A group that ends early is reported by its beginning.
  return inGroup === 0 ? undefined : text.length - inGroup;
}

/** Padding fills the last group, and nothing follows it. */
function afterPadding(text: string, at: number, inGroup: number): number | undefined {
  if (inGroup < 2) return at;
  const skipBreaks = (from: number): number => {
    let next = from;
    while (next < text.length && BREAK.test(text[next] as string)) next++;
    return next;
  };
  let next = at + 1;
  if (inGroup === 2) {
    next = skipBreaks(next);
    if (next === text.length) return next;
    if (text[next] !== '=') return next - 1;
    next++;
  }
  next = skipBreaks(next);
  return next < text.length ? next : undefined;
}
