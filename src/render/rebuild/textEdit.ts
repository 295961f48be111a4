// Where two texts of a file differ: one stretch, as short as can be. Knows nothing of what is written there.

/** The stretch of the older text that is no more, and by how much the newer one is longer. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly by: number;
}

export function textEdit(old: string, text: string): TextEdit {
  const start = commonStart(old, text);
  const end = old.length - commonEnd(old, text, Math.min(old.length, text.length) - start);
  return { start, end, by: text.length - old.length };
}

const CHUNK = 4096;

function commonStart(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let at = 0;
  while (at + CHUNK <= limit && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK;
  while (at < limit && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonEnd(a: string, b: string, limit: number): number {
  let count = 0;
  const chunkAt = (text: string): string => text.slice(text.length - count - CHUNK, text.length - count);
  while (count + CHUNK <= limit && chunkAt(a) === chunkAt(b)) count += CHUNK;
  while (count < limit && a.charCodeAt(a.length - count - 1) === b.charCodeAt(b.length - count - 1)) count++;
  return count;
}
