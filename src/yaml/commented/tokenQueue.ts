// The tokens of a text with the comments that go with them, as the parser of go-yaml v3 takes both (parserc.go, peek_token). Must
// not know the grammar.
import { scanTokens } from '../scan.ts';
import { Kind } from '../token.ts';
import type { Comment, Fault, Token } from '../token.ts';
import { newComments } from './comments.ts';

export interface TokenQueue {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly fault: Fault | undefined;
  at: number;
  nextComment: number;
  /** Comments that were met and are waiting for the value that they are about. */
  head: string;
  line: string;
  foot: string;
  /** Those above a `-`, which are about the whole map or list that begins behind it. */
  stem: string;
}

/** A text that cannot be read. Never leaves this folder. */
export class TextFault extends Error {}

export function queueOf(text: string): TokenQueue {
  const comments = newComments(text);
  const { tokens, fault } = scanTokens(text, 0, text.length, comments);
  return {
    tokens: tokens.flatMap(withMarks),
    comments: comments.found,
    fault,
    at: 0,
    nextComment: 0,
    head: '',
    line: '',
    foot: '',
    stem: '',
  };
}

/** A token with the marks before it that turned out later. */
function withMarks(token: Token): Token[] {
  const mark = (kind: Kind): Token => ({ ...token, kind, end: token.start, text: '', opens: 0 });
  if (token.opens === 0) return [token];
  return token.opens === 1 ? [mark(Kind.Key), token] : [mark(Kind.BlockMapStart), mark(Kind.Key), token];
}

/** The next token; the comments that go with it are taken. @throws TextFault near an error: upstream looks two tokens ahead. */
export function peek(queue: TokenQueue): Token {
  const token = queue.tokens[queue.at];
  if (!token || (queue.fault && queue.at + 3 > queue.tokens.length)) throw new TextFault(queue.fault?.message);
  for (let next = queue.comments[queue.nextComment]; next && token.start >= next.at;) {
    // What stands above the end of a block is about what follows.
    if (next.head !== undefined && token.kind === Kind.BlockEnd) break;
    if (next.head !== undefined) queue.head = joined(queue.head, next.head);
    if (next.line !== undefined) queue.line = joined(queue.line, next.line);
    if (next.foot !== undefined) queue.foot = joined(queue.foot, next.foot);
    next = queue.comments[++queue.nextComment];
  }
  return token;
}

function joined(before: string, text: string): string {
  return before === '' ? text : `${before}\n${text}`;
}

export function skip(queue: TokenQueue): void {
  queue.at++;
}

/** The comments that are waiting. */
export function takeWaiting(queue: TokenQueue): { head: string; line: string; foot: string } {
  const { head, line, foot } = queue;
  queue.head = '';
  queue.line = '';
  queue.foot = '';
  queue.stem = '';
  return { head, line, foot };
}
