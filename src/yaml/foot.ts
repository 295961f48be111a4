// Whether a document ends in a comment that go-yaml v3 takes for a foot of the whole document: it writes a blank line before
// it, which becomes part of a block scalar above that keeps the breaks at its end. Looks at the text only.
import { Kind } from './token.ts';
import type { Token } from './token.ts';

/** Whether such a comment, and no other, stands behind the last value. `tokens` are all of the document that ends at `end`. */
export function hasFoot(text: string, tokens: readonly Token[], end: number): boolean {
  const last = tokens.findLast(({ kind }) => kind !== Kind.BlockEnd && kind !== Kind.StreamEnd);
  const from = last?.end ?? end;
  if (last?.kind === Kind.DocumentEnd || !text.slice(from, end).includes('#')) return false;
  const comments = [...text.slice(from, end).matchAll(/^[ \t]*#/gm)];
  // One on the line below the value is about that value.
  const [first] = comments;
  if (!first || !/\n[ \t\r]*\n$/.test(text.slice(0, from + first.index))) return false;
  // One that stands further to the left than the last block does not go on the one before it.
  const indent = lastColumn(text, tokens);
  return comments.every(([{ length }]) => length > indent || length === first[0].length);
}

/** The column of the innermost block that is open at the end. */
function lastColumn(text: string, tokens: readonly Token[]): number {
  const open: number[] = [];
  let innermost = 0;
  for (const [i, { kind, opens, start }] of tokens.entries()) {
    if (kind === Kind.BlockEnd) {
      const column = open.pop() ?? 0;
      if (tokens[i - 1]?.kind !== Kind.BlockEnd) innermost = column;
    } else if (kind === Kind.BlockListStart || kind === Kind.BlockMapStart || opens === 2)
      open.push(start - (text.lastIndexOf('\n', start - 1) + 1));
  }
  return innermost;
}
