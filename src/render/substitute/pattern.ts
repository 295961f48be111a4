// Shell patterns as fluxcd/pkg/envsubst matches them (its path/match.go): `*` also matches `/`, classes negate with `^`,
// and there is no way back once a `*` has found its first match. Works on strings of bytes.
import { RUNE_ERROR, runeAt } from './byteString.ts';

/** Whether the pattern matches the whole text; undefined where the pattern is malformed and the match got that far. */
export function matchPattern(pattern: string, text: string): boolean | undefined {
  let rest = pattern;
  let name = text;
  while (rest.length > 0) {
    const { star, chunk, after } = nextChunk(rest);
    rest = after;
    if (star && chunk === '') return true;
    const found = findChunk(chunk, name, star, rest.length === 0);
    if (found === 'malformed') return undefined;
    if (found === 'none') return false;
    name = found.rest;
  }
  return name.length === 0;
}

/** Matches a chunk at the start of the text or, after a star, at the first place where it fits. */
function findChunk(chunk: string, name: string, star: boolean, last: boolean): ChunkMatch {
  const here = matchChunk(chunk, name);
  if (typeof here === 'object' && (here.rest.length === 0 || !last)) return here;
  if (here === 'malformed') return here;
  if (!star) return 'none';
  for (let i = 0; i < name.length; i++) {
    const match = matchChunk(chunk, name.slice(i + 1));
    if (match === 'malformed') return match;
    if (match !== 'none' && !(last && match.rest.length > 0)) return match;
  }
  return 'none';
}

/** A run of the pattern without `*`, and whether a `*` stands before it. */
function nextChunk(pattern: string): { star: boolean; chunk: string; after: string } {
  let start = 0;
  while (pattern[start] === '*') start++;
  let inClass = false;
  let end = start;
  for (; end < pattern.length; end++) {
    const char = pattern[end];
    if (char === '\\') {
      if (end + 1 < pattern.length) end++;
    } else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '*' && !inClass) break;
  }
  return { star: start > 0, chunk: pattern.slice(start, end), after: pattern.slice(end) };
}

type ChunkMatch = { readonly rest: string } | 'none' | 'malformed';

function matchChunk(chunk: string, text: string): ChunkMatch {
  let at = 0;
  let pos = 0;
  while (at < chunk.length) {
    if (pos >= text.length) return 'none';
    const char = chunk[at];
    if (char === '[') {
      const rune = runeAt(text, pos);
      const found = matchClass(chunk, at + 1, rune.code);
      if (found === undefined) return 'malformed';
      if (!found.matches) return 'none';
      pos += rune.width;
      at = found.end;
    } else if (char === '?') {
      pos += runeAt(text, pos).width;
      at++;
    } else {
      if (char === '\\' && ++at >= chunk.length) return 'malformed';
      if (chunk[at] !== text[pos]) return 'none';
      pos++;
      at++;
    }
  }
  return { rest: text.slice(pos) };
}

/** Matches a character class whose content starts at `at`; `end` is after its closing bracket. */
function matchClass(chunk: string, at: number, code: number): { matches: boolean; end: number } | undefined {
  const negated = chunk[at] === '^';
  let pos = negated ? at + 1 : at;
  let matches = false;
  for (let ranges = 0; ; ranges++) {
    if (chunk[pos] === ']' && ranges > 0) return { matches: matches !== negated, end: pos + 1 };
    const low = classCharacter(chunk, pos);
    if (!low) return undefined;
    pos = low.end;
    let high = low.code;
    if (chunk[pos] === '-') {
      const top = classCharacter(chunk, pos + 1);
      if (!top) return undefined;
      high = top.code;
      pos = top.end;
    }
    if (low.code <= code && code <= high) matches = true;
  }
}

/** A character of a class; undefined where there is none or where the class cannot end after it. */
function classCharacter(chunk: string, at: number): { code: number; end: number } | undefined {
  if (at >= chunk.length || chunk[at] === '-' || chunk[at] === ']') return undefined;
  const from = chunk[at] === '\\' ? at + 1 : at;
  if (from >= chunk.length) return undefined;
  const { code, width } = runeAt(chunk, from);
  const end = from + width;
  if ((code === RUNE_ERROR && width === 1) || end >= chunk.length) return undefined;
  return { code, end };
}
