// Places in a text that has been edited since: what stands before and behind the edit is found again. Pure.

export interface TextShift {
  /** The offset in the older text, or undefined where the edit has made it. */
  toOld(offset: number): number | undefined;
  /** The offset in the newer text, or undefined where the edit has removed it. */
  toNew(offset: number): number | undefined;
}

/** How offsets of two versions of a text correspond, taking everything between the first and the last difference as edited. */
export function textShift(before: string, now: string): TextShift {
  if (before === now) return { toOld: (offset) => offset, toNew: (offset) => offset };
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === now.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === now.charCodeAt(now.length - 1 - end))
    end++;
  const moved = (offset: number, from: string, to: string): number | undefined => {
    if (offset <= start) return offset;
    return offset >= from.length - end ? offset + to.length - from.length : undefined;
  };
  return {
    toOld: (offset) => moved(offset, now, before),
    toNew: (offset) => moved(offset, before, now),
  };
}
