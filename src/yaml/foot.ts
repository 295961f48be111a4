// Whether a document ends in a comment that go-yaml v3 takes for a foot of the whole document: it writes a blank line before
// it, which becomes part of a block scalar above that keeps the breaks at its end. Looks at the text only.
import { DocumentPlace } from '../model/sourceText.ts';
import type { DocumentText, Place } from '../model/sourceText.ts';
import { Kind } from './token.ts';
import type { Token } from './token.ts';

/** Lines of comment at the end of a document that belong together. */
interface Comment {
  /** A foot belongs to what ends before it, a head to what begins behind it. */
  readonly kind: 'foot' | 'head';
  readonly start: number;
  readonly column: number;
  readonly end: number;
  /** What begins here or behind it may take the comment. */
  readonly takenFrom: number;
  /** Where the reader stood when it looked for comments. */
  readonly seenFrom: number;
}

/** The end of a document behind its last token that is no end of a block. */
interface Tail {
  readonly last: Token;
  /** Where the reader goes on behind that token. */
  readonly from: number;
  readonly end: number;
  /** The blocks that are open, the innermost one last. */
  readonly open: readonly Block[];
}

interface Block {
  readonly column: number;
  /** The last key of a map. */
  key: Token | undefined;
}

/**
 * Where keys and items stand that get a comment from the end of a document; undefined where none is left when all blocks have
 * ended. `tokens` are all of the document.
 */
export function footOf(document: DocumentText, tokens: readonly Token[]): Place[] | undefined {
  const { end } = document;
  const { text } = document.source;
  const last = tokens.findLast(({ kind }) => kind !== Kind.BlockEnd && kind !== Kind.StreamEnd);
  if (!last || last.kind === Kind.DocumentEnd || !text.slice(last.end, end).includes('#')) return undefined;
  const first = firstComment(text, last.end, end);
  if (first === undefined) return undefined;
  const isSpaced = last.kind === Kind.Scalar && !['single', 'double'].includes(last.style);
  const tail: Tail = { last, from: isSpaced ? first : last.end, end, open: openBlocks(text, tokens, last) };
  const comments = commentsOf(text, first, tail);
  const taken: Place[] = [];
  const take = (key: Token | undefined): void => {
    if (key) taken.push(DocumentPlace.between(document, key.start, key.end));
  };
  let left = 0;
  for (const [i, at] of blockEnds(text, comments, tail).entries()) {
    // A list has no comment of its own.
    const key = tail.open.toReversed().find((block, outside) => outside >= i && block.key)?.key;
    for (; isTaken(comments[left], at); left++)
      take(comments[left]?.takenFrom === last.start ? (tail.open.at(-1)?.key ?? last) : key);
  }
  return left < comments.length ? taken : undefined;
}

/** The end of a block takes no heads, and nothing that stands behind one. */
function isTaken(comment: Comment | undefined, at: number): boolean {
  return comment?.kind === 'foot' && comment.takenFrom <= at;
}

/** Where the first comment begins that has a line of its own. */
function firstComment(text: string, from: number, end: number): number | undefined {
  const found = /^[ \t]*#/gm;
  found.lastIndex = from;
  const match = found.exec(text);
  const at = match ? match.index + match[0].length - 1 : end;
  return at < end ? at : undefined;
}

function openBlocks(text: string, tokens: readonly Token[], last: Token): Block[] {
  const open: Block[] = [];
  for (const token of tokens) {
    const { kind, opens, start } = token;
    if (kind === Kind.BlockEnd) open.pop();
    else if (kind === Kind.BlockListStart || kind === Kind.BlockMapStart || opens === 2)
      open.push({ column: start - (text.lastIndexOf('\n', start - 1) + 1), key: undefined });
    const block = open.at(-1);
    if (block && opens > 0) block.key = token;
    if (token === last) break;
  }
  return open;
}

/** The comments as go-yaml parts them: at the first blank line, and where one stands further to the left than its block. */
function commentsOf(text: string, first: number, { last, from, end, open }: Tail): Comment[] {
  const comments: Comment[] = [];
  const indent = open.at(-1)?.column ?? 0;
  const breaks = text.slice(text.slice(0, first).trimEnd().length, first).split('\n').length - 1;
  const isBelow = breaks === 1 && last.kind !== Kind.Value;
  let seenFrom = from;
  let takenFrom = last.start;
  let mayEnd = breaks <= 1;
  let isBehindBlank = false;
  let begun: { readonly start: number; readonly column: number } | undefined;
  const finish = (kind: Comment['kind'], at: number, by: number): void => {
    if (!begun) return;
    comments.push({ kind, ...begun, end: at, takenFrom: by, seenFrom });
    seenFrom = at;
    takenFrom = at;
    begun = undefined;
  };
  for (let line = text.lastIndexOf('\n', first) + 1; ;) {
    let at = line;
    while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
    const column = at - line;
    if (at >= end || text[at] !== '#') {
      const isLeft = begun !== undefined && begun.column < indent;
      if (!isBehindBlank && mayEnd && begun && (isLeft || (isBelow && begun.start === first)))
        finish('foot', at, isLeft ? begun.start : takenFrom);
      if (at >= end) break;
      mayEnd = false;
      isBehindBlank = true;
    } else {
      if (begun && column < indent && column !== begun.column) finish('foot', at, takenFrom);
      begun ??= { start: at, column };
      isBehindBlank = false;
    }
    const next = text.indexOf('\n', at);
    line = next < 0 || next >= end ? end : next + 1;
  }
  if (begun) finish('head', end - 1, begun.start);
  return comments;
}

/** Where the blocks end to go-yaml, from the inside to the outside: before comments that stand at their column. */
function blockEnds(text: string, comments: readonly Comment[], { from, end, open }: Tail): number[] {
  const ends: number[] = [];
  // The reader stands at the end of the last line, or behind it.
  const column = end - (text.lastIndexOf('\n', end - 1) + 1);
  let at = from - 1;
  for (const [i, { column: indent }] of open.toReversed().entries()) {
    const isAtEnd = indent <= column;
    if (isAtEnd && (i === 0 || (open.at(-i)?.column ?? 0) > column)) at = end - 1;
    let stop = at;
    for (const comment of comments.toReversed()) {
      if (comment.end < stop) break;
      if (comment.column === indent) at = comment.start;
      stop = comment.seenFrom;
    }
    ends.push(at);
  }
  return ends;
}
